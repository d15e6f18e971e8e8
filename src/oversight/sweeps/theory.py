"""Theory beside the simulated points: a row a design point and start."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd

from oversight.equilibrium import Equilibrium, Solution, effort, slow_to_ask, solve_all
from oversight.errors import OversightError
from oversight.scenario import Experiment
from oversight.sweeps.design import Design

CERTIFIED = 2_000
"""Certificates, in units of a few milliseconds, that one sweep may take: beyond that there are none."""
_TOO_SLOW = (
    "A class branches with `if` and decides by its draw: asked one actor at a time, it is too slow for a sweep. "
    "`oversight solve` has the theory of one point."
)
SOLVED_POINTS = 20_000
"""Larger designs get no theory columns."""


def solutions_of(design: Design) -> list[Solution]:
    """Theory of every design point; none of a design that is too large."""
    if len(design) > SOLVED_POINTS:
        return []
    experiments = [design.experiment(index) for index in range(len(design))]
    if len(design) > 1 and _slow(experiments[0]):
        return [Solution(complete=False, not_covered=_TOO_SLOW)] * len(design)
    return solve_all(experiments, certified=len(design) * effort(experiments[0]) <= CERTIFIED)


def _slow(experiment: Experiment) -> bool:
    """Whether one solution takes minutes; a class that fails when it is asked is told of later, point by point."""
    with suppress(OversightError):
        return slow_to_ask(experiment)
    return False


def theory(solutions: Sequence[Solution], starts: Sequence[str]) -> pd.DataFrame:
    """Columns `theory.*`, empty where the solver does not cover a point, with `theory.note` to say why.

    `misconduct_rate` and `social_cost` are where a row's own start leads in the large-population limit (means over a
    cycle of `cycle` periods, 1 at rest, 0 if it does not settle; `cycle_lowest` and `cycle_highest` are the misconduct
    rates in it). `lowest` and `highest` are the equilibria's misconduct rates, `best` and `worst` their social costs,
    and `states` lists them all as JSON, with the rates of each entry where there are several. `price_note` says why
    there is no `price`.
    """
    return pd.DataFrame([_row(solution, start) for solution in solutions for start in starts]).add_prefix("theory.")


def _row(solution: Solution, start: str) -> dict[str, Any]:
    found = solution.equilibria
    rates = [each.misconduct_rate for each in found]
    costs = [each.social_cost for each in found]
    path = next((path for path in solution.paths if path.start == start), None)
    # Without a map of one period, one equilibrium alone is where every start leads.
    only = found[0] if len(found) == 1 and path is None and found[0].stable is not False else None
    # The means of a path that has not settled depend on where one stopped to look.
    reached = path if path and path.length else only
    certificates = [each.certificate for each in found if each.certificate is not None]
    return {
        "misconduct_rate": reached.misconduct_rate if reached else np.nan,
        "social_cost": reached.social_cost if reached else np.nan,
        "cycle": path.length if path else (1 if only else np.nan),
        "cycle_lowest": path.lowest if path else np.nan,
        "cycle_highest": path.highest if path else np.nan,
        "equilibria": len(found) if not solution.not_covered else np.nan,
        "lowest": min(rates, default=np.nan),
        "highest": max(rates, default=np.nan),
        "best": min(costs, default=np.nan),
        "worst": max(costs, default=np.nan),
        "optimum": solution.optimum.social_cost,
        "price": solution.price_of_anarchy.value,
        "price_note": "" if solution.not_covered else solution.price_of_anarchy.note,
        "gap": solution.anarchy_gap,
        "price_of_non_commitment": solution.price_of_non_commitment.value,
        "states": json.dumps([_state(each) for each in found]) if found else "",
        "certified": all(each.holds for each in certificates) if certificates else None,
        "note": " ".join([solution.not_covered, *solution.notes]).strip(),
    }


def _state(each: Equilibrium) -> dict[str, Any]:
    entries = {"misconduct_rates": each.misconduct_rates} if len(each.misconduct_rates) > 1 else {}
    cost = None if np.isnan(each.social_cost) else each.social_cost
    state = {"misconduct_rate": each.misconduct_rate, "social_cost": cost, "stable": each.stable}
    return state | entries
