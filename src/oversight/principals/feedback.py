"""Reacting to what is found."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BeforeValidator, model_validator

from oversight.arrays import Column, Floats
from oversight.measures.totals import ratio
from oversight.principals.observing import Observing, worded
from oversight.principals.principal import Key, Seen, Settings
from oversight.quantities import Count, LocatedError, Real, Share, quantity, reads


class Feedback(Observing):
    """Moves a number of the policy by `slope` x (what it observes - `target`), between `low` and `high`.

    By `integral` control it moves on from where it is in each period, by `proportional` control from `base`. Where
    nothing shows, since nothing was inspected, the number stays.
    """

    kind: Literal["feedback"] = "feedback"
    lever: str = quantity("Lever", "Dotted path of the number of the policy that it moves.")
    base: Real = quantity("Base", "What the number is at first.")
    observes: Annotated[Literal["apparent", "true", "inspections"], BeforeValidator(worded)] = quantity(  # type: ignore[assignment]
        "Observes",
        "`apparent`: misconduct as the inspections alone show it. `inspections`: the inspection rate. "
        "`true`: misconduct itself, which nobody can see.",
        default="apparent",
    )
    control: Literal["integral", "proportional"] = quantity(
        "Control", "Whether the number moves on from where it is, or each time from `base`.", default="integral"
    )
    target: Share = quantity("Target", "The misconduct or inspection rate that it steers to.", "share")
    slope: Real = quantity("Slope", "How far the number rises in a period for a rate of 1 above the target.")
    low: Real = quantity("Low", "The least that it sets.")
    high: Real = quantity("High", "The most that it sets.")
    delay: Count = quantity(
        "Delay", "Periods that pass between what is seen and what is done about it, beside the next one.", default=0
    )

    @model_validator(mode="after")
    @reads("base", "low", "high")
    def _in_order(self) -> Feedback:
        if self.low > self.high:
            raise LocatedError(("low",), f"{self.low:g} is above `high`, {self.high:g}", remedy="Swap them.")
        if not self.low <= self.base <= self.high:
            remedy = "Begin where it may go."
            raise LocatedError(("base",), f"{self.base:g} is not between `low` and `high`", remedy=remedy)
        return self

    def shown(self, seen: Seen) -> Column:
        return ratio(seen.inspections, seen.active) if self.observes == "inspections" else super().shown(seen)

    def told(self) -> str:
        return "how many it inspects" if self.observes == "inspections" else super().told()

    def trials(self) -> Iterator[tuple[Key, Mapping[str, float]]]:
        yield ("base",), {self.lever: self.base}
        yield ("low",), {self.lever: self.low}
        yield ("high",), {self.lever: self.high}

    @property
    def always(self) -> tuple[str, ...]:
        return (self.lever,)

    def begin(self, runs: int) -> deque[Column]:
        """What it will set in the next periods, as far as that is settled."""
        level = np.broadcast_to(np.reshape(self.base, (-1, 1)), (runs, 1))
        return deque([level] * (self.delay + 1))

    def sets(self, memory: Any, period: int, draw: Floats | None) -> Settings:
        return {self.lever: memory[0]}

    def sees(self, memory: Any, seen: Seen) -> None:
        shown, level = self.shown(seen), memory[-1]
        start = level if self.control == "integral" else self.base
        moved = np.clip(start + self.slope * (shown - self.target), self.low, self.high)
        memory.append(np.where(np.isnan(shown), level, moved))
        memory.popleft()
