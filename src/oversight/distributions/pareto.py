"""A power law: very few very large values."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import model_validator

from oversight.arrays import Number, Values
from oversight.distributions.distribution import Distribution, Noise
from oversight.errors import Mistake
from oversight.quantities import LARGEST, LocatedError, Positive, quantity

_FAR = 37
"""A standard exponential draw does not exceed this: one in 10^16 would."""


class Pareto(Distribution):
    """Pareto: P(X > x) = (minimum / x)^shape for x >= minimum."""

    noise: ClassVar[Noise] = "exponential"
    heavy_tailed: ClassVar[bool] = True
    kind: Literal["pareto"] = "pareto"
    minimum: Positive = quantity("Minimum", unit="money")
    shape: Positive = quantity("Tail index")

    @model_validator(mode="after")
    def _of_an_ordinary_size(self) -> Pareto:
        if np.log(self.minimum) + _FAR / self.shape > np.log(LARGEST):
            message = f"is too small: with it and this minimum values exceed {LARGEST:g}"
            raise LocatedError(("shape",), message, Mistake.OUT_OF_BOUNDS)
        return self

    def values(self, noise: Values) -> Values:
        return self.minimum * np.exp(noise / self.shape)

    def above(self, x: Number) -> tuple[Values, Values]:
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
