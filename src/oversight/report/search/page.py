"""The page of a search."""

from __future__ import annotations

import json
from pathlib import Path

from oversight.documents.whole import written_whole
from oversight.report.downloads import embedded
from oversight.report.search.settings import settings
from oversight.report.template import rendered
from oversight.searching import Found
from oversight.searching.told import as_data, headline, method, recommendation, remarks


def write_page(found: Found, folder: Path) -> Path:
    """Write `search.json` and `report.html` into a folder; the path of the page.

    Raises:
        UnfinishedError: they cannot be written.
    """
    with written_whole(folder / "search.json") as unfinished:
        unfinished.write_text(json.dumps(as_data(found), indent=2, default=str) + "\n", encoding="utf-8")
    with written_whole(folder / "report.html") as unfinished:
        unfinished.write_text(_page(found, folder), encoding="utf-8")
    return folder / "report.html"


def _page(found: Found, folder: Path) -> str:
    return rendered(
        "search.html",
        "search",
        {},
        experiment=found.source.experiment,
        headline=headline(found),
        recommended=list(recommendation(found)),
        remarks=list(remarks(found)),
        table=settings(found),
        method=method(found),
        file=embedded(folder / "search.json", "application/json", "all of this for programs"),
    )
