"""Figures of measures, arranged in views: small multiples behind selectors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from oversight.environments import Threshold
from oversight.figures import COLOURS, MARKED, Branch, Line, Mark, Quantity, comparison, curves, heat_map, scatter
from oversight.figures.theory import told
from oversight.measures import APPARENT, BRIBES, CUSTOMERS, ERRORS, PAYOFFS, REPORTS, RESAMPLED, WATCHED, WITNESSED
from oversight.report import theory
from oversight.report.branches import AtRest, branches
from oversight.report.reference import name_of, references, rows_at
from oversight.report.roles import MAX_COLOURS, Roles, assign, scattered
from oversight.report.study import EVERYONE, OUTCOMES, Dimension, Study, rows_of
from oversight.sweeps.design import coarser

MAX_POINTS = 6_000
"""Design points drawn in figures; beyond that, every second value of the longest parameter is left out."""
_BESIDES = (*WATCHED, *APPARENT, *REPORTS, *WITNESSED, *BRIBES, *CUSTOMERS, *ERRORS, *PAYOFFS, *RESAMPLED)
_IN_THEORY = ("misconduct_rate", "social_cost", *_BESIDES)
"""Measures that equilibria are drawn beside."""
_SHOW = "Show as"
_FORMS = {"heat map": "Heat map", "curves": "Curves", "comparison": "Bars", "scatter": "Points"}


@dataclass
class Panel:
    """One figure with its heading and what it shows in words, for readers who cannot see it."""

    title: str
    alt: str
    figure: Any


@dataclass
class Selector:
    """What the reader chooses."""

    title: str
    options: list[str]


@dataclass
class View:
    """Figures by the options chosen: `panels["0-2"]` is what the first and the third option of two selectors show."""

    name: str
    selectors: list[Selector]
    panels: dict[str, list[Panel]] = field(default_factory=dict)
    thinned: bool = False
    bands: bool = False
    threshold: bool = False
    frontier: bool = False
    worlds: int = 0
    """How many worlds the figures are means over."""
    gaps: list[str] = field(default_factory=list)
    """Why values are missing."""

    def as_json(self) -> dict[str, Any]:
        """What the page's script reads."""
        return {
            key: [{"title": p.title, "alt": p.alt, "figure": json.loads(p.figure.to_json())} for p in panels]
            for key, panels in self.panels.items()
        }


def view_of(study: Study, name: str, metrics: Sequence[str]) -> View:
    """A view of one or more measures over the swept parameters."""
    axes, thinned = _thinned(study.axes)
    who = {study.main: study.who, "costs": study.outcomes}.get(metrics[0])
    start = None if metrics[0] in OUTCOMES else study.start
    ways = scattered(study.parameters, start, who) if study.is_sampled else assign(axes, start, who)
    selectors = [Selector("Measure", [study.measure(metric).title for metric in metrics])] if len(metrics) > 1 else []
    title, named = (
        ("Over", lambda way: way.x.quantity.title) if study.is_sampled else (_SHOW, lambda way: _FORMS[way.form])
    )
    selectors += [Selector(title, list(map(named, ways)))] if len(ways) > 1 else []
    choices = ways[0].selectors
    # Every way has the same dimensions left over, or they would not share their selectors.
    ways = [way for way in ways if way.selectors == choices] if len(ways) > 1 else ways
    selectors = selectors if len(ways) > 1 else [s for s in selectors if s.title != _SHOW]
    selectors += [Selector(choice.quantity.title, list(choice.labels)) for choice in choices]
    view = View(name, selectors, thinned=thinned, worlds=study.worlds)
    for m, metric in enumerate(metrics):
        drawing = Drawing(study, metric, axes)
        view.gaps += drawing.gaps
        for (w, way), picks in product(enumerate(ways), product(*(range(len(c.cells)) for c in choices))):
            place = [m] * (len(metrics) > 1) + [w] * (len(ways) > 1) + list(picks)
            chosen = {c.column: c.cells[pick] for c, pick in zip(choices, picks, strict=True)}
            view.panels["-".join(map(str, place))] = list(drawing.panels(way, chosen))
            view.bands |= way.form != "heat map" and drawing.has_bands
        view.threshold |= drawing.has_threshold
        view.frontier |= drawing.has_frontier
    return view


def _thinned(axes: Sequence[Dimension]) -> tuple[list[Dimension], bool]:
    """The axes with values left out until few enough points are drawn."""
    steps = coarser([len(axis.cells) for axis in axes], MAX_POINTS)
    kept = [
        replace(axis, cells=axis.cells[::step], labels=axis.labels[::step], raw=axis.raw[::step])
        for axis, step in zip(axes, steps, strict=True)
    ]
    return kept, max(steps, default=1) > 1


