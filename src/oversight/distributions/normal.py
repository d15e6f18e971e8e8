"""The bell curve."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from oversight.arrays import Number, Values
from oversight.distributions.distribution import Distribution, Noise, atom, either
from oversight.quantities import NonNegative, Real, quantity


class Normal(Distribution):
    """Normal with the given mean and standard deviation; values may be negative."""

    noise: ClassVar[Noise] = "normal"
    kind: Literal["normal"] = "normal"
    mean: Real = quantity("Mean", unit="money", default=0.0)
    sd: NonNegative = quantity("Standard deviation", unit="money")

    def values(self, noise: Values) -> Values:
        return self.mean + self.sd * noise

    def above(self, x: Number) -> tuple[Values, Values]:
        from scipy.special import ndtr  # heavy, and only needed here

        z = (x - self.mean) / np.where(self.sd > 0, self.sd, 1.0)
        chance = ndtr(-z)
        spread = chance, self.mean * chance + self.sd * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
        return either(self.sd > 0, spread, atom(self.mean, x))

    @classmethod
    def matching(cls, mean: float, sd: float, gain: float) -> dict[str, Any]:
        return {"mean": mean, "sd": sd}
