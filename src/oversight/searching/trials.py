"""Settings that have been judged: many at a time, and each once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from oversight.arrays import Table, Vector
from oversight.environments import Forecast, environment_of
from oversight.scenario.search import Search
from oversight.searching.branches import Branch
from oversight.searching.setting import Setting, judged
from oversight.searching.simulate import simulate
from oversight.sweeps import Design


class Trials:
    """The settings of one branch that have been tried, in the order in which they were."""

    def __init__(self, search: Search, number: int, branch: Branch, workers: int | None = None):
        self.search = search
        self.number = number
        self.branch = branch
        self.workers = workers
        self._known: dict[tuple[Any, ...], Setting] = {}

    @property
    def settings(self) -> list[Setting]:
        """All that were tried."""
        return list(self._known.values())

    @property
    def best(self) -> Setting:
        """The one of least rank, the first of several."""
        return min(self._known.values(), key=lambda setting: setting.rank)

    def where(self, setting: Setting) -> Vector:
        """The coordinates of a setting, (levers,)."""
        return np.array([each.coordinate(setting.point[each.path]) for each in self.branch.dimensions])

    def __call__(self, coordinates: Table) -> list[Setting]:
        """The settings at coordinates, (settings, levers)."""
        columns = [each.values(along) for each, along in zip(self.branch.dimensions, coordinates.T, strict=True)]
        return self.of(list(zip(*columns, strict=True)) if columns else [()] * len(coordinates))

    def of(self, rows: Sequence[tuple[Any, ...]]) -> list[Setting]:
        """The settings with these values of the levers."""
        new = [row for row in dict.fromkeys(rows) if row not in self._known]
        if new:
            paths = [dimension.path for dimension in self.branch.dimensions]
            points = [dict(zip(paths, row, strict=True)) for row in new]
            self._known |= dict(zip(new, self._forecast(points), strict=True))
        return [self._known[row] for row in rows]

    def _forecast(self, points: Sequence[Mapping[str, Any]]) -> list[Setting]:
        found = self._by_runs(points) if self.search.by == "simulation" else self._by_theory(points)
        return [
            judged(self.search, self.number, point, forecast) for point, forecast in zip(points, found, strict=True)
        ]

    def _by_theory(self, points: Sequence[Mapping[str, Any]]) -> list[Forecast]:
        design = Design(self.branch.at(points, {}))
        starts = self.search.within not in ("worst", "best")
        return environment_of(design.source.experiment).forecasts(design.placed, starts)

    def _by_runs(self, points: Sequence[Mapping[str, Any]]) -> list[Forecast]:
        """What runs from each start come to, on average."""
        seed = self.branch.source.experiment.seed
        with TemporaryDirectory(prefix="oversight-") as folder:
            found = simulate(self.search, self.branch, points, seed, Path(folder), self.workers)
        means = [{each.start: each.mean for each in starts} for starts in found]
        return [Forecast(outcomes=list(each.values()), led=each) for each in means]


def ranks(settings: Sequence[Setting]) -> Table:
    """Excess and objective of settings, (settings, 2)."""
    return np.array([setting.rank for setting in settings]).reshape(-1, 2)