class Drawing:
    """One measure, drawn in any of its ways."""

    def __init__(self, study: Study, metric: str, axes: Sequence[Dimension]):
        self.study = study
        self.metric = metric
        self.axes = axes
        self.words = study.measure(metric)
        self.is_main = metric == study.main
        self.is_rate = self.is_main and self.words.percent
        self.references = references(study)
        self.palette = self._palette()
        table = study.tidy(metric)
        for axis in axes:
            table = table[table[axis.column].isin(axis.cells)]
        self.table = table
        self.limits = self._limits()
        self.has_bands = bool(table["low"].notna().any())
        self.has_threshold = False
        self.has_frontier = False
        missing = table["value"].isna().any()
        self.gaps = [f"{self.words.title}: {self.words.missing}"] if missing and self.words.missing else []

    def _limits(self) -> tuple[float, float]:
        """Shared by all figures of the measure, so that they compare."""
        if self.is_rate:
            return 0.0, 1.0
        low = np.nanmin(self.table[["value", "low"]].to_numpy(), initial=np.inf)
        high = np.nanmax(self.table[["value", "high"]].to_numpy(), initial=-np.inf)
        if self.metric in _IN_THEORY and "theory.equilibria" in self.table:
            values = [state.y for row in rows_of(self.table) for state in self._at_rest(row)]
            low, high = min([*values, low]), max([*values, high])
        if not np.isfinite([low, high]).all():
            return 0.0, 1.0
        if self.words.about_zero:
            low, high = min(0.0, low), max(0.0, high)
        low = 0.0 if 0 <= low < high / 2 else float(low)
        return low, float(high) if high > low else low + 1.0

    def panels(self, way: Roles, chosen: dict[str, Any]) -> Iterator[Panel]:
        table = self.table
        for column, cell in chosen.items():
            table = table[table[column] == cell]
        if way.panel is None:
            yield self._panel(way, table, "", chosen)
            return
        for cell, label in zip(way.panel.cells, way.panel.labels, strict=True):
            rows = table[table[way.panel.column] == cell]
            title = label[:1].upper() + label[1:]
            if way.panel.numeric:
                title = f"{way.panel.quantity.title}: {label}"
            yield self._panel(way, rows, title, {**chosen, way.panel.column: cell})

    def _panel(self, way: Roles, rows: pd.DataFrame, title: str, chosen: dict[str, Any]) -> Panel:
        if way.form == "heat map":
            figure = self._map(way, rows, chosen)
        elif way.form == "curves":
            figure = self._curves(way, rows, chosen)
        elif way.form == "scatter":
            figure = self._scatter(way, rows)
        else:
            figure = self._bars(way, rows)
        return Panel(title, self._alt(way, rows, title), figure)

    def _map(self, way: Roles, rows: pd.DataFrame, chosen: dict[str, Any]) -> Any:
        assert way.y is not None
        frame = pd.DataFrame(
            {
                "x": rows[way.x.column],
                "y": rows[way.y.column],
                "value": rows["value"],
                "split": (rows["states"] != "") & self.is_main & (rows["who"] == EVERYONE),
            }
        )
        if self.words.about_zero:
            frame["split"] = rows["unclear"]
        if "theory.equilibria" in rows:
            if self.metric in (*_IN_THEORY, "gap"):
                frame["several"] = [theory.several(cell) for cell in rows["theory.states"]]
                self.has_frontier |= bool(frame["several"].any())
            if self.metric in _IN_THEORY:
                frame["theory"] = [self._said(row) for row in rows_of(rows)]
        lines = [Line(t.name, t.x, t.y) for t in self._thresholds(way, chosen)]
        return heat_map(
            frame,
            way.x.quantity,
            way.y.quantity,
            self.words,
            limits=self.limits,
            bad=not self.words.more_is_better,
            halfway=0.5 if self.is_rate else None,
            lines=lines,
            here=self._here(way),
        )

    def _here(self, way: Roles) -> tuple[str, float | None, float | None] | None:
        """The references of a map's two parameters, with their name."""
        found = [self.references.get(axis.column) if axis else None for axis in (way.x, way.y)]
        name = name_of(filter(None, found))
        across, up = (float(each.value) if each else None for each in found)
        return (name, across, up) if name else None

    def _curves(self, way: Roles, rows: pd.DataFrame, chosen: dict[str, Any]) -> Any:
        frame = rows[["value", "low", "high"]].assign(x=rows[way.x.column])
        frame["colour"], frame["dash"] = self._names(rows, way.colour), self._names(rows, way.dash)
        marks = [Mark(t.name, float(t.x[0])) for t in self._thresholds(way, chosen)] if way.colour is None else []
        reference = self.references.get(way.x.column)
        marks += [Mark(name_of([reference]), float(reference.value), begins=True)] if reference else []
        states = self._states(rows, {"x": rows[way.x.column], "colour": frame["colour"]})
        return curves(
            frame,
            way.x.quantity,
            self.words,
            limits=self.limits,
            states=states,
            marks=marks,
            branches=self._branches(way, rows),
            cycles=self._cycles(rows, {"x": rows[way.x.column]}),
            palette=self.palette,
        )

    def _scatter(self, way: Roles, rows: pd.DataFrame) -> Any:
        frame = rows[["value", "low", "high"]].assign(x=rows[way.x.column])
        frame["label"], frame["colour"] = self._names(rows, self.axes[0]), self._names(rows, way.colour)
        return scatter(frame, way.x.quantity, self.words, limits=self.limits, palette=self.palette)

    def _bars(self, way: Roles, rows: pd.DataFrame) -> Any:
        frame = rows[["value", "low", "high"]].copy()
        frame["label"], frame["colour"] = self._names(rows, way.x), self._names(rows, way.colour)
        states = self._states(rows, {"label": frame["label"], "colour": frame["colour"]})
        return comparison(
            frame,
            self.words,
            limits=self.limits,
            states=states,
            equilibria=self._equilibria(way, rows),
            cycles=self._cycles(rows, {"label": frame["label"], "colour": frame["colour"]}),
            palette=self.palette,
        )

    def _branches(self, way: Roles, rows: pd.DataFrame) -> list[Branch]:
        """Lines through the equilibria of each series; both starts have the same."""
        found: list[Branch] = []
        table = self._solved(way, rows)
        for colour, part in table.groupby("colour", sort=False):
            points = [(float(row[way.x.column]), self._at_rest(row)) for row in rows_of(part.sort_values(way.x.column))]
            found += branches(points, str(colour))
        return found

    def _equilibria(self, way: Roles, rows: pd.DataFrame) -> pd.DataFrame:
        table = self._solved(way, rows)
        table["label"] = self._names(table, way.x)
        return pd.DataFrame(
            [
                {"label": row["label"], "colour": row["colour"], "value": state.y, "stable": state.stable}
                for row in rows_of(table)
                for state in self._at_rest(row)
            ]
        )

    def _cycles(self, rows: pd.DataFrame, columns: dict[str, Any]) -> pd.DataFrame | None:
        """Where the main measure of all cycles in theory."""
        if "theory.cycle" not in rows or not self.is_main:
            return None
        table = rows.assign(**columns)[(rows["theory.cycle"] > 1) & (rows["who"] == EVERYONE)]
        texts = [theory.cycle(self.study, row) for row in rows_of(table)]
        table = table.assign(low=table["theory.cycle_lowest"], high=table["theory.cycle_highest"], text=texts)
        return table[[*columns, "low", "high", "text"]].drop_duplicates()

    def _solved(self, way: Roles, rows: pd.DataFrame) -> pd.DataFrame:
        """A row for each design point and series with equilibria, `colour` its name if it is not a start."""
        if "theory.equilibria" not in rows or self.metric not in _IN_THEORY:
            return rows.head(0).assign(colour="")
        table = rows[rows["start"].eq(rows["start"].iloc[0])]
        return table.assign(colour=self._names(table, None if way.colour is self.study.start else way.colour))

    def _at_rest(self, row: dict[str, Any]) -> list[AtRest]:
        return theory.equilibria(row["theory.states"], self.metric, row["who"])

    def _said(self, row: dict[str, Any]) -> str:
        """A design point's equilibria in words."""
        if row["theory.cycle"] > 1:
            return theory.cycle(self.study, row)
        found = self._at_rest(row)
        if not found:
            return "theory: no stationary equilibrium" if row["theory.equilibria"] == 0 else ""
        return told([(state.y, state.stable) for state in found], self.words)

    def _states(self, rows: pd.DataFrame, columns: dict[str, Any]) -> pd.DataFrame | None:
        """A row for each state of each design point whose replicates settle in several."""
        if not self.is_main:
            return None
        table = pd.DataFrame({**columns, "states": rows["states"]})
        table = table[(rows["states"] != "") & (rows["who"] == EVERYONE)]
        found = [
            {**row, "value": state[self.metric], "share": state["share"]}
            for row in table.to_dict("records")
            for state in json.loads(row["states"])
        ]
        return pd.DataFrame(found)

    def _thresholds(self, way: Roles, chosen: dict[str, Any]) -> list[Threshold]:
        """Where the measure that a figure shows turns in closed form."""
        study = self.study
        who = chosen.get("who", EVERYONE)
        # It is drawn where all else is known and stays as it is.
        moves = len(study.axes) < len(study.parameters)
        if not self.is_main or not way.x.raw or moves:
            return []
        part = None if who == EVERYONE else who
        fixed = {
            axis.path: axis.raw[axis.cells.index(chosen[axis.column])] for axis in self.axes if axis.column in chosen
        }
        x = (way.x.path, np.array(way.x.cells, dtype=float))
        y = (way.y.path, np.array(way.y.cells, dtype=float)) if way.y else None
        found = study.environment.thresholds(study.results.source, part, fixed, x, y)
        self.has_threshold |= bool(found)
        return found

    def _alt(self, way: Roles, rows: pd.DataFrame, title: str) -> str:
        over = [dimension.quantity.title.lower() for dimension in (way.x, way.y) if dimension]
        where = f" ({title})" if title else ""
        known = rows.dropna(subset="value")
        if known.empty:
            return f"{_FORMS[way.form]} of {self.words.title.lower()}{where}: no values."
        ordered = known.sort_values("value")
        lowest, highest = (
            f"{self.words.text(row['value'])}{self._at(row)}" for row in (ordered.iloc[0], ordered.iloc[-1])
        )
        return (
            f"{_FORMS[way.form]} of {self.words.title.lower()} over {' and '.join(over)}{where}: "
            f"lowest {lowest}, highest {highest}."
        )

    def _at(self, row: pd.Series[Any]) -> str:
        phrases = [axis.phrase(row[axis.column]) for axis in self.axes]
        return f" at {', '.join(phrases)}" if phrases else ""

    def _names(self, rows: pd.DataFrame, dimension: Dimension | None) -> Any:
        """The column of a dimension in words; empty without one."""
        if dimension is None:
            return ""
        labels = dict(zip(dimension.cells, self._labels(dimension), strict=True))
        return [labels[cell] for cell in rows[dimension.column]]

    def _labels(self, dimension: Dimension) -> list[str]:
        """A dimension's values in words, with a mark where the report begins."""
        named = not dimension.numeric or not dimension.quantity.title
        prefix = "" if named else f"{dimension.quantity.title} "
        begun = self._begun(dimension)
        return [
            f"{MARKED} " * (cell in begun) + f"{prefix}{label}"
            for cell, label in zip(dimension.cells, dimension.labels, strict=True)
        ]

    def _palette(self) -> dict[str, str]:
        """A colour for each name, the same whatever the figure: the two starts have theirs for themselves."""
        starts = self._labels(self.study.start) if self.study.start else []
        found = dict(zip(starts, COLOURS, strict=False))
        free = COLOURS[len(starts) :]
        taken = 0
        costs = self.study.outcomes if len(self.axes) == 1 else None
        for dimension in filter(None, [costs, self.study.who, *self.axes]):
            if len(dimension.cells) <= MAX_COLOURS:
                colours = free if len(dimension.cells) <= len(free) else COLOURS
                for place, label in enumerate(self._labels(dimension), start=taken):
                    found[label] = colours[place % len(colours)]
                taken += len(dimension.cells)
        return {"": free[0], **found}

    def _begun(self, dimension: Dimension) -> set[Any]:
        """The cells that the report begins at."""
        if dimension.column == "point":
            whole = len(self.references) == len(self.study.parameters)
            return set(rows_at(self.study.summary, self.references)["point"]) if whole else set()
        found = self.references.get(dimension.column)
        return {found.cell} if found else set()


def varying(study: Study) -> tuple[list[str], list[tuple[Quantity, float]]]:
    """Measures besides the main one that vary over the sweep, and those that are the same everywhere with the value."""
    moving, still = [], []
    for name in study.metrics:
        values = study.summary[f"metric.{name}.mean"].dropna()
        if name == study.main or values.empty:
            continue
        if np.ptp(values) > 1e-9 * max(1.0, float(np.abs(values).max())):
            moving.append(name)
        else:
            still.append((study.measure(name), float(values.iloc[0])))
    # What design points are ranked by comes first.
    return sorted(moving, key=lambda name: name != study.environment.ranked[0]), still
