"""A table of texts for the page."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Table:
    """Headings and rows of texts.

    `numeric` says which columns are set right, `breaks` after which rows some are left out, `marked` which rows
    stand out.
    """

    caption: str
    headings: list[str]
    rows: list[list[str]] = field(default_factory=list)
    numeric: list[bool] = field(default_factory=list)
    breaks: set[int] = field(default_factory=set)
    marked: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
