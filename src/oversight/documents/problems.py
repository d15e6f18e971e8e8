"""Schema errors in the words of someone who edits YAML."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError

from oversight.documents.schema import chosen, items, keys, kind_of, named, nearest, sections
from oversight.documents.yaml_file import Document, Path_
from oversight.errors import Problem


def problems(error: ValidationError, model: type[BaseModel], document: Document) -> list[Problem]:
    """One located problem for each schema error; alternatives of one union are told once."""
    told: dict[tuple[Path_, str], Problem] = {}
    for item in error.errors():
        if item["type"] == "too_short" and len(item["input"]) >= item["ctx"]["min_length"]:
            continue  # pydantic counts only the items that passed; those that failed are told themselves
        path = _path(item["loc"], document.data) + tuple(getattr(item.get("ctx", {}).get("error"), "path", ()))
        message, remedy = _words(item, path, model, document.data)
        told.setdefault((path, message), document.problem(path, message, remedy))
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


def _words(item: Any, path: Path_, model: type[BaseModel], data: Any) -> tuple[str, str]:
    kind, context, value = item["type"], item.get("ctx", {}), item["input"]
    shown = "nothing" if value is None else repr(value) if isinstance(value, str) else f"{value}"
    if len(shown) > 60:
        shown = shown[:57] + "..."
    if kind == "missing":
        annotation, here = _annotation(model, path[:-1], data)
        section = chosen(annotation, here)
        field = keys(section).get(str(path[-1])) if section else None
        unit = (
            (field.json_schema_extra or {}).get("unit") if field and isinstance(field.json_schema_extra, dict) else ""
        )
        return "is missing", f"Add `{path[-1]}: ...`" + (
            f" ({', '.join(filter(None, [field.title, str(unit or '')]))})." if field and (field.title or unit) else "."
        )
    if kind == "extra_forbidden":
        annotation, here = _annotation(model, path[:-1], data)
        section = chosen(annotation, here)
        known = list(keys(section)) if section else []
        close = nearest(str(path[-1]), known)
        if value is None and " " in str(path[-1]):
            return "unknown key", "A comma in {...} starts a new key: put text that holds one in quotes."
        return "unknown key", f"Did you mean `{close}`?" if close else f"Known here: {', '.join(known)}."
    if kind in ("union_tag_invalid", "union_tag_not_found", "literal_error") and isinstance(value, dict):
        annotation, _ = _annotation(model, path, data)
        kinds = [name for name in map(kind_of, sections(annotation)) if name]
        if kind == "union_tag_not_found":
            return "`kind` is missing", f"One of: {', '.join(kinds)}."
        given = str(value.get("kind"))
        if ":" in given:
            return f"unknown kind `{given}`", f"Name the file that defines it: --actors {given.partition(':')[0]}.py"
        close = nearest(given, kinds)
        return f"unknown kind `{given}`", (
            f"Did you mean `{close}`? " if close else ""
        ) + f"One of: {', '.join(kinds)}."
    if kind == "literal_error":
        return f"{shown} is not one of the choices", f"One of: {context['expected']}."
    if kind in ("float_type", "int_type", "float_parsing", "int_parsing"):
        what = "a whole number" if kind.startswith("int") else "a number"
        return f"{shown} is not {what}", f"Write {what}, without quotes or units."
    if kind == "int_from_float":
        return f"{shown} is not a whole number", "Write a whole number."
    bounds = {
        "greater_than_equal": ("below the least allowed", "ge", "at least"),
        "greater_than": ("too small", "gt", "more than"),
        "less_than_equal": ("above the most allowed", "le", "at most"),
        "less_than": ("too large", "lt", "less than"),
    }
    if kind in bounds:
        words, key, phrase = bounds[kind]
        return f"{shown} is {words}", f"It must be {phrase} {context[key]:g}."
    if kind == "finite_number":
        return f"{shown} is not a finite number", "Write a finite number."
    if kind == "too_short":
        return "is empty", "Give at least one."
    if kind == "too_long":
        return f"has {context['actual_length']} items", f"At most {context['max_length']}."
    if kind == "bool_type":
        return f"{shown} is not true or false", "Write true or false."
    if kind == "string_type":
        return f"{shown} is not text", "Put it in quotes if it is meant as text."
    if kind == "string_pattern_mismatch":
        return f"{shown} is no name", "Use letters, digits, `_` and `-`, starting with a letter."
    if kind in ("tuple_type", "list_type"):
        return f"{shown} is not a list", "Write [a, b, ...]."
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return f"{shown} is not a mapping", "Write `key: value` pairs."
    return item["msg"].removeprefix("Value error, "), ""
