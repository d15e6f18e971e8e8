"""Copies of one system, which err together: a share that is the same for all comes from one factor."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from scipy.special import ndtr, ndtri, owens_t

from oversight import common_factor
from oversight.games.numbers import shares, whole


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
        return common_factor.none_of(number, self.probability, self.correlation)

    def at_least(self, needed: int, number: int) -> float:
        """Probability that `needed` of so many copies err, or more: of monitors that each flag, that a panel does.

        Raises:
            ValueError: a number is negative.
        """
        whole(0, needed=needed, number=number)
        return common_factor.at_least(needed, number, self.probability, self.correlation)

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
