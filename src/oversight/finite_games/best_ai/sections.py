"""The sections of a market: its user, its providers, what they see, how they revise, and who audits."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from oversight.arrays import Table
from oversight.errors import Mistake
from oversight.finite_games.best_ai.play import AnyPlay, BestResponse
from oversight.finite_games.best_ai.utilities import AnyProviders, AnyUtility
from oversight.quantities import (
    Count,
    LocatedError,
    NonNegative,
    Positive,
    PositiveCount,
    Probability,
    Section,
    quantity,
    reads,
)


class User(Section):
    """Who takes one of the providers."""

    utility: AnyUtility = quantity("Utility", "What the user wants: `table`, `uniform`, or `file`.")
    choice: Literal["best", "quantal", "logit"] = quantity(
        "Choice",
        "`best` takes the best provider and does as it says; `quantal` takes the best one's word as information, and "
        "chooses actions by logit; `logit` chooses providers by logit.",
        default="best",
    )
    precision: Positive | None = quantity("Precision", "Of `quantal` and `logit` choices.", "1/utility", default=None)
    samples: Annotated[PositiveCount, Field(le=100_000)] | None = quantity(
        "Samples", "Situations on which it tries every provider; absent: it knows what each is worth.", default=None
    )

    @model_validator(mode="after")
    @reads("choice", "precision")
    def _precise(self) -> User:
        if self.choice != "best" and self.precision is None:
            raise LocatedError(
                ("precision",), "is missing", Mistake.MISSING, "Say how precise choices are: `precision: 5`."
            )
        if self.choice == "best" and self.precision is not None:
            message = "is of `quantal` and `logit` choices, and does nothing here"
            raise LocatedError(("precision",), message, Mistake.IDLE, "Leave it out, or change `choice`.")
        return self


class Full(Section):
    """Every provider sees the state."""

    kind: Literal["full"] = "full"

    @property
    def full(self) -> bool:
        """Whether it tells the state."""
        return True

    def heard(self, states: int) -> Table:
        """The chance of each signal in each state, (states, signals)."""
        return np.eye(states)


class Signal(Section):
    """Every provider sees the same signal, which names the state or, with equal chances, one of the others."""

    kind: Literal["signal"] = "signal"
    accuracy: Probability = quantity("Accuracy", "Chance that it names the state.", "probability")

    @property
    def full(self) -> bool:
        return False

    def heard(self, states: int) -> Table:
        if states == 1:
            return np.eye(1)
        found: Table = np.full((states, states), (1 - self.accuracy) / (states - 1))
        np.fill_diagonal(found, self.accuracy)
        return found


class Market(Section):
    """The providers."""

    count: Annotated[PositiveCount, Field(le=50)] = quantity("Providers", "How many there are.", "providers")
    utilities: AnyProviders = quantity("Utilities", "What they want: `tables`, `noisy`, `hull`, `biased`, or `file`.")
    owners: Annotated[tuple[Count, ...], Field(strict=False, min_length=1)] | None = quantity(
        "Owners",
        "By provider, the number of its owner: those of one owner act as one, which wants what they want on average. "
        "Absent: each is its own.",
        default=None,
    )
    information: Annotated[Full | Signal, Field(discriminator="kind")] = quantity(
        "Information", "What they see before they act: `full` or `signal`.", default=Full()
    )
    play: AnyPlay = quantity(
        "Play", "How they come to their rules: `best_response`, `logit`, `hedge`, `imitation`.", default=BestResponse()
    )

    @model_validator(mode="after")
    @reads("count", "owners")
    def _owned(self) -> Market:
        if self.owners is not None and len(self.owners) != self.count:
            message = f"names {len(self.owners)} owners, and there are {self.count} providers"
            raise LocatedError(("owners",), message, remedy="Give each provider the number of its owner.")
        return self


class Audit(Section):
    """An audit on top of competition, of the provider that is chosen, judged over all states."""

    rate: Probability = quantity("Rate", "Chance that the chosen provider is audited in a round.", "probability")
    fine: NonNegative = quantity("Fine", "What it pays if it acts against the user.", "utility")
    tolerance: NonNegative = quantity(
        "Tolerance",
        "What its rule may cost the user, against an aligned provider, without a fine.",
        "utility",
        default=0.0,
    )
    cost: NonNegative = quantity("Cost of an audit", "", "utility", default=0.0)
