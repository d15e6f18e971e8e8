"""The recommended setting and those beside it, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from oversight.report.search.levers import setting_text
from oversight.report.search.told import simulated_text, title_of, value_of
from oversight.report.table import Table
from oversight.searching import Found, Neighbour, Setting


def settings(found: Found) -> Table:
    """A row a setting, the recommended one first: the measures that the search is about, and whether bounds are met."""
    measures = found.search.about
    simulated = found.best.simulated is not None
    titles = [title_of(found, name) for name in measures]
    kinds = ["", ", simulated"] if simulated else [""]
    columns = [f"{title}{kind}" for title in titles for kind in kinds]
    first = "worst" if found.search.seeks_most else "recommended"
    rows = [
        *([] if found.front else [(first, found.best)]),
        *((_moved(found, each), each.setting) for each in found.neighbours),
        *((setting_text(found, each), each) for each in found.front),
    ]
    return Table(
        caption="",
        headings=["Setting", "Bounds", *columns],
        rows=[[name, _bounds(setting), *_cells(found, setting, measures, len(kinds))] for name, setting in rows],
        numeric=[False, False, *(True for _ in columns)],
        marked={next((place for place, (_, each) in enumerate(rows) if each.point == found.best.point), 0)},
        notes=["In brackets: 95\u00a0% confidence intervals of the mean."] if simulated else [],
    )


def _moved(found: Found, each: Neighbour) -> str:
    # Another choice has levers of its own.
    other = each.setting.branch != found.best.branch
    return setting_text(found, each.setting, None if other else each.moved)


def _cells(found: Found, setting: Setting, measures: Sequence[str], kinds: int) -> list[str]:
    pairs = [(value_of(found, setting, name), simulated_text(found, setting, name)) for name in measures]
    return [cell for pair in pairs for cell in pair[:kinds]]


def _bounds(setting: Setting) -> str:
    return "met" if setting.meets else "missed"
