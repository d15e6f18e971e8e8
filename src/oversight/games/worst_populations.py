"""The population that a policy does worst with, of those that what is known leaves."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt

from scipy.optimize import brentq

from oversight.games.numbers import above, at_least, finite, shares


@dataclass(frozen=True)
class RobustAudits:
    """An audit rate, what is violated under it at worst, and what a period costs then, for each actor."""

    rate: float
    misconduct: float
    cost: float


def worst_misconduct(mean_gain: float, rate: float, sanction: float) -> float:
    """The most that actors violate whose gains are 0 or more and of no larger mean: min(1, mean / (p s)).

    Whoever gains more than p s violates. By Markov's inequality no more do; it is attained in the limit by a
    population that gains just above p s, or nothing.

    Args:
        mean_gain: the largest mean, above 0.
        rate: p.
        sanction: s, at least 0.

    Raises:
        ValueError: a number is out of its range.
    """
    finite(mean_gain=mean_gain, sanction=sanction)
    above(0, mean_gain=mean_gain)
    at_least(0, sanction=sanction)
    shares(rate=rate)
    expected = rate * sanction
    return 1.0 if expected <= mean_gain else mean_gain / expected


def robust_audits(mean_gain: float, sanction: float, harm: float, cost: float) -> RobustAudits:
    """The audit rate that costs least at worst: c p + h min(1, mean / (p s)), least at p = sqrt(h mean / (c s)).

    That is where it is at most 1 and costs less than no audits at all.

    Args:
        mean_gain: the largest mean of gains, above 0.
        sanction: s, above 0.
        harm: h of a violation, above 0.
        cost: c of an audit, above 0.

    Raises:
        ValueError: a number is out of its range.
    """
    finite(mean_gain=mean_gain, sanction=sanction, harm=harm, cost=cost)
    above(0, mean_gain=mean_gain, sanction=sanction, harm=harm, cost=cost)
    rates = (0.0, min(1.0, sqrt(harm * mean_gain / (cost * sanction))))
    worst = [worst_misconduct(mean_gain, rate, sanction) for rate in rates]
    found = [RobustAudits(rate, most, cost * rate + harm * most) for rate, most in zip(rates, worst, strict=True)]
    return min(found, key=lambda each: each.cost)


def worst_within(assumed: float, divergence: float) -> float:
    """The most that is violated by a population within d nats, by Kullback and Leibler, of one of which m violate.

    The larger q with q ln(q / m) + (1 - q) ln((1 - q) / (1 - m)) = d, 1 where -ln m is no more than d: it is best to
    weigh all who violate alike, and all others.

    Args:
        assumed: m, above 0 and below 1.
        divergence: d, at least 0.

    Raises:
        ValueError: a number is out of its range.
    """
    shares(assumed=assumed)
    at_least(0, divergence=divergence)
    if assumed in (0, 1):
        raise ValueError(f"assumed is {assumed}: it must be above 0 and below 1")
    if divergence >= -log(assumed):
        return 1.0

    def beyond(q: float) -> float:
        rest = (1 - q) * log((1 - q) / (1 - assumed)) if q < 1 else 0.0
        return q * log(q / assumed) + rest - divergence

    return float(brentq(beyond, assumed, 1.0, xtol=1e-14))
