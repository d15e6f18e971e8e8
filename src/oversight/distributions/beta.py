"""Values between two ends, piled up anywhere between them or at both."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from oversight.arrays import Number, Values
from oversight.distributions.distribution import Distribution, Noise, atom, either
from oversight.quantities import Real, quantity

# Beyond these, values are so near to an end that many of them are no different numbers.
Shape = Annotated[float, Field(ge=0.1, le=1e5)]


class Beta(Distribution):
    """Beta with shapes `a` and `b`, between `low` and `high`: the mean is low + (high - low) a / (a + b)."""

    noise: ClassVar[Noise] = "uniform"
    kind: Literal["beta"] = "beta"
    a: Shape = quantity("First shape", "The larger, the fewer values are low.")
    b: Shape = quantity("Second shape", "The larger, the fewer values are high.")
    low: Real = quantity("Lowest", unit="money", default=0.0)
    high: Real = quantity("Highest", unit="money", default=1.0)

    @model_validator(mode="after")
    def _ordered(self) -> Beta:
        if self.high < self.low:
            raise ValueError(f"high ({self.high:g}) is below low ({self.low:g})")
        return self

    def values(self, noise: Values) -> Values:
        from scipy.special import betaincinv  # heavy, and only needed here

        values: Values = self.low + (self.high - self.low) * betaincinv(self.a, self.b, noise)
        return values

    def above(self, x: Number) -> tuple[Values, Values]:
        """By x f(x; a, b) = a / (a + b) f(x; a + 1, b) for the density f between 0 and 1."""
        from scipy.special import betaincc  # heavy, and only needed here

        width = self.high - self.low
        place = (np.clip(x, self.low, self.high) - self.low) / np.where(width > 0, width, 1.0)
        chance = betaincc(self.a, self.b, place)
        mean = self.low * chance + width * self.a / (self.a + self.b) * betaincc(self.a + 1, self.b, place)
        return either(width > 0, (chance, mean), atom(self.low, x))

    @classmethod
    def matching(cls, mean: float, sd: float, gain: float) -> dict[str, Any]:
        # A hump in the middle: with a = b = 2 the variance is a twentieth of the squared width.
        return {"a": 2.0, "b": 2.0, "low": mean - np.sqrt(5) * sd, "high": mean + np.sqrt(5) * sd}
