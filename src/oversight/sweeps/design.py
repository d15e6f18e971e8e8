"""The design points of a sweep, as columns, and in families that differ in numbers alone."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from pydantic import BaseModel

from oversight.arrays import Indices
from oversight.documents.paths import value_at
from oversight.errors import InputError, Problem
from oversight.scenario import BaseExperiment, Source
from oversight.scenario.family import Family, Placed, canonical, family
from oversight.sweeps.identity import Keys, keys_of

MAX_POINTS = 100_000_000
_TOLD = 10
"""Mistakes that are told of one design."""


class Design:
    """A sequence of design points, each a mapping of dotted paths to values. Without a sweep it is the base point.

    Args:
        source: the experiment.
        added: where a grid that refines has grown, places of its lattice.

    Raises:
        InputError: there are more points than any memory holds.
    """

    def __init__(self, source: Source, added: Indices | None = None):
        self.source = source
        sweep = source.experiment.sweep
        self.axes = sweep.axes() if sweep else {}
        self.lattice = sweep.lattice if sweep else None
        self.added = np.zeros(0, dtype=np.int64) if added is None else added
        """Places of the lattice that a grid has grown by, in the order of the points there."""
        self.grid_size = sweep.size if sweep else 1
        """Number of points that the file gives: they come first."""
        self.size = self.grid_size + len(self.added)
        if self.size > MAX_POINTS:
            problem = source.document.problem(
                ("sweep",), f"{self.size:,} design points; at most {MAX_POINTS:,}", "Take fewer values."
            )
            raise InputError(problem)

    @property
    def paths(self) -> list[str]:
        """Dotted paths of the swept parameters, in the order of the file."""
        return self.source.swept

    def coarse(self, most: int) -> Indices:
        """At most so many of the points: of the longest parts of the design every second, fourth ... setting."""
        shape = self.source.experiment.sweep.shape if self.source.experiment.sweep else ()
        chosen = np.zeros(1, dtype=np.int64)
        for length, step in zip(shape, coarser(shape, most), strict=True):
            chosen = (chosen[:, None] * length + np.arange(0, length, step)).ravel()
        return chosen

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (self[index] for index in range(self.size))

    def __getitem__(self, index: int) -> dict[str, Any]:
        places = {path: int(self.places(path, np.array([index]))[0]) for path in self.axes}
        return {path: self.axes[path].values[place] for path, place in places.items() if place >= 0}

    def places(self, path: str, points: Indices) -> Indices:
        """Where a parameter's values at some points are among all of its values, -1 where a point leaves it alone."""
        return self.axes[path].places(points if self.lattice is None else self.in_lattice[points])

    @cached_property
    def in_lattice(self) -> Indices:
        """The place of each point in the lattice that a grid grows in."""
        assert self.lattice is not None
        return np.concatenate([self.lattice.grid(), self.added])

    def grown(self, places: Indices) -> Design:
        """The design with further points, at places of the lattice."""
        return Design(self.source, np.concatenate([self.added, places]))

    @cached_property
    def placed(self) -> Placed[Any]:
        """Every point in its family; all of them are validated.

        Raises:
            InputError: with the problems of the first points that are wrong.
        """
        points = np.arange(self.size)
        at = {path: self.places(path, points) for path in self.axes}
        numbers = {path for path, axis in self.axes.items() if axis.numbers}
        while True:
            found = self._families(at, numbers)
            if isinstance(found, Placed):
                return found
            numbers -= found

    @cached_property
    def keys(self) -> Keys:
        """What identifies each point across designs."""
        found: Keys = self._of_each([keys_of(each) for each in self.placed.families], np.uint64)
        return found

    @cached_property
    def seeds(self) -> Indices:
        """The seed of each point's runs."""
        seeds = [np.full(each.rows, each.base.seed) for each in self.placed.families]
        found: Indices = self._of_each(seeds, np.int64)
        return found

    @cached_property
    def work(self) -> Indices:
        """Actor-periods of a run of each point."""
        sizes = [np.full(each.rows, each.base.work) for each in self.placed.families]
        found: Indices = self._of_each(sizes, np.int64)
        return found

    @property
    def actor_periods(self) -> int:
        """Actor-periods of the largest run."""
        return int(self.work.max())

    def experiment(self, index: int) -> BaseExperiment:
        """The validated experiment at a point."""
        found: BaseExperiment = self.placed.experiment(index)
        return found

    def shown(self, index: int) -> dict[str, Any]:
        """A point as result tables show it: `param.<path>` to a number, a truth value or a text."""
        return {path: cells[0] for path, cells in self.cells(np.array([index])).items()}

    def cells(self, points: Indices) -> dict[str, list[Any]]:
        """Points as result tables show them, a column `param.<path>` each.

        Where a listed point leaves a parameter alone, it is shown as it stands at that point, if it does.
        """
        found = {}
        for path in self.axes:
            shown, places = self._shown[path], self.places(path, points)
            cells = [shown[place] if place >= 0 else None for place in places.tolist()]
            for row in np.flatnonzero(places < 0).tolist():
                cells[row] = _cell(_standing(self.experiment(int(points[row])), path))
            found[f"param.{path}"] = cells
        return found

    @cached_property
    def cell_types(self) -> dict[str, set[type]]:
        """Of each column `param.<path>`, the types of its cells."""
        found = {f"param.{path}": set(map(type, shown)) for path, shown in self._shown.items()}
        for path in self.axes:
            alone = np.flatnonzero(self.places(path, np.arange(self.size)) < 0)
            found[f"param.{path}"] |= {type(cell) for cell in self.cells(alone)[f"param.{path}"]}
        return found

    @cached_property
    def _shown(self) -> dict[str, list[Any]]:
        """The values of each parameter as result tables show them."""
        source = self.source
        return {
            path: [_cell(source.shown({path: value})[path]) for value in axis.values]
            for path, axis in self.axes.items()
        }

    def _of_each(self, columns: Sequence[Any], kind: Any) -> Any:
        """A column over all points from those of the families."""
        placed = self.placed
        found = np.empty(self.size, dtype=kind)
        for number, column in enumerate(columns):
            mine = placed.family == number if len(columns) > 1 else slice(None)
            found[mine] = column[placed.row[mine]]
        return found

    def _families(self, at: Mapping[str, Indices], numbers: set[str]) -> Placed[Any] | set[str]:
        """The points in families that vary these numbers; or those of them that no family can vary."""
        kinds = [np.minimum(places, 0) if path in numbers else places for path, places in at.items()]
        family_of, first = _grouped(kinds, self.size)
        order = np.argsort(family_of, kind="stable")
        members = np.split(order, np.cumsum(np.bincount(family_of))[:-1])
        row = np.empty(self.size, dtype=np.int64)
        families: list[Family[Any]] = []
        doubtful: list[int] = []
        suspect: set[str] = set()
        for group, points in zip(first, members, strict=True):
            row[points] = np.arange(len(points))
            try:
                base = self.source.at(self[group], group)
            except InputError:
                doubtful += _first_of_values(at, points)
                continue
            mine = [path for path in at if path in numbers and at[path][group] >= 0]
            spelled = {path: canonical(base, path) for path in mine}
            others = {path for path, found in spelled.items() if found is None}
            if others:
                return others
            written = {str(spelled[path]): _taken(self.axes[path].values, at[path][points]) for path in mine}
            made, wrong = family(base, written, len(points))
            families.append(made)
            doubtful += points[wrong].tolist()
            suspect |= set(mine) if wrong else set()
        self._tell(sorted(set(doubtful)))
        # What is right as a file is not wrong as a column: such numbers are read as files are, point by point.
        return suspect or Placed(families, family_of, row)

    def _tell(self, doubtful: Sequence[int]) -> None:
        """Read points as files are read, which says what is wrong with them.

        Raises:
            InputError: with the problems of the first points that are wrong.
        """
        # Of a range that is too wide, one value says enough.
        sweep = self.source.experiment.sweep
        most = 1 if sweep and any(map(sweep.draws, self.paths)) else _TOLD
        problems: list[Problem] = []
        for point in doubtful:
            try:
                self.source.at(self[point], point)
            except InputError as error:
                problems += [problem for problem in error.problems if problem not in problems]
            if len(problems) >= most:
                break
        if problems:
            raise InputError(problems)


