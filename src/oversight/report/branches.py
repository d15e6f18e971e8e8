"""Equilibria of neighbouring design points put together to lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

import numpy as np

from oversight.figures import Branch

LEAST_JUMP = 0.1
"""Misconduct rates this far apart belong to one line only if the line changes about as fast beside them."""
_STEEPER = 4.0


@dataclass(frozen=True)
class AtRest:
    """An equilibrium: where it is drawn (`y`), and the misconduct rate and stability that it is followed by."""

    misconduct_rate: float
    stable: bool | None
    y: float


@dataclass
class _Line:
    x: list[float] = field(default_factory=list)
    states: list[AtRest] = field(default_factory=list)


def branches(points: Sequence[tuple[float, Sequence[AtRest]]], colour: str = "") -> list[Branch]:
    """Lines through the equilibria of points (x, states), by rising x, states by rising misconduct rate.

    Where equilibria appear or vanish, lines begin or end: nothing is drawn over the tipping point in between.
    """
    done: list[_Line] = []
    open_lines: list[_Line] = []
    for x, states in points:
        matched = dict(_matched([line.states[-1] for line in open_lines], states))
        kept = [line for index, line in enumerate(open_lines) if index in matched]
        new = set(range(len(states))) - set(matched.values())
        done += [line for line in open_lines if line not in kept]
        for index, line in enumerate(open_lines):
            if index in matched:
                line.x.append(x)
                line.states.append(states[matched[index]])
        open_lines = sorted(
            [*kept, *(_Line([x], [states[index]]) for index in new)], key=lambda line: line.states[-1].misconduct_rate
        )
    pieces = [piece for line in [*done, *open_lines] for piece in _pieces(line)]
    return [
        Branch(colour, line.states[0].stable, np.array(line.x), np.array([state.y for state in line.states]))
        for line in pieces
    ]


def _matched(before: Sequence[AtRest], after: Sequence[AtRest]) -> list[tuple[int, int]]:
    """Pairs of like stability in like order: as many as there can be, and of these the nearest."""
    for size in range(min(len(before), len(after)), 0, -1):
        found = [
            list(zip(left, right, strict=True))
            for left in combinations(range(len(before)), size)
            for right in combinations(range(len(after)), size)
            if all(before[i].stable is after[j].stable for i, j in zip(left, right, strict=True))
        ]
        if found:
            return min(
                found,
                key=lambda pairs: sum(abs(before[i].misconduct_rate - after[j].misconduct_rate) for i, j in pairs),
            )
    return []


def _pieces(line: _Line) -> list[_Line]:
    """The line without its jumps: steps that are long in themselves and beside the steps next to them."""
    steps = np.abs(np.diff([state.misconduct_rate for state in line.states]))
    cuts = [
        place + 1
        for place, step in enumerate(steps)
        if step > LEAST_JUMP
        and step > _STEEPER * max([*steps[max(0, place - 1) : place], *steps[place + 1 : place + 2]], default=step)
    ]
    ends = [0, *cuts, len(line.x)]
    return [_Line(line.x[a:b], line.states[a:b]) for a, b in pairwise(ends)]
