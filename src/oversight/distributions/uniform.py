"""All values of an interval alike."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import model_validator

from oversight.arrays import Number, Values
from oversight.distributions.distribution import Distribution, Noise, atom, either
from oversight.quantities import Real, quantity


class Uniform(Distribution):
    """Uniform on [low, high)."""

    noise: ClassVar[Noise] = "uniform"
    kind: Literal["uniform"] = "uniform"
    low: Real = quantity("Lowest", unit="money")
    high: Real = quantity("Highest", unit="money")

    @model_validator(mode="after")
    def _ordered(self) -> Uniform:
        if self.high < self.low:
            raise ValueError(f"high ({self.high:g}) is below low ({self.low:g})")
        return self

    def values(self, noise: Values) -> Values:
        return self.low + (self.high - self.low) * noise

    def above(self, x: Number) -> tuple[Values, Values]:
        inside = np.clip(x, self.low, self.high)
        width = self.high - self.low
        chance = (self.high - inside) / np.where(width > 0, width, 1.0)
        spread = chance, chance * (self.high + inside) / 2
        return either(width > 0, spread, atom(self.low, x))

    @classmethod
    def matching(cls, mean: float, sd: float, gain: float) -> dict[str, Any]:
        return {"low": mean - np.sqrt(3) * sd, "high": mean + np.sqrt(3) * sd}
