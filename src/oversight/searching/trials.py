"""The settings of one branch as a judge ranks them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from oversight.arrays import Table, Vector
from oversight.searching.branches import Branch
from oversight.searching.evaluations import Evaluations, Row
from oversight.searching.judge import Judge
from oversight.searching.setting import Setting

_HAIR = 1e-6
"""Of a lever's value."""
_JUMP = 1e-3
"""Of a bound or an objective."""


class Trials:
    """All settings of a branch that are known, judged: each once, and those that more runs were played of again."""

    def __init__(self, judge: Judge, number: int, evaluations: Evaluations):
        self.judge = judge
        self.number = number
        self.evaluations = evaluations
        self._settings: dict[Row, Setting] = {}
        self.of(evaluations.rows)

    @property
    def branch(self) -> Branch:
        """Where the settings are of."""
        return self.evaluations.branch

    @property
    def settings(self) -> list[Setting]:
        """All that were tried, in the order in which they were."""
        return list(self._settings.values())

    @property
    def best(self) -> Setting:
        """The one of least rank, the first of several."""
        return min(self._settings.values(), key=lambda setting: setting.rank)

    def judged_by(self, judge: Judge) -> Trials:
        """The same settings as another judge ranks them."""
        return Trials(judge, self.number, self.evaluations)

    def where(self, setting: Setting) -> Vector:
        """The coordinates of a setting, (levers,)."""
        return np.array([each.coordinate(setting.point[each.path]) for each in self.branch.dimensions])

    def __call__(self, coordinates: Table, times: int = 1) -> list[Setting]:
        """The settings at coordinates, (settings, levers), with at least so many times the experiment's replicates."""
        return self.of(self._rows(coordinates), times)

    def _rows(self, coordinates: Table) -> list[Row]:
        columns = [each.values(along) for each, along in zip(self.branch.dimensions, coordinates.T, strict=True)]
        return list(zip(*columns, strict=True)) if columns else [()] * len(coordinates)

    def of(self, rows: Sequence[Row], times: int = 1) -> list[Setting]:
        """The settings with these values of the levers."""
        forecasts = self.evaluations(rows, times)
        for row, each in zip(rows, forecasts, strict=True):
            if row not in self._settings or times > 1:
                self._settings[row] = self.judge.judged(self.number, self._point(row), each)
        return [self._settings[row] for row in rows]

    def is_upset(self, setting: Setting) -> bool:
        """Whether theory has a far worse outcome of a setting a hair beside it, which it is judged by from now on.

        Where two equilibria are just about to appear they touch, and rounding hides both of them. A range that takes
        any value has no setting exactly there to end at, a lever with steps or listed values may.
        """
        search = self.evaluations
        if search.by != "theory" or search.within != "worst" or self.judge.search.seeks_most:
            return False
        row, stepped = tuple(setting.point.values()), [each.size is not None for each in self.branch.dimensions]
        rows = [
            (*row[:place], value + hair, *row[place + 1 :])
            for place, value in enumerate(row)
            if stepped[place]
            for hair in (-_HAIR * (abs(value) or 1.0), _HAIR * (abs(value) or 1.0))
        ]
        for forecasts in search.beside(rows):
            there = self.judge.judged(self.number, setting.point, forecasts)
            if there.outcome and _far_worse(there, setting):
                allowed = search.allow_for(row, forecasts)
                self._settings[row] = self.judge.judged(self.number, setting.point, allowed)
                return True
        return False

    def _point(self, row: Row) -> Mapping[str, Any]:
        return dict(zip(self.evaluations.paths, row, strict=True))


def _far_worse(there: Setting, here: Setting) -> bool:
    """By more than what changes smoothly does over a hair."""
    more = there.objective - here.objective
    return there.excess - here.excess > _JUMP or (there.meets and more > _JUMP * abs(here.objective))


def ranks(settings: Sequence[Setting]) -> Table:
    """Excess and objective of settings, (settings, 2)."""
    return np.array([setting.rank for setting in settings]).reshape(-1, 2)
