"""What training makes of the things that there are to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field

from oversight.arrays import Column, Number
from oversight.policy.training.drift import Drift, Recertify
from oversight.policy.training.proxy import Proxy
from oversight.quantities import Money, Name, Real, Section, Share, quantity


class Training(Section):
    """Values loaded into actors: an act that scores v on them is worth w . v more to its actor, whatever it earns.

    The weights w are those of the reward that a fine-tuned model was trained on; see docs/model.md.
    """

    meaning: ClassVar[str] = "Values are trained into the actors: to them an act is worth its score on each, too."

    kind: Literal["weights"] = "weights"
    weights: Annotated[dict[Name, Real], Field(min_length=1)] = quantity(
        "Weight", "What a unit of the value is worth to an actor.", "money per unit of value"
    )

    coverage: Share = quantity(
        "Coverage",
        "Share of opportunities that are like those of training; elsewhere the values have no say.",
        "share",
        default=1.0,
    )
    proxy: Proxy | None = quantity("Proxy", "What training saw of the scores; absent: all of them.", default=None)
    drift: Drift | None = quantity("Drift", "How the weights change by themselves; absent: they stay.", default=None)
    recertify: Recertify | None = quantity(
        "Recertification", "What restores the weights; absent: nothing.", default=None
    )
    price_per_nat: Money = quantity(
        "Price of a nat",
        "What society spends for each nat by which the values move an actor's choice, per opportunity.",
        "money per nat",
        default=0.0,
    )

    # A mapping has no hash of its own.
    def __hash__(self) -> int:
        return hash(repr(self))

    @property
    def partial(self) -> bool:
        """Whether some opportunities are unlike those of training."""
        return bool(np.any(np.not_equal(self.coverage, 1)))

    @property
    def errs_anew(self) -> bool:
        """Whether training saw another error at each opportunity."""
        return self.proxy is not None and self.proxy.drawn == "each_opportunity"

    @property
    def steady(self) -> bool:
        """Whether it makes the same of an act at every opportunity."""
        return not (self.partial or self.drift or self.proxy)

    @property
    def answers(self) -> int | None:
        """Of how many answers the best is given; None where choices are tilted."""
        return self.proxy.selection.best_of if self.proxy and self.proxy.selection else None

    @property
    def upkeep(self) -> Number:
        """What certifications cost per actor and period in the long run."""
        return self.recertify.cost / self.recertify.every if self.recertify else 0.0

    @property
    def priced(self) -> bool:
        """Whether society pays for nats."""
        return bool(np.any(np.not_equal(self.price_per_nat, 0)))

    def cost(self, nats: Column) -> Column:
        """What society spends where values move choices by so many nats, in money; 0 where a nat costs nothing."""
        priced = np.not_equal(self.price_per_nat, 0)
        return np.where(priced, self.price_per_nat * np.where(priced, nats, 0.0), 0.0)

    def loading(self, weights: Mapping[str, Number]) -> Self:
        """The same with other weights, numbers or arrays."""
        return self.model_copy(update={"weights": weights})

    def after(self, periods: float) -> Self:
        """How it stands so many periods after it was certified: the means of weights, and what they are spread by."""
        if self.drift is None:
            return self
        kept = (1 - self.drift.decay) ** periods
        weights = {name: weight * kept for name, weight in self.weights.items()}
        return self.model_copy(update={"weights": weights, "drift": self.drift.after(periods)})

    @property
    def spread(self) -> Number | None:
        """What weights are spread by, of training as it stands at some time: see `after`."""
        return self.drift.walk if self.drift else None

    def worth(self, scores: Mapping[str, Number]) -> Number:
        """What these scores are worth to an actor, w . v, in money; a number or (runs, 1)."""
        parts = [weight * scores[name] for name, weight in self.weights.items() if name in scores]
        return sum(parts[1:], parts[0]) if parts else 0.0
