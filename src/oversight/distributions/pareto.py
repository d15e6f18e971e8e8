"""A power law: very few very large values."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from oversight.arrays import Array
from oversight.distributions.distribution import Distribution, Noise
from oversight.quantities import Positive, quantity


class Pareto(Distribution):
    """Pareto: P(X > x) = (minimum / x)^shape for x >= minimum."""

    noise: ClassVar[Noise] = "exponential"
    kind: Literal["pareto"] = "pareto"
    minimum: Positive = quantity("Minimum", unit="money")
    shape: Positive = quantity("Tail index")

    def values(self, noise: Array) -> Array:
        return self.minimum * np.exp(noise / self.shape)

    def above(self, x: Array) -> tuple[Array, Array]:
        """The partial mean is infinite unless `shape` is above 1."""
        ratio = self.minimum / np.maximum(x, self.minimum)
        finite = np.asarray(self.shape) > 1
        excess = np.where(finite, self.shape - 1, 1.0)
        mean = self.shape / excess * self.minimum * ratio**excess
        return ratio**self.shape, np.where(finite, mean, np.where(ratio > 0, np.inf, 0.0))

    @classmethod
    def matching(cls, mean: float, sd: float, gain: float) -> dict[str, Any]:
        positive = mean if mean > 0 else gain
        shape = 1 + np.sqrt(1 + (sd / positive) ** -2)
        return {"minimum": positive * (shape - 1) / shape, "shape": shape}
