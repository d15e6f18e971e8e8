"""What a reader chooses to see of a sweep: a measure, what it is drawn over, and values of all the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from oversight.app.library import Library
from oversight.app.scenario import Scenario, scenario
from oversight.documents.paths import value_at
from oversight.documents.yaml_file import Document
from oversight.errors import InputError
from oversight.report.roles import MAX_COLOURS, Form, Roles, assign
from oversight.report.study import Dimension, Study
from oversight.report.views import MAX_POINTS, Drawing
from oversight.scenario import Experiment
from oversight.spreadsheets import to_csv

NONE = ""
"""No second dimension."""


@dataclass(frozen=True)
class Choice:
    """What is shown: columns of dimensions by their role, and the cells that the others are held at."""

    measure: str
    form: str
    x: str
    second: str = NONE
    """The vertical axis of a map, or what lines or bars differ by."""
    held: Mapping[str, Any] = field(default_factory=dict)


_HELD = "at."


def wanted(view: Mapping[str, str]) -> Choice | None:
    """The choice that a link or the reader made, which may name what there is not; None where none was made."""
    if "measure" not in view:
        return None
    held = {name.removeprefix(_HELD): cell for name, cell in view.items() if name.startswith(_HELD) and cell}
    return Choice(view["measure"], view.get("form", ""), view.get("across", ""), view.get("second", NONE), held)


def written(choice: Choice) -> dict[str, str]:
    """What `wanted` reads."""
    held = {_HELD + column: str(cell) for column, cell in choice.held.items()}
    return {"measure": choice.measure, "form": choice.form, "across": choice.x, "second": choice.second, **held}


def chosen(view: Mapping[str, str]) -> list[str]:
    """The names in a view that belong to a choice."""
    return [name for name in view if name in ("measure", "form", "across", "second") or name.startswith(_HELD)]


class Explorer:
    """A study with a choice of what to show; what does not go together in the choice is replaced.

    `measures`, `across`, `forms` and `seconds` are what may be chosen, given the rest; `held` are the dimensions that
    are held at one value each.
    """

    def __init__(self, study: Study, choice: Choice | None = None):
        self.study = study
        choice = choice or _first(study)
        self.measures = [name for name in _measures(study) if _dimensions(study, name)]
        measure = _one_of(self.measures, choice.measure)
        self.dimensions = _dimensions(study, measure)
        self.across = study.axes or self.dimensions
        self.x = _named(self.across, choice.x) or self.across[0]
        others = [one for one in self.dimensions if one is not self.x]
        numeric = [one for one in others if one.numeric]
        self.forms: list[Form] = ["comparison"]
        if self.x.numeric:
            self.forms = ["curves", "heat map"] if numeric else ["curves"]
        form = _one_of(self.forms, choice.form)
        few = [one for one in others if len(one.cells) <= MAX_COLOURS]
        self.seconds = numeric if form == "heat map" else few
        self.second = _named(self.seconds, choice.second) or (numeric[0] if form == "heat map" else None)
        start = _named(self.dimensions, "start")
        # Curves show both starts, told apart by dashes.
        self.dashes = start if form == "curves" and self.second is not start else None
        self.held = [one for one in self.dimensions if one not in (self.x, self.second, self.dashes)]
        held = {one.column: _cell(study, one, choice.held.get(one.column)) for one in self.held}
        self.choice = Choice(measure, form, self.x.column, self.second.column if self.second else NONE, held)

    @cached_property
    def drawing(self) -> Drawing:
        """The measure, ready to be drawn."""
        return Drawing(self.study, self.choice.measure, self.study.axes)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """What is shown: a row a point and series, with `point`, `start`, `who`, `value`, `low`, `high`."""
        table = self.drawing.table
        for column, cell in self.choice.held.items():
            table = table[table[column] == cell]
        return table

    def figure(self) -> tuple[Any, str]:
        """The figure, and what it shows in words.

        Raises:
            InputError: it would have too many points.
        """
        if len(self.rows) > MAX_POINTS:
            raise InputError(f"{len(self.rows):,} points are too many for one figure: hold another parameter.")
        if self.choice.form == "heat map":
            roles = Roles("heat map", self.x, y=self.second)
        elif self.choice.form == "curves":
            roles = Roles("curves", self.x, colour=self.second or self.dashes, dash=self.dashes)
        else:
            roles = Roles("comparison", self.x, colour=self.second)
        (panel,) = self.drawing.panels(roles, dict(self.choice.held))
        return panel.figure, panel.alt

    def csv(self) -> str:
        """What is shown as CSV, by the names of `summary.csv`."""
        name = self.choice.measure
        gap = name == "gap"
        parameters = [dimension.column for dimension in self.study.parameters]
        places = self.study.summary[["point", "start", *parameters]]
        keys = ["point", "start"]
        values = {"value": "anarchy.gap" if gap else f"metric.{name}.mean"}
        if not gap:
            values |= {"low": f"metric.{name}.ci_low", "high": f"metric.{name}.ci_high"}
        who = {"who": "entry"} if self.study.who and name == self.study.main else {}
        shown = self.rows[[*keys, *who, *values]].merge(places, on=keys)
        table = shown[["point", *parameters, "start", *who, *values]].rename(columns={**who, **values})
        return str(to_csv(table.drop(columns="start" if gap else [])))

    def nearest(self, x: Any, y: Any) -> dict[str, Any] | None:
        """The row of the point that was clicked at `x` and `y`, in the units of the figure."""
        rows = self.rows.dropna(subset="value")
        try:
            distances = self._distances(rows, x, y)
        except (TypeError, ValueError):
            return None
        if rows.empty or not np.isfinite(distances).any():
            return None
        return {str(key): value for key, value in rows.iloc[int(np.nanargmin(distances))].items()}

    def _distances(self, rows: pd.DataFrame, x: Any, y: Any) -> Any:
        values = self.drawing.words.shown(rows["value"])
        if self.choice.form == "comparison":
            row = round(float(y))
            labels = list(dict.fromkeys(rows[self.x.column]))
            apart = rows[self.x.column].map(labels.index) != row
            return np.where(apart, np.inf, np.abs(values - float(x)))
        across = self.x.quantity.shown(rows[self.x.column])
        if self.choice.form == "heat map":
            assert self.second is not None
            return _far(across, float(x)) + _far(self.second.quantity.shown(rows[self.second.column]), float(y))
        return _far(across, float(x)) * 1e3 + _far(values, float(y))

    @property
    def is_played_live(self) -> bool:
        """Whether its points are societies, rather than games."""
        return isinstance(self.study.experiment, Experiment)

    def opened(self, row: Mapping[str, Any], library: Library) -> Scenario:
        """The scenario of a row of the summary or of `rows`.

        Raises:
            InputError: the page cannot play it.
        """
        source = self.study.results.source
        point = self.study.design[int(row["point"])]
        changes = {path: source.policy(value) if path == "policy" else value for path, value in point.items()}
        changes |= {override.path: override.value for override in source.again}
        if len(self.study.experiment.starts) > 1:
            changes["start"] = row["start"]
        return _base(source.document.data, library).changed(changes)


def explorable(study: Study) -> bool:
    """Whether there is anything to draw over."""
    return any(_dimensions(study, name) for name in _measures(study))


def _measures(study: Study) -> list[str]:
    """Measures, the main one first."""
    names = sorted(study.metrics, key=lambda name: name != study.main)
    return [*names, *(["gap"] if "anarchy.gap" in study.summary else [])]


def _dimensions(study: Study, measure: str) -> list[Dimension]:
    """What a measure varies over."""
    who = study.who if measure == study.main else None
    start = None if measure == "gap" else study.start
    return [*study.axes, *filter(None, [who, start])]


def _first(study: Study) -> Choice:
    """What a report shows first."""
    way = assign(study.axes, study.start, study.who)[0]
    second = way.y or (way.colour if way.colour is not way.dash else None)
    return Choice(study.main, way.form, way.x.column, second.column if second else NONE)


def _one_of[T: str](options: list[T], wanted: str) -> T:
    return next((option for option in options if option == wanted), options[0])


def _named(dimensions: list[Dimension], column: str) -> Dimension | None:
    return next((one for one in dimensions if one.column == column), None)


def _cell(study: Study, dimension: Dimension, wanted: Any) -> Any:
    """The wanted cell, or one that is written so, else that of the base point, else the first."""
    for cell in dimension.cells:
        if wanted is not None and str(cell) == str(wanted):
            return cell
    base = value_at(study.experiment, dimension.path)
    return base if isinstance(base, int | float | str) and base in dimension.cells else dimension.cells[0]


def _base(data: Mapping[str, Any], library: Library) -> Scenario:
    """The experiment of a sweep, without the sweep: the bundled one, where it is that, whose link is short."""
    alone = {key: value for key, value in data.items() if key != "sweep"}
    own = scenario(Document(alone, library.folder), library.model, library.plugins)
    name = own.experiment.name
    if name in [item.name for item in library.experiments if not item.problem]:
        bundled = library.experiment(name)
        if {key: value for key, value in bundled.data.items() if key != "sweep"} == own.data:
            return bundled
    return own


def _far(values: Any, value: float) -> Any:
    """Distances in units of the whole range."""
    return np.abs(values - value) / (np.ptp(values) or 1.0)
