"""What several test files share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


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
