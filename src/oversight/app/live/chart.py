"""Misconduct over time, with the equilibria that the solver finds for the running policy."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from oversight.app.session import Past
from oversight.equilibrium import Equilibrium
from oversight.figures.style import COLOURS, FONT
from oversight.figures.theory import NAMES
from oversight.numerals import percent

SHOWN = 240
"""Periods that a running chart shows: the last ones."""
_DASH = {True: "solid", False: "dash", None: "dot"}


def chart(
    rates: Sequence[float],
    changes: Sequence[int],
    equilibria: Sequence[Equilibrium],
    units: Mapping[str, str],
    past: Sequence[Past] = (),
    longest: int = SHOWN,
    highest: float = 0.0,
    apparent: Sequence[float] = (),
) -> str:
    """The figure as Plotly's JSON: written directly, since it is drawn at every step of every session.

    Args:
        rates: the misconduct rate of each period played, NaN where nobody was in play.
        changes: periods before which the policy changed.
        equilibria: of the running policy; their lines begin where it does.
        units: the policy's own names for `period`.
        past: equilibria of earlier policies, drawn as faint lines where those ruled.
        longest: periods that are shown at most, the last ones.
        highest: a misconduct rate that the axis reaches at least, so that charts can be read beside each other.
        apparent: the same as inspections show it to a principal; empty where none sets the policy.
    """
    first, end = window(len(rates), longest)
    shown = [None if rate != rate else round(100 * rate, 4) for rate in rates[first:]]
    since = max(first, changes[-1] if changes else 0)
    traces: list[dict[str, Any]] = [
        {
            "x": list(range(first + 1, len(rates) + 1)),
            "y": shown,
            "mode": "lines",
            "name": "simulated",
            "line": {"color": COLOURS[0], "width": 2},
            "zorder": 1,
            "hovertemplate": "%{y:.3g}\u00a0%<extra>period %{x}</extra>",
        }
    ]
    if len(apparent):
        seen = [None if rate != rate else round(100 * rate, 4) for rate in apparent[first:]]
        traces.append(
            {
                "x": list(range(first + 1, first + len(seen) + 1)),
                "y": seen,
                "mode": "lines",
                "name": "what inspections show",
                "line": {"color": COLOURS[2], "width": 1.5, "dash": "dot"},
                "hovertemplate": "%{y:.3g}\u00a0%<extra>as inspections show it, period %{x}</extra>",
            }
        )
    for stretch in past:
        if stretch.end > first:
            ends = [max(stretch.start, first) + 0.5, stretch.end + 0.5]
            traces += [_faint(ends, 100 * each.misconduct_rate, _DASH[each.stable]) for each in stretch.equilibria]
    named: set[bool | None] = set()
    for each in equilibria:
        rate = round(100 * each.misconduct_rate, 6)
        traces.append(
            {
                "x": [since + 0.5, end],
                "y": [rate, rate],
                "mode": "lines",
                "name": NAMES[each.stable],
                "legendgroup": str(each.stable),
                "showlegend": each.stable not in named,
                "line": {"color": COLOURS[1], "width": 2, "dash": _DASH[each.stable]},
                "hovertemplate": "%{y:.4g}\u00a0%<extra>" + NAMES[each.stable] + "</extra>",
            }
        )
        named.add(each.stable)
    marks = [
        {
            "type": "line", "x0": at + 0.5, "x1": at + 0.5, "y0": 0, "y1": 1, "yref": "paper",
            "line": {"color": "#8a949e", "width": 1, "dash": "dot"},
        }
        for at in changes
        if at > first
    ]  # fmt: skip
    heights = [rate for rate in shown if rate is not None] + [100 * each.misconduct_rate for each in equilibria]
    top = max([*heights, 100 * highest, 1.0])
    period = units.get("period", "period").capitalize()
    layout = {
        "height": 360,
        "margin": {"l": 56, "r": 12, "t": 8, "b": 44},
        "font": {"family": FONT, "size": 13},
        "hovermode": "closest",
        "uirevision": "same",
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "xaxis": {"title": {"text": period}, "range": [first, end], "fixedrange": True},
        "yaxis": {
            "title": {"text": "Misconduct rate", "standoff": 10}, "automargin": True, "ticksuffix": "\u00a0%",
            "fixedrange": True, "range": [-0.02 * top, min(102.0, 1.15 * top)],
        },
        "shapes": marks,
    }  # fmt: skip
    return json.dumps({"data": traces, "layout": layout}, allow_nan=False)


def window(played: int, longest: int = SHOWN) -> tuple[int, int]:
    """The period before the first that is shown, and the last that there is room for."""
    first = max(0, played - longest)
    return first, max(played, first + min(40, longest))


def _faint(ends: Sequence[float], rate: float, dash: str) -> dict[str, Any]:
    return {
        "x": list(ends),
        "y": [rate, rate],
        "mode": "lines",
        "line": {"color": COLOURS[1], "width": 1.5, "dash": dash},
        "opacity": 0.5,
        "showlegend": False,
        "hoverinfo": "skip",
    }


def spoken(rates: Sequence[float], equilibria: Sequence[Equilibrium]) -> str:
    """The chart in a sentence."""
    if not rates:
        return "Misconduct over time: nothing has been played yet."
    last = float(np.nanmean(rates[-20:])) if any(rate == rate for rate in rates[-20:]) else float("nan")
    now = "nobody in play" if last != last else f"{percent(last)} over the last {min(20, len(rates))} periods"
    lines = ", ".join(percent(each.misconduct_rate) for each in equilibria)
    return f"Misconduct over time: {now}" + (f"; equilibria at {lines}." if lines else "; no equilibrium is known.")
