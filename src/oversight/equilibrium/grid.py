"""Means over a unit cube on an even grid, made finer where neighbouring values differ."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from oversight.arrays import FlagTable, Floats, Indices, Table, Vector

_FINER = 200
_JUMP = 0.02
_JUMPS = 6
_SMALL, _STEEPER = 1e-4, 5.0
"""The size of a smaller jump, and how much steeper than the cells beside it one looks."""
_VALUES = 5_000
_NOTHING = 1e-100


def integral(
    value: Callable[[Indices, dict[str, Floats]], Table],
    axes: list[str],
    owners: Indices,
    places: dict[str, Floats],
    number: int,
    few: Callable[[str], int],
) -> Vector:
    """Mean of `value` over the unit cube of `axes`, (members,).

    Args:
        value: that of some members, whose they are and their places on every axis, (members, nodes).
        axes: those that the mean is taken over.
        owners: whose each member is.
        places: its place on other axes, (members, 1) each.
        number: nodes on an axis, but for those near its ends.
        few: how many distinct values there are along an axis, 0 where there are too many to count.
    """
    members = len(owners)
    if not axes:
        return value(owners, places)[:, 0]
    axis, *rest = axes

    def along(rows: Indices, nodes: Table) -> Table:
        """Means over the other axes, (rows, nodes), at these places of this one, for some of the members."""
        here = {name: place[rows] for name, place in places.items()}
        if not rest:
            return value(owners[rows], here | {axis: nodes})
        width = nodes.shape[1]
        inner = {name: np.repeat(place, width, axis=0) for name, place in here.items()}
        inner[axis] = nodes.reshape(-1, 1)
        return integral(value, rest, np.repeat(owners[rows], width), inner, number, few).reshape(nodes.shape)

    everyone = np.arange(members)
    observed = few(axis)
    if 0 < observed <= _VALUES:
        middle = (np.arange(observed) + 0.5) / observed
        return along(everyone, np.broadcast_to(middle, (members, observed))).mean(axis=1)
    nodes = nodes_between(number)
    values = along(everyone, np.broadcast_to(nodes, (members, len(nodes))))
    cells = _cells(nodes, values)
    steps = np.abs(np.diff(values, axis=1))
    # Where many cells change, it is a slope and not jumps.
    row, cell = np.nonzero(_few_of(steps > _JUMP) | _few_of((steps > _SMALL) & _alone(steps / np.diff(nodes))))
    if len(row):
        ends = values[row, cell], values[row, cell + 1]
        cells[row, cell] = _across(along, row, nodes[cell], nodes[cell + 1], *ends)
    mean: Vector = values[:, 0] * nodes[0] + cells.sum(axis=1) + values[:, -1] * (1 - nodes[-1])
    return mean


def nodes_between(number: int) -> Vector:
    """So many nodes of an axis, evenly spread, and others near its ends."""
    # Gains near nothing are where a slight sanction decides.
    tail = 10.0 ** -np.arange(13, 1.5, -0.0625)
    return np.unique(np.concatenate([tail, (np.arange(number) + 0.5) / number, 1 - tail[::2]]))


def _few_of(changes: FlagTable) -> FlagTable:
    """Those in rows that have a few of them."""
    few: FlagTable = changes & (changes.sum(axis=1, keepdims=True) <= _JUMPS)
    return few


def _alone(slopes: Table) -> FlagTable:
    """Whether a cell is much steeper than both of its neighbours, as a small jump is."""
    padded = np.pad(slopes, ((0, 0), (1, 1)))
    alone: FlagTable = slopes > _STEEPER * np.maximum(padded[:, :-2], padded[:, 2:])
    return alone


def _cells(nodes: Vector, values: Table) -> Table:
    """The integral over each cell: of a monotone cubic through the values, which never overshoots at a jump or kink."""
    width = np.diff(nodes)
    cells: Table = 0.5 * (values[:, 1:] + values[:, :-1]) * width
    smooth = np.flatnonzero(~((values == 0) | (values == 1)).all(axis=1))
    if len(smooth):
        from scipy.interpolate import PchipInterpolator  # heavy, and only needed here

        # It divides by slopes.
        known = np.where(np.abs(values[smooth]) < _NOTHING, 0.0, values[smooth])

        cubic, square, slope, level = PchipInterpolator(nodes, known, axis=1).c
        rises = ((cubic / 4 * width[:, None] + square / 3) * width[:, None] + slope / 2) * width[:, None]
        cells[smooth] = (rises + level).T * width
    return cells


def _across(
    along: Callable[[Indices, Table], Table], rows: Indices, low: Vector, high: Vector, left: Vector, right: Vector
) -> Vector:
    """The integral over cells across which a mean changes much: by a jump, which is closed in on, or by a slope."""
    before, after = left, right
    steps = np.linspace(0, 1, _FINER + 1)
    each = np.arange(len(rows))
    for narrowing in range(4):
        nodes = low[:, None] + (high - low)[:, None] * steps
        values = along(rows, nodes[:, 1:-1])
        values = np.concatenate([left[:, None], values, right[:, None]], axis=1)
        cell = np.abs(np.diff(values, axis=1)).argmax(axis=1)
        if narrowing == 0:
            parts = 0.5 * (values[:, 1:] + values[:, :-1]) * np.diff(nodes, axis=1)
            smooth = parts.sum(axis=1)
            around = smooth - parts[each, cell]
            first, last, lower, upper = (a[each, cell + k] for a in (nodes, values) for k in (0, 1))
        low, high = nodes[each, cell], nodes[each, cell + 1]
        left, right = values[each, cell], values[each, cell + 1]
    jumped = np.abs(right - left) > 0.5 * np.abs(after - before)
    return np.where(jumped, around + lower * (high - first) + upper * (last - high), smooth)
