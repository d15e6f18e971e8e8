"""Where a linear function of a probability is positive, and sets of equilibria that intervals make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Interval = tuple[float, float]


@dataclass(frozen=True)
class Equilibrium:
    """Every chance of violating in `violation` with every chance of inspecting in `inspection` is an equilibrium.

    Both are (low, high) within [0, 1], equal at a single point. Where a player is exactly indifferent they are not:
    a maximal Nash subset, as Jansen (1981, Naval Research Logistics Quarterly 28, 521) calls it.
    """

    violation: Interval
    inspection: Interval

    @property
    def is_point(self) -> bool:
        """Whether it is a single equilibrium rather than a continuum."""
        return self.violation[0] == self.violation[1] and self.inspection[0] == self.inspection[1]


def largest(found: Iterable[Equilibrium]) -> tuple[Equilibrium, ...]:
    """Those that lie in no other, by rising violation, then inspection."""
    every = set(found)
    kept = [one for one in every if not any(_inside(one, other) for other in every - {one})]
    return tuple(sorted(kept, key=lambda one: (one.violation, one.inspection)))


def not_negative(at_zero: float, at_one: float) -> Interval | None:
    """Where in [0, 1] the linear function with these values at 0 and at 1 is not negative."""
    if at_zero >= 0 and at_one >= 0:
        return (0.0, 1.0)
    if at_zero < 0 and at_one < 0:
        return None
    root = at_zero / (at_zero - at_one)
    return (0.0, root) if at_zero >= 0 else (root, 1.0)


def overlap(one: Interval | None, other: Interval | None) -> Interval | None:
    """What two intervals share, if anything."""
    if one is None or other is None:
        return None
    low, high = max(one[0], other[0]), min(one[1], other[1])
    return (low, high) if low <= high else None


def _inside(one: Equilibrium, other: Equilibrium) -> bool:
    return all(
        wide[0] <= narrow[0] and narrow[1] <= wide[1]
        for narrow, wide in ((one.violation, other.violation), (one.inspection, other.inspection))
    )
