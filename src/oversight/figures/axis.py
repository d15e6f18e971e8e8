"""How a swept parameter is laid out along an axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from oversight.arrays import Vector
from oversight.figures.quantity import Quantity
from oversight.figures.style import words
from oversight.numerals import number

_LONG = 20.0
_EVEN = 3.0


def logarithmic(values: Vector) -> bool:
    """Whether positive values grow by factors rather than by steps: a span of 20 or more, in roughly equal factors."""
    ordered = np.unique(values)
    if len(ordered) < 3 or ordered[0] <= 0 or ordered[-1] / ordered[0] < _LONG:
        return False
    factors = np.diff(np.log(ordered))
    return bool(factors.max() <= _EVEN * factors.min())


def spread(values: Vector) -> bool:
    """Whether steps between values differ so much, and are no factors, that cells are drawn at equal widths."""
    ordered = np.unique(values)
    if len(ordered) < 3 or logarithmic(values):
        return False
    steps = np.diff(ordered)
    return bool(steps.max() > _EVEN * steps.min())


def settings(quantity: Quantity, values: Vector) -> dict[str, Any]:
    """Title, scale and ticks of an axis that shows `values`."""
    axis: dict[str, Any] = {"title": {"text": words(quantity.axis, 44)}}
    if not logarithmic(values):
        return axis
    ticks = _apart(np.unique(values))
    labels = [_short(tick) for tick in ticks]
    return axis | {"type": "log", "tickmode": "array", "tickvals": ticks, "ticktext": labels, "tickangle": 0}


def cells(quantity: Quantity, centres: Vector) -> dict[str, Any]:
    """The axis of a map: its title, scale and ticks, and a range that shows the cells and nothing else."""
    axis = settings(quantity, centres)
    if spread(centres):
        places = np.arange(len(centres))
        axis |= {"tickmode": "array", "tickvals": places.tolist(), "ticktext": [_short(each) for each in centres]}
    ends = edges(quantity, centres)[[0, -1]]
    return axis | {"range": (np.log10(ends) if logarithmic(centres) else ends).tolist(), "autorange": False}


def placed(centres: Vector, values: Any) -> Vector:
    """Where values stand on the axis of a map: between the cells' numbers where these are drawn at equal widths."""
    numbers = np.asarray(values, dtype=float)
    return np.interp(numbers, centres, np.arange(len(centres))) if spread(centres) else numbers


def _short(tick: float) -> str:
    """A tick's label; millions and billions as Plotly writes them on other axes."""
    for size, letter in ((1e9, "B"), (1e6, "M")):
        if size <= tick < 1000 * size:
            return f"{number(tick / size)}{letter}"
    return number(tick)


def _apart(ordered: Vector) -> list[float]:
    """Values that are an eighth of the logarithmic span apart, so that their labels do not touch."""
    least = np.log(ordered[-1] / ordered[0]) / 8
    ticks = [float(ordered[0])]
    for value in ordered[1:]:
        if np.log(value / ticks[-1]) >= least:
            ticks.append(float(value))
    return ticks


def edges(quantity: Quantity, centres: Vector) -> Vector:
    """Borders of the cells around the centres, one more than there are centres, none beyond what is possible.

    No cell of values from 0 on reaches below 0, and none of shares beyond 100 %.
    """
    if spread(centres):
        return np.linspace(-0.5, len(centres) - 0.5, len(centres) + 1, dtype=np.float64)
    found = np.exp(_between(np.log(centres))) if logarithmic(centres) else _between(centres)
    least = 0.0 if centres[0] >= 0 else -np.inf
    most = 100.0 if quantity.percent and centres[-1] <= 100 else np.inf
    return np.clip(found, least, most)


def _between(centres: Vector) -> Vector:
    middle = (centres[1:] + centres[:-1]) / 2
    return np.concatenate([[2 * centres[0] - middle[0]], middle, [2 * centres[-1] - middle[-1]]])
