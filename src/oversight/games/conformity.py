"""Actors who care what the others do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import log, log1p, sqrt, tanh

from oversight.games.numbers import at_least, finite, logistic, switch
from oversight.games.sustained_share import SustainedShare


@dataclass(frozen=True)
class LinearNorm:
    """The share of violators, and how it changes with the expected sanction: 0 where nobody or everyone violates."""

    share: float
    slope: float


def linear_norm(expected_sanction: float, weight: float) -> LinearNorm:
    """Everyone's advantage is g - p s + J m, where m violate and gains are uniform on [0, 1].

    m = (1 - p s) / (1 - J), cut off at 0 and 1: a sanction deters 1 / (1 - J) times as many as it does by itself, the
    social multiplier (Glaeser, Sacerdote and Scheinkman 1996, Quarterly Journal of Economics 111, 507).

    Args:
        expected_sanction: p s, in units of the largest gain.
        weight: J >= 0, below 1, in the same units.

    Raises:
        ValueError: a number is not finite, or the weight out of its range.
    """
    finite(expected_sanction=expected_sanction, weight=weight)
    at_least(0, weight=weight)
    if weight >= 1:
        raise ValueError(f"weight is {weight}: from 1 on norms have no multiplier, see `rational_conformists`")
    share = (1 - expected_sanction) / (1 - weight)
    return LinearNorm(min(max(share, 0.0), 1.0), -1 / (1 - weight) if 0 < share < 1 else 0.0)


def rational_conformists(expected_sanction: float, weight: float) -> tuple[SustainedShare, ...]:
    """Everyone's advantage is g - p s + J (2 m - 1), where m violate and gains are uniform on [0, 1].

    All m = clip(1 - p s + J (2 m - 1)), by rising m: nobody, everyone, and (1 - p s - J) / (1 - 2 J) between, which is
    unstable iff J > 1 / 2.

    Args:
        expected_sanction: p s, in units of the largest gain.
        weight: J >= 0, in the same units.

    Raises:
        ValueError: a number is not finite, the weight negative, or every share an equilibrium (p s = J = 1 / 2).
    """
    finite(expected_sanction=expected_sanction, weight=weight)
    at_least(0, weight=weight)
    at_none, at_all = 1 - expected_sanction - weight, 1 - expected_sanction + weight
    if weight == 0.5 and at_none == 0:
        raise ValueError("expected_sanction and weight are 1 / 2: every share is an equilibrium")
    if weight < 0.5:
        return (SustainedShare(0.0 if at_none <= 0 else 1.0 if at_all >= 1 else at_none / (1 - 2 * weight), True),)
    found = []
    if at_none <= 0:
        found.append(SustainedShare(0.0, at_none < 0))
    if at_none < 0 and at_all > 1:
        found.append(SustainedShare(at_none / (1 - 2 * weight), False))
    if at_all >= 1:
        found.append(SustainedShare(1.0, at_all > 1))
    return tuple(found)


def logit_conformists(utility: float, weight: float, precision: float) -> tuple[SustainedShare, ...]:
    """Logit responses to the mean of all others: m = s(L (u0 + J (2 m - 1))), s(z) = 1 / (1 + exp(-z)).

    All solutions, by rising m: one, or three where L J > 2 and |u0| is below `critical_utility` (Brock and Durlauf
    2001, Review of Economic Studies 68, 235). In log odds u they are the roots of u - L u0 - L J tanh(u / 2), which
    turns at most twice.

    Args:
        utility: u0, the private gain less the expected sanction, in money.
        weight: J >= 0 of the others' example, in money.
        precision: L >= 0 per unit of money.

    Raises:
        ValueError: a number is not finite, or one of the last two negative.
    """
    finite(utility=utility, weight=weight, precision=precision)
    at_least(0, weight=weight, precision=precision)
    private, social = precision * utility, precision * weight
    finite(precision_times_utility=4 * private, precision_times_weight=4 * social)

    def excess(odds: float) -> float:
        return odds - private - social * tanh(odds / 2)

    far = 2 * (abs(private) + social) + 1
    turn = min(2 * _arc(social), far) if social > 2 else 0.0
    return tuple(
        SustainedShare(logistic(_root(excess, low, high)), excess(high) > 0)
        for low, high in pairwise((-far, -turn, turn, far))
        if (excess(low) > 0) != (excess(high) > 0)
    )


def critical_utility(weight: float, precision: float) -> float:
    """The |u0| below which logit conformists have three equilibria; 0 if they never do.

    J M - (2 / L) atanh(M) with M = sqrt(1 - 2 / (L J)), where the curve of responses touches the diagonal.

    Raises:
        ValueError: a number is negative or not finite.
    """
    finite(weight=weight, precision=precision)
    at_least(0, weight=weight, precision=precision)
    if precision * weight <= 2:
        return 0.0
    return weight * sqrt(1 - 2 / (precision * weight)) - 2 / precision * _arc(precision * weight)


def _arc(social: float) -> float:
    """atanh(sqrt(1 - 2 / (L J))), also where the root is as good as 1."""
    return log1p(sqrt(1 - 2 / social)) + log(social / 2) / 2


def _root(excess: Callable[[float], float], low: float, high: float) -> float:
    rises = excess(high) > 0
    return switch(lambda odds: (excess(odds) > 0) == rises, low, high)[1]
