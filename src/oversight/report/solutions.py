"""What theory says of each design point, number by number, where a model has no sentences of its own about it."""

from __future__ import annotations

import pandas as pd

from oversight.figures import measure
from oversight.measures import Words
from oversight.report.study import Study, rows_of
from oversight.report.table import Table
from oversight.report.theory import solved

_ALL = 15
_HEAD = "theory."


def solutions(study: Study) -> Table | None:
    """A row a design point: where the main measure was simulated, and the numbers of theory that some point has."""
    known = study.environment.columns
    # What runs measure too is shown among the other measures.
    measured = {f"{_HEAD}{name}" for name in study.metrics}
    there = [name for name in known if name.startswith(_HEAD) and name in study.summary and name not in measured]
    points = study.summary.drop_duplicates("point")
    numbers = [name for name in there if pd.api.types.is_numeric_dtype(points[name]) and points[name].notna().any()]
    if solved(study) or not numbers:
        return None
    words = [measure(name.removeprefix(_HEAD), study.units, _without_head(study)) for name in numbers]
    main = study.measure(study.main)
    table = Table(
        "",
        [*(p.quantity.axis for p in study.parameters), main.axis, *(each.axis for each in words)],
        numeric=[*(p.numeric for p in study.parameters), True, *(True for _ in words)],
    )
    for row in rows_of(points.head(_ALL)):
        cells = [p.bare(row[p.column]) for p in study.parameters]
        found = [each.bare(row[name]) for each, name in zip(words, numbers, strict=True)]
        table.rows.append([*cells, main.bare(row[f"metric.{study.main}.mean"]), *found])
    if len(points) > _ALL:
        table.notes.append(f"The first {_ALL} of {len(points)} points; the data below have all of them.")
    notes = [note for note in points["theory.note"].dropna() if note] if "theory.note" in points else []
    table.notes += [f"Theory does not cover every point. {note}" for note in dict.fromkeys(notes)]
    return table


def _without_head(study: Study) -> dict[str, Words]:
    return {name.removeprefix(_HEAD): words for name, words in study.environment.columns.items()}