def coarser(lengths: Sequence[int], most: int) -> list[int]:
    """Steps through the parts of a grid, 1, 2, 4 ..., the longest first, so that at most so many points are left."""
    steps = [1] * len(lengths)
    left = list(lengths)
    while math.prod(left) > most:
        longest = left.index(max(left))
        steps[longest] *= 2
        left[longest] = -(-left[longest] // 2)
    return steps


def _grouped(columns: Sequence[Indices], size: int) -> tuple[Indices, list[int]]:
    """A number for each combination of the columns, by its first point, and those first points."""
    code = np.zeros(size, dtype=np.int64)
    for column in columns:
        code = np.unique(code * (int(column.max()) + 2) + column + 1, return_inverse=True)[1]
    _, first, code = np.unique(code, return_index=True, return_inverse=True)
    order = np.argsort(first)
    return np.argsort(order)[code], first[order].tolist()


def _taken(values: Sequence[Any], at: Indices) -> tuple[list[Any], Indices]:
    """The values that occur, and which of them each row has."""
    used, places = np.unique(at, return_inverse=True)
    return [values[place] for place in used.tolist()], places


def _first_of_values(at: Mapping[str, Indices], points: Indices) -> list[int]:
    """Of some points, the first with each value of each parameter."""
    firsts = [points[np.unique(places[points], return_index=True)[1]] for places in at.values()]
    return sorted({int(point) for found in firsts for point in found} | {int(points[0])})


def _standing(value: BaseExperiment, path: str) -> Any:
    """The value at a dotted path of a validated experiment; None where there is none, or a whole section."""
    if path == "policy":
        return value_at(value, "policy.name")
    found = value_at(value, path)
    return None if isinstance(found, BaseModel | tuple | dict) else found


def _cell(value: Any) -> Any:
    return value if isinstance(value, int | float | bool | str | None) else json.dumps(value, sort_keys=True)
