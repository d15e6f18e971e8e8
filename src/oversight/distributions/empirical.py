"""Observed values."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from oversight.arrays import Number, Values
from oversight.distributions.distribution import Distribution, Noise
from oversight.quantities import Real, quantity


class Empirical(Distribution):
    """Each of the observed `values` with equal probability. A file may hold them: `{file, column}`."""

    noise: ClassVar[Noise] = "uniform"
    structural: ClassVar[frozenset[str]] = frozenset({"observed"})
    kind: Literal["empirical"] = "empirical"
    observed: Annotated[tuple[Real, ...], Field(strict=False, min_length=1)] = quantity(
        "Observed values", unit="money", alias="values"
    )

    @property
    def varies(self) -> bool:
        return len(set(self.observed)) > 1

    @property
    def distinct(self) -> int:
        return len(self.observed)

    def values(self, noise: Values) -> Values:
        observed = np.sort(np.asarray(self.observed))
        return observed[np.minimum((noise * len(observed)).astype(np.intp), len(observed) - 1)]

    def above(self, x: Number) -> tuple[Values, Values]:
        observed = np.sort(np.asarray(self.observed))
        first = np.searchsorted(observed, x, side="right")
        sums = np.append(np.cumsum(observed[::-1])[::-1], 0.0)
        return (len(observed) - first) / len(observed), sums[first] / len(observed)

    @classmethod
    def matching(cls, mean: float, sd: float, gain: float) -> dict[str, Any]:
        places = (np.arange(10) + 0.5) / 10
        return {"values": (mean + sd * np.sqrt(3) * (2 * places - 1)).tolist()}
