"""Classes that are handed over as objects, from a notebook or a script, rather than in a file."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from oversight.errors import InputError, Problem
from oversight.plugins.load import as_kind
from oversight.seams import Seam

Plugin = str | Path | type[Any]
"""A Python file, a package by its folder or name, or a class."""
_DEEPEST = 50
"""Where a mapping that holds itself is given up; it is refused when its values are read."""
_given: dict[str, type[Any]] = {}
"""By name as files write it, the class that this process was given last."""


def name_of(plugin: Plugin) -> str:
    """What a plug-in is called in files and manifests: its path, or `module:Class`."""
    if not isinstance(plugin, type):
        return str(plugin)
    name = f"{plugin.__module__.rpartition('.')[2]}:{plugin.__name__}"
    _given[name] = plugin
    return name


def is_object(name: str) -> bool:
    """Whether it is the name of a class that was handed over, which no other process can import."""
    return name in _given


def kinds_of(name: str, seams: Iterable[Seam]) -> dict[str, dict[str, type[Any]]]:
    """By seam, the kind that such a class is.

    Raises:
        InputError: it is of no seam, or not whole.
    """
    member = _given[name]
    found = {seam.name: {name: as_kind(seam, member, name, name)} for seam in seams if issubclass(member, seam.base)}
    if not found:
        remedy = "Subclass oversight.Actor, or the base of another seam."
        raise InputError(Problem(f"{member.__name__} is no class of any seam", name, remedy=remedy))
    return found


def source_of(name: str) -> bytes:
    """The code of such a class, for hashes: its text, or what was compiled of it where there is no text."""
    member = _given[name]
    try:
        return inspect.getsource(member).encode()
    except (OSError, TypeError):
        codes = (getattr(function, "__code__", None) for function in vars(member).values())
        return b"".join(code.co_code + repr(code.co_consts).encode() for code in codes if code)


def with_names(data: Any, found: dict[str, type[Any]], depth: int = 0) -> Any:
    """`data` with classes at `kind` by their names; `found` gets the classes."""
    if depth > _DEEPEST:
        return data
    if isinstance(data, Mapping):
        return {
            key: _kind(value, found) if key == "kind" else with_names(value, found, depth + 1)
            for key, value in data.items()
        }
    return [with_names(value, found, depth + 1) for value in data] if isinstance(data, list | tuple) else data


def _kind(value: Any, found: dict[str, type[Any]]) -> Any:
    if isinstance(value, type):
        found[name_of(value)] = value
        return name_of(value)
    return value
