"""A table of text and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import solara


@dataclass(frozen=True)
class Column:
    """A column's heading, what it means, and whether it holds numbers."""

    title: str
    help: str = ""
    numeric: bool = True


@solara.component_vue("table.vue", vuetify=False)
def _Table(caption: str, columns: list[dict[str, Any]], rows: list[list[str]]) -> None:
    pass


def Table(caption: str, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> solara.Element:
    """Rows of text, a cell a column; the first cell of a row is its heading."""
    return _Table(caption=caption, columns=[asdict(column) for column in columns], rows=[list(row) for row in rows])
