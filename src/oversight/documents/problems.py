"""Schema errors in the words of someone who edits YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from oversight.caller import by_caller
from oversight.documents.schema import annotation_at, below, chosen, every_kind, keys, kind_of, nearest, sections
from oversight.documents.unknown_key import belongs
from oversight.documents.yaml_file import Document, Path_
from oversight.errors import Mistake, Problem, short
from oversight.quantities import LocatedError, unit_of


def problems(error: ValidationError, model: type[BaseModel], document: Document) -> list[Problem]:
    """One located problem for each schema error; alternatives of one union are told once."""
    told: dict[tuple[Path_, str], Problem] = {}
    for item in error.errors():
        if item["type"] == "too_short" and len(item["input"]) >= item["ctx"]["min_length"]:
            continue  # pydantic counts only the items that passed; those that failed are told themselves
        path = _path(item["loc"], model, document.data) + tuple(getattr(item.get("ctx", {}).get("error"), "path", ()))
        message, remedy, mistake = _words(item, path, model, document.data)
        told.setdefault((path, message), document.problem(path, message, remedy, mistake))
    return list(told.values())


def _path(loc: tuple[str | int, ...], model: type[BaseModel], data: Any) -> Path_:
    """`loc` without the names of union members that pydantic adds."""
    path: list[str | int] = []
    annotation: Any = model
    kinds: list[str | None] = []
    for position, part in enumerate(loc):
        if part in kinds:
            kinds = []  # Named once, before the keys of its section: one of them may have the same name.
            continue
        here = isinstance(data, dict) and part in data
        there = isinstance(data, list) and isinstance(part, int) and part < len(data)
        if here or there:
            path.append(part)
            annotation, data = below(annotation, part, data)
            members = sections(annotation)
            kinds = [kind_of(member) for member in members] if len(members) > 1 else []
        elif position == len(loc) - 1 and isinstance(data, dict) and not _is_member_name(str(part)):
            path.append(part)
    return tuple(path)


def _is_member_name(part: str) -> bool:
    return part[:1].isupper() or "[" in part


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
        return _shown(self.value)

    @property
    def holder(self) -> type[BaseModel] | None:
        """The section that the key stands in."""
        return chosen(*annotation_at(self.model, self.path[:-1], self.data))


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
    if kind in _NO_MAPPING:
        return *_no_mapping(error), Mistake.OTHER
    located = error.context.get("error")
    if isinstance(located, LocatedError):
        return error.text, located.remedy, located.mistake
    return *plainly(item), Mistake.OUT_OF_BOUNDS if kind in _BOUNDS else Mistake.OTHER


def plainly(item: Any) -> tuple[str, str]:
    """What is wrong with one value, and what would be right, where the schema around it does not matter."""
    kind, value, context = item["type"], item["input"], item.get("ctx", {})
    if kind in _BOUNDS:
        words, key, phrase = _BOUNDS[kind]
        return f"{_shown(value)} is {words}", f"It must be {phrase} {context[key]:g}."
    if kind not in _PLAIN:
        return item["msg"].removeprefix("Value error, "), ""
    given = {"shown": _shown(value), "length": len(value) if hasattr(value, "__len__") else 0, **context}
    empty = kind in ("too_short", "string_too_short") and not value
    message, remedy = (part.format_map(given) for part in (_EMPTY if empty else _PLAIN[kind]))
    return message, remedy


def _shown(value: Any) -> str:
    """A value as a reader wrote it, shortened."""
    shown = "nothing" if value is None else repr(value) if isinstance(value, str) else f"{value}"
    return shown if len(shown) <= 60 else shown[:57] + "..."


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
_NO_MAPPING = ("model_type", "model_attributes_type", "dict_type")
_EMPTY = ("is empty", "Give at least {min_length}.")
_PLAIN = {
    "missing": ("is missing", "Add it."),
    "extra_forbidden": ("unknown key", "Remove it."),
    **dict.fromkeys(_NO_MAPPING, _MAPPING),
    "union_tag_invalid": ("`kind` is {tag}", "One of: {expected_tags}."),
    "union_tag_not_found": ("`kind` is missing", "Say which."),
    "literal_error": ("{shown} is not one of the choices", "One of: {expected}."),
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "int_type": _INTEGER,
    "int_parsing": _INTEGER,
    "int_from_float": ("{shown} is not a whole number", "Write a whole number."),
    "too_far_from_zero": ("{shown} is too large", "Its size must be at most {most}."),
    "too_near_zero": ("{shown} is too near zero", "Write 0, or a number of at least {least} in size."),
    "int_parsing_size": ("{shown} is too large", "Write a number of fewer digits."),
    "finite_number": ("{shown} is not a finite number", "Write a finite number."),
    "multiple_of": ("{shown} is no multiple of {multiple_of}", "Write a multiple of it."),
    "too_short": ("has {length} items", "Give at least {min_length}."),
    "too_long": ("has {length} items", "At most {max_length}."),
    "bool_type": ("{shown} is not true or false", "Write true or false."),
    "bool_parsing": ("{shown} is not true or false", "Write true or false."),
    "none_required": ("{shown} stands where nothing may stand", "Leave it out."),
    "string_type": ("{shown} is not text", "Put it in quotes if it is meant as text."),
    "string_unicode": ("holds a character that no text may hold", "Remove it."),
    "string_too_short": ("has {length} characters", "At least {min_length}."),
    "string_too_long": ("has {length} characters", "At most {max_length}."),
    "string_pattern_mismatch": ("{shown} is no name", "Use letters, digits, `_` and `-`, starting with a letter."),
    "tuple_type": _LIST,
    "list_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
}
"""What is wrong and what would be right, by pydantic's name of the error."""


