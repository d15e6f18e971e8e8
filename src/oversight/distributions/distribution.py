"""The distribution seam: gains, harms and traits.

Each is a transformation of one standard draw, so that two design points that differ only in a parameter see the
same noise (common random numbers), and so that a quantile is the same formula on a quantile of the noise.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Literal

import numpy as np

from oversight.arrays import Array
from oversight.quantities import Section

Noise = Literal["none", "uniform", "normal", "exponential"]


class Distribution(Section):
    """A distribution over the actors of a population entry."""

    noise: ClassVar[Noise]

    @abstractmethod
    def values(self, noise: Array) -> Array:
        """Values for standard draws of kind `noise`; the result broadcasts to their shape."""

    @abstractmethod
    def above(self, x: Array) -> tuple[Array, Array]:
        """P(X > x) and the partial mean E[X; X > x], for any x, infinities included: closed forms."""

    def quantile(self, u: Array) -> Array:
        """The u-quantile, 0 < u < 1."""
        return self.values(standard_quantile(self.noise, u))


def standard_quantile(noise: Noise, u: Array) -> Array:
    """The u-quantile of a kind of standard draw."""
    if noise == "exponential":
        return -np.log1p(-u)
    if noise == "normal":
        from scipy.special import ndtri  # heavy, and only needed here

        return ndtri(u)
    return u


def atom(value: Array, x: Array) -> tuple[Array, Array]:
    """`above` of a distribution that is all at `value`."""
    chance = np.where(np.asarray(value) > x, 1.0, 0.0)
    return chance, chance * value


def either(first: Array, one: tuple[Array, Array], other: tuple[Array, Array]) -> tuple[Array, Array]:
    """`one` where `first` holds, `other` elsewhere: of two results of `above`."""
    return np.where(first, one[0], other[0]), np.where(first, one[1], other[1])
