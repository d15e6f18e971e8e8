"""Do replicates agree, or settle in different states?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oversight.arrays import Vector

LEAST_GAP = 0.1
LEAST_RATIO = 10.0


@dataclass(frozen=True)
class Settled:
    """Replicates that settled together: the mean of their measure and their share of all replicates."""

    mean: float
    share: float


def states(values: Vector) -> list[Settled]:
    """Groups of replicates by a measure, (replicates,), lowest first; one group where they agree.

    They part at gaps of at least `LEAST_GAP` that are also `LEAST_RATIO` times the median of the other gaps, so that a
    broad but connected spread stays one state.
    """
    known = np.sort(values[~np.isnan(values)])
    gaps = np.diff(known)
    wide = np.flatnonzero(gaps >= LEAST_GAP)
    cuts = [place + 1 for place in wide if _parts(gaps[place], np.delete(gaps, place))]
    groups = np.split(known, cuts) if len(known) else []
    return [Settled(float(group.mean()), len(group) / len(known)) for group in groups]


def _parts(gap: float, others: Vector) -> bool:
    return not len(others) or bool(gap >= LEAST_RATIO * np.median(others))
