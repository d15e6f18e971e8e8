"""Strict YAML: plain data and, for every value, the line it stands on.

YAML 1.2, so `1e-3` is a number and `no` is a word. Nothing in a file can run code. Refused, each with its line:
duplicate keys, keys that are not text, NaN and infinity, custom tags, and aliases that expand beyond reason.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from oversight.documents.bundled import FILES, bundled, own
from oversight.documents.syntax import MAX_DEPTH, TOO_DEEP, BadSyntaxError, children_of, composed, decoded, sizes
from oversight.errors import InputError, Mistake, Problem

MAX_BYTES = 10_000_000
MAX_VALUES = 1_000_000
_FEW = 10_000
"""Values that any file may hold."""
_PER_NODE = 100
"""Values that a larger file may hold for each that it writes: reading it takes no longer than its size allows."""
MAX_INTEGER = 2**64
_PLAIN = {"map", "seq", "str", "null", "bool", "int", "float", "timestamp"}

Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class Mark:
    """Where a value stands."""

    file: str
    line: int | None = None


@dataclass
class Document:
    """Plain data with the mark of each value by its path. `folder` is where relative paths start.

    `overrides` marks what was laid over the file, and goes before `marks` for all that is below it.
    """

    data: dict[str, Any]
    folder: Path
    marks: dict[Path_, Mark] = field(default_factory=dict)
    overrides: dict[Path_, Mark] = field(default_factory=dict)

    def mark(self, path: Path_) -> Mark:
        """The mark of a path, or of its nearest ancestor that has one."""
        for marks in (self.overrides, self.marks):
            for end in range(len(path), -1, -1):
                if path[:end] in marks:
                    return marks[path[:end]]
        return Mark("")

    def part(self, path: Path_, data: Mapping[str, Any]) -> Document:
        """The mapping `data`, which stands at `path`, as a document of its own."""
        marks = {known[len(path) :]: mark for known, mark in self.marks.items() if known[: len(path)] == path}
        return Document(dict(data), self.folder, {(): self.mark(path), **marks})

    def problem(self, path: Path_, message: str, remedy: str = "", mistake: Mistake = Mistake.OTHER) -> Problem:
        """A problem located at `path`."""
        mark = self.mark(path)
        return Problem(message, ".".join(map(str, path)), mark.file or None, mark.line, remedy, mistake)


def read_yaml(path: Path, shown: str | None = None) -> Document:
    """Read a mapping from a YAML file. `shown` is how messages name the file.

    Raises:
        InputError: with one problem for each mistake found.
    """
    shown = shown or str(path)

    def refuse(message: str, remedy: str, line: int | None = None) -> InputError:
        return InputError(Problem(message, file=shown, line=line, remedy=remedy))

    if os.path.isdir(path):
        raise refuse("is a folder, not a file", "Name a YAML file in it.")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise refuse("is larger than 10 MB", "Keep long lists of values in a CSV file: {file, column}.")
        text = decoded(path.read_bytes())
    except FileNotFoundError:
        raise refuse("there is no such file", _neighbours(path)) from None
    except BadSyntaxError as error:
        raise refuse(error.message, error.remedy, error.line) from None
    except OSError as error:
        raise refuse(f"cannot be read: {error.strerror}", "Check its permissions.") from None
    return read_text(text, shown, path.parent)


def read_text(text: str, shown: str, folder: Path, most: int = MAX_VALUES) -> Document:
    """`read_yaml` of a file's text. Its paths start in `folder`, and it holds fewer than `most` values.

    Raises:
        InputError: with one problem for each mistake found.
    """

    def refuse(message: str, remedy: str, line: int | None = None) -> InputError:
        return InputError(Problem(message, file=shown, line=line, remedy=remedy))

    try:
        node = composed(text)
    except BadSyntaxError as error:
        raise refuse(error.message, error.remedy, error.line) from None
    if node is None:
        raise refuse("is empty", "Start with `name: ...`.")
    if not isinstance(node, MappingNode):
        raise refuse(
            "does not hold a mapping", "Write `key: value` lines, starting with `name: ...`.", node.start_mark.line + 1
        )
    reader = _Reader(shown, most)
    data = reader.read(node)
    if reader.problems:
        raise InputError(reader.problems)
    return Document(data, folder, reader.marks)


def beside(holder: str, name: str) -> str:
    """How messages name a file that the file `holder` names."""
    return os.path.normpath(Path(holder).parent / name) if holder else name


def parse_value(text: str, where: str, most: int = MAX_VALUES) -> Any:
    """A value as it would be read in a file, for `--set path=value`; it holds fewer than `most` values."""
    try:
        node = composed(text)
    except BadSyntaxError as error:
        deep = error.message == TOO_DEEP[0]
        raise InputError(Problem(error.message if deep else f"`{text}` is not a YAML value", where)) from None
    if node is None:
        return None
    reader = _Reader("", most)
    value = reader.read(node)
    if reader.problems:
        raise InputError([Problem(p.message, where, remedy=p.remedy) for p in reader.problems])
    return value


class _Reader:
    """Turns a node graph into plain data, collecting marks and problems."""

    def __init__(self, file: str, most: int):
        self.file = file
        self.most = most
        self.marks: dict[Path_, Mark] = {}
        self.problems: list[Problem] = []
        self.open: set[int] = set()

    def read(self, root: Node) -> Any:
        """The data, unless there is too much of it: aliases are counted before they are written out."""
        found = sizes(root)
        most = min(self.most, max(_FEW, _PER_NODE * len(found)))
        if found[id(root)] < most:
            return self.value(root, ())
        node, path = _largest(root, found)
        message = f"holds {most:,} values or more, those of aliases included"
        self._report(node, path, message, "Take fewer values; the command line reads long lists from a CSV file.")
        return None

    def value(self, node: Node, path: Path_) -> Any:
        if len(path) == MAX_DEPTH:
            self._report(node, (), *TOO_DEEP)
            return None
        if id(node) in self.open:
            self._report(node, path, "an alias contains itself", "Write the value out.")
            return None
        self.marks.setdefault(path, Mark(self.file, node.start_mark.line + 1))
        self.open.add(id(node))
        try:
            return self._convert(node, path)
        finally:
            self.open.discard(id(node))

    def _convert(self, node: Node, path: Path_) -> Any:
        if str(node.tag).removeprefix("tag:yaml.org,2002:") not in _PLAIN:
            self._report(node, path, f"the tag `{node.tag}` is not allowed", "Write plain values.")
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.value(child, (*path, index)) for index, child in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: MappingNode, path: Path_) -> dict[str, Any]:
        result: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key_node, child in node.value:
            key, line = key_node.value, key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode) or not isinstance(key, str):
                self._report(key_node, path, "a key is not text", "Keys are plain words.")
                continue
            if key in result:
                self._report(
                    key_node, (*path, key), f"duplicate key, first on line {lines[key]}", "Remove one of the two."
                )
                continue
            lines[key] = line
            result[key] = self.value(child, (*path, key))
            self.marks[(*path, key)] = Mark(self.file, line)
        return result

    def _scalar(self, node: Node, path: Path_) -> Any:
        kind = str(node.tag).rpartition(":")[2]
        text = str(node.value)
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        if kind in ("int", "float"):
            return self._number(node, path, text)
        return text

    def _number(self, node: Node, path: Path_, text: str) -> Any:
        plain = text.replace("_", "")
        number: int | float
        try:
            if plain.lower().lstrip("+-").startswith(("0x", "0o")):
                number = int(plain, 0)
            else:
                try:
                    number = int(plain)
                except ValueError:
                    number = float(plain.lower().replace(".inf", "inf").replace(".nan", "nan"))
        except ValueError:
            self._report(node, path, f"`{text}` is not a number", "Write digits, such as 0.3 or 1e-3.")
            return None
        if isinstance(number, int) and abs(number) >= MAX_INTEGER:
            self._report(node, path, "is too large a number", "Write a number of fewer digits, or such as 1e30.")
            return None
        if not math.isfinite(number):
            self._report(node, path, f"`{text}` is not allowed", "Write a finite number.")
            return None
        return number

    def _report(self, node: Node, path: Path_, message: str, remedy: str) -> None:
        self.problems.append(
            Problem(message, ".".join(map(str, path)), self.file or None, node.start_mark.line + 1, remedy)
        )


def _largest(root: Node, found: Mapping[int, int]) -> tuple[Node, Path_]:
    """The key or element of the file's top level that comes to most, and its path."""
    children = children_of(root)
    place = max(range(len(children)), key=lambda index: found[id(children[index])])
    key = root.value[place][0].value if isinstance(root, MappingNode) else place
    return children[place], (key,)


def _neighbours(path: Path) -> str:
    from difflib import get_close_matches

    folder = path.parent
    names = [p.name for p in folder.iterdir() if p.suffix in (".yaml", ".yml")] if folder.is_dir() else []
    close = get_close_matches(path.name, names, n=1)
    if close:
        return f"Did you mean `{folder / close[0]}`?"
    here = [name for kind in FILES for name in own(kind, folder)]
    close = get_close_matches(path.stem, [*here, *(name for kind in FILES for name in bundled(kind))], n=1)
    whence = "" if close and close[0] in here else ", which comes with the package"
    return f"Did you mean `{close[0]}`{whence}?" if close else "Check the path."
