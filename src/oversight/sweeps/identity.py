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
from oversight.scenario import Experiment
from oversight.scenario.family import Family

WORDS = frozenset({"name", "title", "question", "description", "sweep", "mark", "theory", "replicates", "start"})
"""Keys of an experiment that do not change what a run computes, or that only say how many rows there are."""
POLICY_WORDS = frozenset({"name", "title", "description", "units", "sources"})
"""Keys of a policy that do not change what a run computes."""
ENTRY_WORDS = frozenset({"sources"})
"""Keys of a population entry that do not change what a run computes."""

Keys = np.ndarray[tuple[Any, ...], np.dtype[np.uint64]]
"""Identities, (points,)."""


def essence(experiment: Experiment) -> dict[str, Any]:
    """All that an experiment's runs depend on, but replicate and start; defaults are written out."""
    words: dict[str, Any] = {
        **dict.fromkeys(WORDS, True),
        "policy": set(POLICY_WORDS),
        "population": {"__all__": set(ENTRY_WORDS)},
    }
    return experiment.model_dump(mode="json", by_alias=True, exclude=words)


def key(experiment: Experiment) -> int:
    """The identity of one experiment."""
    return int(keys_of(Family(base=experiment, numbers={}, rows=1))[0])


def keys_of(family: Family) -> Keys:
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
    left_out = _words(place)
    for name, field in type(section).model_fields.items():
        own = field.alias or name
        if own not in left_out:
            yield from _below(getattr(section, name), field, (*place, own))
    for name, value in (section.model_extra or {}).items():
        yield from _below(value, None, (*place, name))


def _words(place: Sequence[str]) -> frozenset[str]:
    match place:
        case []:
            return WORDS
        case ["policy"]:
            return POLICY_WORDS
        case ["population", _]:
            return ENTRY_WORDS
    return frozenset()


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
