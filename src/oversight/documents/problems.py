"""Schema errors in the words of someone who edits YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from oversight.documents.schema import chosen, every_kind, items, keys, kind_of, named, nearest, sections
from oversight.documents.yaml_file import Document, Path_
from oversight.errors import Mistake, Problem


def problems(error: ValidationError, model: type[BaseModel], document: Document) -> list[Problem]:
    """One located problem for each schema error; alternatives of one union are told once."""
    told: dict[tuple[Path_, str], Problem] = {}
    for item in error.errors():
        if item["type"] == "too_short" and len(item["input"]) >= item["ctx"]["min_length"]:
            continue  # pydantic counts only the items that passed; those that failed are told themselves
        path = _path(item["loc"], document.data) + tuple(getattr(item.get("ctx", {}).get("error"), "path", ()))
        message, remedy, mistake = _words(item, path, model, document.data)
        told.setdefault((path, message), document.problem(path, message, remedy, mistake))
    return list(told.values())


def _path(loc: tuple[str | int, ...], data: Any) -> Path_:
    """`loc` without the names of union members that pydantic adds."""
    path: list[str | int] = []
    for position, part in enumerate(loc):
        here = isinstance(data, dict) and part in data
        there = isinstance(data, list) and isinstance(part, int) and part < len(data)
        if here or there:
            path.append(part)
            data = data[part]
        elif position == len(loc) - 1 and isinstance(data, dict) and not _is_member_name(str(part), data):
            path.append(part)
    return tuple(path)


def _is_member_name(part: str, data: dict[str, Any]) -> bool:
    return part == data.get("kind") or part[:1].isupper() or "[" in part


def _annotation(model: type[BaseModel], path: Path_, data: Any) -> tuple[Any, Any]:
    """The annotation and the data at a path."""
    annotation: Any = model
    for part in path:
        element = items(annotation)
        if element is not None and isinstance(part, int):
            annotation, data = element, data[part] if isinstance(data, list) and part < len(data) else None
            continue
        section = chosen(annotation, data)
        field = keys(section).get(str(part)) if section else None
        annotation = field.annotation if field else named(annotation)
        data = data.get(part) if isinstance(data, dict) else None
    return annotation, data


@dataclass(frozen=True)
class _Error:
    """One schema error, and where it stands."""

    path: Path_
    value: Any
    context: Mapping[str, Any]
    text: str
    model: type[BaseModel]
    data: Any

    @property
    def shown(self) -> str:
        """The value as a reader wrote it, shortened."""
        shown = (
            "nothing" if self.value is None else repr(self.value) if isinstance(self.value, str) else f"{self.value}"
        )
        return shown if len(shown) <= 60 else shown[:57] + "..."

    @property
    def holder(self) -> type[BaseModel] | None:
        """The section that the key stands in."""
        return chosen(*_annotation(self.model, self.path[:-1], self.data))


def _words(item: Any, path: Path_, model: type[BaseModel], data: Any) -> tuple[str, str, Mistake]:
    """What is wrong, what would be right, and what kind of mistake it is."""
    error = _Error(path, item["input"], item.get("ctx", {}), item["msg"].removeprefix("Value error, "), model, data)
    kind = item["type"]
    if kind == "missing":
        return *_missing(error), Mistake.MISSING
    if kind == "extra_forbidden":
        return *_unknown_key(error), Mistake.OTHER
    if kind in _UNKNOWN_KIND and isinstance(error.value, dict):
        return *_unknown_kind(error, kind), Mistake.OTHER
    if kind in _BOUNDS:
        words, key, phrase = _BOUNDS[kind]
        remedy = f"It must be {phrase} {error.context[key]:g}."
        return f"{error.shown} is {words}", remedy, Mistake.OUT_OF_BOUNDS
    if kind in _PLAIN:
        message, remedy = (part.format(shown=error.shown, **error.context) for part in _PLAIN[kind])
        return message, remedy, Mistake.OTHER
    return error.text, "", getattr(error.context.get("error"), "mistake", Mistake.OTHER)


_UNKNOWN_KIND = ("union_tag_invalid", "union_tag_not_found", "literal_error")
_BOUNDS = {
    "greater_than_equal": ("below the least allowed", "ge", "at least"),
    "greater_than": ("too small", "gt", "more than"),
    "less_than_equal": ("above the most allowed", "le", "at most"),
    "less_than": ("too large", "lt", "less than"),
}
_NUMBER = ("{shown} is not a number", "Write a number, without quotes or units.")
_INTEGER = ("{shown} is not a whole number", "Write a whole number, without quotes or units.")
_LIST = ("{shown} is not a list", "Write [a, b, ...].")
_MAPPING = ("{shown} is not a mapping", "Write `key: value` pairs.")
_PLAIN = {
    "literal_error": ("{shown} is not one of the choices", "One of: {expected}."),
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "int_type": _INTEGER,
    "int_parsing": _INTEGER,
    "int_from_float": ("{shown} is not a whole number", "Write a whole number."),
    "finite_number": ("{shown} is not a finite number", "Write a finite number."),
    "too_short": ("is empty", "Give at least one."),
    "too_long": ("has {actual_length} items", "At most {max_length}."),
    "bool_type": ("{shown} is not true or false", "Write true or false."),
    "string_type": ("{shown} is not text", "Put it in quotes if it is meant as text."),
    "string_pattern_mismatch": ("{shown} is no name", "Use letters, digits, `_` and `-`, starting with a letter."),
    "tuple_type": _LIST,
    "list_type": _LIST,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "dict_type": _MAPPING,
}
"""What is wrong and what would be right, by pydantic's name of the error."""


def _missing(error: _Error) -> tuple[str, str]:
    key = str(error.path[-1])
    field = keys(error.holder).get(key) if error.holder else None
    extra = field.json_schema_extra if field else None
    unit = str(extra.get("unit") or "") if isinstance(extra, dict) else ""
    about = ", ".join(filter(None, [field.title if field else "", unit]))
    return "is missing", f"Add `{key}: ...` ({about})." if about else f"Add `{key}: ...`."


def _unknown_key(error: _Error) -> tuple[str, str]:
    key, known = str(error.path[-1]), list(keys(error.holder)) if error.holder else []
    if error.value is None and " " in key:
        return "unknown key", "A comma in {...} starts a new key: put text that holds one in quotes."
    close = nearest(key, known)
    return "unknown key", f"Did you mean `{close}`?" if close else f"Known here: {', '.join(known)}."


def _unknown_kind(error: _Error, what: str) -> tuple[str, str]:
    annotation, _ = _annotation(error.model, error.path, error.data)
    kinds = [name for name in map(kind_of, sections(annotation)) if name]
    if what == "union_tag_not_found":
        return "`kind` is missing", f"One of: {', '.join(kinds)}."
    given = str(error.value.get("kind"))
    module = given.partition(":")[0]
    if module != given:
        loaded = sorted(name for name in every_kind(error.model) if name.startswith(f"{module}:"))
        if given in loaded:
            return f"`{given}` is a kind of another place", f"One of: {', '.join(kinds)}."
        if loaded:
            return f"unknown kind `{given}`", f"`{module}` defines {', '.join(loaded)}."
        return f"unknown kind `{given}`", f"Name the file that defines it: --plugins {module}.py"
    close = nearest(given, kinds)
    meant = f"Did you mean `{close}`? " if close else ""
    return f"unknown kind `{given}`", f"{meant}One of: {', '.join(kinds)}."
