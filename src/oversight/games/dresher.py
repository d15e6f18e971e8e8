"""Dresher's recursive inspection game (1962, RAND RM-2972)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

_Matrix = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True)
class Stage:
    """The first period of the game: its value to the inspector, and both players' probabilities of acting in it."""

    value: float
    inspect: float
    violate: float


def dresher(periods: int, inspections: int) -> Stage:
    """The zero-sum game of `periods` in which the inspector may inspect `inspections` times and the other violate once.

    The inspector gets 1 for a violation that it inspects, -1 for one that it does not, and 0 if there is none. With n
    periods and m inspections left each period is a game of two by two,

                     violate    comply
        inspect         1       V(n - 1, m - 1)
        do not         -1       V(n - 1, m)

    whose value is V(n, m). With no inspection left a violation is safe, V(n, 0) = -1; with no period left V(0, m) = 0.
    Solved by going backwards.
    """
    return stages(periods, inspections)[-1][-1]


@lru_cache(maxsize=100)
def stages(periods: int, inspections: int) -> tuple[tuple[Stage, ...], ...]:
    """What is played with 1, 2, ... periods left, and in each with 0, 1, ... inspections left."""
    if periods < 1 or inspections < 0:
        raise ValueError("at least one period, and no negative number of inspections")
    values, found = [0.0] * (inspections + 1), []
    for _ in range(periods):
        games = (_two_by_two(((1.0, values[m - 1]), (-1.0, values[m]))) for m in range(1, inspections + 1))
        found.append((Stage(-1.0, 0.0, 1.0), *games))
        values = [stage.value for stage in found[-1]]
    return tuple(found)


def _two_by_two(game: _Matrix) -> Stage:
    """A zero-sum game: rows are the inspector's choices and maximise, columns the other's and minimise."""
    (a, b), (c, d) = game
    floor, ceiling = max(min(a, b), min(c, d)), min(max(a, c), max(b, d))
    if floor == ceiling:  # a saddle point in pure strategies
        return Stage(floor, float(min(a, b) == floor), float(max(a, c) == ceiling))
    total = a - b - c + d
    return Stage((a * d - b * c) / total, (d - c) / total, (d - b) / total)
