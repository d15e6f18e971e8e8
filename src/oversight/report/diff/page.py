"""The page of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from oversight.documents.whole import written_whole
from oversight.report.diff.compared import PREFIX, Compared
from oversight.report.diff.largest import largest
from oversight.report.diff.notes import method, scope
from oversight.report.diff.said import sentence
from oversight.report.downloads import embedded
from oversight.report.template import rendered
from oversight.report.views import view_of
from oversight.spreadsheets import to_csv
from oversight.sweeps.diff import PRICED

_MOST = 12
"""Differences in each table."""


def write_page(studies: Sequence[Compared], folder: Path) -> Path:
    """Write `diff.csv` and `diff.html` into a folder; the path of the page.

    Raises:
        UnfinishedError: they cannot be written.
    """
    table = studies[0].differences.table
    with written_whole(folder / "diff.csv") as unfinished:
        to_csv(table, unfinished)
    with written_whole(folder / "diff.html") as unfinished:
        unfinished.write_text(_page(studies, folder), encoding="utf-8")
    return folder / "diff.html"


def _page(studies: Sequence[Compared], folder: Path) -> str:
    found = studies[0].differences
    drawn = [
        ("prices" if set(study.shown) <= set(PRICED) else "differences", study) for study in studies if study.drawn
    ]
    titles = {"prices": "The price of anarchy", "differences": "Differences"}
    headings = dict.fromkeys(side.source.experiment.heading for side in (found.a, found.b))
    tables = [largest(study, name, _MOST) for study in studies for name in study.shown]
    return rendered(
        "diff.html",
        "difference",
        {name: view_of(study, name, [f"{PREFIX}{each}" for each in study.shown]) for name, study in drawn},
        study=studies[0],
        heading=f"{' and '.join(headings)}: B against A",
        sides=[f"{side.letter}: {side.where}" for side in (found.a, found.b)],
        sentences=[sentence(study, name) for study in studies for name in study.shown],
        drawn=[(name, titles[name], study) for name, study in drawn],
        tables=[table for table in tables if table],
        scope=scope(studies[0]),
        method=method(studies[0]),
        file=embedded(folder / "diff.csv", "text/csv", "every difference with its interval"),
    )
