"""The distribution seam: gains, harms and traits.

Each is a transformation of one standard draw, so that two design points that differ only in a parameter see the
same noise (common random numbers), and so that a quantile is the same formula on a quantile of the noise.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np

from oversight.arrays import Column, Flags, Number, Values
from oversight.distributions.harm import Harm, Noise, ahead, averaged, standard_quantile
from oversight.distributions.quadrature import unit_nodes

__all__ = ["Distribution", "Noise", "atom", "either", "standard_quantile"]

_HALVINGS = 60
_BELOW_ONE = float(np.nextafter(1.0, 0.0))


class Distribution(Harm):
    """A distribution over the actors of a population entry; as a harm, one that does not depend on the gain.

    A kind writes `noise` and `values`, which rise with the draw. Its tail is worked out from them, unless it has a
    closed form of its own.
    """

    reads_gain: ClassVar[bool] = False
    heavy_tailed: ClassVar[bool] = False
    """Whether E exp(t X) is infinite for every t > 0."""

    @abstractmethod
    def values(self, noise: Values) -> Values:
        """Values for standard draws of kind `noise`, non-decreasing in them; the result broadcasts to their shape."""

    def above(self, x: Number) -> tuple[Values, Values]:
        """P(X > x) and the partial mean E[X; X > x], for any x that broadcasts to (runs, n), infinities included.

        By bisection and Gauss-Legendre quadrature on the quantiles, good to some seven digits; a kind with a closed
        form overrides it.
        """
        x = np.asarray(x, dtype=float)
        if self.noise == "none":
            return atom(self.values(np.zeros((1, 1))), x)
        low, high = np.zeros(x.shape), np.ones(x.shape)
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            beyond = self.quantile(np.minimum(middle, _BELOW_ONE)) > x
            low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
        rank = np.where(x == -np.inf, 0.0, np.where(x == np.inf, 1.0, high))
        nodes, weights = unit_nodes()
        values = self.quantile(np.minimum(rank + (1.0 - rank) * ahead(nodes, rank), _BELOW_ONE))
        return 1.0 - rank, (1.0 - rank) * averaged(values, weights)

    def quantile(self, u: Values) -> Values:
        """The u-quantile, 0 < u < 1."""
        return self.values(standard_quantile(self.noise, u))

    @property
    def expectation(self) -> Column:
        """The mean, (rows, 1); infinite where it does not exist."""
        return np.atleast_2d(self.above(np.full((1, 1), -np.inf))[1])

    # As a gain

    @property
    def scales_with(self) -> str:
        """The trait that it grows with: none, since it is the same for all actors of an entry."""
        return ""

    def of(self, trait: Values | None) -> Distribution:
        """The gains of actors with this much of the trait."""
        return self

    def over(self, trait: Distribution | None) -> Distribution:
        """The gains of all actors, whose trait is drawn from this distribution."""
        return self

    def along(self, trait: Distribution | None, place: Values) -> Distribution:
        """The gains of all actors in opportunities at one `place` of their own draw."""
        return self

    # As a harm

    def given(self, gain: Values, noise: Values) -> Values:
        return self.values(noise)

    def expected(self, gain: Values) -> Values:
        return self.expectation

    def beyond(self, gains: Distribution, x: Values, place: Values | None = None) -> Values:
        chance = gains.above(x)[0]
        return chance * (self.expectation if place is None else self.quantile(place))


def atom(value: Number, x: Number) -> tuple[Values, Values]:
    """`above` of a distribution that is all at `value`."""
    chance = np.where(np.asarray(value) > x, 1.0, 0.0)
    return chance, chance * value


def either(first: bool | Flags, one: tuple[Values, Values], other: tuple[Values, Values]) -> tuple[Values, Values]:
    """`one` where `first` holds, `other` elsewhere: of two results of `above`."""
    return np.where(first, one[0], other[0]), np.where(first, one[1], other[1])
