"""Where a grid grows finer: along the line where a measure crosses a value."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from oversight.quantities import PositiveCount, Real, Section, quantity


class Refine(Section):
    """Points between those of a grid, wherever a measure lies below a value at one and not below it at another.

    Each step of the grid over which it crosses the value is halved, along every parameter that has numbers, and so are
    the halves, `depth` times.
    """

    metric: str = quantity("Measure", "The measure that crosses a value.", default="misconduct_rate")
    threshold: Real = quantity("Threshold", "The value that it crosses, in units of the measure.")
    depth: Annotated[PositiveCount, Field(le=20)] = quantity("Depth", "How often a step of the grid is halved.")
    by: Literal["simulation", "theory"] = quantity(
        "By", "Whether its mean over runs decides, or what `theory.<metric>` says.", default="simulation"
    )
