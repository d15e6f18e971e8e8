"""Observed values that stand in a column of a CSV file."""

from __future__ import annotations

import csv
from typing import Any

from oversight.documents.beside import text_beside
from oversight.documents.yaml_file import Document, Path_
from oversight.errors import InputError, short

_MOST_NAMES = 20


def with_columns(data: Any, document: Document, path: Path_ = ()) -> Any:
    """`data` with the values of the column in place of each `{kind: empirical, file, column}`.

    Raises:
        InputError: the file or the column is missing, or holds something that is not a number.
    """
    if isinstance(data, list):
        return [with_columns(item, document, (*path, index)) for index, item in enumerate(data)]
    if not isinstance(data, dict):
        return data
    if data.get("kind") == "empirical" and "file" in data:
        rest = {key: value for key, value in data.items() if key not in ("file", "column")}
        return {**rest, "values": _column(document, str(data["file"]), data.get("column"), path)}
    return {key: with_columns(value, document, (*path, key)) for key, value in data.items()}


def _column(document: Document, file: str, column: Any, path: Path_) -> list[float]:
    where = (*path, "file")
    table = csv.DictReader(text_beside(document, file, where).splitlines())
    names = list(table.fieldnames or [])
    if column not in names:
        remedy = f"It has: {', '.join(map(short, names[:_MOST_NAMES]))}."
        raise InputError(document.problem((*path, "column"), f"`{file}` has no column `{column}`", remedy))
    return [_number(document, where, f"{short(file)}:{table.line_num}", row[column]) for row in table]


def _number(document: Document, where: Path_, place: str, cell: Any) -> float:
    try:
        return float(cell)
    except (TypeError, ValueError):
        raise InputError(document.problem(where, f"{place}: {short(repr(cell))} is not a number")) from None
