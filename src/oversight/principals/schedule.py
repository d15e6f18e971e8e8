"""A course that is laid down beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, model_validator

from oversight.arrays import Floats
from oversight.principals.principal import Key, Principal, Settings
from oversight.quantities import Count, LocatedError, PositiveCount, Real, Section, quantity, reads

MOST_STEPS = 50


class Step(Section):
    """Numbers of the policy from a period on."""

    at: Count = quantity("At", "The period from which they hold, from 0; of a round where there are rounds.", "periods")
    set: dict[str, Real] = quantity("Set", "Dotted path of a number of the policy to its value.", min_length=1)


class Schedule(Principal):
    """Steps at given periods: phase-ins, crackdowns, turns. What a step does not set stays as it was.

    With `repeat` the course begins anew after so many periods, from the policy as the file says it.
    """

    kind: Literal["schedule"] = "schedule"
    steps: Annotated[tuple[Step, ...], Field(strict=False, min_length=1, max_length=MOST_STEPS)] = quantity(
        "Steps", "What is set, and from when on."
    )
    repeat: PositiveCount | None = quantity(
        "Repeat", "Periods after which the course begins anew; absent: never.", "periods", default=None
    )

    @model_validator(mode="after")
    @reads()
    def _in_order(self) -> Schedule:
        for index, step in enumerate(self.steps):
            if index and step.at <= self.steps[index - 1].at:
                remedy = "Order the steps by time."
                raise LocatedError(("steps", index, "at"), "is not after the step before it", remedy=remedy)
            if self.repeat is not None and step.at >= self.repeat:
                message = f"{step.at} is never reached: a round has {self.repeat} periods, counted from 0"
                raise LocatedError(("steps", index, "at"), message, remedy="Make `repeat` longer, or the step earlier.")
        return self

    @property
    def starts(self) -> Sequence[int]:
        return tuple(dict.fromkeys((0, *(step.at for step in self.steps))))

    @property
    def always(self) -> tuple[str, ...]:
        first = self.steps[0]
        return () if first.at else tuple(first.set)

    def phase(self, period: int) -> int:
        here = period if self.repeat is None else period % self.repeat
        return sum(start <= here for start in self.starts) - 1

    def trials(self) -> Iterator[tuple[Key, Mapping[str, float]]]:
        held: dict[str, float] = {}
        for index, step in enumerate(self.steps):
            held = {**held, **step.set}
            yield ("steps", index, "set"), held

    def courses(self) -> list[Settings]:
        """What is set in each phase."""
        held: dict[str, Any] = {}
        found: list[Settings] = [held] if self.steps[0].at else []
        for step in self.steps:
            held = {**held, **{path: np.reshape(value, (-1, 1)) for path, value in step.set.items()}}
            found.append(held)
        return found

    def sets(self, memory: Any, period: int, draw: Floats | None) -> Settings:
        return self.courses()[self.phase(period)]

    def told(self) -> str:
        return "the calendar"
