"""A measure over one swept parameter, with confidence bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from oversight.arrays import Values
from oversight.figures import axis, theory
from oversight.figures.quantity import Quantity
from oversight.figures.style import DASHES, INK, SYMBOLS, THRESHOLD, ZERO_LINE, dress, shades, words
from oversight.figures.theory import Branch
from oversight.numerals import percent

_MANY = 60


@dataclass(frozen=True)
class Mark:
    """A vertical line at a value of the parameter, with its name for the legend."""

    name: str
    x: float
    begins: bool = False
    """Whether the report begins there; otherwise it is a threshold."""


class Level(NamedTuple):
    """A horizontal line: what it is called, the `colour` of the series that it belongs to, and its value."""

    name: str
    colour: str
    value: float


States = pd.DataFrame
"""Columns `x`, `colour`, `value`, `share`: a row for each of several states that replicates settle in."""


def curves(
    frame: pd.DataFrame,
    x: Quantity,
    value: Quantity,
    *,
    limits: tuple[float, float] | None = None,
    states: States | None = None,
    marks: Sequence[Mark] = (),
    levels: Sequence[Level] = (),
    branches: Sequence[Branch] = (),
    cycles: pd.DataFrame | None = None,
    palette: Mapping[str, str] = MappingProxyType({}),
) -> go.Figure:
    """One line for each `colour` and `dash`.

    Args:
        frame: columns `x`, `value`, `low`, `high` (a confidence interval, or missing), and the names `colour`
            and `dash`, which may be empty.
        x: the words of the parameter.
        value: the words of the measure.
        limits: of the vertical axis, so that neighbouring figures compare.
        states: where replicates settle in different states, drawn as circles as large as their share.
        marks: vertical lines, such as a threshold.
        levels: horizontal lines, such as a bound.
        branches: of equilibria.
        cycles: columns `x`, `low`, `high`, `text`, where theory has a cycle.
        palette: colours of names that other figures show too.
    """
    figure = go.Figure()
    colours = list(dict.fromkeys(frame["colour"]))
    inks = shades(colours, palette)
    dashes = list(dict.fromkeys(frame["dash"]))
    for (colour, dash), rows in frame.groupby(["colour", "dash"], sort=False):
        place, style = colours.index(colour), dashes.index(dash)
        _line(figure, rows.sort_values("x"), x, value, (str(colour), str(dash)), place, style, inks[str(colour)])
    if states is not None and not states.empty:
        _states(figure, states, x, value, inks)
    _levels(figure, levels, x.shown(frame["x"]), value, inks)
    theory.lines(figure, branches, x, value, inks)
    if cycles is not None and not cycles.empty:
        across, low, high = x.shown(cycles["x"]), value.shown(cycles["low"]), value.shown(cycles["high"])
        ends = list(zip(zip(across, low, strict=True), zip(across, high, strict=True), strict=True))
        theory.cycles(figure, ends, list(cycles["text"]))
    for index, mark in enumerate(marks):
        figure.add_vline(
            x=float(x.shown(mark.x)),
            name=words(mark.name, 40),
            showlegend=True,
            line={"color": INK, "width": 1.5}
            if mark.begins
            else {"color": THRESHOLD, "width": 2.5, "dash": DASHES[1 + index % 3]},
        )
    dress(figure)
    figure.update_xaxes(**axis.settings(x, x.shown(frame["x"])))
    figure.update_yaxes(title={"text": words(value.axis, 44)}, rangemode="tozero")
    if value.about_zero:
        figure.update_yaxes(ZERO_LINE)
    if value.percent:
        figure.update_yaxes(ticksuffix=value.suffix)
    if limits is not None:
        low, high = value.shown(limits)
        figure.update_yaxes(range=[low - 0.03 * (high - low), high + 0.03 * (high - low)], autorange=False)
    return figure


def _line(
    figure: go.Figure,
    rows: pd.DataFrame,
    x: Quantity,
    value: Quantity,
    names: tuple[str, str],
    place: int,
    style: int,
    colour: str,
) -> None:
    across, middle = x.shown(rows["x"]), value.shown(rows["value"])
    name = words(", ".join(dict.fromkeys(filter(None, names))), 36)
    low, high = value.shown(rows["low"]), value.shown(rows["high"])
    banded = ~np.isnan(low)
    if banded.any():
        figure.add_trace(
            go.Scatter(
                x=np.concatenate([across[banded], across[banded][::-1]]),
                y=np.concatenate([high[banded], low[banded][::-1]]),
                fill="toself",
                fillcolor=_faint(colour),
                line={"width": 0},
                mode="lines",
                hoverinfo="skip",
                showlegend=False,
                legendgroup=name,
            )
        )
    figure.add_trace(
        go.Scatter(
            x=across,
            y=middle,
            name=name,
            legendgroup=name,
            mode="lines+markers" if len(rows) <= _MANY else "lines",
            showlegend=bool(name),
            line={"color": colour, "width": 2.5, "dash": DASHES[style % len(DASHES)]},
            marker={"size": 6, "symbol": SYMBOLS[place % len(SYMBOLS)]},
            hovertemplate=(
                f"<b>{words(value.title)}: %{{y:.3g}}{'' if value.percent else words(value.suffix)}</b>"
                f"<br>{words(x.title)}: %{{x:.6g}}{words(x.suffix)}<extra>{name}</extra>"
            ),
        )
    )


def _levels(
    figure: go.Figure, levels: Sequence[Level], across: Values, value: Quantity, inks: Mapping[str, str]
) -> None:
    """A line a level, in the legend once a name."""
    names = list(dict.fromkeys(level.name for level in levels))
    for name in names:
        dash = DASHES[1 + names.index(name) % 3]
        line = {"width": 1.5, "dash": dash}
        figure.add_trace(
            go.Scatter(x=[None], y=[None], mode="lines", name=words(name, 36), line={**line, "color": INK})
        )
        for _, colour, level in (level for level in levels if level.name == name):
            figure.add_trace(
                go.Scatter(
                    x=[across.min(), across.max()],
                    y=value.shown([level, level]),
                    mode="lines",
                    showlegend=False,
                    line={**line, "color": inks[colour]},
                    hovertemplate=f"{words(name)}: %{{y:.4g}}<extra>{words(colour)}</extra>",
                )
            )


def _states(figure: go.Figure, states: States, x: Quantity, value: Quantity, inks: Mapping[str, str]) -> None:
    for colour, rows in states.groupby("colour", sort=False):
        ink = inks[str(colour)]
        shares = [percent(share, 2) for share in rows["share"]]
        figure.add_trace(
            go.Scatter(
                x=x.shown(rows["x"]),
                y=value.shown(rows["value"]),
                mode="markers",
                customdata=shares,
                name="where replicates settle (size: share)",
                marker={
                    "symbol": "circle-open",
                    "color": ink,
                    "line": {"width": 2},
                    "sizemode": "area",
                    "size": rows["share"] * 100,
                    "sizeref": 0.35,
                    "sizemin": 4,
                },
                hovertemplate="%{customdata} of replicates settle at %{y:.3g}<extra></extra>",
            )
        )


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[index : index + 2], 16) for index in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.18)"
