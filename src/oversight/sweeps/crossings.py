"""The line along which a grid was refined: where its measure crosses the threshold."""

from __future__ import annotations

import numpy as np
import pandas as pd

from oversight.arrays import Vector
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
    return located(results).drop(columns="point")


def located(results: Results) -> pd.DataFrame:
    """`crossings`, with the design `point` on one side of each."""
    design = results.design
    refine, lattice = refine_of(design), design.lattice
    if refine is None or lattice is None:
        remedy = "Give its grid `refine: {threshold: ..., depth: ...}`."
        raise InputError(Problem("was not refined", "sweep.refine", remedy=remedy))
    column = f"theory.{refine.metric}" if refine.by == "theory" else f"metric.{refine.metric}.mean"
    places = [f"param.{path}" for path in design.paths]
    table = results.read(columns=["point", "start", *places, column])
    found = []
    for _, mine in table.groupby("start", sort=False):
        points = mine.sort_values("point", ignore_index=True)
        beyond = points.pop(column).to_numpy(dtype=float) - refine.threshold
        parts = np.flatnonzero(lattice.halved).tolist()
        found += [_along(points, design, part, beyond) for part in parts]
    return pd.concat(found, ignore_index=True)[["point", "start", "along", "low", "high", *places]]


def _along(points: pd.DataFrame, design: Design, part: int, beyond: Vector) -> pd.DataFrame:
    """The crossings between points that are neighbours along a part of the grid; `beyond` is zero on the line."""
    lattice = design.lattice
    assert lattice is not None
    settings = lattice.settings(design.in_lattice)
    others = np.delete(settings, part, axis=1)
    order = np.lexsort((settings[:, part], *others.T))
    left, right = order[:-1], order[1:]
    crossed = (others[left] == others[right]).all(axis=1) & ((beyond[left] < 0) != (beyond[right] < 0))
    crossed &= ~np.isnan(beyond[left] + beyond[right])
    left, right = left[crossed], right[crossed]
    share = beyond[left] / (beyond[left] - beyond[right])
    found: pd.DataFrame = points.iloc[left].copy()
    for path in reversed(_paths_of(design, lattice, part)):  # what stands of the ends is the first's
        one, other = (points[f"param.{path}"].to_numpy(dtype=float)[each] for each in (left, right))
        found["along"], found["low"], found["high"] = path, np.minimum(one, other), np.maximum(one, other)
        found[f"param.{path}"] = one + share * (other - one)
    return found


def _paths_of(design: Design, lattice: Lattice, part: int) -> list[str]:
    """The parameters that vary along a part of the grid."""
    step = np.zeros((2, len(lattice.shape)), dtype=np.int64)
    step[1, part] = 1
    places = lattice.places(step)
    return [path for path, axis in design.axes.items() if len(np.unique(axis.places(places))) > 1]
