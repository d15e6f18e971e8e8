"""Finding a field's words in the schema by the dotted path of its value."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from oversight.quantities import Section


def keys(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The keys that a file may use in this section, by their names in the file."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


@lru_cache(maxsize=1_000)
def fields_by_key(model: type[BaseModel]) -> Mapping[str, str]:
    """Attributes of this section by the names of their keys in the file."""
    return {field.alias or name: name for name, field in model.model_fields.items()}


def sections(annotation: Any) -> list[type[BaseModel]]:
    """The section classes that a field of this annotation may hold, in the order of the schema."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) in (Annotated, Union, types.UnionType):
        members = get_args(annotation)[:1] if get_origin(annotation) is Annotated else get_args(annotation)
        return [section for member in members for section in sections(member)]
    return []


def kind_of(section: type[BaseModel]) -> str | None:
    """The `kind` that selects this section class, if any."""
    field = section.model_fields.get("kind")
    literal = get_args(field.annotation) if field and get_origin(field.annotation) is Literal else ()
    return literal[0] if literal else None


def every_kind(annotation: Any, seen: set[Any] | None = None) -> set[str]:
    """All values that a `kind` may have anywhere below."""
    seen = set() if seen is None else seen
    found: set[str] = set()
    inner = items(annotation) or named(annotation)
    if inner is not None:
        return every_kind(inner, seen)
    for section in sections(annotation):
        if section not in seen:
            seen.add(section)
            found |= {kind for kind in [kind_of(section)] if kind}
            for field in section.model_fields.values():
                found |= every_kind(field.annotation, seen)
    return found


def chosen(annotation: Any, data: Any) -> type[BaseModel] | None:
    """The section class that `data` selects by its `kind`, the only one there is, or the one that needs none."""
    found = sections(annotation)
    if len(found) == 1:
        return found[0]
    kind = data.get("kind") if isinstance(data, dict) else None
    return next(
        (section for section in found if kind_of(section) == kind or (kind is None and _unnamed(section))), None
    )


def _unnamed(section: type[BaseModel]) -> bool:
    return issubclass(section, Section) and section.unnamed


def items(annotation: Any) -> Any:
    """The annotation of a list's elements, or None where the field is no list."""
    if get_origin(annotation) is Annotated:
        return items(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):  # a list that may be absent
        return next(filter(None, map(items, get_args(annotation))), None)
    return get_args(annotation)[0] if get_origin(annotation) is tuple else None


def named(annotation: Any) -> Any:
    """The annotation of a free mapping's values, or None where the field is none."""
    if get_origin(annotation) is Annotated:
        return named(get_args(annotation)[0])
    return get_args(annotation)[1] if get_origin(annotation) is dict else None


def member(sequence: Sequence[Any], part: str) -> int | None:
    """Index of a list element by number or by its `name`, as a file or its section gives it."""
    if part.isdecimal():
        return int(part) if int(part) < len(sequence) else None
    names = [
        item.get("name") or item.get("kind") if isinstance(item, dict) else getattr(item, "label", None)
        for item in sequence
    ]
    return names.index(part) if part in names else None


def annotation_at(model: type[BaseModel], path: Sequence[str | int], data: Any) -> tuple[Any, Any]:
    """The annotation and the data at a path."""
    annotation: Any = model
    for part in path:
        annotation, data = below(annotation, part, data)
    return annotation, data


def below(annotation: Any, part: str | int, data: Any) -> tuple[Any, Any]:
    """The annotation and the data of one key or list element of what has this annotation and these data."""
    element = items(annotation)
    if element is not None and isinstance(part, int):
        return element, data[part] if isinstance(data, list) and part < len(data) else None
    section = chosen(annotation, data)
    field = keys(section).get(str(part)) if section else None
    return field.annotation if field else named(annotation), data.get(part) if isinstance(data, dict) else None


def field_at(model: type[BaseModel], data: Any, path: str) -> FieldInfo | None:
    """The schema's field at a dotted path, or None where there is none."""
    field: FieldInfo | None = None
    annotation: Any = model
    rest = path
    while rest:
        part, rest = split(data, rest)
        element = items(annotation)
        if element is not None:
            index = member(data, part) if isinstance(data, list) else None
            if index is None:
                return None
            annotation, data = element, data[index]
            continue
        entry = named(annotation)
        if entry is not None:
            if not isinstance(data, dict) or part not in data:
                return None
            field, annotation, data = _of_mapping(field, entry, part), entry, data[part]
            continue
        section = chosen(annotation, data)
        field = keys(section).get(part) if section else None
        if field is None:
            return None
        annotation = field.annotation
        data = data.get(part) if isinstance(data, dict) else None
    return field


def split(data: Any, path: str) -> tuple[str, str]:
    """A dotted path's first key, which may hold dots where it is one of a mapping, and the rest."""
    parts = path.split(".")
    for end in range(len(parts), 1, -1) if isinstance(data, dict) else ():
        if ".".join(parts[:end]) in data:
            return ".".join(parts[:end]), ".".join(parts[end:])
    return parts[0], ".".join(parts[1:])


def _of_mapping(mapping: FieldInfo | None, annotation: Any, key: str) -> FieldInfo:
    """The field of one value of a mapping; a number has the words of the mapping."""
    field = FieldInfo.from_annotation(annotation)
    if mapping is not None and not sections(annotation):
        field.title = f"{mapping.title or ''} of {key.replace('_', ' ')}".strip()
        field.description, field.json_schema_extra = mapping.description, mapping.json_schema_extra
    return field


def known_paths(annotation: Any, data: Any, prefix: str = "") -> Iterator[str]:
    """Every dotted path that exists for these data, set or not."""
    element = items(annotation)
    if element is not None:
        for index, item in enumerate(data if isinstance(data, list) else []):
            for label in filter(None, [str(index), item.get("name") if isinstance(item, dict) else None]):
                yield f"{prefix}{label}"
                yield from known_paths(element, item, f"{prefix}{label}.")
        return
    entry = named(annotation)
    if entry is not None:
        for key, item in data.items() if isinstance(data, dict) else ():
            yield f"{prefix}{key}"
            yield from known_paths(entry, item, f"{prefix}{key}.")
        return
    section = chosen(annotation, data)
    for key, field in keys(section).items() if section else ():
        yield f"{prefix}{key}"
        yield from known_paths(field.annotation, data.get(key) if isinstance(data, dict) else None, f"{prefix}{key}.")


def nearest(word: str, words: list[str], cutoff: float = 0.5) -> str | None:
    """The word that was probably meant, if one is at least so much like it: 1 is the same word."""
    close = get_close_matches(word, words, n=1, cutoff=cutoff)
    return close[0] if close else None
