"""Dotted paths into plain data."""

from __future__ import annotations

from typing import Any

from oversight.documents.schema import member


def assign(data: Any, path: str, value: Any) -> Any:
    """A copy of `data` with `value` at the dotted `path`; the parts that do not change are shared.

    Keys may hold dots themselves (`sweep.parameters.policy.sanction.amount.num`): the longest key that exists wins.

    Raises:
        KeyError: the path leads through something that is not there.
    """
    if isinstance(data, list):
        head, _, rest = path.partition(".")
        index = member(data, head)
        if index is None:
            raise KeyError(head)
        return [*data[:index], assign(data[index], rest, value) if rest else value, *data[index + 1 :]]
    if not isinstance(data, dict):
        raise KeyError(path)
    head, rest = _split(data, path)
    return {**data, head: assign(data.get(head, {}), rest, value) if rest else value}


def resolved(data: Any, path: str) -> tuple[str | int, ...]:
    """A dotted path that exists, with list elements by number whatever the path calls them."""
    parts: list[str | int] = []
    while path:
        if isinstance(data, list):
            head, _, path = path.partition(".")
            index = member(data, head)
            if index is None:
                return (*parts, head)
            parts.append(index)
            data = data[index]
        elif isinstance(data, dict):
            head, path = _split(data, path)
            parts.append(head)
            data = data.get(head)
        else:
            return (*parts, *path.split("."))
    return tuple(parts)


def holds(data: Any, path: str) -> bool:
    """Whether there is anything at the dotted `path`."""
    for part in path.split("."):
        if isinstance(data, list):
            index = member(data, part)
            if index is None:
                return False
            data = data[index]
        elif isinstance(data, dict) and part in data:
            data = data[part]
        else:
            return False
    return True


def _split(data: dict[str, Any], path: str) -> tuple[str, str]:
    parts = path.split(".")
    for end in range(len(parts), 1, -1):
        if ".".join(parts[:end]) in data:
            return ".".join(parts[:end]), ".".join(parts[end:])
    return parts[0], ".".join(parts[1:])
