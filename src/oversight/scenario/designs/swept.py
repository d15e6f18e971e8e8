"""The values of one swept parameter, as a file gives them."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from pydantic import Discriminator, Field, Tag

from oversight.quantities import PositiveCount, Real, Section, quantity

MAX_VALUES = 10_000_000


class Values(Section):
    """A swept parameter by its values."""

    values: Annotated[tuple[Any, ...], Field(strict=False, min_length=1, max_length=MAX_VALUES)] = quantity("Values")

    def expand(self) -> list[Any]:
        """The values, in order."""
        return list(self.values)


class Range(Section):
    """A swept parameter by equal steps from `start` to `stop`, both included."""

    start: Real = quantity("First value")
    stop: Real = quantity("Last value")
    num: Annotated[PositiveCount, Field(le=MAX_VALUES)] = quantity("Number of values")

    def expand(self) -> list[Any]:
        """The values, in order, without the noise of binary fractions."""
        return [float(f"{value:.12g}") for value in np.linspace(self.start, self.stop, self.num)]


def _axis(value: Any) -> str:
    steps = isinstance(value, dict) and "values" not in value and {"start", "stop", "num"} & set(value)
    return "by_range" if steps or isinstance(value, Range) else "by_values"


Swept = Annotated[Annotated[Values, Tag("by_values")] | Annotated[Range, Tag("by_range")], Discriminator(_axis)]
