"""Where a measure that is known on a grid has one value."""

from __future__ import annotations

import numpy as np

from oversight.arrays import Floats, Vector


def contour(across: Vector, up: Vector, cells: Floats, level: float) -> tuple[Vector, Vector]:
    """The line on which `cells` are at `level`, straight from side to side of each square of neighbours.

    Args:
        across: ascending places of the columns.
        up: ascending places of the rows.
        cells: the measure, (rows, columns); NaN where there is none, and no line either.
        level: the value.

    Returns:
        The line's two coordinates, (points,) each: pieces of two points, after each of which there is NaN.
    """
    beside = np.where(_parted(cells[:, :-1], cells[:, 1:], level), _between(across, cells.T, level).T, np.nan)
    above = np.where(_parted(cells[:-1], cells[1:], level), _between(up, cells, level), np.nan)
    pieces: list[tuple[float, float]] = []
    for row, column in np.argwhere(np.isfinite(cells[1:, 1:] + cells[:-1, 1:] + cells[1:, :-1] + cells[:-1, :-1])):
        sides = [
            (beside[row, column], up[row]),
            (across[column + 1], above[row, column + 1]),
            (beside[row + 1, column], up[row + 1]),
            (across[column], above[row, column]),
        ]
        crossed = [(float(x), float(y)) for x, y in sides if np.isfinite(x + y)]
        for first in range(0, len(crossed), 2):
            pieces += [*crossed[first : first + 2], (np.nan, np.nan)]
    x, y = np.array(pieces).reshape(-1, 2).T
    return x, y


def at_point(across: Vector, up: Vector, cells: Floats, point: tuple[float, float]) -> tuple[float, float]:
    """The value of `cells` at a point between them, and how far apart the values around it are."""
    column, row = (
        int(np.clip(np.searchsorted(places, at) - 1, 0, len(places) - 2))
        for places, at in zip((across, up), point, strict=True)
    )
    x = (point[0] - across[column]) / (across[column + 1] - across[column])
    y = (point[1] - up[row]) / (up[row + 1] - up[row])
    around = cells[row : row + 2, column : column + 2]
    return float(np.array([1 - y, y]) @ around @ np.array([1 - x, x])), float(np.ptp(around))


def _parted(one: Floats, other: Floats, level: float) -> Floats:
    return np.isfinite(one + other) & ((one > level) != (other > level))


def _between(places: Vector, cells: Floats, level: float) -> Floats:
    """Where between neighbouring rows a line through both would be at the level, (rows - 1, columns)."""
    low, step = cells[:-1], np.diff(cells, axis=0)
    part = (level - low) / np.where(step == 0, np.nan, step)
    return places[:-1, None] + part * np.diff(places)[:, None]
