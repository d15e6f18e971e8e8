"""Witnesses of a violation, each free to report it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from oversight.games.numbers import at_least, finite, logistic, switch, whole
from oversight.games.shared_bounty import expected_share


@dataclass(frozen=True)
class Reporting:
    """The symmetric equilibrium: probability that a given witness reports, and that at least one does."""

    each: float
    reported: float


def volunteers_dilemma(
    witnesses: int, cost: float, stake: float, *, retaliation: float = 0.0, precision: float = inf
) -> Reporting:
    """Witnesses who all gain the stake if anyone reports, while whoever reports pays for it.

    A report is worth the stake only where nobody else reports: c = b (1 - q)^(n - 1) for cost and retaliation c and
    stake b, so that each reports with q = 1 - (c / b)^(1 / (n - 1)), and someone with 1 - (c / b)^(n / (n - 1)): the
    more witnesses, the fewer reports (Diekmann 1985, Journal of Conflict Resolution 29, 605). Nobody reports where the
    cost reaches the stake, and one witness alone does where it does not.

    Logit witnesses of precision l report with q = s(l (b (1 - q)^(n - 1) - c)), s(z) = 1 / (1 + exp(-z)) (Goeree and
    Holt 2005, American Political Science Review 99, 201), which has one solution.

    Args:
        witnesses: n, at least 1.
        cost: what reporting costs the one who reports, in money.
        stake: what each witness gains if anyone reports, in money.
        retaliation: what it is expected to suffer for that, in money.
        precision: l >= 0 per unit of money; infinity is a best response.

    Raises:
        ValueError: a number is out of its range.
    """
    dear = _cost(witnesses, precision, cost=cost, stake=stake, retaliation=retaliation)
    if precision < inf:
        return _logit(witnesses, precision, lambda each: stake * (1 - each) ** (witnesses - 1) - dear)
    if dear >= stake:
        return Reporting(0.0, 0.0)
    if witnesses == 1:
        return Reporting(1.0, 1.0)
    nobody_else = dear / stake
    return Reporting(1 - nobody_else ** (1 / (witnesses - 1)), 1 - nobody_else ** (witnesses / (witnesses - 1)))


def report_bounty(
    witnesses: int, cost: float, bounty: float, *, retaliation: float = 0.0, precision: float = inf
) -> Reporting:
    """Witnesses among whom a bounty is split: those who report share it equally, and each pays for its report.

    A report is worth the bounty b times the share that its reporter expects, b (1 - (1 - q)^n) / (n q) = c, which falls
    from b to b / n as the others report more. So all report where c is at most b / n, and nobody where it reaches b.
    This is not the volunteer's dilemma: who does not report gains nothing, and far more is reported.

    Args:
        witnesses: n, at least 1.
        cost: what reporting costs each who reports, in money.
        bounty: what those who report get together, in money.
        retaliation: what each of them is expected to suffer for it, in money.
        precision: of logit witnesses, q = s(l (worth - c)); infinity is a best response.

    Raises:
        ValueError: a number is out of its range.
    """
    dear = _cost(witnesses, precision, cost=cost, bounty=bounty, retaliation=retaliation)

    def pays(each: float) -> float:
        return bounty * expected_share(witnesses, each) - dear

    if precision < inf:
        return _logit(witnesses, precision, pays)
    if dear >= bounty:
        return Reporting(0.0, 0.0)
    if pays(1.0) >= 0:
        return Reporting(1.0, 1.0)
    _, each = switch(lambda each: pays(each) <= 0, 0.0, 1.0)
    return _of(witnesses, each)


def _cost(witnesses: int, precision: float, **amounts: float) -> float:
    whole(1, witnesses=witnesses)
    finite(**amounts)
    at_least(0, **amounts, precision=precision)
    return amounts["cost"] + amounts["retaliation"]


def _logit(witnesses: int, precision: float, pays: Callable[[float], float]) -> Reporting:
    """Where the log odds of reporting are the precision times what it pays, which falls as the others report more."""
    least, most = precision * pays(1.0), precision * pays(0.0)
    if least == most:
        return _of(witnesses, logistic(most))
    _, odds = switch(lambda odds: odds >= precision * pays(logistic(odds)), least, most)
    return _of(witnesses, logistic(odds))


def _of(witnesses: int, each: float) -> Reporting:
    return Reporting(each, witnesses * each * expected_share(witnesses, each))
