"""Which misconduct rates a run is watched for being near."""

from __future__ import annotations

from math import nan

from oversight.equilibrium.solve import edge_of, solve_all
from oversight.scenario import Experiment

NEAR = 3
"""The lowest so many equilibria are watched: every design point has the same columns."""


def ahead(experiment: Experiment) -> tuple[tuple[float, ...], float]:
    """What a run is watched for: `near_equilibria`, and the edge beyond which detection gives way.

    The edge is the misconduct rate of the unstable equilibrium, where actors are copies and there is exactly one; else
    NaN.
    """
    copied = any(entry.copies for entry in experiment.population)
    if not copied:
        return near_equilibria(experiment), nan
    (solution,) = solve_all([experiment], certified=False, prices=False)
    return near_equilibria(experiment), edge_of(solution.equilibria)


def near_equilibria(experiment: Experiment) -> tuple[float, ...]:
    """Misconduct rates of the lowest `NEAR` equilibria; none without `dynamics`, or where theory has none.

    A class that fails when theory asks it has none here either: the summary says so.
    """
    if experiment.dynamics is None:
        return ()
    (solution,) = solve_all([experiment], certified=False, prices=False)
    return tuple(each.misconduct_rate for each in solution.equilibria[:NEAR])
