"""Three numbers of an expert: the lowest, the most likely, the highest."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import model_validator

from oversight.arrays import Number, Values
from oversight.distributions.distribution import Distribution, Noise, atom, either
from oversight.quantities import Real, quantity


class Triangular(Distribution):
    """Triangular: the density rises in a line from `low` to `mode` and falls in a line to `high`."""

    noise: ClassVar[Noise] = "uniform"
    kind: Literal["triangular"] = "triangular"
    low: Real = quantity("Lowest", unit="money")
    mode: Real = quantity("Most likely", unit="money")
    high: Real = quantity("Highest", unit="money")

    @model_validator(mode="after")
    def _ordered(self) -> Triangular:
        if not self.low <= self.mode <= self.high:
            message = f"low ({self.low:g}), mode ({self.mode:g}) and high ({self.high:g}) do not rise in this order"
            raise ValueError(message)
        return self

    def values(self, noise: Values) -> Values:
        left, right, width = self.mode - self.low, self.high - self.mode, self.high - self.low
        rising = np.minimum(self.low + np.sqrt(noise * width * left), self.mode)
        falling = np.maximum(self.high - np.sqrt((1 - noise) * width * right), self.mode)
        return np.where(noise * width < left, rising, falling)

    def above(self, x: Number) -> tuple[Values, Values]:
        """A triangle's mean is a third of its base away from its height: below x in the rising part, or above it."""
        left, right, width = self.mode - self.low, self.high - self.mode, self.high - self.low
        inside = np.clip(x, self.low, self.high)
        below = (inside - self.low) ** 2 / np.where(left > 0, width * left, 1.0)
        beyond = (self.high - inside) ** 2 / np.where(right > 0, width * right, 1.0)
        mean = (self.low + self.mode + self.high) / 3 - below * (self.low + 2 * inside) / 3
        rising = 1 - below, mean
        falling = beyond, beyond * (self.high + 2 * inside) / 3
        return either(width > 0, either(inside < self.mode, rising, falling), atom(self.low, x))

    @classmethod
    def matching(cls, mean: float, sd: float, gain: float) -> dict[str, Any]:
        return {"low": mean - np.sqrt(6) * sd, "mode": mean, "high": mean + np.sqrt(6) * sd}
