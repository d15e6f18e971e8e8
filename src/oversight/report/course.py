"""What went on from period to period, where an experiment keeps it, what bounds it, and what the policy was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from oversight.figures import Level, Quantity, curves
from oversight.report.study import Study, rows_of
from oversight.report.views import Panel, Selector, View

_MOST = 6
"""Design points that are drawn."""


def course(study: Study) -> View | None:
    """Each measure over periods: its mean, a band over replicates, its bounds, and the policy's own course under it."""
    table = study.results.series()
    if table.empty:
        return None
    places = np.unique(table["point"])
    drawn = places[np.unique(np.linspace(0, len(places) - 1, _MOST).astype(int))]
    table = table[table["point"].isin(drawn)]
    names = {int(row["point"]): study.place(row) for row in rows_of(study.summary) if row["point"] in drawn}
    table = table.assign(
        colour=[names.get(point, "") for point in table["point"]] if len(drawn) > 1 else "",
        dash=[study.environment.starts[start] for start in table["start"]] if table["start"].nunique() > 1 else "",
    )
    present = table.groupby("measure", sort=False)["mean"].count()
    levers = [str(name) for name in present.index if str(name).startswith("lever.")]
    measures = [str(name) for name, number in present.items() if number and name not in levers]
    view = View("course", [Selector("Measure", [study.measure(name).title for name in measures])])
    view.thinned = len(drawn) < len(places)
    for place, name in enumerate(measures):
        view.panels[str(place)] = list(_panels(study, table, [name, *levers]))
    return view


def _panels(study: Study, table: pd.DataFrame, names: Sequence[str]) -> Iterator[Panel]:
    for name in names:
        words = study.measure(name)
        rows = table[table["measure"] == name].rename(columns={"period": "x", "mean": "value"})
        figure = curves(rows, Quantity("Period"), words, levels=_levels(study, rows, name))
        alt = f"{words.title} from period {rows['x'].min():,} to {rows['x'].max():,}."
        yield Panel(words.title, alt, figure)


def _levels(study: Study, rows: pd.DataFrame, name: str) -> list[Level]:
    """What is drawn as level lines beside a measure, of each design point that has it."""
    colours = rows.drop_duplicates("point").set_index("point")["colour"]
    known = study.summary.drop_duplicates("point").set_index("point").loc[colours.index].assign(colour=colours)
    found = []
    for level in study.environment.levels.get(name, ()):
        those = known.dropna(subset=f"metric.{level}.mean")
        title = study.measure(level).title
        found += [
            Level(title, colour, value)
            for colour, value in zip(those["colour"], those[f"metric.{level}.mean"], strict=True)
        ]
    return found
