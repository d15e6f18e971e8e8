"""Writing the workbook with XlsxWriter, row by row, so that memory does not grow with the results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from oversight.documents.whole import written_whole
from oversight.errors import InputError, Problem
from oversight.plugins import Plugin
from oversight.report.study import Study
from oversight.report.workbook.dictionary import dictionary
from oversight.report.workbook.sheets import Sheet, efficiency, policies, sources
from oversight.sweeps import Results, load_results

MAX_ROWS = 1_048_576
"""Rows of an Excel sheet, its headings included."""
MAX_COLUMNS = 16_384
_MAX_TEXT = 32_767
_AT_ONCE = 10_000
"""Design points that are read at a time."""


def write_workbook(folder: Path, file: Path, plugins: Sequence[Plugin] = ()) -> list[str]:
    """Write the results in a folder as an Excel workbook; what was left out, in sentences.

    Its sheets: what the results are, the summary, the frontier where there is one, the policies, sources and
    assumptions, and a dictionary of the summary's columns.

    Raises:
        InputError: the folder holds no finished sweep, or XlsxWriter is not installed.
    """
    try:
        import xlsxwriter
    except ImportError:
        remedy = "Install it: pip install 'oversight[excel]'."
        raise InputError(
            Problem("a workbook needs XlsxWriter, which is not installed", "--xlsx", remedy=remedy)
        ) from None
    study = Study(load_results(folder, plugins))
    cuts: list[str] = []
    with written_whole(file) as unfinished:
        book = xlsxwriter.Workbook(str(unfinished), {"constant_memory": True})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        # What was left out is only known in the end.
        about = book.add_worksheet("about")
        for sheet in _sheets(study):
            cuts += _write(book.add_worksheet(sheet.name), sheet, bold)
        about.set_column(0, 0, 16)
        about.set_column(1, 1, 100)
        for place, (name, text) in enumerate([*_facts(study), *(("Left out", cut) for cut in cuts)]):
            about.write_string(place, 0, name, bold)
            about.write_string(place, 1, text)
        book.close()
    return cuts


def _sheets(study: Study) -> Iterator[Sheet]:
    yield Sheet("summary", study.results.columns, _rows(study.results))
    found = efficiency(study)
    if found:
        yield found
    yield policies(study)
    yield sources(study)
    yield Sheet("dictionary of columns", ["Column", "Meaning", "Unit"], iter(dictionary(study)))


def _facts(study: Study) -> list[tuple[str, str]]:
    experiment, manifest = study.experiment, study.results.manifest
    return [
        ("Experiment", experiment.heading),
        ("Question", experiment.question),
        ("Command", str(manifest["command"] or "")),
        ("Seed", str(manifest["seed"])),
        ("Versions", ", ".join(f"{name} {version}" for name, version in manifest["versions"].items())),
        ("Fingerprint", manifest["hash"]),
        ("Shares", "Shares and probabilities are numbers from 0 to 1."),
        ("Caveat", study.environment.caveat),
    ]


def _rows(results: Results) -> Iterator[Sequence[Any]]:
    """The whole summary, some points at a time."""
    points = len(results.design)
    for first in range(0, points, _AT_ONCE):
        block = results.read(np.arange(first, min(points, first + _AT_ONCE)))
        yield from block[results.columns].astype(object).itertuples(index=False, name=None)


def _write(page: Any, sheet: Sheet, bold: Any) -> list[str]:
    """Write a sheet up to what Excel can hold; what was left out."""
    headings = list(sheet.headings)[:MAX_COLUMNS]
    page.freeze_panes(1, 0)
    page.set_column(0, len(headings) - 1, 18)
    for column, heading in enumerate(headings):
        page.write_string(0, column, heading, bold)
    left, last = 0, 0
    for row, cells in enumerate(sheet.rows, start=1):
        if row >= MAX_ROWS:
            left += 1
            continue
        last = row
        for column, cell in enumerate(cells[:MAX_COLUMNS]):
            _put(page, row, column, cell)
    page.autofilter(0, 0, last, len(headings) - 1)
    beyond = len(sheet.headings) - len(headings)
    said = [f"{left:,} rows of the sheet `{sheet.name}`: Excel holds {MAX_ROWS:,}."] if left else []
    return said + ([f"{beyond:,} columns of the sheet `{sheet.name}`: Excel holds {MAX_COLUMNS:,}."] if beyond else [])


def _put(page: Any, row: int, column: int, cell: Any) -> None:
    """A cell as what it is: a text that looks like a formula stays a text, and what is missing stays blank."""
    write: Callable[..., Any]
    if cell is None or cell != cell:
        return
    if isinstance(cell, bool | np.bool_):
        write = page.write_boolean
    elif isinstance(cell, int | float | np.number) and isfinite(cell):
        write = page.write_number
    else:
        write, cell = page.write_string, str(cell)[:_MAX_TEXT]
    write(row, column, cell)
