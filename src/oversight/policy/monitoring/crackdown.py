"""More investigators after a bad period."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from oversight.arrays import Array
from oversight.policy.chances import Chances, State
from oversight.policy.monitoring.investigation_capacity import investigated
from oversight.policy.monitoring.monitoring import Monitoring
from oversight.quantities import Money, NonNegative, quantity


class Crackdown(Monitoring):
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

    def investigators(self, last: State) -> Array:
        """Capacity after the period `last`, shape (runs, 1)."""
        quiet = last.violations < self.threshold
        return np.where(quiet, self.investigators_low, self.investigators_high)

    def counterpart(self, rate: Array) -> Chances:
        return Chances(rate, np.zeros((1, 1)))

    def chances(self, state: State) -> Chances:
        return Chances(investigated(self.investigators(state), state.violations), np.zeros((1, 1)))

    def delivers(self, state: State, last: State) -> Chances:
        return Chances(investigated(self.investigators(last), state.violations), np.zeros((1, 1)))

    def inspects(
        self, violating: Array, active: Array | None, state: State, last: State, draw: Array, rounding: Array
    ) -> Array:
        return violating & (draw < self.delivers(state, last).violating)

    def cost(self, inspections: Array, state: State, last: State) -> Array:
        return self.cost_per_investigator * self.investigators(last)

    def expected_cost(self, state: State) -> Array:
        return self.cost_per_investigator * self.investigators(state)
