"""The harm of the worst violation."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from oversight.arrays import Column
from oversight.measures.measure import Measure
from oversight.measures.period import Period


class LargestHarm(Measure):
    """The harm of a period's worst violation, before anything is averted."""

    title: ClassVar[str] = "Largest harm"
    unit: ClassVar[str] = "money"
    missing: ClassVar[str] = "nobody violated"

    kind: Literal["largest_harm"] = "largest_harm"

    def of(self, period: Period) -> Column:
        largest = np.where(period.violating, period.harm, -np.inf).max(axis=1, keepdims=True)
        return np.where(np.isinf(largest), np.nan, largest)
