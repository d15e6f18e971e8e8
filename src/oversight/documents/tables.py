"""Utilities by state and action that stand in a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import Any

from oversight.documents.beside import text_beside
from oversight.documents.yaml_file import Document, Path_
from oversight.errors import InputError, short

_PLACE = ("state", "action")
_USER = "user"
_MOST_NAMES = 20


def with_tables(data: dict[str, Any], document: Document) -> dict[str, Any]:
    """The data of an experiment with tables in place of each `{kind: file, file: ...}` in its `game`.

    The file has a line for each state and action, which its columns `state` and `action` name, and a column of numbers
    for each player. With `column` it becomes the `table` of one of them; with `columns`, by default all but `state`,
    `action` and `user`, the `tables` of several. States and actions keep the order in which they first come.

    Raises:
        InputError: the file or a column is missing, a state lacks an action or has it twice, or a cell is no number.
    """
    return {**data, "game": _with_tables(data["game"], document, ("game",))} if "game" in data else data


def _with_tables(data: Any, document: Document, path: Path_) -> Any:
    if not isinstance(data, dict):
        return data
    if data.get("kind") != "file" or "file" not in data:
        return {key: _with_tables(value, document, (*path, key)) for key, value in data.items()}
    rest = {key: value for key, value in data.items() if key not in ("kind", "file", "column", "columns")}
    read = _File(document, str(data["file"]), path)
    if "column" in data:
        return {"kind": "table", "rows": read.table(data["column"], "column"), **rest}
    names = data.get("columns", [name for name in read.names if name not in (*_PLACE, _USER)])
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        remedy = f"Write them as a list: `columns: [{', '.join(read.names[2:4]) or 'a, b'}]`."
        raise InputError(document.problem((*path, "columns"), f"{short(repr(names))} is no list of columns", remedy))
    return {"kind": "tables", "tables": [read.table(name, "columns") for name in names], **rest}


class _File:
    """The lines of a file, and where the experiment names it."""

    def __init__(self, document: Document, file: str, path: Path_):
        self.document, self.file, self.path = document, file, path
        reader = csv.DictReader(text_beside(document, file, (*path, "file")).splitlines())
        self.names: Sequence[str] = list(reader.fieldnames or [])
        self.rows = list(reader)
        for name in _PLACE:
            self._known(name, "file")
        self.states, self.actions = ([*dict.fromkeys(row[name] for row in self.rows)] for name in _PLACE)

    def table(self, column: str, key: str) -> list[list[float]]:
        """A column's numbers, rows for states."""
        self._known(column, key)
        found: dict[tuple[str, str], float] = {}
        for line, row in enumerate(self.rows, start=2):
            here = row["state"], row["action"]
            if here in found:
                message = f"{short(self.file)}:{line}: action `{here[1]}` stands in state `{here[0]}` twice"
                raise self._wrong("file", message, "Keep one of them.")
            try:
                found[here] = float(row[column])
            except (TypeError, ValueError):
                message = f"{short(self.file)}:{line}: {short(repr(row[column]))} is not a number"
                raise self._wrong("file", message, f"Write a number under `{column}`.") from None
        for state in self.states:
            for action in self.actions:
                if (state, action) not in found:
                    message = f"{short(self.file)}: state `{state}` lacks action `{action}`"
                    raise self._wrong("file", message, "Give each state a line for each action.")
        return [[found[state, action] for action in self.actions] for state in self.states]

    def _known(self, column: str, key: str) -> None:
        if column not in self.names:
            remedy = f"It has: {', '.join(map(short, self.names[:_MOST_NAMES]))}."
            raise self._wrong(key, f"`{self.file}` has no column `{column}`", remedy)

    def _wrong(self, key: str, message: str, remedy: str) -> InputError:
        return InputError(self.document.problem((*self.path, key), message, remedy))
