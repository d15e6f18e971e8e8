"""The table that ends a sweep: the report's ranking, for a terminal."""

from __future__ import annotations

import sys
from io import StringIO

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from oversight.report import Study, ranking
from oversight.report.table import Table as Found
from oversight.sweeps import Results

WIDTH = 120


def ranking_text(results: Results) -> str:
    """Best and worst policies by social cost, then misconduct, in their worst case; the means of a single point."""
    found = ranking(Study(results))
    if found is None:
        return _means(results)
    if not found.rows:
        return "No design point has a result."
    return table_text(results.experiment.heading, found)


def table_text(title: str, found: Found) -> str:
    """A table of the report, for a terminal."""
    table = Table(title=escape(title), caption=escape(" ".join(found.notes)))
    for heading, numeric in zip(found.headings, found.numeric, strict=True):
        table.add_column(escape(heading), justify="right" if numeric else "left")
    for place, row in enumerate(found.rows):
        table.add_row(*map(escape, row), end_section=place in found.breaks)
    return printed(table, WIDTH)


def printed(table: Table, width: int) -> str:
    """A table as text, its lines of characters that standard output can take."""
    narrow = not (getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")
    table.box = box.ASCII if narrow else box.SIMPLE_HEAD
    text = StringIO()
    Console(file=text, width=width).print(table)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()).strip("\n")


def _means(results: Results) -> str:
    means = results.summary.set_index("start").filter(regex=r"^metric\..*\.mean$").T
    means.index = means.index.str.removeprefix("metric.").str.removesuffix(".mean")
    return str(means.to_string(float_format="%.5g", na_rep="-"))
