"""One value for everyone."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from oversight.arrays import Number, Values
from oversight.distributions.distribution import Distribution, Noise, atom
from oversight.quantities import Real, quantity


class Constant(Distribution):
    """The same value for everyone."""

    noise: ClassVar[Noise] = "none"
    kind: Literal["constant"] = "constant"
    value: Real = quantity("Value", unit="money")

    def values(self, noise: Values) -> Values:
        return np.atleast_2d(self.value)

    def above(self, x: Number) -> tuple[Values, Values]:
        return atom(self.value, x)

    @classmethod
    def matching(cls, mean: float, sd: float, gain: float) -> dict[str, Any]:
        return {"value": mean}
