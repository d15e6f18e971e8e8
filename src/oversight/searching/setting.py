"""A setting of the levers, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from oversight.environments import Measured


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """What simulated runs of a setting came to: means of its measures, and their 95 % intervals."""

    start: str
    mean: Measured
    low: Measured
    high: Measured


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A setting of the levers of one branch, and the outcome that it is judged by."""

    branch: int
    point: Mapping[str, Any]
    """The values of the branch's levers, by path."""
    outcome: Measured
    """Its measures, over all worlds; empty where nothing can be said."""
    worlds: Sequence[Measured]
    """Its measures in each world."""
    objective: float
    """What is to be least: a measure, its negative where it is to be greatest, or a regret; infinite if not known."""
    excess: float
    """By how much it misses the bounds, as shares of them, all together; infinite where that is not known."""
    note: str = ""
    simulated: Simulated | None = None

    @property
    def rank(self) -> tuple[float, float]:
        """What settings are ordered by: the bounds first, then the objective."""
        return self.excess, self.objective

    @property
    def meets(self) -> bool:
        """Whether it keeps to all bounds."""
        return self.excess == 0
