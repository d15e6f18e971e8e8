"""A measure over two swept parameters, with iso-lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from oversight.arrays import Flags, Floats, Vector
from oversight.figures import axis
from oversight.figures.quantity import Quantity
from oversight.figures.style import BAD, DASHES, FALL_TO_RISE, GREY, INK, NEUTRAL, THRESHOLD, dress, words

FRONTIER = "#6a1b9a"
ALIKE = "#00695c"
_LEAST = 4
"""Values that each parameter needs for an iso-line to mean something."""


@dataclass(frozen=True)
class Line:
    """A line over the map, in the units of the two parameters, with its name for the legend."""

    name: str
    x: Vector
    y: Vector


def heat_map(
    frame: pd.DataFrame,
    x: Quantity,
    y: Quantity,
    value: Quantity,
    *,
    limits: tuple[float, float],
    bad: bool = True,
    halfway: float | None = None,
    lines: Sequence[Line] = (),
    alike: Line | None = None,
    here: tuple[str, float | None, float | None] | None = None,
) -> go.Figure:
    """A heat map with iso-lines; a difference has colours for its two signs.

    Args:
        frame: columns `x`, `y`, `value`, and optionally `split`, true where replicates settle in different states, or
            where a difference may be none, `several`, true where theory has more than one stable equilibrium, and
            `theory`, what it says in words.
        x: the words of the horizontal parameter.
        y: those of the vertical one.
        value: those of the measure.
        limits: lowest and highest value of the colour scale, so that neighbouring maps compare; that of a difference
            reaches as far below zero as above.
        bad: whether more is worse, which chooses the colours.
        halfway: a level whose iso-line is drawn thicker, with a name in the legend.
        lines: further lines, such as a threshold.
        alike: a line of places that have something in common with `here`.
        here: a point (name, x, y) that is marked; where one of the two is None, a line through the map.
    """
    grid = frame.pivot(index="y", columns="x", values="value")
    across, up = x.shown(grid.columns), y.shown(grid.index)
    cells = value.shown(grid.to_numpy())
    borders = axis.edges(x, across), axis.edges(y, up)
    centres = axis.placed(across, across), axis.placed(up, up)
    low, high = (float(limit) for limit in value.shown(limits))
    colours: Any = BAD if bad else NEUTRAL
    if value.about_zero:
        low, high = -max(-low, high), max(-low, high)
        colours = FALL_TO_RISE if bad else FALL_TO_RISE[::-1]
    figure = go.Figure()
    said = frame.pivot(index="y", columns="x", values="theory").map(words).to_numpy() if "theory" in frame else None
    figure.add_trace(_cells((across, up), borders, cells, said, (x, y, value), (low, high), colours))
    _iso_lines(figure, *centres, cells, value, (low, high), halfway)
    for index, line in enumerate(lines):
        figure.add_trace(
            go.Scatter(
                x=axis.placed(across, x.shown(line.x)),
                y=axis.placed(up, y.shown(line.y)),
                name=words(line.name, 40),
                mode="lines",
                hoverinfo="name",
                line={"color": THRESHOLD, "width": 3.5, "dash": DASHES[1 + index % 3]},
            )
        )
    if "several" in frame:
        _outline(figure, frame.pivot(index="y", columns="x", values="several").to_numpy(dtype=bool), borders)
    _split(figure, frame, (x, y, value), (across, up))
    if alike:
        figure.add_trace(
            go.Scatter(
                x=axis.placed(across, x.shown(alike.x)),
                y=axis.placed(up, y.shown(alike.y)),
                name=words(alike.name, 40),
                mode="lines",
                hoverinfo="skip",
                line={"color": ALIKE, "width": 4},
            )
        )
    if here:
        _mark(figure, here, (x, y), (across, up))
    return _laid_out(figure, x, y, across, up)


def _cells(
    values: tuple[Vector, Vector],
    borders: tuple[Vector, Vector],
    cells: Floats,
    said: Any,
    words_: tuple[Quantity, Quantity, Quantity],
    limits: tuple[float, float],
    colours: Any,
) -> go.Heatmap:
    x, y, value = words_
    across, up = values
    few = max(len(across), len(up)) <= 8 and min(len(across), len(up)) < _LEAST
    return go.Heatmap(
        x=borders[0],
        y=borders[1],
        z=cells.astype(np.float32),
        customdata=np.dstack(np.meshgrid(across, up)).astype(np.float32),
        zmin=limits[0],
        zmax=limits[1] if limits[1] > limits[0] else limits[0] + 1,
        colorscale=colours,
        hoverongaps=False,
        text=said,
        texttemplate="%{z:.3g}" if few else None,
        hovertemplate=(
            f"<b>{words(value.title)}: %{{z:.3g}}{words(value.suffix)}</b>"
            f"<br>{words(x.title)}: %{{customdata[0]:.6~g}}{words(x.suffix)}"
            f"<br>{words(y.title)}: %{{customdata[1]:.6~g}}{words(y.suffix)}"
            f"{'' if said is None else '<br>%{text}'}<extra></extra>"
        ),
        colorbar=_colour_bar(value, limits),
    )


def _colour_bar(value: Quantity, limits: tuple[float, float]) -> dict[str, Any]:
    """Above the map, so that a narrow screen keeps its width for the map."""
    return {
        "title": {"text": words(value.axis, 48), "side": "top", "font": {"size": 13}},
        **{"orientation": "h", "len": 1, "thickness": 12, "outlinewidth": 0, "xpad": 0, "ypad": 4},
        **{"x": 0, "xanchor": "left", "y": 1.03, "yanchor": "bottom"},
        "nticks": 6,
        "dtick": 25 if value.percent and limits == (0.0, 100.0) else None,
        "ticksuffix": value.suffix if value.percent else "",
        "ticklabeloverflow": "allow",
    }


def _iso_lines(
    figure: go.Figure,
    across: Vector,
    up: Vector,
    cells: Floats,
    value: Quantity,
    limits: tuple[float, float],
    halfway: float | None,
) -> None:
    """Lines of equal value, where both parameters have values enough and the measure varies."""
    known = cells[~np.isnan(cells)]
    if min(len(across), len(up)) < _LEAST or len(known) == 0 or np.ptp(known) <= 1e-9 * max(1.0, np.abs(known).max()):
        return
    # With a line halfway, which is drawn on its own, the others are those of the quarters.
    step = _nice((limits[1] - limits[0]) / 5)
    first, step = (step * np.ceil(limits[0] / step + 1e-9), step) if halfway is None else (25.0, 50.0)
    suffix = value.suffix if value.percent else ""
    common: dict[str, Any] = {"x": across, "y": up, "z": cells, "showscale": False, "hoverinfo": "skip"}
    label = {"showlabels": True, "labelfont": {"size": 12, "color": INK}}
    figure.add_trace(
        go.Contour(
            **common,
            line={"color": INK, "width": 1, "smoothing": 0.3},
            showlegend=False,
            name="",
            contours={**label, "coloring": "none", "start": first, "end": limits[1], "size": step},
        )
    )
    if halfway is None:
        return
    middle = float(value.shown(halfway))
    if known.min() < middle < known.max():
        figure.add_trace(
            go.Contour(
                **common,
                line={"color": INK, "width": 3, "smoothing": 0.3},
                showlegend=True,
                name=f"{middle:g}{suffix} {words(value.title.lower())}",
                contours={**label, "coloring": "none", "start": middle, "end": middle, "size": 1},
            )
        )


def _outline(figure: go.Figure, inside: Flags, borders: tuple[Vector, Vector]) -> None:
    """The tipping frontier: borders of the cells (rows, columns) with several stable equilibria, as closed loops."""
    if not inside.any():
        return
    xs, ys = borders
    loops: list[tuple[float | None, float | None]] = []
    for loop in _loops(np.pad(inside, 1)):
        loops += [*((float(xs[column]), float(ys[row])) for row, column in loop), (None, None)]
    figure.add_trace(
        go.Scatter(
            x=[x for x, _ in loops],
            y=[y for _, y in loops],
            name="theory: inside, more than one<br>stable equilibrium",
            mode="lines",
            hoverinfo="skip",
            line={"color": FRONTIER, "width": 3},
        )
    )


def _loops(inside: Flags) -> list[list[tuple[int, int]]]:
    """Corners (row, column) around the cells that are inside; (rows + 2, columns + 2) with an empty margin."""
    onward: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for row, column in np.argwhere(inside).tolist():
        corners = [(row - 1, column - 1), (row - 1, column), (row, column), (row, column - 1)]
        beyond = [(row - 1, column), (row, column + 1), (row + 1, column), (row, column - 1)]
        for index, neighbour in enumerate(beyond):
            if not inside[neighbour]:
                onward.setdefault(corners[index], []).append(corners[(index + 1) % 4])
    loops = []
    while onward:
        loop = [next(iter(onward))]
        while onward.get(loop[-1]):
            loop.append(onward[loop[-1]].pop())
        loops.append(loop)
        onward = {corner: ends for corner, ends in onward.items() if ends}
    return loops


def _split(
    figure: go.Figure,
    frame: pd.DataFrame,
    words_: tuple[Quantity, Quantity, Quantity],
    values: tuple[Vector, Vector],
) -> None:
    (x, y, value), (across, up) = words_, values
    split = frame[frame["split"]] if "split" in frame else frame[:0]
    if not split.empty:
        figure.add_trace(
            go.Scatter(
                x=axis.placed(across, x.shown(split["x"])),
                y=axis.placed(up, y.shown(split["y"])),
                mode="markers",
                name="not told apart" if value.about_zero else "replicates settle in different states",
                hoverinfo="skip",
                marker={"symbol": "diamond-open", "size": 8, "color": INK, "line": {"width": 1.5}},
            )
        )


def _mark(
    figure: go.Figure,
    here: tuple[str, float | None, float | None],
    words_: tuple[Quantity, Quantity],
    values: tuple[Vector, Vector],
) -> None:
    name, *place = here
    across, up = (
        None if at is None else float(axis.placed(centres, each.shown(at)))
        for at, each, centres in zip(place, words_, values, strict=True)
    )
    line = {"name": words(name), "showlegend": True, "line": {"color": INK, "width": 1.5}}
    if up is None:
        figure.add_vline(x=across, **line)
    elif across is None:
        figure.add_hline(y=up, **line)
    else:
        figure.add_trace(
            go.Scatter(
                x=[across],
                y=[up],
                mode="markers",
                name=words(name),
                hoverinfo="skip",
                cliponaxis=False,  # whole at the edge too
                marker={"symbol": "circle-cross", "size": 16, "color": "white", "line": {"color": INK, "width": 2}},
            )
        )


def _laid_out(figure: go.Figure, x: Quantity, y: Quantity, across: Vector, up: Vector) -> go.Figure:
    entries = sum(trace.type == "scatter" or bool(trace.showlegend) for trace in figure.data) + len(
        figure.layout.shapes
    )
    dress(figure, 470 + 22 * entries)
    figure.update_xaxes(**axis.cells(x, across), showgrid=False)
    figure.update_yaxes(**axis.cells(y, up), showgrid=False)
    # Missing cells show the ground.
    figure.update_layout(
        plot_bgcolor=GREY,
        margin={"t": 84, "r": 30, "b": 62 + 22 * entries},
        legend={"orientation": "v", "y": -0.19, "yanchor": "top", "x": 0, "xanchor": "left"},
    )
    return figure


def _nice(step: float) -> float:
    """The next rounder step: 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** floor(log10(step))
    return next(factor * power for factor in (1.0, 2.0, 2.5, 5.0, 10.0) if factor * power >= step * (1 - 1e-9))
