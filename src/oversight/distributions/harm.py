"""The harm seam: what a violation costs others."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from oversight.arrays import Values, Vector
from oversight.distributions.quadrature import unit_nodes
from oversight.quantities import Section

if TYPE_CHECKING:
    from oversight.distributions.distribution import Distribution

Noise = Literal["none", "uniform", "normal", "exponential"]


def standard_quantile(noise: Noise, u: Values) -> Values:
    """The u-quantile of a kind of standard draw, 0 < u < 1; zero where there is none."""
    if noise == "exponential":
        return -np.log1p(-u)
    if noise == "normal":
        from scipy.special import ndtri  # heavy, and only needed here

        normal: Values = ndtri(u)
        return normal
    return u


class Harm(Section):
    """What a violation costs others, in money: a transformation of the opportunity's gain and of one standard draw.

    A kind writes `given`. Means are worked out from it by quadrature, unless a kind has a closed form of its own.
    """

    noise: ClassVar[Noise] = "none"
    """The standard draw that `given` is handed: none, or one for each opportunity."""
    reads_gain: ClassVar[bool] = True
    """Whether the harm depends on the gain of the opportunity."""

    @abstractmethod
    def given(self, gain: Values, noise: Values) -> Values:
        """Harm of opportunities with these gains and standard draws; broadcasts to their shape."""

    @property
    def varies(self) -> bool:
        """Whether the harm is random, other than through the gain."""
        return self.noise != "none"

    @property
    def distinct(self) -> int:
        """Number of values, all equally likely; 0 of a continuum."""
        return 0

    def at(self, gain: Values, place: Values) -> Values:
        """Harm at a `place` in (0, 1) of the draw's distribution, where it is non-decreasing in the draw."""
        return self.given(gain, standard_quantile(self.noise, place))

    def expected(self, gain: Values) -> Values:
        """Mean harm of opportunities with these gains, over the draw."""
        if self.noise == "none":
            return self.given(gain, np.zeros((1, 1)))
        nodes, weights = unit_nodes()
        each = self.at(gain, ahead(nodes, gain))
        return averaged(each, weights)

    def beyond(self, gains: Distribution, x: Values, place: Values | None = None) -> Values:
        """E[harm; gain > x] for gains of this distribution and any x of shape (rows, n), infinities included.

        The mean is over the draw as well, unless it is held at one `place`.
        """
        nodes, weights = unit_nodes()
        low = 1.0 - gains.above(x)[0]
        gain = gains.quantile(np.minimum(low + (1.0 - low) * ahead(nodes, low), np.nextafter(1.0, 0.0)))
        each = self.expected(gain) if place is None else self.at(gain, place)
        return (1.0 - low) * averaged(each, weights)

    @classmethod
    def matching(cls, mean: float, sd: float, gain: float) -> dict[str, Any] | None:
        """Parameters with which the harm has this mean and standard deviation at the mean `gain`; None: no such ones.

        The page starts from them when another kind is chosen.
        """
        return None


def ahead(nodes: Vector, array: Values) -> Values:
    """Nodes on an axis of their own before those of an array."""
    return nodes.reshape(-1, *[1] * np.ndim(array))


def averaged(values: Values, weights: Vector) -> Values:
    """Weighted sum over the first axis."""
    # Not `sum`, which adds in another order where a batch holds a single run.
    sums: Values = (values * ahead(weights, values[0])).cumsum(axis=0)
    mean: Values = sums[-1]
    return mean
