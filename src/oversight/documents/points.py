"""Design points that stand in a table of their own: a row each, with dotted paths as columns."""

from __future__ import annotations

import csv
from contextlib import suppress
from math import isfinite
from typing import Any

from oversight.documents.syntax import BadSyntaxError, decoded
from oversight.documents.yaml_file import Document, Mark, Path_, beside, parse_value
from oversight.errors import InputError, short

WHERE: Path_ = ("sweep", "points")


def with_points(document: Document) -> dict[str, Any]:
    """The data of an experiment, with the rows of the table in place of `sweep: {points: {file: ...}}`.

    An empty cell leaves its parameter alone. `document` learns where each row stands.

    Raises:
        InputError: the table is missing or empty, or no table.
    """
    sweep = document.data.get("sweep")
    written = sweep.get("points") if isinstance(sweep, dict) else None
    if not isinstance(written, dict) or set(written) != {"file"}:
        return document.data
    file = str(written["file"])
    path = document.folder / file
    try:
        rows = _of_parquet(path) if path.suffix == ".parquet" else _of_csv(decoded(path.read_bytes()))
    except BadSyntaxError as error:
        raise _wrong(document, f"{short(file)}:{error.line}: {error.message}", error.remedy) from None
    except OSError as error:
        there = path.exists()
        message = f"`{file}` cannot be read: {short(str(error))}" if there else f"there is no file `{file}`"
        raise _wrong(document, message, "Paths are relative to the file that holds them.") from None
    except ValueError as error:
        raise _wrong(document, f"`{file}` is no table: {short(str(error))}", "Name a CSV or a Parquet file.") from None
    if not rows:
        raise _wrong(document, f"`{file}` has no rows", "Write a row for each design point under the dotted paths.")
    shown = beside(document.mark(WHERE).file, file)
    for index, (line, _) in enumerate(rows):
        document.marks[(*WHERE, index)] = Mark(shown, line)
    return {**document.data, "sweep": {**document.data["sweep"], "points": [point for _, point in rows]}}


def _wrong(document: Document, message: str, remedy: str) -> InputError:
    return InputError(document.problem((*WHERE, "file"), message, remedy))


def _of_csv(text: str) -> list[tuple[int | None, dict[str, Any]]]:
    # Spreadsheets begin a file with a mark of its encoding.
    table = csv.DictReader(text.removeprefix("\ufeff").splitlines(), strict=True)
    try:
        return [(table.line_num, _point(row, table.line_num)) for row in table]
    except csv.Error as error:
        raise ValueError(f"line {table.line_num}: {error}") from None


def _point(row: dict[str | Any, Any], line: int) -> dict[str, Any]:
    if None in row or None in row.values():
        raise ValueError(f"line {line} has another number of cells than the first")
    return {path: _value(cell) for path, cell in row.items() if cell.strip()}


def _value(cell: str) -> Any:
    """A cell as YAML reads it: a number, true or false, a name."""
    for kind in (int, float):  # at once, which YAML is not
        with suppress(ValueError):
            number = kind(cell)
            return number if isfinite(number) else cell
    try:
        return parse_value(cell, "a cell")
    except (InputError, BadSyntaxError):
        return cell


def _of_parquet(path: Any) -> list[tuple[int | None, dict[str, Any]]]:
    import pyarrow.parquet as pq

    rows = pq.ParquetFile(path).read().to_pylist()
    return [(None, {name: value for name, value in row.items() if value is not None}) for row in rows]
