"""What monitoring can tell of what actors do, where there is more than one thing to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from oversight.arrays import Column, Flags, Floats, Number, Table


class Act(NamedTuple):
    """One thing to do: the share of it that shows, in [0, 1], how severe it is, a class from 1, and who reports it."""

    visibility: Number = 1.0
    severity: int = 1
    reported: bool = False
    """Whether whoever does it reports itself: it is not inspected, and is sanctioned for sure."""
    abstains: bool = False
    """Whether it is to do nothing at all, so that nothing can go wrong."""


OPEN = Act()
"""A violation in the open: the only one of an entry without options."""


@dataclass(frozen=True, slots=True)
class Acts:
    """What was done in a period: the acts that there are, and how often each was done, (runs, acts)."""

    acts: tuple[Act, ...]
    counts: Table

    def of(self, place: int) -> Column:
        """How often an act was done, (runs, 1)."""
        return self.counts[:, place : place + 1]

    @property
    def seen(self) -> Column:
        """The cases that show: the sum of the visibilities of what was done and not reported, (runs, 1)."""
        cases = np.zeros((1, 1))
        for place, act in enumerate(self.acts):
            if not act.reported:
                cases = cases + act.visibility * self.of(place)
        return cases

    @property
    def reported(self) -> Column:
        """How many reported themselves, (runs, 1)."""
        cases = np.zeros((1, 1))
        for place, act in enumerate(self.acts):
            if act.reported:
                cases = cases + self.of(place)
        return cases

    @property
    def abstaining(self) -> Column:
        """How many did nothing at all, (runs, 1)."""
        cases = np.zeros((1, 1))
        for place, act in enumerate(self.acts):
            if act.abstains:
                cases = cases + self.of(place)
        return cases

    def of_severity(self, severity: int) -> Column:
        """The cases of a severity class that show, (runs, 1)."""
        cases = np.zeros((1, 1))
        for place, act in enumerate(self.acts):
            if act.severity == severity and not act.reported:
                cases = cases + act.visibility * self.of(place)
        return cases


def severities(acts: Sequence[Act]) -> list[int]:
    """The severity classes of acts, the most severe first."""
    return sorted({act.severity for act in acts}, reverse=True)


@dataclass(frozen=True, slots=True)
class Deeds:
    """What the actors of a period do, for whoever inspects them."""

    shown: Flags
    """Whose act is seen for what it looks like, a violation: booleans (runs, members)."""
    acts: tuple[Act, ...]
    lay: Callable[[Sequence[Number]], Floats]
    """Lays a number for each of the acts over the actors who do it, (runs, members), and 0 over those who comply."""

    @property
    def visibility(self) -> Floats:
        """The share of each one's act that shows."""
        return self.lay([act.visibility for act in self.acts])
