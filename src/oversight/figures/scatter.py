"""A measure at sampled points, over one of their parameters."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from oversight.figures import axis
from oversight.figures.quantity import Quantity
from oversight.figures.style import SYMBOLS, ZERO_LINE, dress, shades, words

_FEW = 200
"""Points whose intervals can be told apart."""


def scatter(
    frame: pd.DataFrame,
    x: Quantity,
    value: Quantity,
    *,
    limits: tuple[float, float],
    palette: Mapping[str, str] = MappingProxyType({}),
) -> go.Figure:
    """One dot a row.

    Args:
        frame: columns `x`, `value`, `low`, `high` (a confidence interval, or missing), the name `colour`, which may be
            empty, and `label`, all of a point in words.
        x: the words of the parameter.
        value: the words of the measure.
        limits: of the vertical axis, so that neighbouring figures compare.
        palette: colours of names that other figures show too.
    """
    figure = go.Figure()
    hover = f"<b>{words(value.title)}: %{{y:.3g}}{words(value.suffix)}</b><br>%{{customdata}}<extra></extra>"
    inks = shades(list(dict.fromkeys(frame["colour"])), palette)
    for place, (colour, rows) in enumerate(frame.groupby("colour", sort=False)):
        figure.add_trace(
            go.Scatter(
                x=x.shown(rows["x"]),
                y=value.shown(rows["value"]),
                error_y=_intervals(rows, value) if len(frame) <= _FEW else None,
                mode="markers",
                name=words(str(colour), 36),
                showlegend=bool(colour),
                marker={"color": inks[str(colour)], "size": 6, "symbol": SYMBOLS[place % len(SYMBOLS)], "opacity": 0.8},
                customdata=[words(label) for label in rows["label"]],
                hovertemplate=hover,
            )
        )
    dress(figure)
    figure.update_xaxes(**axis.settings(x, x.shown(frame["x"])))
    if value.about_zero:
        figure.update_yaxes(ZERO_LINE)
    low, high = value.shown(limits)
    figure.update_yaxes(
        title={"text": words(value.axis, 44)},
        ticksuffix=value.suffix if value.percent else "",
        range=[low - 0.03 * (high - low), high + 0.03 * (high - low)],
        autorange=False,
    )
    return figure


def _intervals(rows: pd.DataFrame, value: Quantity) -> dict[str, Any]:
    middle, low, high = (np.asarray(value.shown(rows[name])) for name in ("value", "low", "high"))
    return {
        "type": "data",
        "symmetric": False,
        "array": np.nan_to_num(high - middle),
        "arrayminus": np.nan_to_num(middle - low),
        "thickness": 1,
        "width": 0,
    }
