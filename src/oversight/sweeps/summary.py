"""One row a design point and start: means with confidence intervals, states, price of anarchy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from oversight.arrays import Array
from oversight.equilibrium import Solution, optimum
from oversight.scenario import Source
from oversight.sweeps.anarchy import anarchy
from oversight.sweeps.design import Design
from oversight.sweeps.moments import Moments
from oversight.sweeps.states import states
from oversight.sweeps.store import Store
from oversight.sweeps.theory import solutions_of, theory

CONFIDENCE = 0.95


def write_summary(store: Store, source: Source) -> tuple[int, list[str]]:
    """Write `summary.csv` and `summary.parquet`, a part in memory at a time.

    Returns the number of failed runs, and what classes of one's own raised when theory asked them.
    """
    table, failed, faults = _summarise(store, source)
    table.to_parquet(store.folder / "summary.parquet", index=False)
    table.to_csv(store.folder / "summary.csv", index=False)
    return failed, faults


def _summarise(store: Store, source: Source) -> tuple[pd.DataFrame, int, list[str]]:
    design, experiment = Design(source), source.experiment
    starts, points, replicates = experiment.starts, len(design), experiment.replicates
    groups = points * len(starts)
    moments: Moments | None = None
    misconduct = np.full((groups, replicates), np.nan)
    failed = np.zeros(groups, dtype=np.int64)
    names: list[str] = []
    for part in store.tables():
        names = [name for name in part.column_names if name.startswith("metric.")]
        start = np.searchsorted(starts, part["start"].to_numpy(zero_copy_only=False)) if len(starts) > 1 else 0
        group = part["point"].to_numpy() * len(starts) + start
        values = np.column_stack([part[name].to_numpy().astype(float) for name in names])
        moments = moments or Moments(groups, len(names))
        moments.add(group, values)
        misconduct[group, part["replicate"].to_numpy()] = values[:, names.index("metric.misconduct_rate")]
        failed += np.bincount(group, part["status"].to_numpy(zero_copy_only=False) == "failed", groups).astype(np.int64)
    assert moments is not None
    table = _frame(design, starts, moments, names)
    table["states"] = [_states(row) for row in misconduct]
    table["failed"] = failed
    solutions = solutions_of(design)
    if len(starts) > 1:
        costs = moments.mean()[:, names.index("metric.social_cost")].reshape(points, len(starts))
        table = table.join(_anarchy(design, solutions, costs, len(starts)))
    if solutions:
        table = table.join(theory(solutions, starts))
    faults = list(dict.fromkeys(solution.fault for solution in solutions if solution.fault))
    return table, int(failed.sum()), faults


def _frame(design: Design, starts: Sequence[str], moments: Moments, names: Sequence[str]) -> pd.DataFrame:
    rows = [{"point": point, **design.shown(point), "start": start} for point in range(len(design)) for start in starts]
    mean, sd, n = moments.mean(), moments.sd(), moments.n
    half = _half_width(sd, n)
    columns: dict[str, Array] = {}
    for index, name in enumerate(names):
        columns[f"{name}.mean"] = mean[:, index]
        columns[f"{name}.sd"] = sd[:, index]
        columns[f"{name}.ci_low"] = mean[:, index] - half[:, index]
        columns[f"{name}.ci_high"] = mean[:, index] + half[:, index]
        columns[f"{name}.n"] = n[:, index].astype(np.int64)
    return pd.DataFrame(rows).join(pd.DataFrame(columns))


def _half_width(sd: Array, n: Array) -> Array:
    """Half the width of Student's confidence interval of a mean; NaN with fewer than two values."""
    free = np.where(n > 1, n - 1, np.nan)
    half: Array = stdtrit(free, 0.5 + CONFIDENCE / 2) * sd / np.sqrt(np.where(n > 0, n, np.nan))
    return half


def _states(rates: Array) -> str:
    """JSON of the states where replicates settle in several, empty where they agree."""
    found = states(rates)
    return json.dumps([asdict(state) for state in found]) if len(found) > 1 else ""


def _anarchy(design: Design, solutions: Sequence[Solution], costs: Array, starts: int) -> pd.DataFrame:
    rows = []
    for point, cost in enumerate(costs):
        solved = bool(solutions) and not solutions[point].not_covered
        row = anarchy(list(cost), solutions[point].optimum if solved else optimum(design.experiment(point)))
        rows += [{f"anarchy.{name}": value for name, value in asdict(row).items()}] * starts
    return pd.DataFrame(rows)
