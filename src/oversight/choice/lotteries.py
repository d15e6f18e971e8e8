"""Chances of alternatives, rather than one of them: what a mixture of policies, or of models, could be."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

from oversight.arrays import Vector
from oversight.choice.profile import Profile

_STEPS = 100_000
_STILL = 1e-12
"""Change of a chance in a step at which it rests."""


def maximin_lottery(profile: Profile) -> Vector:
    """Chances, (alternatives,), at which the group that expects the least expects the most: a linear programme."""
    groups, alternatives = profile.utilities.shape
    found = linprog(
        [*np.zeros(alternatives), -1.0],
        A_ub=np.column_stack([-profile.utilities, np.ones(groups)]),
        b_ub=np.zeros(groups),
        A_eq=[[*np.ones(alternatives), 0.0]],
        b_eq=[1.0],
        bounds=[*[(0, None)] * alternatives, (None, None)],
        method="highs",
    )
    return np.asarray(found.x[:-1], dtype=float)


def nash_lottery(profile: Profile) -> Vector:
    """Chances p, (alternatives,), that maximise the sum of weights x log(expected gain) over each group's fall-back.

    By p_j <- p_j sum_i w_i g_ij / (g p)_i, which raises that sum in each step (Cover 1984).

    Raises:
        ValueError: an alternative is worse for a group than what it falls back on, or none is better for some group.
    """
    gains = profile.gains
    if (gains < 0).any() or not (gains > 0).any(axis=1).all():
        raise ValueError("gains over the fall-back must not be negative, and every group must have some")
    weights = profile.weights / profile.weights.sum()
    chances = np.full(gains.shape[1], 1 / gains.shape[1])
    for _ in range(_STEPS):
        further = chances * (weights / (gains @ chances) @ gains)
        if np.abs(further - chances).max() <= _STILL:
            break
        chances = further
    return chances
