"""Many small values, few large ones."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from oversight.arrays import Number, Values
from oversight.distributions.distribution import Distribution, Noise
from oversight.quantities import Positive, quantity


class Exponential(Distribution):
    """Exponential with the given mean."""

    noise: ClassVar[Noise] = "exponential"
    kind: Literal["exponential"] = "exponential"
    mean: Positive = quantity("Mean", unit="money")

    def values(self, noise: Values) -> Values:
        return self.mean * noise

    def above(self, x: Number) -> tuple[Values, Values]:
        positive = np.maximum(x, 0.0)
        chance = np.exp(-positive / self.mean)
        return chance, chance * (np.where(chance > 0, positive, 0.0) + self.mean)

    @classmethod
    def matching(cls, mean: float, sd: float, gain: float) -> dict[str, Any]:
        return {"mean": mean if mean > 0 else gain}
