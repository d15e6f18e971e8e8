"""A fixed number of inspections, spread at random."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from oversight.arrays import Column, Flags, Floats
from oversight.policy.chances import Chances, State
from oversight.policy.monitoring.highest import highest, whole_inspections
from oversight.policy.monitoring.monitoring import PaidByInspection
from oversight.quantities import NonNegative, quantity


class AuditCapacity(PaidByInspection):
    """`inspections` of the active actors are drawn uniformly, without replacement.

    A fraction is made up over time: 2.5 is two inspections in half of the periods and three in the rest.
    """

    meaning: ClassVar[str] = "A fixed number of inspections is spread at random over the actors in play."
    rounding: ClassVar[bool] = True
    reads: ClassVar[frozenset[str]] = frozenset({"active"})
    continuous: ClassVar[bool] = True

    kind: Literal["audit_capacity"] = "audit_capacity"
    inspections: NonNegative = quantity(
        "Inspections",
        "How many actors are inspected in a period; a fraction is met on average.",
        "inspections per period",
    )

    def chances(self, state: State) -> Chances:
        rate = np.minimum(1.0, self.inspections / np.where(state.active > 0, state.active, 1.0))
        return Chances(rate, rate)

    def counterpart(self, rate: Column) -> Chances:
        return Chances(rate, rate)

    def inspects(
        self, violating: Flags, active: Flags | None, state: State, last: State, draw: Floats, rounding: Column
    ) -> Flags:
        return highest(draw, active, whole_inspections(self.inspections, rounding))
