"""Auditing a share of tasks before they run, against an attacker who chooses how often to attack."""

from __future__ import annotations

from math import exp

import numpy as np
from scipy.optimize import minimize_scalar

from oversight.games.numbers import shares


def attack_succeeds(attacks: float, audited: float) -> float:
    """Probability that an attack runs and none was audited, among many tasks of which `attacks` are expected to attack.

    The attacks in audited and in other tasks are Poisson with means audited x attacks and (1 - audited) x attacks. One
    audited attack stops the attacker, so that it succeeds with probability exp(-audited attacks) - exp(-attacks).
    """
    return exp(-audited * attacks) - exp(-attacks)


def safety(audited: float) -> float:
    """1 less the success of an attacker who picks the best expected number of attacks, found numerically.

    In closed form 1 - (1 - b) b^(b / (1 - b)) for an audited share b, reached at log(1 / b) / (1 - b) attacks (Bhatt et
    al. 2025, arXiv 2504.10374). One attack alone would be audited with probability b, far more rarely than that.

    Raises:
        ValueError: the share is none.
    """
    shares(audited=audited)
    if audited in (0.0, 1.0):
        return audited
    grid = np.geomspace(1e-3, 1e3 / audited, 2001)
    best = int(np.argmax([attack_succeeds(float(attacks), audited) for attacks in grid]))
    found = minimize_scalar(
        lambda attacks: -attack_succeeds(attacks, audited),
        bounds=(float(grid[max(best - 1, 0)]), float(grid[min(best + 1, len(grid) - 1)])),
        method="bounded",
        options={"xatol": 1e-9},
    )
    return 1 + float(found.fun)
