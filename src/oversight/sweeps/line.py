"""Where a grid grows finer: which design points lie along the line where a measure crosses a value."""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np
import pyarrow as pa

from oversight.arrays import Indices, Table
from oversight.documents.schema import nearest
from oversight.environments import environment_of
from oversight.errors import InputError
from oversight.scenario.designs import Grid, Refine
from oversight.sweeps.crossed import Cells, sides
from oversight.sweeps.design import Design
from oversight.sweeps.moments import Moments, groups_of
from oversight.sweeps.plan import Plan
from oversight.sweeps.store import Store

_log = logging.getLogger("oversight")
_AT_ONCE = 10_000
"""Points whose theory is in memory at a time."""


def refine_of(design: Design) -> Refine | None:
    """Where a sweep's grid grows finer; None where it stays as it is."""
    sweep = design.source.experiment.sweep
    return sweep.refine if isinstance(sweep, Grid) else None


def refuse_unknown_column(design: Design) -> None:
    """Refuse to refine by what theory does not say, and hold every place that the grid may grow to against the schema.

    Raises:
        InputError: theory is not worked out or has no such number, or places are wrong.
    """
    refine, lattice = refine_of(design), design.lattice
    if refine is None or lattice is None:
        return
    document = design.source.document
    if refine.by == "theory":
        where = ("sweep", "refine", "by")
        if not design.source.experiment.theory:
            remedy = "Set `theory: true`, or refine `by: simulation`."
            raise InputError(document.problem(where, "there is no theory in this sweep", remedy))
        known = _numbers(_theory(design, np.arange(1)).schema)
        if refine.metric not in known:
            close = nearest(refine.metric.removeprefix("theory."), known)
            remedy = f"Did you mean `{close}`?" if close else f"It has {', '.join(known)}."
            said = f"theory has no number `{refine.metric}`"
            raise InputError(document.problem(("sweep", "refine", "metric"), said, remedy))
    try:
        _ = design.grown(np.setdiff1d(np.arange(lattice.size), lattice.grid())).placed
    except InputError as error:  # the grid itself is right
        often, apart = refine.depth, 2**refine.depth
        remedy = f"`refine` leads there, by halving steps {often} times: whole numbers must lie {apart} apart."
        raise InputError(replace(error.problems[0], remedy=remedy)) from None


class Line:
    """What is known of the points of a sweep that refines, as its rounds come in: each point is looked at once."""

    def __init__(self, design: Design):
        assert design.lattice is not None
        self._cells = Cells(design.lattice)
        self._values = np.zeros((0, len(design.source.experiment.starts)))

    def further(self, design: Design, plan: Plan, store: Store) -> Indices:
        """The places of the lattice that a design grows by next; none once the line is as fine as it was asked for.

        Raises:
            UnfinishedError: a part is not what was written.
        """
        refine = refine_of(design)
        assert refine is not None
        new = np.arange(len(self._values), len(design))
        by_theory = refine.by == "theory"
        found = _told(refine.metric, design, new) if by_theory else _means(refine.metric, design, plan, store)
        self._values = np.vstack([self._values, found.reshape(len(new), -1)])
        places = self._cells.further(design.in_lattice, *sides(self._values, refine.threshold))
        if not len(places) and len(self._values) == design.grid_size:
            _log.warning("Nothing is refined: `%s` %s.", refine.metric, self._why_not(refine))
        return places

    def _why_not(self, refine: Refine) -> str:
        known = self._values[~np.isnan(self._values)]
        if not known.size:
            return f"is not known {'by theory' if refine.by == 'theory' else 'of any run'} at any point"
        ends = f"{known.min():.6g} and {known.max():.6g}"
        return f"lies between {ends}, and crosses {refine.threshold:.6g} between no two neighbours"


def _theory(design: Design, points: Indices) -> pa.Table:
    return environment_of(design.source.experiment).theory(design.placed, points, {})[0]


def _told(metric: str, design: Design, points: Indices) -> Table:
    """What theory says of points, a row a point and start, a block of points in memory at a time."""
    blocks = np.split(points, range(_AT_ONCE, len(points), _AT_ONCE))
    parts = [_theory(design, block)[f"theory.{metric}"].to_numpy().astype(float) for block in blocks]
    return np.concatenate(parts)[:, None]


def _numbers(schema: pa.Schema) -> list[str]:
    numbers = [field.name for field in schema if pa.types.is_floating(field.type) or pa.types.is_integer(field.type)]
    return [name.removeprefix("theory.") for name in numbers]


def _means(metric: str, design: Design, plan: Plan, store: Store) -> Table:
    """The mean of a measure at the points that were added last, a row a point and start."""
    starts = design.source.experiment.starts
    moments = Moments(len(design) * len(starts), 1)
    for part in store.tables(plan.last_level):
        moments.add(groups_of(part, starts), part[f"metric.{metric}"].to_numpy().astype(float)[:, None])
    return moments.mean()[plan.first_of_level * len(starts) :]
