"""What policies cost against what they lead to: a dot each, the efficient ones joined."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from oversight.figures.quantity import Quantity
from oversight.figures.style import COLOURS, GREY, INK, dress, words


def frontier(
    frame: pd.DataFrame,
    cost: Quantity,
    rate: Quantity,
    here: tuple[str, float, float] | None = None,
    chosen: tuple[str, float, float] | None = None,
) -> go.Figure:
    """One dot a policy.

    Args:
        frame: columns `cost`, `rate`, `efficient` and `label`, the policy in words; those that are efficient by rising
            cost.
        cost: the words of what it costs.
        rate: the words of what it leads to.
        here: name, cost and rate of the policy that the others are compared with.
        chosen: the same of the one that is recommended.
    """
    figure = go.Figure()
    for efficient, rows in frame.groupby("efficient"):
        ink = COLOURS[0] if efficient else GREY
        figure.add_trace(
            go.Scatter(
                x=cost.shown(rows["cost"]),
                y=rate.shown(rows["rate"]),
                mode="lines+markers" if efficient else "markers",
                name="efficient" if efficient else "other policies",
                line={"color": ink, "width": 2},
                marker={"color": ink, "size": 8 if efficient else 6, "line": {"width": 0}},
                customdata=[words(label, 60) for label in rows["label"]],
                hovertemplate=(
                    f"<b>{words(rate.title)}: %{{y:.3g}}{words(rate.suffix)}</b><br>"
                    f"{words(cost.title)}: %{{x:.3g}}{words(cost.suffix)}<br>%{{customdata}}<extra></extra>"
                ),
            )
        )
    named = [(symbol, *spot) for symbol, spot in (("circle-cross", here), ("star", chosen)) if spot]
    for symbol, name, x, y in named:
        figure.add_trace(
            go.Scatter(
                x=cost.shown([x]),
                y=rate.shown([y]),
                mode="markers",
                name=words(name, 100),
                hoverinfo="skip",
                cliponaxis=False,
                marker={"symbol": symbol, "size": 16, "color": "white", "line": {"color": INK, "width": 2}},
            )
        )
    dress(figure, 470 + 22 * len(named))
    figure.update_layout(
        legend={"orientation": "v", "y": -0.18, "yanchor": "top", "x": 0, "xanchor": "left"},
        margin={"b": 106 + 22 * len(named)},
    )
    figure.update_xaxes(title={"text": words(cost.axis, 60)}, rangemode="tozero")
    figure.update_yaxes(
        title={"text": words(rate.axis, 44)}, ticksuffix=rate.suffix if rate.percent else "", rangemode="tozero"
    )
    return figure
