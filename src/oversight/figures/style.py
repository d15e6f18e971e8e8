"""One look for all figures: colours that colour-blind readers can tell apart, fonts, margins."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from textwrap import wrap

import plotly.graph_objects as go

# Okabe and Ito (2008), without the yellow that is lost on white; dash and marker repeat what colour says.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#7F7F7F", "#8C510A")
DASHES = ("solid", "dash", "dot", "dashdot")
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "x", "star", "cross", "triangle-down")

# Light is good and dark is bad; the end is not so dark that iso-lines are lost on it.
BAD = [[0.0, "#fffbe8"], [0.25, "#fed98e"], [0.5, "#fe9929"], [0.75, "#d95f0e"], [1.0, "#a63603"]]
NEUTRAL = [[0.0, "#f7fbff"], [0.25, "#c6dbef"], [0.5, "#85bcdb"], [0.75, "#4a90c2"], [1.0, "#1f659f"]]
FALL_TO_RISE = ("#1f659f", "#85bcdb", "#ffffff", "#fe9929", "#a63603")
"""Of differences where more is worse."""
ZERO_LINE = {"zeroline": True, "zerolinecolor": "#59636e", "zerolinewidth": 1.5}
MARKED = "\u25c6"
"""Stands before what a report begins at."""
THRESHOLD = "#1a237e"
GREY = "#d7d7d7"
INK = "#1a1a1a"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_TEXT = "#1f2933"
_GRID = "#e4e7eb"
_LINE = "#9aa5b1"


def words(text: str, width: int = 0) -> str:
    """Text for a figure, in which Plotly would read mark-up; broken into lines of about `width` letters."""
    # Plotly knows no &quot; and would show it.
    return "<br>".join(escape(line, quote=False) for line in (_lines(text, width) if width else [text]))


def shades(names: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
    """The colour of each name: the known one, which is the same in all figures, or the next."""
    return {name: known.get(name, COLOURS[place % len(COLOURS)]) for place, name in enumerate(names)}


def dress(figure: go.Figure, height: int = 440) -> go.Figure:
    """The layout that all figures share."""
    figure.layout.template = _template()
    figure.layout.height = height
    figure.layout.margin = {"l": 68, "r": 18, "t": 30, "b": 56}
    return figure


@cache
def _template() -> go.layout.Template:
    axis = {
        "automargin": True,
        "gridcolor": _GRID,
        "linecolor": _LINE,
        "tickcolor": _LINE,
        "showline": True,
        "ticks": "outside",
        "ticklen": 4,
        "zeroline": False,
        "tickfont": {"size": 13},
        "title": {"font": {"size": 14}, "standoff": 12},
    }
    return go.layout.Template(
        layout={
            "dragmode": False,
            "hovermode": "closest",
            "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.02, "xanchor": "left", "x": 0},
            "font": {"family": FONT, "size": 13, "color": _TEXT},
            "paper_bgcolor": "white",
            "plot_bgcolor": "white",
            "xaxis": axis,
            "yaxis": axis,
            "colorway": list(COLOURS),
            "hoverlabel": {"align": "left", "font": {"family": FONT, "size": 13}},
            "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": _LINE, "activecolor": _TEXT},
        }
    )


def _lines(text: str, width: int) -> list[str]:
    lines: list[str] = []
    # Not `text.split()`, which takes no-break spaces for ends of words.
    for word in (piece for whole in re.split("[ \\t\\n]+", text.strip()) for piece in wrap(whole, width)):
        if lines and len(lines[-1]) + len(word) < width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]
