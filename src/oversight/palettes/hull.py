"""How far levels can go, whatever the weights: linear programmes over what answers can make."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oversight.arrays import Vector
from oversight.palettes.answers import Answers

_GAP = 1e-10
"""Relative to the range of the values, what the end of a line may be missed by."""
_NOWHERE = 1e-9
"""Relative to its range, by how much a level has to differ from its target for a way to lie between them."""
_SMALLEST = 1e-6
"""The smallest range that a programme tells apart, relative to the largest of values that are moved alike."""


def slack(answers: Answers, targets: Vector) -> float:
    """By how much every target c can be exceeded: max over w of min over i of E_w v_i - c_i, in units of value.

    Where it is above 0 the targets are feasible, and where it is below 0 they are not.
    """
    return furthest(answers, targets, np.ones(len(targets)), answers.base.levels).distance


def largest_share(answers: Answers, targets: Vector, levels: Vector | None = None) -> float:
    """The largest share rho of the way from levels c0, the base's by default, for which c0 + rho (c - c0) is feasible.

    Weights for the targets c exist, and are finite, iff it is above 1: then answers of which each has some share meet
    them. It is infinite where those levels meet them, which answers can make.
    """
    levels = answers.base.levels if levels is None else levels
    way = targets - levels
    way[np.abs(way) <= _NOWHERE * answers.scale] = 0.0
    return max(0.0, furthest(answers, levels, way, levels).distance) if (way > 0).any() else np.inf


@dataclass(frozen=True)
class End:
    """Where a line ends: how far along it, and levels that reach so far."""

    distance: float
    levels: Vector


def furthest(answers: Answers, origin: Vector, direction: Vector, inside: Vector) -> End:
    """The largest z for which some mixture w of answers has E_w v >= origin + z x direction in every value.

    One linear programme, whose columns are made as they are needed: each is the summit in the direction of the last
    solution's prices, so that of millions of answers a few are in it.

    Args:
        answers: what can be mixed.
        origin: where the line begins, (values,).
        direction: where it leads to, (values,), above 0 in some value.
        inside: levels that can be made, and that are beyond some point of the line.
    """
    from scipy.optimize import linprog  # heavy, and only needed here

    points = [inside, *(answers.summit(each) for each in np.eye(len(origin)) / answers.scale)]
    scale = np.maximum(answers.scale, np.abs(direction) / np.abs(direction).max() * _SMALLEST * answers.scale.max())
    steps = direction / scale
    unit = 1 / np.abs(steps).max()
    while True:
        columns = np.array(points).T / scale[:, None]
        found = linprog(
            [*np.zeros(len(points)), -1.0],
            A_ub=np.column_stack([-columns, unit * steps]),
            b_ub=-origin / scale,
            A_eq=[[*np.ones(len(points)), 0.0]],
            b_eq=[1.0],
            bounds=[*[(0, None)] * len(points), (None, None)],
            method="highs",
        )
        if found.x is None:
            raise ArithmeticError(f"a linear programme of the levels has no solution: {found.message}")
        prices = -found.ineqlin.marginals / scale
        summit = answers.summit(prices)
        height = float(prices @ answers.scale) * _GAP
        if prices @ summit <= max(prices @ point for point in points) + height:
            return End(unit * float(found.x[-1]), found.x[:-1] @ np.array(points))
        points.append(summit)
