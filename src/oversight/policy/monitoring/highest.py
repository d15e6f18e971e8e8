"""Picking the highest scores of each run."""

from __future__ import annotations

import numpy as np

from oversight.arrays import Flags, Floats, Number, Wholes

_MOST = 2.0**53
"""More than there are actors anywhere, and less than overflows an integer."""


def whole_inspections(inspections: Number, rounding: Floats) -> Wholes:
    """Whole numbers with mean `inspections`: floor(inspections + u) for u uniform on [0, 1)."""
    return np.floor(np.minimum(inspections + rounding, _MOST)).astype(np.int64)


def highest(score: Floats, active: Flags | None, inspections: Wholes) -> Flags:
    """Booleans (runs, members): the `inspections` (runs, 1) highest scores of each run among the active."""
    if active is not None:
        score = np.where(active, score, -np.inf)
    runs = max(len(score), len(inspections))
    score = np.broadcast_to(score, (runs, score.shape[1]))
    capacity = np.broadcast_to(inspections, (runs, 1))[:, 0]
    chosen = np.ones(score.shape, dtype=bool)
    members = score.shape[1]
    for inspected in np.unique(capacity):
        if inspected < members:
            rows = capacity == inspected
            chosen[rows] = _top(score[rows], int(inspected))
    return chosen


def _top(score: Floats, inspected: int) -> Flags:
    if inspected == 0:
        return np.zeros(score.shape, dtype=bool)
    place = score.shape[1] - inspected
    threshold = np.partition(score, place, axis=1)[:, place : place + 1]
    return score >= threshold
