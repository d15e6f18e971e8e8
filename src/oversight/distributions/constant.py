"""One value for everyone."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from oversight.arrays import Array
from oversight.distributions.distribution import Distribution, Noise, atom
from oversight.quantities import quantity


class Constant(Distribution):
    """The same value for everyone."""

    noise: ClassVar[Noise] = "none"
    kind: Literal["constant"] = "constant"
    value: float = quantity("Value", unit="money")

    def values(self, noise: Array) -> Array:
        return np.atleast_2d(self.value)

    def above(self, x: Array) -> tuple[Array, Array]:
        return atom(self.value, x)

    @classmethod
    def matching(cls, mean: float, sd: float, gain: float) -> dict[str, Any]:
        return {"value": mean}
