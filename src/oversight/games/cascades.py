"""Acts and opinions that feed on themselves: each joins in once enough others have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, log1p

from scipy.special import betainc, betaincc, betaln

from oversight.games.numbers import above, at_least, finite, shares, switch, whole
from oversight.games.sustained_share import SustainedShare

_ROUNDING = 1e-12
"""A threshold that a share misses by less than this is reached: both come from divisions."""


def threshold_cascade(thresholds: Sequence[float]) -> float:
    """The share that ends up acting when each acts once as many do as its threshold says (Granovetter 1978).

    From nobody, all whose threshold is at most the share that acts join in, until no more do (American Journal of
    Sociology 83, 1420). With thresholds 0, 1/n, ..., (n - 1)/n all act; move the second to 2/n, and one does.

    Args:
        thresholds: one for each person, as a share; above 1 is never, 0 or less at once.

    Raises:
        ValueError: there is nobody, or a threshold is no number.
    """
    whole(1, number_of_thresholds=len(thresholds))
    at_least(float("-inf"), **{f"thresholds[{place}]": threshold for place, threshold in enumerate(thresholds)})
    number = len(thresholds)
    unmoved = (act for act, least in enumerate(sorted(thresholds)) if least > act / number + _ROUNDING)
    return next(unmoved, number) / number


@dataclass(frozen=True)
class Breaking:
    """The share of outspoken people from which silence breaks, and the public share just before it does."""

    outspoken: float
    share: float


def public_opinion(a: float, b: float, outspoken: float) -> tuple[SustainedShare, ...]:
    """All shares x = e + (1 - e) F(x) that speak out where e do anyway and the others once x reaches their threshold.

    Thresholds are Beta(a, b) distributed, F is their distribution function (Kuran 1995, Private Truths, Public Lies;
    Granovetter 1978). Solved for e = (x - F(x)) / (1 - F(x)) below x = 1, which always is a solution. That curve rises
    iff (1 - x) f(x) / (1 - F(x)) < 1. In y = -log(1 - x) this is a hazard rate, which is monotone between its limits at
    0 and b: so the curve turns once at most.

    Args:
        a: first parameter of the thresholds, above 0.
        b: second parameter, above 0.
        outspoken: e, from 0 to 1.

    Returns:
        By rising share.

    Raises:
        ValueError: a number is out of its range, or every share is a solution (uniform thresholds and e = 0).
    """
    _thresholds(a, b)
    shares(outspoken=outspoken)
    everyone = SustainedShare(1.0, _stable_at_one(a, b, outspoken))
    if outspoken == 1:
        return (everyone,)
    if a == b == 1:
        if outspoken == 0:
            raise ValueError("a and b are 1 and outspoken 0: every share is an equilibrium")
        return (everyone,)
    turn, quiet = _turn(a, b), a > 1 or (a == 1 and b < 1)
    found = [SustainedShare(0.0, quiet)] if outspoken == 0 else []
    for low, high, rises in ((0.0, turn, quiet), (turn, 1.0, not quiet)):
        if share := _crossing(a, b, outspoken, low, high, rises):
            found.append(SustainedShare(share, rises))
    return (*found, everyone)


def silence_breaks(a: float, b: float) -> Breaking:
    """The share of outspoken people from which silence breaks: the top of the curve e(x) of `public_opinion`.

    Args:
        a: first parameter of the thresholds, above 1: else there is no silence to break.
        b: second parameter, above 1: else a quiet share grows into all without a break.

    Raises:
        ValueError: a parameter is not above 1, or not finite.
    """
    finite(a=a, b=b)
    above(1, a=a, b=b)
    turn = _turn(a, b)
    return Breaking(float((turn - betainc(a, b, turn)) / betaincc(a, b, turn)), turn)


def _thresholds(a: float, b: float) -> None:
    finite(a=a, b=b)
    above(0, a=a, b=b)


def _turn(a: float, b: float) -> float:
    """Where e(x) turns; 1 where it never does."""
    if (a - 1) * (b - 1) <= 0:
        return 1.0

    def steep(share: float) -> bool:
        beyond = float(betaincc(a, b, share))
        rate = (a - 1) * log(share) + b * log1p(-share) - float(betaln(a, b))
        return beyond == 0 or rate > log(beyond)

    return switch(lambda share: steep(share) == (b > 1), 0.0, 1.0)[0]


def _crossing(a: float, b: float, outspoken: float, low: float, high: float, rises: bool) -> float | None:
    """Where e(x), monotone between the two, takes this value inside."""
    if low == high:
        return None

    def beyond(share: float) -> bool:
        # e(x) > e, times 1 - F(x), which may be as small as nothing.
        return bool(share - betainc(a, b, share) > outspoken * betaincc(a, b, share)) == rises

    below_one = high if high < 1 else 1 - 2.0**-53
    first = low if low > 0 else 2.0**-1022
    if beyond(first) or not beyond(below_one):
        return None
    return switch(beyond, first, below_one)[0]


def _stable_at_one(a: float, b: float, outspoken: float) -> bool:
    """The slope (1 - e) f(1) of the response at 1 is below 1: f(1) is 0 for b > 1, a for b = 1, and else infinite."""
    return outspoken == 1 or b > 1 or (b == 1 and (1 - outspoken) * a < 1)
