"""Harm that grows with the gain."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from oversight.arrays import Values
from oversight.distributions.distribution import Distribution
from oversight.distributions.harm import Harm
from oversight.quantities import NonNegative, quantity


class ProportionalHarm(Harm):
    """Harm as a multiple of the opportunity's gain, never below zero."""

    kind: Literal["proportional"] = "proportional"
    factor: NonNegative = quantity("Multiple of the gain")

    def given(self, gain: Values, noise: Values) -> Values:
        return self.factor * np.maximum(gain, 0.0)

    def beyond(self, gains: Distribution, x: Values, place: Values | None = None) -> Values:
        return self.factor * gains.above(np.maximum(x, 0.0))[1]

    @classmethod
    def matching(cls, mean: float, sd: float, gain: float) -> dict[str, Any]:
        return {"factor": max(mean, 0.0) / gain}
