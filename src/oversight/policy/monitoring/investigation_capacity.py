"""Violations are seen; the capacity to investigate them is limited."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from oversight.arrays import Column, Flags, Floats, Number
from oversight.policy.chances import Chances, State
from oversight.policy.monitoring.monitoring import Monitoring
from oversight.quantities import Money, NonNegative, quantity


def investigated(investigators: Number, violations: Number) -> Number:
    """Probability min(1, investigators / violations); at zero violations its limit (0 without investigators)."""
    seen = violations > 0
    # Rather than the smaller of 1 and the ratio, which a few violations may drive beyond any number.
    some = np.minimum(investigators, violations) / np.where(seen, violations, 1.0)
    return np.where(investigators > 0, np.where(seen, some, 1.0), 0.0)


class InvestigationCapacity(Monitoring):
    """Each violation is investigated independently with probability min(1, investigators / violations).

    Detection falls as violations spread: the source of tipping points (Bekar, Carlaw and Eaton 2022).
    """

    meaning: ClassVar[str] = "Violations are seen, but only so many can be investigated in a period."
    reads: ClassVar[frozenset[str]] = frozenset({"violations"})
    continuous: ClassVar[bool] = True

    kind: Literal["investigation_capacity"] = "investigation_capacity"
    investigators: NonNegative = quantity(
        "Investigators", "Violations that can be investigated in a period.", "cases per period"
    )
    cost_per_investigator: Money = quantity(
        "Cost per investigator", "Spent in every period, used or not.", "money per period", default=0.0
    )

    def counterpart(self, rate: Column) -> Chances:
        return Chances(rate, np.zeros((1, 1)))

    def chances(self, state: State) -> Chances:
        return Chances(investigated(self.investigators, state.violations), np.zeros((1, 1)))

    def inspects(
        self, violating: Flags, active: Flags | None, state: State, last: State, draw: Floats, rounding: Column
    ) -> Flags:
        return violating & (draw < investigated(self.investigators, state.violations))

    def cost(self, inspections: Column, state: State, last: State) -> Number:
        return self.cost_per_investigator * self.investigators

    def expected_cost(self, state: State) -> Number:
        return self.cost_per_investigator * self.investigators
