"""A measure for things that are no numbers, such as policies, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from oversight.arrays import Vector
from oversight.figures import theory
from oversight.figures.quantity import Quantity
from oversight.figures.style import INK, ZERO_LINE, dress, shades, words
from oversight.numerals import percent

_FILL = 0.76
"""Height of a row's bars, in rows."""


def comparison(
    frame: pd.DataFrame,
    value: Quantity,
    *,
    limits: tuple[float, float] | None = None,
    states: pd.DataFrame | None = None,
    equilibria: pd.DataFrame | None = None,
    cycles: pd.DataFrame | None = None,
    palette: Mapping[str, str] = MappingProxyType({}),
) -> go.Figure:
    """Horizontal bars with confidence intervals, a row for each `label` and a bar in it for each `colour`.

    Args:
        frame: columns `label`, `colour` (names), `value`, `low`, `high` (a confidence interval, or missing).
        value: its words.
        limits: of the horizontal axis, so that neighbouring figures compare.
        states: columns `label`, `colour`, `value`, `share`, where replicates settle in different states.
        equilibria: columns `label`, `colour`, `value`, `stable`; an empty `colour` stands for all bars of its row.
        cycles: columns `label`, `colour`, `low`, `high`, `text`, where theory has a cycle.
        palette: colours of names that other figures show too.
    """
    labels = list(dict.fromkeys(frame["label"]))
    colours = list(dict.fromkeys(frame["colour"]))
    width = _FILL / len(colours)

    def rows_of(table: pd.DataFrame, colour: str) -> list[float]:
        offset = (colours.index(colour) - (len(colours) - 1) / 2) * width if colour in colours else 0.0
        return [labels.index(label) + offset for label in table["label"]]

    figure = go.Figure()
    for colour, ink in shades(colours, palette).items():
        rows = frame[frame["colour"] == colour]
        middle, low, high = (value.shown(rows[column]) for column in ("value", "low", "high"))
        figure.add_trace(
            go.Bar(
                x=middle,
                y=rows_of(rows, colour),
                orientation="h",
                width=width * 0.92,
                name=words(colour, 36),
                showlegend=bool(colour),
                marker={"color": ink, "line": {"width": 0}},
                error_x=_whiskers(middle, low, high),
                customdata=[words(label) for label in rows["label"]],
                hovertemplate=(
                    f"<b>{words(value.title)}: %{{x:.3g}}{words(value.suffix)}</b><br>%{{customdata}}"
                    f"<extra>{words(colour)}</extra>"
                ),
            )
        )
    if states is not None and not states.empty:
        ordered = pd.concat([states[states["colour"] == colour] for colour in colours])
        _states(figure, ordered, value, [row for c in colours for row in rows_of(states[states["colour"] == c], c)])
    if equilibria is not None and not equilibria.empty:
        whole = equilibria["colour"].iloc[0] not in colours or len(colours) == 1
        places = [
            rows_of(equilibria.iloc[[index]], str(colour))[0] for index, colour in enumerate(equilibria["colour"])
        ]
        theory.ticks(figure, equilibria, value, places, 30 if whole else 14)
    if cycles is not None and not cycles.empty:
        heights = [rows_of(cycles.iloc[[index]], str(colour))[0] for index, colour in enumerate(cycles["colour"])]
        left, right = value.shown(cycles["low"]), value.shown(cycles["high"])
        ends = list(zip(zip(left, heights, strict=True), zip(right, heights, strict=True), strict=True))
        theory.cycles(figure, ends, list(cycles["text"]))
    names = [words(label, 24) for label in labels]
    most = max(name.count("<br>") for name in names) + 1
    dress(figure, 150 + len(labels) * max(40, 20 * len(colours), 18 * most + 10))
    figure.update_layout(bargap=0)
    figure.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(labels))),
        ticktext=names,
        range=[len(labels) - 0.4, -0.6],
        showgrid=False,
        showline=False,
        ticks="",
        automargin=True,
        ticklabelstandoff=8,
    )
    figure.update_xaxes(title={"text": words(value.axis, 26)}, rangemode="tozero")
    if value.about_zero:
        figure.update_xaxes(ZERO_LINE)
    if value.percent:
        figure.update_xaxes(ticksuffix=value.suffix)
    if limits is not None:
        low_, high_ = value.shown((min(0.0, limits[0]), max(0.0, limits[1])))  # A bar is as long as its value.
        figure.update_xaxes(
            range=[low_ - 0.03 * (high_ - low_) * (low_ < 0), high_ + 0.03 * (high_ - low_)], autorange=False
        )
    return figure


def _whiskers(middle: Vector, low: Vector, high: Vector) -> dict[str, Any]:
    return {
        "type": "data",
        "array": np.nan_to_num(high - middle),
        "arrayminus": np.nan_to_num(middle - low),
        "visible": bool((~np.isnan(low)).any()),
        "thickness": 1.5,
        "width": 4,
        "color": "#59636e",
    }


def _states(figure: go.Figure, states: pd.DataFrame, value: Quantity, rows: list[float]) -> None:
    figure.add_trace(
        go.Scatter(
            x=value.shown(states["value"]),
            y=rows,
            mode="markers",
            customdata=[percent(share, 2) for share in states["share"]],
            name="where replicates settle (size: share)",
            marker={
                "symbol": "circle",
                "color": "white",
                "line": {"width": 2, "color": INK},
                "sizemode": "area",
                "size": states["share"] * 100,
                "sizeref": 0.5,
                "sizemin": 4,
            },
            hovertemplate="%{customdata} of replicates settle at %{x:.3g}<extra></extra>",
        )
    )
