"""What identifies a design point across designs: an order-free sum of hashes, one for each value that runs depend on.

Since the sum does not know of axes or bases, points that a design adds leave the identity of the others alone, and the
identities of many points that differ in a few numbers are a few sums of columns.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from oversight.documents.schema import kind_of
from oversight.quantities import Section
from oversight.scenario import BaseExperiment
from oversight.scenario.family import Family

Keys = np.ndarray[tuple[Any, ...], np.dtype[np.uint64]]
"""Identities, (points,)."""


def essence(experiment: BaseExperiment) -> dict[str, Any]:
    """All that an experiment's runs depend on, but replicate and start; defaults are written out."""
    return experiment.model_dump(mode="json", by_alias=True, exclude=_left_out(experiment))


def key(experiment: BaseExperiment) -> int:
    """The identity of one experiment."""
    return int(keys_of(Family(base=experiment, numbers={}, rows=1))[0])


def keys_of(family: Family[Any]) -> Keys:
    """The identity of each row of a family: a swept number adds a column, all else is the same for all rows.

    A key that has its default adds nothing: one that a later version brings leaves identities as they are.
    """
    found = np.zeros(family.rows, dtype=np.uint64)
    rest = 0
    for path, field, value in _leaves(family.base):
        number = family.numbers.get(path)
        if number is None:
            rest += _hash(path, field, value)
            continue
        found += np.array([_hash(path, field, value) for value in number.values.tolist()], dtype=np.uint64)[number.at]
    return found + np.uint64(rest % 2**64)


def spelled(keys: Keys) -> list[str]:
    """Identities as tables show them."""
    return [f"{each:016x}" for each in keys.tolist()]


def digest_of(spelled_keys: Sequence[str]) -> str:
    """A hash of the identities of all points, in order."""
    return hashlib.sha256("".join(spelled_keys).encode()).hexdigest()


def _leaves(section: BaseModel, place: Sequence[str] = ()) -> Iterator[tuple[str, FieldInfo | None, Any]]:
    """Dotted path, field and value of all that an experiment's runs depend on."""
    for name, field in type(section).model_fields.items():
        own = field.alias or name
        if own not in _unread(section):
            yield from _below(getattr(section, name), field, (*place, own))
    for name, value in (section.model_extra or {}).items():
        yield from _below(value, None, (*place, name))


def _left_out(section: BaseModel) -> dict[str, Any]:
    """Keys that a dump leaves out, of a section and of those in it."""
    found: dict[str, Any] = dict.fromkeys(_unread(section), True)
    for name in type(section).model_fields:
        value = getattr(section, name)
        held = dict(enumerate(value)) if isinstance(value, tuple) else {0: value}
        inner = {key: _left_out(item) for key, item in held.items() if isinstance(item, BaseModel)}
        if name not in found and any(inner.values()):
            found[name] = inner if isinstance(value, tuple) else inner[0]
    return found


def _unread(section: BaseModel) -> frozenset[str]:
    return section.unread if isinstance(section, Section) else frozenset()


def _below(value: Any, field: FieldInfo | None, place: Sequence[str]) -> Iterator[tuple[str, FieldInfo | None, Any]]:
    held = dict(enumerate(value)) if isinstance(value, tuple) else value
    if isinstance(value, BaseModel):
        # That there is a section, and of what kind, is said even where all of it is at its defaults.
        if field is None or type(field.default) is not type(value):
            yield ".".join(place), None, kind_of(type(value)) or "there"
        yield from _leaves(value, place)
    elif isinstance(held, dict) and held and all(isinstance(item, BaseModel) for item in held.values()):
        for name, item in held.items():
            yield from _below(item, None, (*place, str(name)))
    else:
        yield ".".join(place), field, value


def _hash(path: str, field: FieldInfo | None, value: Any) -> int:
    if field is not None and not field.is_required() and type(value) is type(field.default) and value == field.default:
        return 0
    said = json.dumps([path, to_jsonable_python(value)], sort_keys=True).encode()
    return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), "little")
