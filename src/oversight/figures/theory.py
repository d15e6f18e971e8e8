"""Equilibria beside simulated values: thin lines over a parameter, ticks across bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from oversight.arrays import Vector
from oversight.figures.quantity import Quantity
from oversight.figures.style import INK, words

# Keyed by whether the equilibrium is stable; None where that is not known.
NAMES = {True: "theory, stable", False: "theory, unstable", None: "theory, stability unknown"}
_DASHES = {True: "solid", False: "dash", None: "dot"}
_SYMBOLS = {True: "line-ns", False: "circle-open", None: "diamond-open"}


@dataclass(frozen=True)
class Branch:
    """Equilibria over a parameter that belong together, in the colour of the series called `colour`, if any is.

    `x` and `y` are (equilibria,), by rising x, in the units of the parameter and the measure.
    """

    colour: str
    stable: bool | None
    x: Vector
    y: Vector


def told(states: Sequence[tuple[float, bool | None]], value: Quantity) -> str:
    """Equilibria, each a value and whether it is stable, in words: the value alone where there is one."""
    if len(states) == 1:
        return f"theory: {value.text(states[0][0])}"
    kinds = [("stable", True), ("unstable", False), ("stability unknown", None)]
    parts = [
        f"{name} {', '.join(value.text(at) for at, stable in states if stable is kind)}"
        for name, kind in kinds
        if any(stable is kind for _, stable in states)
    ]
    return f"theory: {'; '.join(parts)}"


def lines(figure: go.Figure, branches: Sequence[Branch], x: Quantity, value: Quantity, inks: Mapping[str, str]) -> None:
    """A line for each branch; an equilibrium that is alone is a tick."""
    named: set[bool | None] = set()
    for branch in branches:
        ink = _ink(inks.get(branch.colour, "") if branch.colour else "")
        figure.add_trace(
            go.Scatter(
                x=x.shown(branch.x),
                y=value.shown(branch.y),
                mode="lines" if len(branch.x) > 1 else "markers",
                line={"color": ink, "width": 1.5, "dash": _DASHES[branch.stable]},
                marker={"symbol": "line-ew", "size": 9, "line": {"color": ink, "width": 1.5}},
                name=NAMES[branch.stable],
                showlegend=False,
                legendgroup=NAMES[branch.stable],
                hovertemplate=_hover(branch.stable, value, "y"),
            )
        )
        named.add(branch.stable)
    # The names stand for all colours, and so have none.
    for stable in (stable for stable in NAMES if stable in named):
        figure.add_trace(
            go.Scatter(
                x=[None],
                y=[None],
                mode="lines",
                line={"color": INK, "width": 1.5, "dash": _DASHES[stable]},
                name=NAMES[stable],
                legendgroup=NAMES[stable],
            )
        )


def ticks(figure: go.Figure, states: pd.DataFrame, value: Quantity, rows: Sequence[float], size: float) -> None:
    """Equilibria of each row of bars (columns `value`, `stable`): `rows` are their heights, `size` is in pixels."""
    places = np.asarray(rows, dtype=float)
    for stable in NAMES:
        some = np.array([each is stable for each in states["stable"]], dtype=bool)
        if some.any():
            symbol = _SYMBOLS[stable]
            figure.add_trace(
                go.Scatter(
                    x=value.shown(states["value"][some]),
                    y=places[some],
                    mode="markers",
                    name=NAMES[stable],
                    marker={
                        "symbol": symbol,
                        "size": size if symbol.startswith("line") else 7,
                        "color": INK,
                        "line": {"color": INK, "width": 2},
                    },
                    hovertemplate=_hover(stable, value, "x"),
                )
            )


def cycles(figure: go.Figure, ends: Sequence[tuple[Any, Any]], texts: Sequence[str]) -> None:
    """A bar from the lowest to the highest point (x, y) of each cycle, in shown units, with its words."""
    if ends:
        figure.add_trace(
            go.Scatter(
                x=[x for low, high in ends for x in (low[0], high[0], None)],
                y=[y for low, high in ends for y in (low[1], high[1], None)],
                mode="lines+markers",
                name="theory, a cycle",
                line={"color": INK, "width": 1.5, "dash": "dot"},
                marker={"size": 5, "color": INK},
                text=[words(text) for text in texts for _ in range(3)],
                hovertemplate="%{text}<extra></extra>",
            )
        )


def _hover(stable: bool | None, value: Quantity, axis: str) -> str:
    return f"<b>{words(value.title)}: %{{{axis}:.4g}}{words(value.suffix)}</b><extra>{NAMES[stable]}</extra>"


def _ink(colour: str) -> str:
    """A darker shade of the series' colour, which shows on it."""
    if not colour:
        return INK
    parts = (int(int(colour[index : index + 2], 16) * 0.55) for index in (1, 3, 5))
    return f"rgb({','.join(map(str, parts))})"
