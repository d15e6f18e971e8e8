"""Which uncertain numbers a sweep's results hang on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from oversight.environments import environment_of
from oversight.errors import InputError, Problem
from oversight.scenario.designs import ForSensitivity
from oversight.sweeps.results import Results


def sensitivity_indices(
    results: Results, measure: str | None = None, start: str | None = None, theory: bool = False
) -> pd.DataFrame:
    """How much of a measure each swept parameter explains, from a `saltelli` or `morris` design.

    Args:
        results: a finished sweep of such a design.
        measure: a measure's mean over replicates, by default `misconduct_rate` or what else is the main one; or with
            `theory` a column of theory.
        start: "compliant" or "violating"; by default the first that was run.
        theory: take what theory has beside the runs (`theory.<measure>`), which chance does not blur.

    Returns:
        a row a parameter. Of `saltelli`, Sobol's indices: `first`, the share of the measure's variance over the design
        that the parameter explains alone, and `total`, that share with all its interactions. Of `morris`: `effect`, the
        mean size of the change over the parameter's range, in units of the measure, and `spread`, its standard
        deviation, which is large where effects depend on the other parameters. `*_half` is half of a 95 % bootstrap
        interval. NaN where the measure is the same everywhere, or missing somewhere.

    Raises:
        InputError: the design is none of these, or there is no such measure.

    Example:
        >>> import oversight
        >>> unit = {"kind": "uniform", "low": 0, "high": 1}
        >>> drawn = {"policy.monitoring.rate": unit, "policy.sanction.amount": unit}
        >>> design = {"kind": "saltelli", "points": 64, "parameters": drawn}
        >>> results = oversight.sweep("certainty_or_severity", {"sweep": design}, out=None, progress=False)
        >>> len(oversight.sensitivity_indices(results))
        2
    """
    sweep = results.experiment.sweep
    if not isinstance(sweep, ForSensitivity):
        remedy = "Sweep by `kind: saltelli` or `kind: morris`."
        raise InputError(Problem("is no design that sensitivity can be read from", "sweep.kind", remedy=remedy))
    measure = measure or environment_of(results.experiment).main
    column = f"theory.{measure}" if theory else f"metric.{measure}.mean"
    if column not in results.columns:
        raise InputError(Problem(f"there is no measure `{measure}` in these results ({column})", "measure"))
    table = results.read(columns=["point", "start", column])
    mine = table[table["start"] == (start or table["start"].iloc[0])].sort_values("point")
    if mine.empty:
        raise InputError(Problem(f"no run starts `{start}` in these results", "start"))
    found = sweep.indices(np.array(mine[column], dtype=np.float64))
    return pd.DataFrame({"parameter": list(sweep.parameters), **found})
