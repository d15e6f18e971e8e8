"""In which facts a policy fails: a box of them, for any measure and any threshold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from oversight.environments import environment_of
from oversight.errors import InputError, Problem
from oversight.sweeps.prim import prim
from oversight.sweeps.results import Results


def scenario_discovery(
    results: Results, at_least: float, measure: str | None = None, policy: Mapping[str, Any] | None = None
) -> pd.DataFrame:
    """The box of drawn facts that holds most of the points at which a measure reaches a value, and little else.

    Args:
        results: a finished sweep whose parameters are drawn, or a `nested` one.
        at_least: the value of the measure from which on the policy fails.
        measure: a measure's mean over replicates in the worse of the starts, by default `misconduct_rate` or what else
            is the main one.
        policy: of a `nested` sweep, the setting of its levers, by dotted path as in the columns `param.*`.

    Returns:
        a row a fact that the box limits: `parameter`; `low` and `high`, infinite where there is no limit; `chance`, the
        probability of the box's density if the limits did nothing; and of the whole box `coverage`, the share of
        failures that lie in it, and `density`, the share of its points that fail. No rows where there is no box.

    Raises:
        InputError: nothing is drawn, there is no such measure, or no point has these levers.

    Example:
        >>> import oversight
        >>> unit = {"kind": "uniform", "low": 0, "high": 1}
        >>> drawn = {"policy.monitoring.rate": unit, "policy.sanction.amount": unit}
        >>> design = {"kind": "sobol", "points": 64, "parameters": drawn}
        >>> results = oversight.sweep("certainty_or_severity", {"sweep": design}, out=None, progress=False)
        >>> oversight.scenario_discovery(results, at_least=0.9)["parameter"].tolist()
        ['policy.monitoring.rate']
    """
    sweep = results.experiment.sweep
    facts = [path for path in results.design.paths if sweep is not None and sweep.draws(path)]
    if not facts:
        remedy = "Sweep by `kind: nested`, or by a sample such as `kind: latin_hypercube`."
        raise InputError(Problem("has no facts that are drawn", "sweep.kind", remedy=remedy))
    column = f"metric.{measure or environment_of(results.experiment).main}.mean"
    if column not in results.columns:
        raise InputError(Problem(f"there is no measure `{measure}` in these results ({column})", "measure"))
    columns = [f"param.{path}" for path in facts]
    levers = [path for path in results.design.paths if path not in facts]
    table = results.read(columns=["point", *columns, *(f"param.{path}" for path in levers), column])
    if levers:
        table = _at(table, levers, policy or {})
    table = table.groupby("point").max(numeric_only=True).dropna(subset=column)
    box = prim(table[columns].to_numpy(dtype=np.float64), np.array(table[column] >= at_least))
    rows = []
    if box is not None:
        for at in np.flatnonzero(box.limited):
            rows.append((facts[at], box.low[at], box.high[at], box.chance[at], box.coverage, box.density))
    return pd.DataFrame(rows, columns=["parameter", "low", "high", "chance", "coverage", "density"])


def _at(table: pd.DataFrame, levers: list[str], policy: Mapping[str, Any]) -> pd.DataFrame:
    """The points with one setting of the levers."""
    for path in levers:
        if path not in policy:
            remedy = f"Give it a value: policy={{{path!r}: ...}}."
            raise InputError(Problem(f"does not say which `{path}` is meant", "policy", remedy=remedy))
        table = table[table[f"param.{path}"].eq(policy[path])]
    if table.empty:
        raise InputError(Problem("no design point has these levers", "policy", remedy="Take values that were run."))
    return table
