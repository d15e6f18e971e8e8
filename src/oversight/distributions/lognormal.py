"""Skewed to the right: the logarithm is normal."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from oversight.arrays import Array
from oversight.distributions.distribution import Distribution, Noise, atom, either
from oversight.quantities import NonNegative, quantity


class Lognormal(Distribution):
    """exp(mu + sigma z) for z standard normal: `mu` and `sigma` are those of the logarithm."""

    noise: ClassVar[Noise] = "normal"
    kind: Literal["lognormal"] = "lognormal"
    mu: float = quantity("Mean of the logarithm")
    sigma: NonNegative = quantity("Standard deviation of the logarithm")

    def values(self, noise: Array) -> Array:
        return np.exp(self.mu + self.sigma * noise)

    def above(self, x: Array) -> tuple[Array, Array]:
        from scipy.special import ndtr  # heavy, and only needed here

        with np.errstate(divide="ignore"):  # the logarithm of zero is the right limit
            z = (np.log(np.maximum(x, 0.0)) - self.mu) / np.where(self.sigma > 0, self.sigma, 1.0)
        spread = ndtr(-z), np.exp(self.mu + self.sigma * self.sigma / 2) * ndtr(self.sigma - z)
        return either(self.sigma > 0, spread, atom(np.exp(self.mu), x))

    @classmethod
    def matching(cls, mean: float, sd: float, gain: float) -> dict[str, Any]:
        positive = mean if mean > 0 else gain
        variance = np.log1p((sd / positive) ** 2)  # of the logarithm
        return {"mu": np.log(positive) - variance / 2, "sigma": np.sqrt(variance)}
