"""Charts that watch what inspections find, and what is done when one sounds."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import model_validator

from oversight.arrays import Column, Flags, Floats, Number
from oversight.errors import Mistake
from oversight.principals.observing import Observing
from oversight.principals.principal import Key, Seen, Settings
from oversight.quantities import LocatedError, Money, Positive, PositiveCount, Real, Section, quantity, reads


class Response(Section):
    """What follows an alarm: other numbers of the policy for some periods, and what that costs."""

    set: dict[str, Real] = quantity("Set", "Dotted path of a number of the policy to its value.", default={})
    certify: bool = quantity(
        "Certify", "Whether trained values that drifted are restored before the next period.", default=False
    )
    periods: PositiveCount = quantity("Periods", "How long they hold.", "periods", default=1)
    cost: Money = quantity(
        "Cost of an alarm", "Spent once, in the first of these periods.", "money per actor", default=0.0
    )


def rises(before: float, after: float) -> None:
    """Hold a change to be one that a likelihood ratio can show.

    Raises:
        LocatedError: at `to`.
    """
    if not 0 < before < after < 1:
        remedy = "A rate above 0 rises to one below 1."
        raise LocatedError(("to",), f"{after:g} is not above `from`, {before:g}", remedy=remedy)


@dataclass
class Watch:
    """Where a chart stands, (runs, 1) each."""

    level: Column
    left: Column
    """Periods of the response still to come."""
    sounded: Flags
    """Whether the last period ended with an alarm."""


class Alarm(Observing):
    """Watches a chart each period, and sounds once its level reaches `threshold`: other numbers then hold for a while.

    The chart stands still during the response, and begins anew after it.
    """

    threshold: Positive = quantity("Threshold", "The level of the chart at which the alarm sounds.")
    then: Response = quantity("Then", "What follows an alarm.")

    @model_validator(mode="after")
    @reads()
    def _something_follows(self) -> Alarm:
        if not self.then.set and not self.then.certify:
            remedy = "Say what to `set`, or `certify: true`."
            raise LocatedError(("then",), "nothing follows an alarm", Mistake.MISSING, remedy)
        return self

    @abstractmethod
    def moved(self, level: Column, seen: Seen) -> Column:
        """The level after a period, (runs, 1); NaN where it shows nothing, which leaves it."""

    @property
    def initial(self) -> Number:
        """The level that the chart begins at."""
        return 0.0

    def trials(self) -> Iterator[tuple[Key, Mapping[str, float]]]:
        yield ("then", "set"), self.then.set

    def begin(self, runs: int) -> Watch:
        return Watch(self._anew(runs), np.zeros((runs, 1)), np.zeros((runs, 1), dtype=bool))

    def _anew(self, runs: int) -> Column:
        return np.broadcast_to(np.reshape(self.initial, (-1, 1)), (runs, 1))

    def sets(self, memory: Any, period: int, draw: Floats | None) -> Settings:
        responding = memory.left > 0
        return {path: np.where(responding, value, np.nan) for path, value in self.then.set.items()}

    def cost(self, memory: Any) -> Number:
        return np.where(memory.sounded, self.then.cost, 0.0)

    def sees(self, memory: Any, seen: Seen) -> None:
        watching = memory.left == 0
        found = self.moved(memory.level, seen)
        level = np.where(watching & ~np.isnan(found), found, memory.level)
        memory.sounded = watching & (level >= self.threshold)
        memory.left = np.where(memory.sounded, self.then.periods, np.maximum(memory.left - 1, 0))
        memory.level = np.where(memory.sounded, self._anew(len(level)), level)

    @property
    def restores(self) -> bool:
        return self.then.certify

    def certifies(self, memory: Any) -> Flags | None:
        found: Flags = memory.sounded
        return found if self.then.certify else None

    def counts(self, memory: Any) -> Mapping[str, Column]:
        return {"alarm_rate": memory.sounded.astype(float)}
