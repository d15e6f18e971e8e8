"""How far a few violators do most of the harm."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from oversight.arrays import Column
from oversight.measures.measure import Measure
from oversight.measures.period import Period
from oversight.quantities import Share, quantity


class HarmConcentration(Measure):
    """Share of all harm that the most harmful actors of each period do, before anything is averted."""

    title: ClassVar[str] = "Concentration of harm"
    unit: ClassVar[str] = "% of harm"
    missing: ClassVar[str] = "no harm was done"
    percent: ClassVar[bool] = True

    kind: Literal["harm_concentration"] = "harm_concentration"
    top: Share = quantity(
        "Top", "The most harmful of all actors, rounded up to a whole number of them.", "share", default=0.1
    )

    def of(self, period: Period) -> tuple[Column, Column]:
        done = -np.sort(-np.maximum(period.harm, 0.0) * period.violating, axis=1)
        members = done.shape[1]
        few = np.arange(members) < np.ceil(self.top * members - 1e-9)
        return (done * few).sum(axis=1, keepdims=True), done.sum(axis=1, keepdims=True)
