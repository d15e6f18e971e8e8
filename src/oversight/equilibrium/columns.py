"""Theory as columns beside simulated points: a row a design point and start."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from oversight.arrays import Indices, Table
from oversight.equilibrium.anarchy import anarchy
from oversight.equilibrium.block import Block
from oversight.equilibrium.certificate import effort
from oversight.equilibrium.coverage import slow_to_ask
from oversight.equilibrium.planner import optimum
from oversight.equilibrium.prices import Price
from oversight.equilibrium.solve import Equilibrium, Solution, block_references, solve_block
from oversight.errors import OversightError
from oversight.scenario import Experiment
from oversight.scenario.family import Placed

CERTIFIED = 2_000
"""Certificates, in units of a few milliseconds, that one sweep may take: beyond that there are none."""
_TOO_SLOW = (
    "A class branches with `if` and decides by its draw: asked one actor at a time, it is too slow for a sweep. "
    "`oversight solve` has the theory of one point."
)


def beside(design: Placed[Experiment], points: Indices, means: Mapping[str, Table]) -> tuple[pa.Table, list[str]]:
    """Columns of theory, a row a design point and start, and what classes of one's own raised when theory asked them.

    Args:
        design: all points of a sweep.
        points: those of them that are asked for.
        means: by measure, its mean from each start, (points, starts). Where there are two starts, the mean social cost
            from each is what the columns `anarchy.*` compare.
    """
    solutions, starts = solutions_of(design, points), design.families[0].base.starts
    parts = [theory(solutions, starts)]
    if len(starts) > 1 and "social_cost" in means:
        parts.insert(0, _anarchy(design, points, solutions, means["social_cost"]))
    if any(entry.copies for family in design.families for entry in family.base.population):
        parts.append(laws(solutions, starts))
    table = pd.concat(parts, axis=1)
    faults = [solution.fault for solution in solutions if solution.fault]
    types = pa.schema([(name, _type_of(name)) for name in map(str, table)])
    return pa.Table.from_pandas(table, types, preserve_index=False), list(dict.fromkeys(faults))


def _type_of(name: str) -> pa.DataType:
    if name == "theory.states" or name.endswith("note"):
        return pa.string()
    if name == "theory.certified":
        return pa.bool_()
    return pa.int64() if name in ("theory.cycle", "theory.equilibria") else pa.float64()


def solutions_of(design: Placed[Experiment], points: Indices) -> list[Solution]:
    """Theory of some design points."""
    first = design.experiment(0)
    if len(design) > 1 and _slow(first):
        return [Solution(complete=False, not_covered=_TOO_SLOW)] * len(points)
    return solve_block(_block(design, points), certified=len(design) * effort(first) <= CERTIFIED)


def _block(design: Placed[Experiment], points: Indices) -> Block:
    return Block(design.families, design.family[points], design.row[points])


def _anarchy(design: Placed[Experiment], points: Indices, solutions: Sequence[Solution], costs: Table) -> pd.DataFrame:
    others = np.array([place for place, solution in enumerate(solutions) if solution.not_covered], dtype=np.int64)
    without = dict(zip(others.tolist(), _references(design, points[others]), strict=True))
    rows = []
    for place, (cost, solution) in enumerate(zip(costs, solutions, strict=True)):
        if place in without:
            least = optimum(design.experiment(int(points[place])))
            row = anarchy(list(cost), least, without[place])
        else:
            row = anarchy(list(cost), solution.optimum, solution.reference)
        rows += [{f"anarchy.{name}": value for name, value in asdict(row).items()}] * costs.shape[1]
    return pd.DataFrame(rows)


def _references(design: Placed[Experiment], points: Indices) -> list[Price]:
    """Social cost without oversight of design points whose own policy theory does not cover."""
    if not len(points):
        return []
    if _slow(design.experiment(int(points[0]))):
        return [Price(np.nan, _TOO_SLOW)] * len(points)
    return block_references(_block(design, points))


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
    and `states` lists them all as JSON, with the rates of each entry where there are several. `reference` is the social
    cost without oversight. `price_note` says why there is no `price`, `anarchy_share_note` why no `anarchy_share`.
    """
    return pd.DataFrame([_row(solution, start) for solution in solutions for start in starts]).add_prefix("theory.")


def laws(solutions: Sequence[Solution], starts: Sequence[str]) -> pd.DataFrame:
    """Columns `theory.*` of copies, empty where the law is not known.

    `long_run` is the mean misconduct rate that their common factor leads to, `misconduct_q95` and `misconduct_q99` what
    it does not exceed in 95 and 99 of 100 periods, and `beyond_edge` the share of periods above the unstable
    equilibrium.
    """
    known = [solution.law for solution in solutions for _ in starts]
    names = {"long_run": "mean", "misconduct_q95": "q95", "misconduct_q99": "q99", "beyond_edge": "beyond_edge"}
    rows = {name: [np.nan if law is None else getattr(law, of) for law in known] for name, of in names.items()}
    return pd.DataFrame(rows).add_prefix("theory.")


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
        "reference": solution.reference.value,
        "anarchy_share": solution.anarchy_share.value,
        "anarchy_share_note": "" if solution.not_covered else solution.anarchy_share.note,
        "price_of_non_commitment": solution.price_of_non_commitment.value,
        "states": json.dumps([_state(each) for each in found]) if found else "",
        "certified": all(each.holds for each in certificates) if certificates else None,
        "note": " ".join([solution.not_covered, *solution.notes]).strip(),
    }


def _state(each: Equilibrium) -> dict[str, Any]:
    entries = {"misconduct_rates": each.misconduct_rates} if len(each.misconduct_rates) > 1 else {}
    cost = None if np.isnan(each.social_cost) else each.social_cost
    state = {"misconduct_rate": each.misconduct_rate, "social_cost": cost, "stable": each.stable}
    options = {"option_rates": each.option_rates} if each.option_rates else {}
    measures = {name: None if np.isnan(value) else value for name, value in each.measures.items()}
    return state | entries | options | measures
