"""Distributions of a product: of a factor, a trait and a draw."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from oversight.arrays import Column, Number, Values
from oversight.distributions.distribution import Distribution, Noise, atom
from oversight.distributions.harm import ahead, averaged
from oversight.distributions.quadrature import unit_nodes

_ENDS = (1e-12, 1 - 1e-12)
_HALVINGS = 60
_FEW = 5_000


class Scaled(Distribution):
    """`by` X, where X is drawn from `one` and `by` >= 0 is known, (runs, 1) or (runs, members)."""

    by: Any
    one: Any

    # Arrays have no hash of their own.
    def __hash__(self) -> int:
        return hash(repr(self))

    @property
    def noise(self) -> Noise:  # type: ignore[override]
        """The draw that X is made of."""
        noise: Noise = self.one.noise
        return noise

    def values(self, noise: Values) -> Values:
        values: Values = self.by * self.one.values(noise)
        return values

    def above(self, x: Number) -> tuple[Values, Values]:
        some = np.asarray(self.by) > 0
        chance, mean = self.one.above(np.asarray(x) / np.where(some, self.by, 1.0))
        nothing = atom(0.0, x)
        return np.where(some, chance, nothing[0]), np.where(some, self.by * mean, nothing[1])


class Product(Distribution):
    """`factor` T X for independent T >= 0 and X, drawn from `trait` and `times`; `factor` is (rows, 1)."""

    noise: ClassVar[Noise] = "uniform"

    factor: Any
    trait: Any
    times: Any

    @property
    def varies(self) -> bool:
        """Whether either does."""
        return bool(self.trait.varies or self.times.varies)

    def above(self, x: Number) -> tuple[Values, Values]:
        """As everywhere; by quadrature over T of the tail of X, which is exact."""
        x = np.asarray(x, dtype=float)
        places, weights = self._places()
        scaled = Scaled.model_construct(by=self.factor * self.trait.quantile(ahead(places, x)), one=self.times)
        chance, mean = scaled.above(x[None])
        shape = (len(places), *np.broadcast_shapes(np.shape(chance)[1:], np.shape(x)))
        chance, mean = (averaged(np.broadcast_to(part, shape), weights) for part in (chance, mean))
        return chance, np.where(x == -np.inf, self.expectation, mean)

    def values(self, noise: Values) -> Values:
        # The quantile, by bisection between the products of the ends.
        ends = [self.factor * self.trait.quantile(np.full((1, 1), t)) for t in _ENDS]
        corners = [end * self.times.quantile(np.full((1, 1), x)) for end in ends for x in _ENDS]
        shape = np.broadcast_shapes(np.shape(noise), *map(np.shape, corners))
        low, high = (np.broadcast_to(pick.reduce(corners), shape) for pick in (np.minimum, np.maximum))
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            beyond = self.above(middle)[0] > 1.0 - noise
            low, high = np.where(beyond, middle, low), np.where(beyond, high, middle)
        return high

    @property
    def expectation(self) -> Column:
        means = np.atleast_2d(self.trait.expectation), np.atleast_2d(self.times.expectation)
        return np.where(np.minimum(*means) == 0, 0.0, self.factor * means[0] * means[1])

    def _places(self) -> tuple[Any, Any]:
        number = self.trait.distinct
        if 0 < number <= _FEW:
            return (np.arange(number) + 0.5) / number, np.full(number, 1 / number)
        return unit_nodes()
