"""Conformists in a finite crowd, who see everyone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oversight.arrays import Vector
from oversight.games.chains import stationary
from oversight.games.numbers import at_least, finite, logistic, whole


@dataclass(frozen=True)
class Crowd:
    """The long run of a finite crowd: `law` holds the probability of each number of violators, from none to all."""

    law: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Mean share of violators."""
        return float(self._shares @ self.law)

    @property
    def sd(self) -> float:
        """Standard deviation of the share."""
        return float(np.sqrt((self._shares - self.mean) ** 2 @ self.law))

    def between(self, low: float, high: float) -> float:
        """Probability of a share above `low` and below `high`."""
        return float(np.sum(np.array(self.law)[(low < self._shares) & (self._shares < high)]))

    @property
    def _shares(self) -> Vector:
        return np.arange(len(self.law)) / (len(self.law) - 1)


def crowd_of_conformists(
    number: int, utility: float, weight: float, precision: float, *, own_act_counts: bool = False
) -> Crowd:
    """Logit conformists of whom everyone is everyone's neighbour, who all revise at once: the exact stationary law.

    After n of N have violated, each violates with s(L (u0 + J (2 x - 1))), where x is (n - 1) / (N - 1) for those n and
    n / (N - 1) for the others, or n / N for all where one's own act counts.

    Args:
        number: N, at least 2.
        utility: u0, the private gain less the expected sanction, in money.
        weight: J of the others' example, in money.
        precision: L >= 0 per unit of money.
        own_act_counts: whether an actor's own act is part of the example.

    Raises:
        ValueError: a number is out of its range, or the precision so high that some crowds never change.
    """
    from scipy.stats import binom  # heavy, and only needed here

    whole(2, number=number)
    finite(utility=utility, weight=weight, precision=precision)
    at_least(0, precision=precision)

    def acts(trials: int, seen: float) -> Vector:
        """The law of how many of so many violate who have seen this share."""
        odds = precision * (utility + weight * (2 * seen - 1))
        # Of the rarer act, whose chance does not round to 1.
        law: Vector = binom.pmf(np.arange(trials + 1), trials, logistic(-abs(odds)))
        return law if odds < 0 else law[::-1]

    transitions = np.empty((number + 1, number + 1))
    for before in range(number + 1):
        if own_act_counts:
            transitions[before] = acts(number, before / number)
        else:
            again, anew = acts(before, (before - 1) / (number - 1)), acts(number - before, before / (number - 1))
            transitions[before] = np.convolve(again, anew)
    try:
        return Crowd(tuple(stationary(transitions).tolist()))
    except ValueError as error:
        message = f"precision is {precision}: so high that some of the crowds never change, as far as numbers tell"
        raise ValueError(message) from error
