"""CSV, Parquet and JSON lines as columns of numbers, a block of rows at a time."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import batched
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from oversight.arrays import Table
from oversight.documents.schema import nearest
from oversight.errors import InputError, Problem, short

_ROWS = 1 << 16
"""Rows of Parquet and JSON lines that are in memory as they stand in the file."""
_BYTES = 1 << 24
"""The same of CSV: a row is no longer."""
_MOST_NAMES = 20


def read_columns(file: Path, columns: Sequence[str]) -> Table:
    """The columns of a table as numbers, (rows, columns). Nothing else of the file is kept.

    Raises:
        InputError: the file is not there or is no table, has no such column, no row, or holds what is no number.
    """
    if file.suffix not in _READERS:
        remedy = f"Tables end in {', '.join(_READERS)}."
        raise InputError(Problem(f"`{file.suffix}` is no table", file=str(file), remedy=remedy))
    held = array("d")
    rows = 0
    with _readable(file):
        names, blocks = _READERS[file.suffix](file, columns)
        _refuse_unknown(file, columns, names)
        for block in blocks:
            numbers = [_numbers(block.column(name), file, name, rows) for name in columns]
            held.frombytes(np.column_stack(numbers).tobytes())
            rows += block.num_rows
    if not rows:
        raise InputError(Problem("holds no row", file=str(file)))
    return np.frombuffer(held).reshape(rows, len(columns))


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(Problem(f"cannot be read: {error.strerror or error}", file=str(file))) from error
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise InputError(Problem(f"is no {file.suffix[1:]} table: {error}", file=str(file))) from error


def _refuse_unknown(file: Path, columns: Sequence[str], names: Sequence[str]) -> None:
    problems = []
    for column in columns:
        if names.count(column) == 1:
            continue
        close = nearest(column, list(names))
        remedy = f"Did you mean `{close}`?" if close else f"It has: {', '.join(map(short, names[:_MOST_NAMES]))}."
        if column in names:
            problems.append(Problem(f"has several columns `{column}`", file=str(file)))
        else:
            problems.append(Problem(f"has no column `{column}`", file=str(file), remedy=remedy))
    if problems:
        raise InputError(problems)


def _numbers(column: pa.Array, file: Path, name: str, before: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A block of a column as numbers."""
    is_text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    try:
        found = pc.cast(pc.utf8_trim_whitespace(column) if is_text else column, pa.float64(), safe=False)
    except pa.ArrowException:
        found = pa.array([_number(cell) for cell in column.to_pylist()], pa.float64())
    numbers = found.to_numpy(zero_copy_only=False)
    wrong = ~np.isfinite(numbers)
    if wrong.any():
        place = int(np.argmax(wrong))
        said = f"`{column[place].as_py()}` is not a number" if column[place].is_valid else "there is no number"
        remedy = "Leave out rows without a score."
        raise InputError(Problem(said, f"row {before + place + 1}, {name}", str(file), remedy=remedy))
    return np.asarray(numbers, dtype=float)


def _number(cell: Any) -> float:
    try:
        return float(cell)
    except (TypeError, ValueError):
        return float("nan")


Read = tuple[Sequence[str], Iterable[pa.RecordBatch]]
"""The names of all columns, and blocks of those that are wanted."""


def _csv(file: Path, columns: Sequence[str]) -> Read:
    how = {
        "read_options": pyarrow.csv.ReadOptions(block_size=_BYTES),
        "parse_options": pyarrow.csv.ParseOptions(newlines_in_values=True),  # the texts of answers have them
    }
    with pyarrow.csv.open_csv(file, **how) as opened:
        names = opened.schema.names
    wanted = [name for name in columns if name in names]
    # As texts, so that what is no number can be quoted.
    options = pyarrow.csv.ConvertOptions(
        include_columns=wanted,
        column_types=dict.fromkeys(wanted, pa.string()),
        strings_can_be_null=True,
        null_values=[""],
    )
    return names, pyarrow.csv.open_csv(file, convert_options=options, **how)


def _parquet(file: Path, columns: Sequence[str]) -> Read:
    opened = pq.ParquetFile(file)
    return opened.schema_arrow.names, opened.iter_batches(_ROWS, columns=list(columns))


def _json_lines(file: Path, columns: Sequence[str]) -> Read:
    rows = _objects(file)
    first = next(rows, None)
    if first is None:
        return columns, []
    return list(first), _blocks(first, rows, columns)


def _blocks(first: dict[str, Any], rows: Iterator[dict[str, Any]], columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    def every() -> Iterator[dict[str, Any]]:
        yield first
        yield from rows

    for some in batched(every(), _ROWS):
        yield pa.RecordBatch.from_pydict({name: _cells([row.get(name) for row in some]) for name in columns})


def _cells(cells: list[Any]) -> list[Any]:
    """Cells as numbers, or all of them as texts where one is no number, so that it can be quoted."""
    if all(cell is None or isinstance(cell, float) for cell in cells):
        return cells
    return [None if cell is None else json.dumps(cell) for cell in cells]


def _objects(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                found = json.loads(line, parse_int=float)
            except json.JSONDecodeError as error:
                raise InputError(Problem(f"is no JSON: {error.msg}", file=str(file), line=number)) from error
            if not isinstance(found, dict):
                remedy = 'A line is an object: {"humor": 0.4}.'
                raise InputError(Problem("is no row", file=str(file), line=number, remedy=remedy))
            yield found


_READERS = {".csv": _csv, ".parquet": _parquet, ".jsonl": _json_lines, ".ndjson": _json_lines}
