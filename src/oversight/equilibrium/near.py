"""Which misconduct rates a run is watched for being near."""

from __future__ import annotations

from oversight.equilibrium.solve import solve_all
from oversight.scenario import Experiment

NEAR = 3
"""The lowest so many equilibria are watched: every design point has the same columns."""


def near_equilibria(experiment: Experiment) -> tuple[float, ...]:
    """Misconduct rates of the lowest `NEAR` equilibria; none without `dynamics`, or where theory has none.

    A class that fails when theory asks it has none here either: the summary says so.
    """
    if experiment.dynamics is None:
        return ()
    (solution,) = solve_all([experiment], certified=False, prices=False)
    return tuple(each.misconduct_rate for each in solution.equilibria[:NEAR])
