"""Dotted paths: into plain data as files hold it, and into the validated sections that it becomes.

List elements are called by number or by name (`population.2`, `population.labs`). Keys may hold dots themselves
(`sweep.parameters.policy.sanction.amount.num`): the longest key that exists wins.
"""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import Any

from pydantic import BaseModel

from oversight.documents.schema import fields_by_key, member, split

_NOTHING = object()


def value_at(data: Any, path: str, default: Any = None) -> Any:
    """What stands at the dotted `path`, `default` where there is nothing."""
    while path:
        head, path = split(data, path)
        data = _inside(data, head)
        if data is _NOTHING:
            return default
    return data


def holds(data: Any, path: str) -> bool:
    """Whether there is anything at the dotted `path`."""
    return value_at(data, path, _NOTHING) is not _NOTHING


def assign(data: Any, path: str, value: Any) -> Any:
    """A copy of `data` with `value` at the dotted `path`; the parts that do not change are shared.

    The last key of plain data may be new. Sections are not validated again.

    Raises:
        KeyError: the path leads through something that is not there.
    """
    head, rest = split(data, path)
    old = _inside(data, head)
    if isinstance(data, dict) and old is _NOTHING:
        old = {}
    if old is _NOTHING:
        raise KeyError(head)
    new = assign(old, rest, value) if rest else value
    if isinstance(data, dict):
        return {**data, head: new}
    if isinstance(data, BaseModel):
        return data.model_copy(update={fields_by_key(type(data))[head]: new})
    place = member(data, head)
    return type(data)(new if index == place else item for index, item in enumerate(data))


def resolved(data: Any, path: str) -> tuple[str | int, ...]:
    """A dotted path, with list elements by number whatever the path calls them, as far as it exists."""
    parts: list[str | int] = []
    while path:
        if not isinstance(data, list | dict):
            return (*parts, *path.split("."))
        head, path = split(data, path)
        place = member(data, head) if isinstance(data, list) else head
        if place is None:
            return (*parts, head)
        parts.append(place)
        data = _inside(data, head)
    return tuple(parts)


def _inside(data: Any, head: str) -> Any:
    if isinstance(data, list | tuple):
        place = member(data, head)
        return _NOTHING if place is None else data[place]
    if isinstance(data, dict):
        return data.get(head, _NOTHING)
    if isinstance(data, BaseModel):
        name = fields_by_key(type(data)).get(head)
        return _NOTHING if name is None else getattr(data, name)
    return getattr(data, head, _NOTHING) if is_dataclass(data) else _NOTHING
