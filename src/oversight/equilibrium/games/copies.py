"""Copies of one system, which err together: a share that is the same for all comes from one factor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import pi, sqrt

import numpy as np
from scipy.special import betainc, betaincc, betaincinv, ndtr, ndtri, owens_t

from oversight.arrays import Values
from oversight.equilibrium.games.numbers import shares, whole
from oversight.equilibrium.games.quadrature import gauss_legendre

_FAR = 9.0
"""A standard normal factor lies beyond this with probability 2e-19."""
_SPLITS = np.linspace(-_FAR, _FAR, 37)
_LEVELS = np.array([1e-15, 1e-12, 1e-9, 1e-6, 1e-4, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 1 - 1e-4, 1 - 1e-6, 1 - 1e-9])
_NODES = 16


@dataclass(frozen=True)
class Copies:
    """Systems that each err with `probability`, and do so together: Vasicek's law (1987, 2002, Risk 15, 160).

    One errs iff sqrt(rho) z + sqrt(1 - rho) e exceeds its quantile, where the factor z is common, e its own, both
    standard normal, and rho the `correlation`; so that at z all err with

        share(z) = Phi((Phi^-1(p) + sqrt(rho) z) / sqrt(1 - rho)).

    Raises:
        ValueError: `probability` or `correlation` is not within [0, 1].
    """

    probability: float
    correlation: float

    def __post_init__(self) -> None:
        shares(probability=self.probability, correlation=self.correlation)

    def quantile(self, level: float) -> float:
        """The share of infinitely many copies that err in a `level` of all periods at most: share(Phi^-1(level)).

        Raises:
            ValueError: the level is none.
        """
        shares(level=level)
        return self.share(float(ndtri(level))) if self.correlation > 0 else self.probability

    def share(self, factor: float) -> float:
        """The share of infinitely many copies that err when the common factor is z."""
        if self.probability in (0.0, 1.0):
            return self.probability
        beyond = float(ndtri(self.probability)) + sqrt(self.correlation) * factor
        return float(ndtr(beyond / sqrt(1 - self.correlation))) if self.correlation < 1 else float(beyond > 0)

    @property
    def sd(self) -> float:
        """Standard deviation of the share among infinitely many copies."""
        return sqrt(self._variance)

    def sd_of(self, number: int) -> float:
        """Standard deviation of the share among so many copies.

        Raises:
            ValueError: there is none.
        """
        whole(1, number=number)
        return sqrt(self._variance + (self._spread - self._variance) / number)

    @property
    def intraclass_correlation(self) -> float:
        """Correlation of two copies' errors, 0 or 1 each: below that of what drives them. 0 where nothing varies."""
        return self._variance / self._spread if self._spread > 0 else 0.0

    def design_effect(self, number: int) -> float:
        """How many times the variance of a share is what it would be among as many independent systems.

        1 + (n - 1) ICC (Kish 1965, Survey Sampling).

        Raises:
            ValueError: there is no copy.
        """
        whole(1, number=number)
        return 1 + (number - 1) * self.intraclass_correlation

    def none_of(self, number: int) -> float:
        """Probability that none of so many copies errs: that so many inspections find nothing.

        Raises:
            ValueError: the number is negative.
        """
        whole(0, number=number)
        return self._mean(betaincc, 1, number) if number else 1.0

    def at_least(self, needed: int, number: int) -> float:
        """Probability that `needed` of so many copies err, or more: of monitors that each flag, that a panel does.

        Raises:
            ValueError: a number is negative.
        """
        whole(0, needed=needed, number=number)
        return self._mean(betainc, needed, number) if 0 < needed <= number else float(needed == 0)

    @property
    def _spread(self) -> float:
        return self.probability * (1 - self.probability)

    @property
    def _variance(self) -> float:
        """Bivariate normal P(both err) - p^2, by Owen's T: p (1 - p) - 2 T(Phi^-1(p), sqrt((1 - rho) / (1 + rho)))."""
        if self.correlation == 0 or self._spread == 0:
            return 0.0
        slope = sqrt((1 - self.correlation) / (1 + self.correlation))
        return max(self._spread - 2 * float(owens_t(ndtri(self.probability), slope)), 0.0)

    def _mean(self, law: Callable[[float, float, Values | float], Values], needed: int, number: int) -> float:
        """The mean over the factor of P(at least `needed` of so many), or of fewer, a beta law in the share."""
        shapes = needed, number - needed + 1
        if self.correlation == 0:
            return float(law(*shapes, self.probability))
        if self.correlation == 1 or self.probability in (0.0, 1.0):
            return float((1 - self.probability) * law(*shapes, 0.0) + self.probability * law(*shapes, 1.0))
        own, common, cut = sqrt(1 - self.correlation), sqrt(self.correlation), float(ndtri(self.probability))
        # The integrand may be as sharp as a step: it is split where the law has these quantiles.
        turns = (own * ndtri(betaincinv(*shapes, _LEVELS)) - cut) / common
        factors, weights = gauss_legendre(np.unique([*np.clip(turns, -_FAR, _FAR), *_SPLITS]), _NODES)
        weights *= np.exp(-factors * factors / 2) / sqrt(2 * pi)
        return float(weights @ law(*shapes, ndtr((cut + common * factors) / own)))
