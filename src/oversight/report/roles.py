"""Which dimension of the results goes where in a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from oversight.report.study import Dimension

MAX_COLOURS = 8
MAX_PANELS = 6
FEW = 8
"""Values of a parameter that can be told apart as lines."""

Form = Literal["heat map", "curves", "comparison", "scatter"]


@dataclass
class Roles:
    """The form of a figure and what each dimension is in it. `selectors` are chosen by the reader."""

    form: Form
    x: Dimension
    y: Dimension | None = None
    colour: Dimension | None = None
    dash: Dimension | None = None
    panel: Dimension | None = None
    selectors: list[Dimension] = field(default_factory=list)


def assign(axes: Sequence[Dimension], start: Dimension | None, who: Dimension | None) -> list[Roles]:
    """The ways to draw a measure over the axes, the best first.

    Over two numeric parameters that is a heat map, and curves too where one of them has few values; over one, curves;
    over none, a comparison. With more parameters the reader selects the values of the rest.
    """
    extra = [dimension for dimension in (who, start) if dimension]
    numeric = [axis for axis in axes if axis.numeric]
    others = [axis for axis in axes if not axis.numeric]
    if len(numeric) >= 2:
        x, y = _widest(numeric)
        rest = [axis for axis in numeric if axis not in (x, y)]
        maps = _panelled(Roles("heat map", x, y), [*extra, *others, *rest])
        few, many = sorted((x, y), key=lambda axis: len(axis.cells))
        if len(few.cells) > FEW:
            return [maps]
        lines = _panelled(Roles("curves", many, colour=few, dash=start), [*filter(None, [who]), *others, *rest])
        return [lines, maps] if len(few.cells) < 4 else [maps, lines]
    if numeric:
        colours = [*others, *filter(None, [who])]
        if not colours:
            return [Roles("curves", numeric[0], colour=start, dash=start)]
        return [_coloured(Roles("curves", numeric[0], dash=start), colours)]
    rows, *rest = [*others, *extra]
    return [_coloured(Roles("comparison", rows), rest)]


def scattered(parameters: Sequence[Dimension], start: Dimension | None, who: Dimension | None) -> list[Roles]:
    """The ways to draw a measure at sampled points: over each of the parameters."""
    extra = [dimension for dimension in (who, start) if dimension]
    return [_coloured(Roles("scatter", parameter), list(extra)) for parameter in parameters]


def _widest(numeric: Sequence[Dimension]) -> tuple[Dimension, Dimension]:
    """The two parameters with most values, in the order of the file."""
    widest = sorted(numeric, key=lambda axis: -len(axis.cells))[:2]
    x, y = (axis for axis in numeric if axis in widest)
    return x, y


def _coloured(roles: Roles, rest: list[Dimension]) -> Roles:
    if rest and len(rest[0].cells) <= MAX_COLOURS:
        roles.colour, rest = rest[0], rest[1:]
    return _panelled(roles, rest)


def _panelled(roles: Roles, rest: list[Dimension]) -> Roles:
    if rest and len(rest[0].cells) <= MAX_PANELS:
        roles.panel, rest = rest[0], rest[1:]
    roles.selectors = rest
    return roles
