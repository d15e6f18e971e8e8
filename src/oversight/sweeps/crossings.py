"""The line along which a grid was refined: where its measure crosses the threshold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from oversight.arrays import Indices, Vector
from oversight.errors import InputError, Problem
from oversight.scenario.designs import Lattice
from oversight.sweeps.design import Design
from oversight.sweeps.line import refine_of
from oversight.sweeps.results import Results


def crossings(results: Results) -> pd.DataFrame:
    """Where the measure that a grid was refined by crosses its threshold.

    Args:
        results: a finished sweep with `refine`.

    Returns:
        a row wherever two neighbouring design points, which differ in one parameter (or in those of one linked block),
        lie on different sides. Columns: `start`; `along`, the parameter; `low` and `high`, its values at the two; and
        `param.<path>` of every swept parameter where the measure crosses, by a straight line between the two points.

    Raises:
        InputError: the sweep was not refined.

    Example:
        >>> import oversight
        >>> rates = {"policy.monitoring.rate": {"start": 0, "stop": 1, "num": 3}}
        >>> refine = {"threshold": 0.5, "depth": 3, "by": "theory"}
        >>> sweep = {"kind": "grid", "parameters": rates, "refine": refine}
        >>> found = oversight.crossings(oversight.sweep("certainty_or_severity", {"sweep": sweep}))
        >>> bool((found["high"] - found["low"] == 1 / 16).all())
        True
    """
    design = results.design
    refine, lattice = refine_of(design), design.lattice
    if refine is None or lattice is None:
        remedy = "Give its grid `refine: {threshold: ..., depth: ...}`."
        raise InputError(Problem("was not refined", "sweep.refine", remedy=remedy))
    column = f"theory.{refine.metric}" if refine.by == "theory" else f"metric.{refine.metric}.mean"
    table = results.read(columns=["point", "start", column])
    found = []
    for start, mine in table.groupby("start", sort=False):
        values = mine.sort_values("point")[column].to_numpy(dtype=float) - refine.threshold
        for part in np.flatnonzero(lattice.halved).tolist():
            along = _along(design, lattice, part, values)
            along.insert(0, "start", start)
            found.append(along)
    return pd.concat(found, ignore_index=True)


def _along(design: Design, lattice: Lattice, part: int, values: Vector) -> pd.DataFrame:
    """The crossings between points that are neighbours along a part of the grid; `values` are zero on the line."""
    settings = lattice.settings(design.in_lattice)
    others = np.delete(settings, part, axis=1)
    order = np.lexsort((settings[:, part], *others.T))
    left, right = order[:-1], order[1:]
    crossed = (others[left] == others[right]).all(axis=1) & ((values[left] < 0) != (values[right] < 0))
    crossed &= ~np.isnan(values[left] + values[right])
    left, right = left[crossed], right[crossed]
    share = values[left] / (values[left] - values[right])
    moving = _paths_of(design, lattice, part)
    ends = [_taken(design, moving[0], points) for points in (left, right)]
    columns: dict[str, Any] = {"along": moving[0], "low": np.minimum(*ends), "high": np.maximum(*ends)}
    for path in design.paths:
        one, other = (_taken(design, path, points) for points in (left, right))
        columns[f"param.{path}"] = one + share * (other - one) if path in moving else one
    return pd.DataFrame(columns, index=range(len(left)))


def _paths_of(design: Design, lattice: Lattice, part: int) -> list[str]:
    """The parameters that vary along a part of the grid."""
    step = np.zeros((2, len(lattice.shape)), dtype=np.int64)
    step[1, part] = 1
    places = lattice.places(step)
    return [path for path, axis in design.axes.items() if len(np.unique(axis.places(places))) > 1]


def _taken(design: Design, path: str, points: Indices) -> Any:
    """A parameter's values at points: an array of floats, or of whatever else they are."""
    values, axis = design.places(path, points), design.axes[path]
    found = [axis.values[place] for place in values.tolist()]
    return np.array(found, dtype=float) if axis.numbers else np.array(found, dtype=object)
