"""Looking for the best setting of one branch.

The worst equilibrium of a policy may jump, so that nothing here asks for a slope: settings are only compared. Runs are
luck, so that of settings that are judged by them the best are played again, by more and more replicates.
"""

from __future__ import annotations

from math import prod

import numpy as np
from scipy.optimize import NonlinearConstraint, differential_evolution
from scipy.stats import qmc

from oversight.arrays import Table, Vector
from oversight.searching.trials import Trials, ranks

MOST_LISTED = 10_000
"""Settings of which every one is tried by theory."""
MOST_PLAYED = 500
"""Settings of which every one is simulated."""
_TOGETHER = 256
"""Settings that are tried at a time, each in one world: theory takes hardly longer for them than for a few."""
_FEW = 32
"""Settings that are tried at a time where each takes long: simulated ones, or ones in many worlds."""
NEARLY_KNOWN = 64
"""Settings that are tried at a time where the best one is nearly known."""
_HALVING = ((32, 4), (8, 16))
"""How many of the best settings are played again, by how many times the replicates."""
MOST_TIMES = _HALVING[-1][1]
"""How many times the experiment's replicates the best settings have."""
_PATIENCE = 6
"""Generations of the evolution for each lever."""
_MOST_BOXES = 60
_FINEST = 1e-9
_FINEST_PLAYED = 1e-2
"""Of a lever's range: boxes are not made smaller."""


def optimise(trials: Trials, seed: int) -> str:
    """Try settings of a branch until the best is found; how that was done, in words."""
    played = trials.evaluations.by == "simulation"
    dimensions = trials.branch.dimensions
    sizes = [dimension.size for dimension in dimensions]
    combinations = prod(size for size in sizes if size is not None)
    if None not in sizes and combinations <= (MOST_PLAYED if played else MOST_LISTED):
        axes = np.meshgrid(*(np.arange(size or 0, dtype=float) for size in sizes), indexing="ij")
        trials(np.stack([axis.ravel() for axis in axes], axis=1) if axes else np.zeros((1, 0)))
        return f"every setting was tried{_played_again(trials)}"
    top = np.array([dimension.top for dimension in dimensions])
    whole = np.array([size is not None for size in sizes])
    together = _FEW if played else max(_FEW, _TOGETHER // len(trials.evaluations.worlds))
    first = _spread(top, whole, seed, together)
    trials(first)
    if len(top) > 1:
        _evolve(trials, first, top, whole, seed)
    close_in(trials, seed, together)
    evolved = "differential evolution, then " if len(top) > 1 else ""
    return f"{evolved}samples of ever smaller boxes about the best setting{_played_again(trials)}"


def _played_again(trials: Trials) -> str:
    """Play the best settings again where luck is in what is known of them; that, in words."""
    if trials.evaluations.by != "simulation":
        return ""
    for most, times in _HALVING:
        # A quarter at most, so that few settings are not all played again.
        few = max(2, min(most, len(trials.settings) // 4))
        best = sorted(trials.settings, key=lambda setting: setting.rank)[:few]
        trials.of([tuple(setting.point.values()) for setting in best], times)
    return f", the best of them again with up to {MOST_TIMES} times the replicates"


def _spread(top: Vector, whole: Vector, seed: int, count: int) -> Table:
    """Coordinates that fill the space of the levers evenly, and its corners, where optima often lie."""
    levers = len(top)
    inside = qmc.Sobol(levers, rng=seed).random(count)
    corners = np.array(np.meshgrid(*[[0.0, 1.0]] * min(levers, 6), indexing="ij")).reshape(min(levers, 6), -1).T
    padded = np.hstack([corners, np.full((len(corners), levers - corners.shape[1]), 0.5)])
    return _rounded(np.vstack([padded, inside]) * top, whole)


def _evolve(trials: Trials, first: Table, top: Vector, whole: Vector, seed: int) -> None:
    """Differential evolution (Storn and Price 1997), a generation at a time, with Lampinen's rule (2002) for bounds.

    All that it tries is kept in `trials`.
    """

    def ranked(coordinates: Table | Vector) -> Table:
        found = ranks(trials(np.atleast_2d(coordinates.T)))
        return np.where(np.isfinite(found), found, _UNKNOWN)

    def objective(coordinates: Table) -> Vector:
        return ranked(coordinates)[:, 1]

    def excess(coordinates: Table | Vector) -> Table | Vector:
        return ranked(coordinates)[:, 0].reshape(1, *coordinates.shape[1:])

    differential_evolution(
        objective,
        list(zip(np.zeros(len(top)), top, strict=True)),
        constraints=NonlinearConstraint(excess, -np.inf, 0.0),
        integrality=whole,
        init=first,
        maxiter=_PATIENCE * len(top),
        tol=1e-6,
        polish=False,
        updating="deferred",
        vectorized=True,
        rng=seed,
    )


_UNKNOWN = 1e30
"""In place of what is not known, which arithmetic of the optimiser could not do with."""


def close_in(trials: Trials, seed: int, count: int) -> None:
    """Sample boxes about the best setting so far, each smaller than the last but where the best lay at its edge.

    Args:
        trials: the settings of a branch, some of which are known.
        seed: of the samples.
        count: how many settings a box has.
    """
    dimensions = trials.branch.dimensions
    top = np.array([dimension.top for dimension in dimensions])
    whole = np.array([dimension.size is not None for dimension in dimensions])
    finest = _FINEST_PLAYED if trials.evaluations.by == "simulation" else _FINEST
    levers = len(top)
    if not levers:
        return
    sobol = qmc.Sobol(levers, rng=seed)
    spacing = count ** (-1 / levers)
    width = min(0.5, 2 * spacing)
    for _ in range(_MOST_BOXES):
        # Steps of a lever are as fine as it gets.
        if width < finest or np.all(whole & (width * top < 0.5)):
            return
        centre = trials.where(trials.best)
        # Cut to the bounds, so that many samples of a box that reaches beyond one lie on it.
        box = np.clip(centre + (2 * sobol.random(count) - 1) * width * top, 0.0, top)
        trials(_rounded(box, whole))
        moved = np.max(np.abs(trials.where(trials.best) - centre) / top)
        width *= 1.0 if moved > 0.9 * width else min(0.5, 2 * spacing)


def _rounded(coordinates: Table, whole: Vector) -> Table:
    return np.where(whole, np.round(coordinates), coordinates)
