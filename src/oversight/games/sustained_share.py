"""A share of people that keeps itself up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SustainedShare:
    """A share, from 0 to 1, that is its own consequence, and whether a nearby share returns to it."""

    share: float
    stable: bool
