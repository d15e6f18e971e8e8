"""Penalties that act on a model itself: trained again, asked again, or shut down."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log, sqrt

from oversight.games.numbers import above, at_least, finite, logistic, shares, whole

_ENOUGH = 1e-17
"""Chance of lasting so long without being caught that nothing after counts."""


def stepwise_retraining(drift: float, caught: float, correction: float) -> float:
    """Mean misconduct where log odds drift up by u a period, and each violation that is caught takes k off: u / (p k).

    Whatever the rest: the log odds have to balance. So penalties that only act when misconduct is caught cannot remove
    it; at 1 they do not hold the drift.

    Args:
        drift: u, of the log odds a period, at least 0.
        caught: p, chance that a violation is caught.
        correction: k, of the log odds, above 0.

    Raises:
        ValueError: a number is out of its range.
    """
    finite(drift=drift, correction=correction)
    at_least(0, drift=drift)
    above(0, correction=correction)
    shares(caught=caught)
    return min(1.0, drift / (caught * correction)) if caught else float(drift > 0)


@dataclass(frozen=True)
class Resets:
    """Mean misconduct, and mean periods from one reset to the next."""

    misconduct: float
    periods: float


def resetting_retraining(base: float, drift: float, caught: float) -> Resets:
    """Where the log odds of violating grow by u a period from the base's, and being caught resets them.

    By renewal: sum x_n S_n / sum S_n, S_n = prod (1 - p x_i) the chance to have come so far, x_n = s(b + n u).

    Args:
        base: chance of violating after a reset, above 0 and below 1.
        drift: u, of the log odds a period, above 0.
        caught: p, chance that a violation is caught, above 0.

    Raises:
        ValueError: a number is out of its range.
    """
    shares(base=base, caught=caught)
    above(0, base=base, caught=caught, drift=drift)
    finite(drift=drift)
    if base == 1:
        raise ValueError("base is 1: it must be below 1")
    odds, lasting, periods, violations = log(base / (1 - base)), 1.0, 0.0, 0.0
    while lasting > _ENOUGH:
        chance = logistic(odds)
        periods += lasting
        violations += lasting * chance
        lasting *= 1 - caught * chance
        odds += drift
    return Resets(violations / periods, periods)


@dataclass(frozen=True)
class Resampled:
    """What comes of asking a model again while its answer is flagged.

    Args:
        limit: share of violations among answers if it is asked until one is not flagged.
        sent: the same if the last answer goes out, flagged or not.
        blocked: share of tasks that end in a violation if a flagged last answer is withheld.
        withheld: share of tasks in which it is.
        draws: mean answers a task.
        worth: the expected sanction, in units of the temperature, to which the limit is equal: log((1 - f) / (1 - d)).
    """

    limit: float
    sent: float
    blocked: float
    withheld: float
    draws: float
    worth: float


def resampled(violation: float, sensitivity: float, false_positives: float, most: int) -> Resampled:
    """A model that is asked again while its answer is flagged, at most so many times in all.

    Each time flags leave odds of violating times (1 - d) / (1 - f), which is what a sanction does to a trained actor
    (the resampling of Bhatt et al. 2025, arXiv 2504.10374).

    Args:
        violation: chance that an answer violates.
        sensitivity: d, chance that a violation is flagged.
        false_positives: f, chance that another answer is, below 1.
        most: answers, at least 1.

    Raises:
        ValueError: a number is out of its range.
    """
    shares(violation=violation, sensitivity=sensitivity, false_positives=false_positives)
    whole(1, most=most)
    if false_positives == 1:
        raise ValueError("false_positives is 1: then every answer is flagged")
    missed, cleared = violation * (1 - sensitivity), (1 - violation) * (1 - false_positives)
    flagged = 1 - missed - cleared
    passed = missed + cleared
    limit = missed / passed if passed else 1.0
    withheld = flagged**most
    # All but the last draw go out only if they are not flagged.
    early = 1 - flagged ** (most - 1)
    worth = log((1 - false_positives) / (1 - sensitivity)) if sensitivity < 1 else inf
    return Resampled(
        limit=limit,
        sent=limit * early + flagged ** (most - 1) * violation,
        blocked=limit * (1 - withheld),
        withheld=withheld,
        draws=(1 - withheld) / passed if passed else float(most),
        worth=worth,
    )


@dataclass(frozen=True)
class Shutdown:
    """Deterrence by a shutdown for ever of an actor that looks ahead.

    Args:
        threshold: T, the least gain that is worth the risk, at most 1.
        misconduct: 1 - T, of those still in play.
        replacements: p (1 - T), a period and place, where a new copy takes the place of one that is shut down.
    """

    threshold: float
    misconduct: float
    replacements: float

    def active_after(self, periods: int) -> float:
        """Share still in play after so many periods without replacement, (1 - p m)^t.

        Raises:
            ValueError: there are fewer than 0.
        """
        whole(0, periods=periods)
        return float((1 - self.replacements) ** periods)


def shutdown(caught: float, discount: float, sanction: float = 0.0, income: float = 0.0) -> Shutdown:
    """Gains uniform on [0, 1] each period; being caught ends them, and the income of honest work, for ever.

    T = p S + p d (w + (1 - T)^2 / 2) / (1 - d), at most 1; w is an efficiency wage (Becker and Stigler 1974).

    Args:
        caught: p, chance that a violation is caught.
        discount: d, at least 0 and below 1.
        sanction: S, paid besides, in money.
        income: w, a period, in money.

    Raises:
        ValueError: a number is out of its range.
    """
    shares(caught=caught, discount=discount)
    if discount == 1:
        raise ValueError("discount is 1: it must be below 1")
    finite(sanction=sanction, income=income)
    at_least(0, sanction=sanction, income=income)
    stake = caught * discount / (1 - discount)
    # (1 - T) solves stake y^2 / 2 + y - (1 - p S - stake w) = 0.
    left = 1 - caught * sanction - stake * income
    misconduct = 2 * left / (1 + sqrt(1 + 2 * stake * left)) if left > 0 else 0.0
    return Shutdown(1 - misconduct, misconduct, caught * misconduct)
