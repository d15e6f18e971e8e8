"""What oversight and training cost together."""

from __future__ import annotations

from typing import ClassVar, Literal

from oversight.arrays import Column
from oversight.measures.measure import Measure
from oversight.measures.period import Period


class Spending(Measure):
    """What oversight and training cost together: inspections, alarms, nats and certifications."""

    title: ClassVar[str] = "Spending"
    unit: ClassVar[str] = "money per actor"

    kind: Literal["spending"] = "spending"

    def of(self, period: Period) -> Column:
        totals, members = period.totals, period.violating.shape[1]
        spent: Column = (totals.oversight_cost + totals.training_cost) / members
        return spent
