"""A lever as a coordinate that optimisers can move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from oversight.arrays import Vector
from oversight.scenario.search import Between, Lever


@dataclass(frozen=True)
class Dimension:
    """A lever with an order. Its coordinate runs from 0 to `top`: a place among its values, or within its bounds."""

    path: str
    low: float
    high: float
    """Bounds of a lever that takes any value between them, or one value every `step`."""
    step: float | None = None
    listed: Sequence[Any] = ()
    """The values of a lever that lists them, by size."""

    @classmethod
    def of(cls, path: str, lever: Lever) -> Dimension:
        """That of a lever whose values are numbers."""
        if isinstance(lever, Between):
            return cls(path, lever.low, lever.high, lever.step)
        values = sorted(set(lever.expand()))
        return cls(path, values[0], values[-1], listed=values)

    @property
    def size(self) -> int | None:
        """How many values it takes; None where it takes any."""
        if self.listed:
            return len(self.listed)
        return None if self.step is None else Between(low=self.low, high=self.high, step=self.step).steps

    @property
    def top(self) -> float:
        """The greatest coordinate; the least is 0."""
        return 1.0 if self.size is None else self.size - 1.0

    @property
    def lowest(self) -> Any:
        """The lever's lowest value."""
        return self.values(np.zeros(1))[0]

    def values(self, coordinates: Vector) -> list[Any]:
        """The lever's values at coordinates, without the noise of binary fractions; whole numbers are integers."""
        if self.listed:
            return [self.listed[round(place)] for place in coordinates.tolist()]
        values = [float(f"{self.low + place * self._apart:.12g}") for place in coordinates.tolist()]
        return values if self.step is None else [int(value) if value.is_integer() else value for value in values]

    def coordinate(self, value: Any) -> float:
        """The coordinate of one of its values."""
        return float(self.listed.index(value)) if self.listed else (value - self.low) / self._apart

    @property
    def _apart(self) -> float:
        """How much a step of 1 along the coordinate adds."""
        return self.high - self.low if self.step is None else self.step
