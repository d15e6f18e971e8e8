"""Skewed to the right: the logarithm is normal."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import model_validator

from oversight.arrays import Number, Values
from oversight.distributions.distribution import Distribution, Noise, atom, either
from oversight.errors import Mistake
from oversight.quantities import LARGEST, LocatedError, NonNegative, Real, quantity

_FAR = 8.5
"""A standard normal draw does not exceed this: one in 10^16 would."""


class Lognormal(Distribution):
    """exp(mu + sigma z) for z standard normal: `mu` and `sigma` are those of the logarithm."""

    noise: ClassVar[Noise] = "normal"
    heavy_tailed: ClassVar[bool] = True
    kind: Literal["lognormal"] = "lognormal"
    mu: Real = quantity("Mean of the logarithm")
    sigma: NonNegative = quantity("Standard deviation of the logarithm")

    @model_validator(mode="after")
    def _of_an_ordinary_size(self) -> Lognormal:
        most = np.log(LARGEST)
        if abs(self.mu) > most:
            meant = f"; of {self.mu:g} it is {np.log(self.mu):.3g}" if self.mu > 0 else ""
            message = f"is too far from zero: it is the mean of the logarithm{meant}"
            raise LocatedError(("mu",), message, Mistake.OUT_OF_BOUNDS)
        if max(self.mu + _FAR * self.sigma, self.mu + self.sigma**2 / 2) > most:
            message = f"is too large: with it values and their mean exceed {LARGEST:g}"
            raise LocatedError(("sigma",), message, Mistake.OUT_OF_BOUNDS)
        return self

    def values(self, noise: Values) -> Values:
        return np.exp(self.mu + self.sigma * noise)

    def above(self, x: Number) -> tuple[Values, Values]:
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
