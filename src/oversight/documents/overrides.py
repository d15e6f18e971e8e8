"""Values laid over an experiment at dotted paths: by whoever calls, and by a sweep's design points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel

from oversight.caller import by_caller
from oversight.documents.paths import assign, holds, resolved, value_at
from oversight.documents.schema import field_at, known_paths, nearest
from oversight.documents.values import plain
from oversight.documents.yaml_file import Document, Mark, parse_value
from oversight.errors import InputError, Problem


class Override(NamedTuple):
    """A value for a dotted path, and where it was written."""

    path: str
    value: Any
    mark: Mark


def parsed(overrides: Mapping[str, Any] | Sequence[str]) -> dict[str, Any]:
    """`path=value` texts, as on the command line, as a mapping.

    Raises:
        InputError: a text is not of that form.
    """
    if isinstance(overrides, Mapping):
        return {str(path): plain(value, str(path)) for path, value in overrides.items()}
    pairs: dict[str, Any] = {}
    given = by_caller("--set", "overrides")
    for text in overrides:
        path, sign, value = text.partition("=")
        if not sign or not path.strip():
            remedy = "For example policy.sanction.amount=3."
            raise InputError(Problem(f"`{text}` is not path=value", given, remedy=remedy))
        pairs[path.strip()] = parse_value(value, f"{given} {path.strip()}")
    return pairs


def overridden(model: type[BaseModel], document: Document, overrides: Iterable[Override]) -> Document:
    """The document with the overrides applied, whole sections before parts of them.

    Raises:
        InputError: a path does not exist, or two name the same value.
    """
    data, seen = document.data, dict(document.overrides)
    here: dict[Any, str] = {}
    for override in sorted(overrides, key=lambda override: override.path.count(".")):
        data = _applied(model, data, override)
        where = resolved(data, override.path)
        if where in here:
            message = f"`{here[where]}` and `{override.path}` name the same value"
            raise InputError(Problem(message, override.path, override.mark.file or None, override.mark.line))
        here[where] = override.path
        seen[where] = override.mark
    return Document(data, document.folder, document.marks, seen)


def _applied(model: type[BaseModel], data: dict[str, Any], override: Override) -> dict[str, Any]:
    path = override.path
    if not holds(data, path):
        data = _with_default_sections(model, data, path)
    known = (
        path.startswith(("sweep.", "search.", "against."))
        or field_at(model, data, path) is not None
        or _is_list_item(model, data, path)
    )
    try:
        if known:
            changed: dict[str, Any] = assign(data, path, override.value)
            return _without_old_source(changed, path)
    except KeyError:
        pass
    close = nearest(path, list(known_paths(model, data)))
    remedy = f"Did you mean `{close}`?" if close else ""
    raise InputError(Problem("there is no such path", path, override.mark.file or None, override.mark.line, remedy))


def _with_default_sections(model: type[BaseModel], data: dict[str, Any], path: str) -> dict[str, Any]:
    """`data` with the sections that `path` leads through written out, where they were left at their default."""
    parts = path.split(".")
    for end in range(1, len(parts)):
        prefix = ".".join(parts[:end])
        field = field_at(model, data, prefix)
        if field is not None and isinstance(field.default, BaseModel) and not holds(data, prefix):
            data = assign(data, prefix, field.default.model_dump(mode="json", by_alias=True, exclude_none=True))
    return data


def _is_list_item(model: type[BaseModel], data: dict[str, Any], path: str) -> bool:
    head, _, last = path.rpartition(".")
    return path in set(known_paths(model, data)) or (last.isdecimal() and field_at(model, data, head) is not None)


def _without_old_source(data: dict[str, Any], path: str) -> dict[str, Any]:
    """A number that is overridden, of the policy or of a population entry, no longer has the source of the old one."""
    head, *inner = map(str, resolved(data, path))
    holder = head if head == "policy" else ".".join([head, *inner[:1]])
    own = ".".join(inner if head == "policy" else inner[1:])
    sources = value_at(data, f"{holder}.sources")
    if head not in ("policy", "population") or not own or not isinstance(sources, dict):
        return data
    kept = {
        key: source
        for key, source in sources.items()
        if not f"{key}.".startswith(f"{own}.") and not f"{own}.".startswith(f"{key}.")
    }
    changed: dict[str, Any] = assign(data, f"{holder}.sources", kept)
    return changed
