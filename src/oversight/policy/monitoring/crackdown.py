"""More investigators after a bad period."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import model_validator

from oversight.arrays import Column, Flags, Floats, Number
from oversight.policy.chances import Chances, State
from oversight.policy.monitoring.investigation_capacity import Investigations, investigated
from oversight.quantities import LocatedError, Money, NonNegative, quantity


class Crackdown(Investigations):
    """Investigation capacity, low when last period's violations were below `threshold` and high otherwise."""

    meaning: ClassVar[str] = "Few investigators in quiet times, many after a period with too many violations."
    reads: ClassVar[frozenset[str]] = frozenset({"violations"})

    kind: Literal["crackdown"] = "crackdown"
    threshold: NonNegative = quantity(
        "Crackdown threshold", "Violations in a period that call the high capacity out for the next.", "violations"
    )
    investigators_low: NonNegative = quantity(
        "Investigators in quiet times", "Violations that can be investigated in a period.", "cases per period"
    )
    investigators_high: NonNegative = quantity(
        "Investigators in a crackdown", "Violations that can be investigated in a period.", "cases per period"
    )
    cost_per_investigator: Money = quantity(
        "Cost per investigator", "Spent in every period, used or not.", "money per period", default=0.0
    )

    @model_validator(mode="after")
    def _more_in_a_crackdown(self) -> Crackdown:
        if self.investigators_high < self.investigators_low:
            message = f"{self.investigators_high:g} are fewer than the {self.investigators_low:g} of quiet times"
            raise LocatedError(("investigators_high",), message)
        return self

    def capacity(self, last: State) -> Number:
        """Capacity after the period `last`, shape (runs, 1)."""
        quiet = last.violations < self.threshold
        return np.where(quiet, self.investigators_low, self.investigators_high)

    def counterpart(self, rate: Column) -> Chances:
        return Chances(rate, np.zeros((1, 1)))

    def chances(self, state: State) -> Chances:
        return Chances(investigated(self.capacity(state), state.violations), np.zeros((1, 1)))

    def delivers(self, state: State, last: State) -> Chances:
        return Chances(investigated(self.capacity(last), state.violations), np.zeros((1, 1)))

    def inspects(
        self, violating: Flags, active: Flags | None, state: State, last: State, draw: Floats, rounding: Column
    ) -> Flags:
        return violating & (draw < self.delivers(state, last).violating)

    def cost(self, inspections: Column, state: State, last: State) -> Number:
        return self.cost_per_investigator * self.capacity(last)

    def expected_cost(self, state: State) -> Number:
        return self.cost_per_investigator * self.capacity(state)
