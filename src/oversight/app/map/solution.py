"""Equilibria over two parameters, first at a few values and then at ever more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import thread_time
from typing import NamedTuple

import numpy as np

from oversight.app.covered import why_not
from oversight.app.map.axes import Axis
from oversight.arrays import Vector
from oversight.documents.paths import assign, value_at
from oversight.equilibrium import Block, Optimum, Solution, block_references, optima, solve_block
from oversight.scenario import Experiment

_STRIDES = (8, 4, 2, 1)
_CHUNK, _SECONDS = 121, 0.8
"""Cells that are solved at first, all of the coarsest map; and the time of later chunks, for which cancelling waits."""
_PATIENCE = 10.0
"""Seconds that the next finer map may take."""


NOTICED = ("apparent_misconduct_rate", "gaming_gap")
"""Measures that only policies with signals or honeypots have."""


class MapState(NamedTuple):
    """An equilibrium. `stable` is None where that is not known."""

    misconduct_rate: float
    social_cost: float
    stable: bool | None
    apparent_misconduct_rate: float = np.nan
    gaming_gap: float = np.nan


class Cell(NamedTuple):
    """What theory says of one policy: its equilibria by rising misconduct rate.

    If prices were asked for, also the planner's optimum, and the social cost without oversight.
    """

    states: tuple[MapState, ...]
    optimum: Optimum | None
    reference: float = np.nan

    @property
    def several(self) -> bool:
        """Whether there is more than one stable equilibrium, so that the past decides."""
        return sum(state.stable is True for state in self.states) > 1


@dataclass(frozen=True, eq=False)
class SolvedMap:
    """Cells at the values `across` of the axis `x`, for each of the values `up` of the axis `y`.

    `not_covered` says why there is no theory, and there are no cells then.
    """

    x: Axis
    y: Axis
    across: Vector
    up: Vector
    cells: tuple[tuple[Cell, ...], ...]
    not_covered: str = ""

    def nearest(self, x: float, y: float) -> tuple[float, float]:
        """The values of the cell in which a point of the figure lies, given as the figure's axes show it."""
        across, up = self.x.words.shown(self.across), self.y.words.shown(self.up)
        return float(self.across[np.abs(across - x).argmin()]), float(self.up[np.abs(up - y).argmin()])


class Progress(NamedTuple):
    """How much of a map is solved, from 0 to 1, and the map where it is whole."""

    share: float
    solved: SolvedMap | None = None


def solution_map(
    experiment: Experiment, x: Axis, y: Axis, priced: bool, cancelled: Callable[[], bool] = lambda: False
) -> Iterator[Progress]:
    """Solve an experiment over two of its numbers, each map finer than the one before.

    It ends early if it is `cancelled`, if a finer map would take too long, or if theory does not cover the experiment.
    `priced` asks for the planner's optimum as well.
    """
    reason = why_not(experiment)
    if reason:
        yield Progress(1.0, SolvedMap(x, y, x.values[:0], y.values[:0], (), reason))
        return
    known: dict[tuple[int, int], Cell] = {}
    size, pace = _CHUNK, 0.0
    for stride in _STRIDES:
        columns, rows = _some(x.values, stride), _some(y.values, stride)
        places = [(row, column) for row in rows for column in columns]
        missing = [place for place in places if place not in known]
        if not missing or pace * len(missing) > _PATIENCE:
            continue
        began, first = thread_time(), 0
        while first < len(missing):
            if cancelled():
                return
            chunk, since = missing[first : first + size], thread_time()
            points = [{x.path: float(x.values[column]), y.path: float(y.values[row])} for row, column in chunk]
            known.update(zip(chunk, solved([moved(experiment, point) for point in points], priced), strict=True))
            first += len(chunk)
            size = max(1, int(min(8 * size, len(chunk) * _SECONDS / (thread_time() - since))))
            yield Progress(first / len(missing))
        pace = (thread_time() - began) / len(missing)
        cells = tuple(tuple(known[row, column] for column in columns) for row in rows)
        yield Progress(1.0, SolvedMap(x, y, x.values[columns], y.values[rows], cells))


def moved(experiment: Experiment, changes: Mapping[str, float]) -> Experiment:
    """A validated experiment with other numbers at dotted paths, which its schema allows."""
    for path, number in changes.items():
        whole = isinstance(value_at(experiment, path), int)
        experiment = assign(experiment, path, int(number) if whole else number)
    return experiment


def _some(values: Vector, stride: int) -> list[int]:
    """Every so many places of an axis, and the last."""
    return sorted({*range(0, len(values), stride), len(values) - 1})


def solved(experiments: Sequence[Experiment], priced: bool) -> list[Cell]:
    """What theory says of each experiment."""
    block = Block.of(experiments)
    states = [_states(solution) for solution in solve_block(block, certified=False, prices=False)]
    if not priced:
        return [Cell(each, None) for each in states]
    best, without = optima(block, block.posed()), block_references(block)
    return [Cell(*each) for each in zip(states, best, (cost.value for cost in without), strict=True)]


def _states(solution: Solution) -> tuple[MapState, ...]:
    return tuple(
        MapState(
            each.misconduct_rate,
            each.social_cost,
            each.stable,
            *(each.measures.get(name, np.nan) for name in NOTICED),
        )
        for each in solution.equilibria
    )
