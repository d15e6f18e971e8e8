"""What one number at a time does to a measure: bars about its value at the baseline, the widest on top."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from oversight.figures.quantity import Quantity
from oversight.figures.style import COLOURS, INK, dress, words


def tornado(frame: pd.DataFrame, value: Quantity, base: float) -> go.Figure:
    """Two bars a row, from the baseline to the measure at the low and at the high value.

    Args:
        frame: columns `label`, and `low` and `high`, the measure at the low and at the high value; the widest first.
        value: the words of the measure.
        base: the measure at the baseline.
    """
    figure = go.Figure()
    middle = float(value.shown(base))
    for column, name, ink in (("low", "at its low value", COLOURS[0]), ("high", "at its high value", COLOURS[1])):
        ends = value.shown(frame[column])
        figure.add_trace(
            go.Bar(
                x=ends - middle,
                base=middle,
                y=list(range(len(frame))),
                orientation="h",
                name=name,
                showlegend=True,
                marker={"color": ink, "line": {"width": 0}},
                customdata=list(zip(map(words, frame["label"]), ends, strict=True)),
                hovertemplate=(
                    f"<b>{words(value.title)}: %{{customdata[1]:.3g}}{words(value.suffix)}</b><br>%{{customdata[0]}}, "
                    f"{name}<extra></extra>"
                ),
            )
        )
    dress(figure, 150 + 44 * len(frame))
    figure.add_vline(x=middle, line={"color": INK, "width": 1.5})
    figure.update_layout(barmode="overlay", bargap=0.35)
    figure.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(frame))),
        ticktext=[words(label, 30) for label in frame["label"]],
        range=[len(frame) - 0.4, -0.6],
        showgrid=False,
        showline=False,
        ticks="",
        ticklabelstandoff=8,
    )
    figure.update_xaxes(
        title={"text": words(value.axis, 44)}, ticksuffix=value.suffix if value.percent else "", autorange=True
    )
    return figure
