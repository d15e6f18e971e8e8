"""The line that a grid was refined along: where a measure crosses a value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from oversight.figures import scatter
from oversight.report.roles import MAX_COLOURS
from oversight.report.study import Dimension, Study, rows_of
from oversight.report.table import Table
from oversight.report.views import Panel, View
from oversight.scenario.designs import Grid
from oversight.sweeps.crossings import located
from oversight.sweeps.line import refine_of

_MOST = 12
"""Crossings that the table lists."""


@dataclass(frozen=True)
class Crossed:
    """What the report says of the line."""

    title: str
    said: str
    table: Table
    view: View | None
    """A map of it, where two parameters have numbers."""


def line(study: Study) -> Crossed | None:
    """Where the measure crosses; None of a sweep that was not refined."""
    refine = refine_of(study.design)
    if refine is None:
        return None
    found, words = study.named(located(study.results)), study.measure(refine.metric)
    title = f"Where {words.title.lower()} crosses {words.text(refine.threshold)}"
    by = "theory" if refine.by == "theory" else "the mean over runs"
    said = (
        f"By {by}, at {len(study.design):,} design points: {study.design.grid_size:,} of the grid, and those that "
        f"halving its steps up to {refine.depth} times added along the line. "
    )
    if found.empty:
        return Crossed(title, f"{said}It does so nowhere.", Table("", []), None)
    numeric = [axis for axis in study.parameters if axis.numeric]
    others = [axis for axis in study.parameters if not axis.numeric]
    along = next(axis for axis in numeric if axis.path in set(found["along"]))
    view = _view(study, found, numeric[0], numeric[1], others) if len(numeric) == 2 else None
    return Crossed(title, said, _table(study, found[found["along"] == along.path], along), view)


def _table(study: Study, found: pd.DataFrame, along: Dimension) -> Table:
    """Crossings along one parameter, where the others have values of the grid; a few of them, if there are many."""
    others = [axis for axis in study.parameters if axis != along]
    sweep = study.experiment.sweep
    assert isinstance(sweep, Grid)
    together = next((block for block in sweep.linked if along.path in block), {})
    found = found.sort_values("start", kind="stable")
    for axis in reversed(others):
        if axis.path not in together:  # what varies with it has values of its own at a crossing
            found = found[found[axis.column].isin(axis.cells)]
            found = found.iloc[np.argsort(found[axis.column].map(axis.cells.index), kind="stable")]
    several = found["start"].nunique() > 1
    table = Table("", [*(axis.quantity.axis for axis in others), *["Start"] * several])
    table.headings += [f"{along.quantity.axis}, at the crossing", "Between"]
    table.numeric = [*(axis.numeric for axis in others), *[False] * several, True, True]
    shown = found.iloc[np.unique(np.linspace(0, len(found) - 1, min(_MOST, len(found))).astype(int))]
    words = along.quantity
    for row in rows_of(shown):
        cells = [axis.bare(row[axis.column]) for axis in others] + [study.environment.starts[row["start"]]] * several
        table.rows.append(
            [*cells, words.bare(row[along.column]), f"{words.bare(row['low'])} to {words.bare(row['high'])}"]
        )
    if len(shown) < len(found):
        table.notes.append(f"{len(shown):,} of {len(found):,} crossings at values of the grid.")
    table.notes.append("oversight.crossings gives all of them in Python, along every parameter.")
    return table


def _view(study: Study, found: pd.DataFrame, x: Dimension, y: Dimension, others: list[Dimension]) -> View:
    """A map of the crossings over the two parameters that have numbers."""
    colours = [axis.column for axis in others] + ["start"] * (found["start"].nunique() > 1)
    named = [{**row, "start": study.environment.starts[row["start"]]} for row in rows_of(found)]
    labels = {axis.column: axis for axis in others}
    names = [", ".join(labels[key].label(row[key]) if key in labels else row[key] for key in colours) for row in named]
    if len(set(names)) > MAX_COLOURS:
        names = [""] * len(names)
    frame = pd.DataFrame({"x": found[x.column], "value": found[y.column], "colour": names})
    frame = frame.assign(low=np.nan, high=np.nan, label=[x.phrase(cell) for cell in found[x.column]])
    figure = scatter(frame, x.quantity, y.quantity, limits=(min(y.cells), max(y.cells)))
    figure.update_xaxes(range=[min(x.quantity.shown(x.cells)), max(x.quantity.shown(x.cells))])
    alt = f"Points along the line, over {x.quantity.title.lower()} and {y.quantity.title.lower()}."
    return View("line", [], {"": [Panel("", alt, figure)]})
