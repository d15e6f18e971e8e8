"""What of one value has to be given up for another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from oversight.arrays import Vector
from oversight.palettes.answers import Answers
from oversight.palettes.hull import End, furthest
from oversight.palettes.maximum import maximiser
from oversight.palettes.palette import NEAREST, palette


@dataclass(frozen=True)
class Exchange:
    """A point of a front: a target of the first value, the largest of the second beside it, and a price.

    Args:
        first: target of the first value, in its unit.
        second: the largest target of the second that is feasible beside it, in its unit.
        kl: of the palette at .95 of the way there from the base's levels, in nats: at the front weights are infinite.
    """

    first: float
    second: float
    kl: float


def front(answers: Answers, targets: ArrayLike, first: int, second: int, points: int = 11) -> list[Exchange]:
    """The Pareto front of the targets of two values, those of the others standing.

    At each of so many targets of the first, evenly from the largest beside the largest second to the largest of all,
    the largest feasible one of the second: neither can be raised without lowering the other.

    Raises:
        InfeasibleError: the targets of the others cannot be met.
        ValueError: targets differ in number from the values, the two are one value, or there are under 2 points.
    """
    if first == second:
        raise ValueError("a front is of two different values")
    if points < 2:
        raise ValueError(f"points is {points}: a front has 2 or more")
    others = np.array(targets, dtype=float)
    others[[first, second]] = answers.values.min(axis=0)[[first, second]]
    inside = palette(answers, others).aligned.levels
    highest = _most(answers, others, second, inside)
    begins = _most(answers, _with(others, second, highest.distance), first, highest.levels)
    ends = _most(answers, others, first, inside)
    found = []
    for at in np.linspace(begins.distance, ends.distance, points):
        beside = _with(others, first, at)
        best = _most(answers, beside, second, ends.levels).distance
        base = answers.base.levels
        near = base + NEAREST * (_with(beside, second, best) - base)
        found.append(Exchange(float(at), best, answers.at(maximiser(answers, near)).kl))
    return found


def _most(answers: Answers, targets: Vector, value: int, inside: Vector) -> End:
    """The largest level of a value beside the targets of the others."""
    return furthest(answers, _with(targets, value, 0.0), np.eye(len(targets))[value], inside)


def _with(targets: Vector, value: int, target: float) -> Vector:
    return np.where(np.arange(len(targets)) == value, target, targets)
