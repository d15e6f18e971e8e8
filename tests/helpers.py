"""What several test files share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from oversight.documents.schema import items, keys, named, sections


@dataclass
class Answer:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Command = Callable[..., Answer]

ROOT = Path(__file__).parents[1]
"""The repository."""

EXPERIMENT = """\
name: trial
policy:
  monitoring: {kind: random_audit, rate: 0.2}
  sanction:
    kind: fixed
    amount: 2
population:
  - kind: rational
    size: 50
    gain: {kind: uniform, low: 0, high: 1}
periods: 10
replicates: 3
sweep:
  kind: grid
  parameters:
    policy.monitoring.rate: {values: [0.1, 0.5]}
"""


def sections_below(annotation: Any, seen: set[type[BaseModel]]) -> set[type[BaseModel]]:
    """All sections that a file of this schema may hold."""
    inner = items(annotation) or named(annotation)
    for section in sections(annotation) if inner is None else ():
        if section not in seen:
            seen.add(section)
            for field in keys(section).values():
                sections_below(field.annotation, seen)
    return seen if inner is None else sections_below(inner, seen)
