"""The page of a palette."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oversight.documents.whole import written_whole
from oversight.figures import Quantity, curves
from oversight.report.downloads import embedded
from oversight.report.palette.said import cautions, sentences
from oversight.report.palette.tables import exchanges, levels
from oversight.report.template import rendered
from oversight.report.views import Panel, View
from oversight.scores import Aimed
from oversight.spreadsheets import to_csv


def write_page(aimed: Aimed, folder: Path) -> Path:
    """Write `palette.csv`, `front.csv` where there is one, and `palette.html` into a folder; the path of the page.

    Raises:
        UnfinishedError: they cannot be written.
    """
    found = aimed.palette
    rows = pd.DataFrame(
        {
            "value": aimed.names,
            "base": aimed.answers.base.levels,
            "asked": aimed.asked,
            "target": found.targets,
            "level": found.aligned.levels,
            "weight": found.aligned.weights,
        }
    )
    files = {"palette.csv": (rows, "base, target, level and weight of each value")}
    if aimed.traded:
        files["front.csv"] = (_front(aimed), f"the front of {' and '.join(aimed.traded)}")
    for name, (table, _) in files.items():
        with written_whole(folder / name) as unfinished:
            to_csv(table, unfinished)
    page = rendered(
        "palette.html",
        "palette",
        {"front": _view(aimed)} if aimed.traded else {},
        heading=f"{aimed.file.name}: a palette of {len(aimed.names)} value{'s' * (len(aimed.names) > 1)}",
        about=f"{len(aimed.answers.values):,} answers of {aimed.file}",
        sentences=sentences(aimed),
        cautions=cautions(aimed),
        levels=levels(aimed),
        exchanges=exchanges(aimed),
        files=[embedded(folder / name, "text/csv", about) for name, (_, about) in files.items()],
    )
    with written_whole(folder / "palette.html") as unfinished:
        unfinished.write_text(page, encoding="utf-8")
    return folder / "palette.html"


def _front(aimed: Aimed) -> pd.DataFrame:
    return pd.DataFrame([vars(point) for point in aimed.front])


def _view(aimed: Aimed) -> View:
    """The largest target of the second value over that of the first."""
    first, second = aimed.traded or ("", "")
    missing = float("nan")
    frame = _front(aimed).rename(columns={"first": "x", "second": "value"})
    figure = curves(
        frame.assign(low=missing, high=missing, colour="", dash=""), Quantity(first), Quantity(f"Largest {second}")
    )
    alt = f"The largest feasible target of {second} over the target of {first}: it falls as that rises."
    return View("front", [], {"": [Panel(f"Largest {second} over {first}", alt, figure)]})
