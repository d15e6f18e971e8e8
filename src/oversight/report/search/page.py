"""The page of a search."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from oversight.documents.whole import written_whole
from oversight.report.downloads import Download, address, embedded
from oversight.report.search.front import front
from oversight.report.search.settings import settings
from oversight.report.search.told import headline, method, recommendation, remarks
from oversight.report.template import rendered
from oversight.searching import Found
from oversight.searching.data import as_data
from oversight.searching.policy import experiment_file, policy_files


def write_page(found: Found, folder: Path) -> Path:
    """Write `search.json`, `report.html` and the policy that was found into a folder; the path of the page.

    Raises:
        UnfinishedError: they cannot be written.
    """
    against = found.search.seeks_most
    # What is downloaded may end up anywhere, and so extends nothing.
    text, whole = (experiment_file(found),) * 2 if against else policy_files(found, folder) or (None, "")
    name = f"{found.source.experiment.name}_{'against' if against else 'found'}.yaml"
    about = "the experiment with this population, to run" if against else "the recommended policy, ready to use"
    with written_whole(folder / "search.json") as unfinished:
        unfinished.write_text(json.dumps(as_data(found), indent=2, default=str) + "\n", encoding="utf-8")
    if text is not None:
        with written_whole(folder / name) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
    files = [
        embedded(folder / "search.json", "application/json", "all of this for programs"),
        *([Download(name, about, address(whole.encode(), "text/yaml"))] if text is not None else []),
    ]
    with written_whole(folder / "report.html") as unfinished:
        unfinished.write_text(_page(found, files), encoding="utf-8")
    return folder / "report.html"


def _page(found: Found, files: Sequence[Download]) -> str:
    return rendered(
        "search.html",
        "search",
        {"front": front(found)} if found.front else {},
        experiment=found.source.experiment,
        headline=headline(found),
        recommended=list(recommendation(found)),
        remarks=list(remarks(found)),
        table=settings(found),
        method=method(found),
        files=files,
    )
