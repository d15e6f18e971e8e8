"""How far a measure moves where one number of the running policy does, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

import pandas as pd

from oversight.app.covered import why_not
from oversight.app.map.axes import Axis, may_be
from oversight.app.map.figure import Which, value_of
from oversight.app.map.solution import Cell, moved, solved
from oversight.app.scenario import Scenario

SHARE = 0.2
"""By how much of itself a number is moved, either way."""
MOST = 10
"""Numbers that are shown."""
_SAME = 1e-9


@dataclass(frozen=True)
class Swing:
    """A number, its two values beside the running one, and what theory says of each."""

    axis: Axis
    values: tuple[float, float]
    cells: tuple[Cell, Cell]


@dataclass(frozen=True)
class Swings:
    """The running policy, and where each of its numbers leads; `not_covered` says why nothing is known."""

    here: Cell | None = None
    swings: Sequence[Swing] = ()
    not_covered: str = ""
    priced: bool = False
    """Whether the planner's optimum is known as well."""


def swings(scenario: Scenario, axes: Sequence[Axis], priced: bool) -> Swings:
    """Every number of the axes a fifth lower and higher, as far as its bounds go, one at a time; not those at 0.

    Whole numbers move by one at least. `priced` asks for the planner's optimum as well.
    """
    experiment = scenario.experiment
    reason = why_not(experiment)
    if reason:
        return Swings(not_covered=reason)
    beside = [(axis, values) for axis in axes if (values := _beside(scenario, axis))]
    points = [{axis.path: value} for axis, values in beside for value in values]
    here, *cells = solved([experiment, *(moved(experiment, point) for point in points)], priced)
    pairs = zip(cells[::2], cells[1::2], strict=True)
    return Swings(
        here, [Swing(axis, values, pair) for (axis, values), pair in zip(beside, pairs, strict=True)], priced=priced
    )


def largest(found: Swings, name: str, which: Which) -> tuple[pd.DataFrame, float]:
    """The numbers that move a measure most, as `tornado` draws them, and the measure as it is."""
    assert found.here is not None
    here = value_of(found.here, name, which)
    rows = []
    for swing in found.swings:
        low, high = (value_of(cell, name, which) for cell in swing.cells)
        lower, higher = (swing.axis.words.bare(value) for value in swing.values)
        rows.append({"label": f"{swing.axis.words.title} ({lower} – {higher})", "low": low, "high": high})
    frame = pd.DataFrame(rows, columns=["label", "low", "high"])
    apart = (frame[["low", "high"]] - here).abs().max(axis=1)
    order = apart[apart > _SAME * max(1.0, abs(here))].sort_values(ascending=False, kind="stable").index
    return frame.loc[order[:MOST]].reset_index(drop=True), here


def _beside(scenario: Scenario, axis: Axis) -> tuple[float, float] | None:
    """A number's lower and higher value; None where it is 0, or where neither may be."""
    here, step = axis.here, SHARE * abs(axis.here)
    if step == 0:
        return None
    low, high = here - step, here + step
    if axis.whole:
        low, high = float(floor(low)), float(ceil(high))
    ends = float(axis.values[0]), float(axis.values[-1])
    held = [value if may_be(scenario, axis, value) else end for value, end in zip((low, high), ends, strict=True)]
    rounded = (float(f"{held[0]:.12g}"), float(f"{held[1]:.12g}"))
    return None if rounded == (here, here) else rounded
