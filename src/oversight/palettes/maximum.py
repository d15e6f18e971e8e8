"""The weights with which a model meets its targets: a concave maximum over l >= 0."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oversight.arrays import Table, Vector
from oversight.palettes.answers import Answers

_STEPS = 500
DONE = 1e-24
"""What a step may still promise, in nats."""
SURE = 1e-9
"""What a step promises where full ones double the right digits, and rounding hides what each gains."""
ENOUGH = 1e-4
"""Least share of what a step promises that it has to gain."""
_ROUNDING = 1e-12
"""By how much, relative to its range, a level that cannot move may seem to miss its target."""
_LEAST = 1e-13
"""Least curvature, relative to the largest, that counts as one."""


def maximiser(answers: Answers, targets: Vector) -> Vector:
    """The l >= 0 that maximises l.c - log sum p0 exp(l.v), by Newton steps: each is a least-squares problem.

    The targets c must be feasible with some answers to spare, so that a maximum exists.
    """
    varies = answers.varies
    if not varies.all():  # what all answers have alike, weights cannot change
        found = np.zeros(len(targets))
        if varies.any():
            found[varies] = maximiser(replace(answers, values=answers.values[:, varies]), targets[varies])
        return found
    scale = answers.scale
    weights = np.zeros(len(targets))  # per range of each value
    here = answers.base
    dual = 0.0
    for _ in range(_STEPS):
        slope = (targets - here.levels) / scale
        step = newton(weights, slope, answers.covariance(here) / np.outer(scale, scale)) - weights
        promised = float(slope @ step)
        if promised <= DONE:
            break
        for _ in range(_STEPS):
            there = answers.at((weights + step) / scale)
            value = float(there.weights @ targets) - there.log_partition
            if promised <= SURE or value >= dual + ENOUGH * promised:
                break
            step, promised = step / 2, promised / 2
        weights, here, dual = weights + step, there, value
    return weights / scale


def newton(weights: Vector, slope: Vector, curvature: Table) -> Vector:
    """The x >= 0 that maximises slope.(x - l) - (x - l)' curvature (x - l) / 2."""
    from scipy.optimize import nnls  # heavy, and only needed here

    sizes, axes = np.linalg.eigh(curvature)
    least = max(_LEAST * sizes[-1], np.finfo(float).tiny)
    pull = axes.T @ slope
    pull[(sizes <= least) & (np.abs(pull) <= _ROUNDING)] = 0.0
    roots = np.sqrt(np.maximum(sizes, least))
    found, _ = nnls(roots[:, None] * axes.T, roots * (axes.T @ weights) + pull / roots)
    return np.asarray(found, dtype=float)
