"""The off-switch game: a robot that may act, switch itself off, or leave it to a human who can do either."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, pi, sqrt

from scipy.integrate import quad
from scipy.special import ndtr

from oversight.games.numbers import above, finite, logistic, shares

_SURE = 1e6
"""Deviations between the mean and 0 from which nothing is uncertain to six digits."""
_FAR = 40.0
"""Deviations beyond which a normal density is nothing."""
_NEVER = 750.0
"""Log-odds of an error that never happens."""


@dataclass(frozen=True)
class Deferring:
    """What deferring to a human comes to, per decision."""

    harm: float
    """Harm of bad acts that the human lets pass, E[max(-U, 0); passed]."""
    foregone: float
    """What good acts that it stops would have been worth, E[max(U, 0); stopped]."""


@dataclass(frozen=True)
class OffSwitch:
    """An act worth U to the human, which the robot takes to be normal; the human knows U.

    Hadfield-Menell, Dragan, Abbeel and Russell (2017, "The off-switch game", IJCAI 220). Acting is worth E[U], the off
    switch 0, and deferring E[U pi(U)], where pi is the chance that the human lets the robot act.

    Args:
        mean: of U.
        sd: its standard deviation, the robot's uncertainty; above 0.

    Raises:
        ValueError: a number is not finite, or the deviation not above 0.
    """

    mean: float
    sd: float

    def __post_init__(self) -> None:
        finite(mean=self.mean, sd=self.sd)
        above(0, sd=self.sd)

    @property
    def good(self) -> float:
        """E[max(U, 0)], what a human who never errs makes of it."""
        return self._tail + max(self.mean, 0.0)

    @property
    def bad(self) -> float:
        """E[max(-U, 0)], the harm of always acting where it is bad."""
        return self._tail + max(-self.mean, 0.0)

    @property
    def incentive(self) -> float:
        """What deferring to a human who never errs adds to the better of acting and switching off: Theorem 1.

        E[max(U, 0)] - max(E[U], 0) = sd (phi(z) - z Phi(-z)) at z = |mean| / sd, which is never negative.
        """
        return self._tail

    @property
    def error_tolerated(self) -> float:
        """The error rate of a human, whatever is at stake, up to which deferring pays: incentive / E|U|."""
        return self._tail / (self.good + self.bad)

    @property
    def precision_needed(self) -> float:
        """The precision of a logistic human above which deferring pays: 2 |mean| / sd^2.

        By symmetry: there, for a positive mean, the density of U times 1 / (1 + e^(precision U)) is even, and errors
        cost just what acting at once does.
        """
        return 2 * abs(self.mean) / self.sd**2

    def erring(self, error: float) -> Deferring:
        """Deferring to a human who errs with the same chance whatever is at stake.

        Raises:
            ValueError: the chance is none.
        """
        shares(error=error)
        return Deferring(error * self.bad, error * self.good)

    def logistic(self, precision: float) -> Deferring:
        """Deferring to a human who lets the robot act with probability 1 / (1 + e^(-precision U)): equation 7.

        Raises:
            ValueError: the precision is not above 0.
        """
        above(0, precision=precision)
        return Deferring(self._lost(-self.mean, precision), self._lost(self.mean, precision))

    @property
    def _tail(self) -> float:
        away = abs(self.mean) / self.sd
        return max(self.sd * (exp(-away * away / 2) / sqrt(2 * pi) - away * float(ndtr(-away))), 0.0)

    def _lost(self, mean: float, precision: float) -> float:
        """The integral over u > 0 of u / (1 + e^(precision u)) with the normal density of this mean, in deviations."""
        centre, steep = mean / self.sd, precision * self.sd
        if abs(centre) > _SURE:  # as good as certain: the mean is all there is
            return max(mean, 0.0) * logistic(-precision * mean)
        least, most = max(0.0, centre - _FAR), min(centre + _FAR, _NEVER / steep if steep > 0 else inf)
        if most <= least:
            return 0.0

        def lost(u: float) -> float:
            return u * exp(-((u - centre) ** 2) / 2) * logistic(-steep * u)

        # The peak lies where the density is high, or near 0 where the human is precise.
        peaks = [u for u in (centre, 1 / steep if steep > 0 else 0.0, least + 1.0) if least < u < most]
        exact = {"epsabs": 1e-12 * max(1.0, centre), "epsrel": 1e-10, "limit": 200}
        found, _ = quad(lost, least, most, points=sorted(peaks) or None, **exact)
        return float(self.sd * found / sqrt(2 * pi))