_ONE_VALUE = {"kind", "value"}
"""The keys of a kind that is nothing but a number."""


def _no_mapping(error: _Error) -> tuple[str, str]:
    """Where a mapping is wanted: its kinds, or the keys that each form of it cannot do without."""
    found = sections(annotation_at(error.model, error.path, error.data)[0])
    kinds = list(filter(None, map(kind_of, found)))
    needed = [[key for key, field in keys(section).items() if field.is_required()] for section in found]
    alone = [kind for kind, section in zip(map(kind_of, found), found, strict=True) if set(keys(section)) == _ONE_VALUE]
    if alone and isinstance(error.value, int | float) and not isinstance(error.value, bool):
        return f"{error.shown} is not a mapping", f"Write {{kind: {alone[0]}, value: {error.shown}}}."
    if ["values"] in needed and isinstance(error.value, list):
        return f"{error.shown} is a list", f"Write {{values: {error.shown}}}."
    forms = [f"{{{', '.join(f'{key}: ...' for key in each)}}}" for each in needed if each]
    remedy = f"Write {' or '.join(forms)}." if forms else "Write `key: value` pairs."
    if kinds:
        remedy = f"Write {{kind: ..., ...}}; the kind is one of: {', '.join(kinds)}."
    return f"{error.shown} is not a mapping", remedy


def _missing(error: _Error) -> tuple[str, str]:
    key = str(error.path[-1])
    field = keys(error.holder).get(key) if error.holder else None
    about = ", ".join(filter(None, [field.title if field else "", unit_of(field)]))
    return "is missing", f"Add `{key}: ...` ({about})." if about else f"Add `{key}: ...`."


def _unknown_key(error: _Error) -> tuple[str, str]:
    if error.value is None and " " in str(error.path[-1]):
        return "unknown key", "A comma in {...} starts a new key: put text that holds one in quotes."
    return "unknown key", belongs(error.path, error.model, error.data)


def _unknown_kind(error: _Error, what: str) -> tuple[str, str]:
    annotation, _ = annotation_at(error.model, error.path, error.data)
    kinds = [name for name in map(kind_of, sections(annotation)) if name]
    if what == "union_tag_not_found":
        return "`kind` is missing", f"One of: {', '.join(kinds)}."
    given = str(error.value.get("kind"))
    module = given.partition(":")[0]
    close = nearest(given, kinds if module == given else [kind for kind in kinds if ":" not in kind])
    if module != given:
        loaded = sorted(name for name in every_kind(error.model) if name.startswith(f"{module}:"))
        if given in loaded:
            return f"`{given}` is a kind of another place", f"One of: {', '.join(kinds)}."
        if loaded:
            return f"unknown kind `{given}`", f"`{module}` defines {', '.join(loaded)}."
        file = f"{short(module)}.py"
        own = f"ame the file that defines it: {by_caller(f'--plugins {file}', f"plugins=['{file}']")}"
        return f"unknown kind `{given}`", f"Did you mean `{close}`? If not, n{own}" if close else f"N{own}"
    meant = f"Did you mean `{close}`? " if close else ""
    return f"unknown kind `{given}`", f"{meant}One of: {', '.join(kinds)}."
