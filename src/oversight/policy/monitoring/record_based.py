"""The more past sanctions, the more inspections."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from oversight.arrays import Array
from oversight.policy.chances import Chances, State
from oversight.policy.monitoring.monitoring import PaidByInspection
from oversight.quantities import NonNegative, Probability, quantity


class RecordBased(PaidByInspection):
    """Inspection with probability min(max_rate, base_rate + rate_per_record x record)."""

    meaning: ClassVar[str] = "Actors with past sanctions are inspected more often."
    reads: ClassVar[frozenset[str]] = frozenset({"record"})
    continuous: ClassVar[bool] = True

    kind: Literal["record_based"] = "record_based"
    base_rate: Probability = quantity(
        "Base inspection rate", "Probability of inspection with a clean record.", "probability per period"
    )
    rate_per_record: NonNegative = quantity(
        "Rate per record entry", "Added to the probability for each standing past sanction.", "probability per sanction"
    )
    max_rate: Probability = quantity(
        "Highest inspection rate", "The probability never exceeds this.", "probability per period", default=1.0
    )

    @property
    def records(self) -> int:
        room = np.maximum(self.max_rate - np.minimum(self.base_rate, self.max_rate), 0.0)
        steps = np.where(
            self.rate_per_record > 0, room / np.where(self.rate_per_record > 0, self.rate_per_record, 1), 0
        )
        return 1 + int(np.ceil(np.max(steps) - 1e-9))

    def chances(self, state: State) -> Chances:
        rate = np.minimum(self.max_rate, self.base_rate + self.rate_per_record * state.record)
        return Chances(rate, rate)

    def expected_cost(self, state: State) -> Array:
        return self.cost_per_inspection * state.active * self.chances(state).violating
