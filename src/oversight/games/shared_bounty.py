"""Several overseers who share a bounty, each free to look."""

from __future__ import annotations

from dataclasses import dataclass
from math import expm1, log1p

from scipy.optimize import brentq

from oversight.games.numbers import at_least, finite


@dataclass(frozen=True)
class SharedOversight:
    """The symmetric equilibrium: probability of violating, of each overseer looking, and of at least one looking."""

    violation: float
    each_looks: float
    looked_at: float


def shared_bounty(
    overseers: int,
    gain: float,
    sanction: float,
    inspection_cost: float,
    bounty: float,
    *,
    stake: float = 0.0,
    sensitivity: float = 1.0,
) -> SharedOversight:
    """The symmetric equilibrium when `overseers` may look at the same actor, and those who look share what they find.

    The actor is indifferent when it is looked at with probability D = gain / (sensitivity sanction), that is when each
    of m overseers looks with y = 1 - (1 - D)^(1/m). For an overseer looking is worth the expected share of the bounty
    and the stake that it alone saves,

        x sensitivity [bounty (1 - (1 - y)^m) / (m y) + stake (1 - y)^(m - 1)] = inspection cost,

    and that gives the violations x: overseers free-ride on each other, so x rises with their number.

    Args:
        overseers: m, at least 1.
        gain: what a violation is worth to the actor.
        sanction: what it pays if found out; with D = s / (s + L), the gain s and the stake L it loses together.
        inspection_cost: what looking costs an overseer.
        bounty: what the finders get together for a violation.
        stake: what each overseer loses for a violation that nobody found.
        sensitivity: probability that looking at a violation finds it.

    Raises:
        ValueError: there is no overseer, or one of the others is negative or no finite number.
    """
    amounts = {
        "gain": gain,
        "sanction": sanction,
        "inspection_cost": inspection_cost,
        "bounty": bounty,
        "stake": stake,
        "sensitivity": sensitivity,
    }
    finite(**amounts)
    at_least(0, **amounts)
    at_least(1, overseers=overseers)

    def worth(each: float) -> float:
        """What looking at a violation is worth to one overseer when the others look with probability `each`."""
        return sensitivity * (bounty * expected_share(overseers, each) + stake * (1 - each) ** (overseers - 1))

    indifferent = min(1.0, gain / (sensitivity * sanction)) if sensitivity * sanction > 0 else 1.0
    each = 1 - (1 - indifferent) ** (1 / overseers)
    if inspection_cost <= worth(each) and indifferent < 1:
        return SharedOversight(inspection_cost / worth(each), each, indifferent)
    # Violating pays whatever the overseers do, or looking is not worth its cost even if everyone violates.
    if inspection_cost >= worth(0.0):
        each = 0.0
    elif inspection_cost <= worth(1.0):
        each = 1.0
    else:
        each = float(brentq(lambda each: worth(each) - inspection_cost, 0.0, 1.0, xtol=1e-15))
    return SharedOversight(1.0, each, 1 - (1 - each) ** overseers)


def expected_share(number: int, each: float) -> float:
    """Share of a prize, split among those of `number` who act, that one who acts expects.

    The mean of 1 / (1 + those of the others who act), each with probability q: (1 - (1 - q)^n) / (n q).
    """
    if each in (0.0, 1.0):
        return 1.0 if each == 0 else 1 / number
    return -expm1(number * log1p(-each)) / (number * each)
