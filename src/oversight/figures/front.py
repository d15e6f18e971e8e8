"""Efficient settings between two measures: a dot each, joined, with the recommended one marked."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from oversight.figures.quantity import Quantity
from oversight.figures.style import BAD, COLOURS, INK, dress, words


def front(frame: pd.DataFrame, x: Quantity, y: Quantity, third: Quantity | None = None) -> go.Figure:
    """One dot a setting, by rising `x`.

    Args:
        frame: columns `x`, `y`, `third` where there is one, `label`, the setting in words, `place`, its number, which
            a click tells, and `recommended`, true of one of them.
        x: the words of the first measure.
        y: the words of the second.
        third: the words of a third, which dots are coloured by; they are not joined then.
    """
    figure = go.Figure(
        go.Scatter(
            x=x.shown(frame["x"]),
            y=y.shown(frame["y"]),
            mode="lines+markers" if third is None else "markers",
            name="efficient settings",
            line={"color": COLOURS[0], "width": 1.5},
            marker={"size": 9, **_inks(frame, third)},
            text=[words(label, 60) for label in frame["label"]],
            customdata=frame["place"],
            hovertemplate=(
                f"<b>{words(y.title)}: %{{y:.3g}}{words(y.suffix)}</b><br>"
                f"{words(x.title)}: %{{x:.3g}}{words(x.suffix)}<br>%{{text}}<extra></extra>"
            ),
        )
    )
    best = frame[frame["recommended"]]
    figure.add_trace(
        go.Scatter(
            x=x.shown(best["x"]),
            y=y.shown(best["y"]),
            mode="markers",
            name="recommended: nearest to the least of everything",
            hoverinfo="skip",
            cliponaxis=False,  # whole at the edge too
            marker={"symbol": "circle-open", "size": 18, "color": INK, "line": {"width": 2.5}},
        )
    )
    dress(figure, 460)
    for quantity, update in ((x, figure.update_xaxes), (y, figure.update_yaxes)):
        update(title={"text": words(quantity.axis, 40)}, ticksuffix=quantity.suffix if quantity.percent else "")
    return figure


def _inks(frame: pd.DataFrame, third: Quantity | None) -> dict[str, object]:
    if third is None:
        return {"color": COLOURS[0]}
    scale = [[0.0, BAD[1][1]], [0.5, BAD[2][1]], [1.0, BAD[4][1]]]
    bar = {"title": {"text": words(third.axis, 20)}, "ticksuffix": third.suffix if third.percent else ""}
    return {"color": third.shown(frame["third"]), "colorscale": scale, "colorbar": bar}
