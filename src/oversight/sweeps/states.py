"""Do replicates agree, or settle in different states?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oversight.arrays import Vector

LEAST_GAP = 0.1
LEAST_RATIO = 10.0


@dataclass(frozen=True)
class Settled:
    """Replicates that settled together: their mean misconduct rate and their share of all replicates."""

    misconduct_rate: float
    share: float


def states(rates: Vector) -> list[Settled]:
    """Groups of replicates by misconduct rate, (replicates,), lowest first; one group where they agree.

    They part at gaps of at least `LEAST_GAP` that are also `LEAST_RATIO` times the median of the other gaps, so that a
    broad but connected spread stays one state.
    """
    known = np.sort(rates[~np.isnan(rates)])
    gaps = np.diff(known)
    wide = np.flatnonzero(gaps >= LEAST_GAP)
    cuts = [place + 1 for place in wide if _parts(gaps[place], np.delete(gaps, place))]
    groups = np.split(known, cuts) if len(known) else []
    return [Settled(float(group.mean()), len(group) / len(known)) for group in groups]


def _parts(gap: float, others: Vector) -> bool:
    return not len(others) or bool(gap >= LEAST_RATIO * np.median(others))
