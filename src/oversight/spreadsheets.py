"""Tables as CSV that a spreadsheet opens without running anything."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

if TYPE_CHECKING:
    import pandas as pd

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that spreadsheets take for a formula (OWASP, CSV Injection)."""


def to_csv(table: pd.DataFrame, to: str | Path | TextIO | None = None) -> str | None:
    """Write a table without its index, with an apostrophe before texts that would be formulas.

    Numbers are written so that reading them gives the same number. Without `to`, the text is returned.
    """
    if isinstance(to, str | Path):
        with Path(to).open("wb") as file:
            write_csv(table, file)
        return None
    text = BytesIO()
    write_csv(table, text)
    if to is None:
        return text.getvalue().decode()
    to.write(text.getvalue().decode())
    return None


def write_csv(table: pd.DataFrame, to: BinaryIO, headings: bool = True) -> None:
    """`to_csv` into an open file, which may go on with further rows: those have no `headings`."""
    import pyarrow as pa
    from pyarrow import csv  # a tenth of the time that pandas takes

    texts = table.select_dtypes(exclude=["number", "datetime"]).columns
    safe = table.assign(**{str(name): table[name].map(_safe) for name in texts}).rename(columns=_safe)
    csv.write_csv(pa.Table.from_pandas(safe, preserve_index=False), to, csv.WriteOptions(include_header=headings))


def _safe(cell: Any) -> Any:
    """A cell as text that is no formula; an empty one as it is."""
    if cell is None or cell != cell:
        return None
    said = str(cell)
    return f"'{said}" if said.startswith(_FORMULA) else said
