"""Where replicates of one setting settle in different states."""

from __future__ import annotations

import json

from oversight.figures import Quantity
from oversight.report.study import Study, rows_of
from oversight.report.table import Table

_ALL = 15


def states(study: Study) -> Table | None:
    """States with their shares, a row a design point and start; None where replicates agree everywhere."""
    split = study.summary[study.summary["states"] != ""]
    if split.empty:
        return None
    words, share = study.measure(study.main), Quantity("Share", percent=True, digits=2)
    two = study.summary["start"].nunique() > 1
    headings = (
        ["Design point"] * bool(study.parameters) + ["Start"] * two + ["States that replicates settle in", "Mean"]
    )
    table = Table("", headings, numeric=[False] * (len(headings) - 1) + [True])
    for row in rows_of(split.head(_ALL)):
        found = [
            f"{share.bare(state['share'])} near {words.text(state[study.main])}" for state in json.loads(row["states"])
        ]
        cells = [study.place(row)] * bool(study.parameters) + [study.environment.starts[row["start"]]] * two
        table.rows.append([*cells, "; ".join(found), words.text(row[f"metric.{study.main}.mean"])])
    if len(split) > _ALL:
        table.notes.append(f"The first {_ALL} of {len(split)}; the data below have all of them.")
    return table
