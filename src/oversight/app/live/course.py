"""What a number of the policy was while a principal set it, on the same periods as the chart above."""

from __future__ import annotations

import json
from collections.abc import Sequence

from oversight.app.live.chart import window
from oversight.figures import Quantity
from oversight.figures.style import COLOURS, FONT

HEIGHT = 170


def course(values: Sequence[float], played: int, quantity: Quantity, period: str) -> str:
    """The figure as Plotly's JSON.

    Args:
        values: of each period in which the principal set it: a hand that took over ended that.
        played: how many periods were played.
        quantity: its words.
        period: the policy's own name of one.
    """
    first, end = window(played)
    shown = quantity.shown(values[first:]).tolist()
    trace = {
        "x": list(range(first + 1, len(values) + 1)),
        "y": [float(f"{value:.6g}") for value in shown],
        "mode": "lines",
        "line": {"color": COLOURS[2], "width": 2, "shape": "hv"},
        "hovertemplate": "%{y:.4g}" + quantity.suffix + "<extra>period %{x}</extra>",
    }
    layout = {
        "height": HEIGHT,
        "margin": {"l": 56, "r": 12, "t": 4, "b": 40},
        "font": {"family": FONT, "size": 13},
        "hovermode": "closest",
        "uirevision": "same",
        "showlegend": False,
        "xaxis": {"title": {"text": period.capitalize()}, "range": [first, end], "fixedrange": True},
        "yaxis": {
            "title": {"text": quantity.title, "standoff": 10}, "automargin": True, "fixedrange": True,
            "rangemode": "tozero", "ticksuffix": quantity.suffix if quantity.percent else "",
        },
    }  # fmt: skip
    return json.dumps({"data": [trace], "layout": layout}, allow_nan=False)
