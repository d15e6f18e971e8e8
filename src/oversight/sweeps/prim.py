"""The patient rule induction method: the box of facts that holds most of what is looked for, and little else.

Friedman and Fisher (1999), Statistics and Computing 9(2); for the discovery of scenarios, Bryant and Lempert (2010),
Technological Forecasting and Social Change 77(1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from oversight.arrays import FlagVector, Table, Vector

PEEL = 0.05
"""Share of the points in a box that one peel takes off, or one paste puts on."""
LEAST = 0.05
"""Share of all points that a box keeps."""
SIGNIFICANCE = 0.05
"""How probable it may be that a limit does what it does by chance."""


@dataclass(frozen=True)
class Box:
    """Limits of each fact, both included, infinite where there is none; (facts,) each."""

    low: Vector
    high: Vector
    coverage: float
    """Share of what is looked for that lies in the box."""
    density: float
    """Share of the box that is what is looked for."""
    chance: Vector
    """How probable the box's density is if a fact's limits did nothing, by the binomial law; NaN without limits."""

    @property
    def limited(self) -> FlagVector:
        """Which facts have a limit, (facts,)."""
        found: FlagVector = np.isfinite(self.low) | np.isfinite(self.high)
        return found

    def inside(self, facts: Table) -> FlagVector:
        """Which of these points it holds, (points,)."""
        found: FlagVector = ((facts >= self.low) & (facts <= self.high)).all(axis=1)
        return found


@dataclass(frozen=True)
class _Points:
    facts: Table
    wanted: FlagVector

    def inside(self, low: Vector, high: Vector) -> FlagVector:
        found: FlagVector = ((self.facts >= low) & (self.facts <= high)).all(axis=1)
        return found

    def quality(self, inside: FlagVector) -> tuple[float, float, float]:
        """Coverage, density, and their harmonic mean, of a set of points."""
        hits = float((self.wanted & inside).sum())
        coverage, density = hits / int(self.wanted.sum()), hits / max(1, int(inside.sum()))
        return coverage, density, 2 * coverage * density / (coverage + density) if hits else 0.0


def prim(facts: Table, wanted: FlagVector) -> Box | None:
    """The box that peeling and pasting find; None where none or all of the points are wanted.

    From all points on, the box loses the slice of one fact, at either end, whose loss leaves the highest density, until
    it holds nothing else or is small. Of all boxes on the way the one with the highest harmonic mean of coverage and
    density is kept, and grows again where that raises it. Limits that chance may explain are lifted.

    Args:
        facts: a row a point, (points, facts).
        wanted: which points are looked for, (points,).
    """
    if wanted.all() or not wanted.any():
        return None
    points = _Points(facts, wanted)
    low, high = max(_peeled(points), key=lambda box: points.quality(points.inside(*box))[2])
    low, high = _lifted(points, *_pasted(points, low, high))
    coverage, density, _ = points.quality(points.inside(low, high))
    return Box(low, high, coverage, density, _chance(points, low, high))


def covering(facts: Table, wanted: FlagVector, most: int = 3, least: int = 5) -> list[Box]:
    """Boxes one after another, each of the points that those before leave (Friedman and Fisher 1999, section 8).

    Coverage is of all that is wanted, density of the points that were left. After the first, a box is one that holds
    mostly what is wanted.

    Args:
        facts: a row a point, (points, facts).
        wanted: which points are looked for, (points,).
        most: boxes at most.
        least: wanted points, fewer of which are not looked for, and make no further box.
    """
    found: list[Box] = []
    left = np.ones(len(wanted), dtype=bool)
    while len(found) < most and (wanted & left).sum() >= least:
        box = prim(facts[left], wanted[left])
        if box is None or not box.limited.any():
            break
        hits = int((wanted & left & box.inside(facts)).sum())
        if found and (box.density < 0.5 or hits < least):
            break
        found.append(replace(box, coverage=hits / int(wanted.sum())))
        left &= ~box.inside(facts)
    return found


def _peeled(points: _Points) -> Iterator[tuple[Vector, Vector]]:
    """Ever smaller boxes, the first with all points."""
    axes = points.facts.shape[1]
    low, high = np.full(axes, -np.inf), np.full(axes, np.inf)
    while True:
        yield low, high
        inside = points.inside(low, high)
        facts, wanted = points.facts[inside], points.wanted[inside]
        best: tuple[float, int] = (0.0, 0)
        cut: tuple[int, bool, float] | None = None
        for axis in range(axes):
            for upper in (False, True):
                limit = _slice(facts[:, axis], upper)
                kept = facts[:, axis] <= limit if upper else facts[:, axis] >= limit
                size = int(kept.sum())
                if LEAST * len(points.facts) <= size < len(kept) and (float(wanted[kept].mean()), size) > best:
                    best, cut = (float(wanted[kept].mean()), size), (axis, upper, limit)
        if cut is None or wanted.all():
            return
        low, high = low.copy(), high.copy()
        (high if cut[1] else low)[cut[0]] = cut[2]


def _slice(values: Vector, upper: bool) -> float:
    """The limit that takes a slice off one end: all of a tied value, and at least one point unless all are tied."""
    ordered = np.unique(values)
    most = np.sort(values)[:: -1 if upper else 1][max(1, int(PEEL * len(values))) if len(values) > 1 else 0]
    ends = ordered[:-1] if upper else ordered[1:]
    if len(ends) == 0:
        return float(most)
    return float(min(most, ends[-1]) if upper else max(most, ends[0]))


def _pasted(points: _Points, low: Vector, high: Vector) -> tuple[Vector, Vector]:
    """The box grown at its limits as long as that makes it better."""
    while True:
        now = points.quality(points.inside(low, high))[2]
        better = max(_grown(points, low, high), key=lambda box: points.quality(points.inside(*box))[2], default=None)
        if better is None or points.quality(points.inside(*better))[2] <= now:
            return low, high
        low, high = better


def _grown(points: _Points, low: Vector, high: Vector) -> Iterator[tuple[Vector, Vector]]:
    """The box with each of its limits moved out by a slice."""
    step = max(1, int(PEEL * points.inside(low, high).sum()))
    for axis in range(len(low)):
        free_low, free_high = low.copy(), high.copy()
        free_low[axis], free_high[axis] = -np.inf, np.inf
        values = np.sort(points.facts[points.inside(free_low, free_high), axis])
        if np.isfinite(low[axis]):
            beyond = values[values < low[axis]][-step:]
            yield np.where(np.arange(len(low)) == axis, beyond[0] if len(beyond) else -np.inf, low), high
        if np.isfinite(high[axis]):
            beyond = values[values > high[axis]][:step]
            yield low, np.where(np.arange(len(low)) == axis, beyond[-1] if len(beyond) else np.inf, high)


def _lifted(points: _Points, low: Vector, high: Vector) -> tuple[Vector, Vector]:
    """The box without limits that chance may explain, the least certain first."""
    while True:
        chance = np.nan_to_num(_chance(points, low, high))
        worst = int(chance.argmax())
        if chance[worst] <= SIGNIFICANCE:
            return low, high
        low, high = low.copy(), high.copy()
        low[worst], high[worst] = -np.inf, np.inf


def _chance(points: _Points, low: Vector, high: Vector) -> Vector:
    """How probable as many hits are as the box has, at the density that it has without a fact's limits."""
    from scipy.stats import binom  # heavy, and only needed here

    inside = points.inside(low, high)
    hits, size = int((points.wanted & inside).sum()), int(inside.sum())
    found = np.full(len(low), np.nan)
    for axis in np.flatnonzero(np.isfinite(low) | np.isfinite(high)):
        free_low, free_high = low.copy(), high.copy()
        free_low[axis], free_high[axis] = -np.inf, np.inf
        _, density, _ = points.quality(points.inside(free_low, free_high))
        found[axis] = binom.sf(hits - 1, size, density)
    return found
