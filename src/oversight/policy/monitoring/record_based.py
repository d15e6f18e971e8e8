"""The more past sanctions, the more inspections."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import model_validator

from oversight.arrays import Number, present
from oversight.policy.chances import Chances, State
from oversight.policy.monitoring.monitoring import PaidByInspection
from oversight.quantities import LocatedError, NonNegative, Probability, quantity

_UNCOUNTED = 1e15
"""Steps beyond this are as good as no end of them."""


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

    @model_validator(mode="after")
    def _starts_below_the_highest(self) -> RecordBased:
        if self.base_rate > self.max_rate:
            raise LocatedError(("base_rate",), f"{self.base_rate:g} is above max_rate, {self.max_rate:g}")
        return self

    @property
    def records(self) -> int:
        room = np.maximum(self.max_rate - np.minimum(self.base_rate, self.max_rate), 0.0)
        steps = np.where(
            self.rate_per_record > 0, room / np.where(self.rate_per_record > 0, self.rate_per_record, 1), 0
        )
        return 1 + int(np.ceil(min(float(np.max(steps)), _UNCOUNTED) - 1e-9))

    def chances(self, state: State) -> Chances:
        rate = np.minimum(self.max_rate, self.base_rate + self.rate_per_record * present(state.record))
        return Chances(rate, rate)

    def expected_cost(self, state: State) -> Number:
        return self.cost_per_inspection * state.active * self.chances(state).violating
