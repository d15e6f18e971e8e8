"""What a report lists the numbers of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel

from oversight.quantities import Citation


@dataclass(frozen=True, kw_only=True)
class Part:
    """A section of an experiment whose numbers a report lists."""

    path: str
    """Where it stands, list elements by their places: `policy.sanction`, `population.0`."""
    section: BaseModel
    heading: str
    meaning: str
    kind: str = ""
    """Its kind in words, empty where it has only one; and what the kind is one of."""
    kind_of: str = ""
    sources: Mapping[str, Citation] = field(default_factory=dict)
    """Where its numbers come from, by dotted path inside it."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Parts under one heading, such as those of a policy; `name` is what tables call it."""

    parts: Sequence[Part]
    units: Mapping[str, str]
    name: str = ""
    heading: str = ""
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A section of the report that lists numbers: `name` is its anchor, `short` its name in the contents."""

    name: str
    short: str
    title: str
    groups: Sequence[Group]
