"""The players of a run in a plane, for those who watch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Somebody or something in the plane."""

    name: str
    """In words."""
    across: float
    up: float


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Who stands where. The nearer two are, the more alike is what they want."""

    chooser: Place
    """Who takes one of the players."""
    players: Sequence[Place]
    """By their order: each round of the run has `chosen.1` and `utility.1` of the first, and so on."""
    nearest: Place
    """Where a mix of the players comes nearest to who chooses."""
    unit: str
    """Of distances."""
    words: str
    """What distances are, in sentences."""
    caption: str
    """How well the plane shows this run, in sentences."""
