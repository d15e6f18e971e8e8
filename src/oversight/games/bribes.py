"""Inspectors who can be bribed."""

from __future__ import annotations

from dataclasses import dataclass

from oversight.games.inspection import InspectionGame
from oversight.games.numbers import at_least, finite, shares


@dataclass(frozen=True)
class Bargain:
    """What a caught violator and its inspector agree on.

    Attributes:
        payment: what the violator pays, a bribe or the sanction itself, in money.
        income: what the inspector is left with.
        reported: whether it reports.
        collusion_proof_reward: the least reward at which it does.
    """

    payment: float
    income: float
    reported: bool
    collusion_proof_reward: float


def bargain(sanction: float, reward: float, efficiency: float = 1.0, power: float = 0.5) -> Bargain:
    """The Nash bargain over a bribe b, of which the inspector enjoys k b.

    Both gain from a bribe iff k s > w, for the sanction s and the reward w of a report. It then maximises
    (s - b)^(1 - a) (k b - w)^a: b = a s + (1 - a) w / k. A reward of k s is collusion-proof (Tirole 1986, Journal of
    Law, Economics and Organization 2, 181; Kofman and Lawarrée 1993, Econometrica 61, 629).

    Args:
        sanction: s >= 0, what a reported violator pays, in money.
        reward: w >= 0, what the inspector gets for a report, in money.
        efficiency: k, the worth to the inspector of a bribe of 1, from 0 to 1.
        power: a, the bargaining power of the inspector, from 0 to 1.

    Raises:
        ValueError: a number is out of its range.
    """
    finite(sanction=sanction, reward=reward)
    at_least(0, sanction=sanction, reward=reward)
    shares(efficiency=efficiency, power=power)
    proof = efficiency * sanction
    if reward >= proof:
        return Bargain(sanction, reward, True, proof)
    bribe = power * sanction + (1 - power) * reward / efficiency
    return Bargain(bribe, efficiency * bribe, False, proof)


@dataclass(frozen=True)
class BribedOversight:
    """Under a committed inspection rate: the gain that is deterred, violations, and the share of them on record."""

    threshold: float
    violation: float
    recorded_detection: float


def bribed_oversight(inspection: float, found: Bargain) -> BribedOversight:
    """Actors whose gains are uniform on [0, 1], inspected with this probability, who know what they would pay.

    They violate iff the gain exceeds p times the payment: a bribe is a fine, below the sanction. What is on record is
    not what was found: where bribes are paid, nothing is.

    Args:
        inspection: p, from 0 to 1; every inspected violation is found.
        found: what is paid then, in units of the largest gain.

    Raises:
        ValueError: `inspection` is no probability.
    """
    shares(inspection=inspection)
    threshold = inspection * found.payment
    return BribedOversight(threshold, 1 - min(threshold, 1.0), inspection if found.reported else 0.0)


def bribed_inspection_game(gain: float, inspection_cost: float, found: Bargain) -> InspectionGame:
    """The inspection game in which a found violation ends in this bargain.

    The payment is what sanctions the actor, the income what draws the inspector: violations cost / income, inspections
    gain / payment. A bribe is a fine that pays inspectors to look.

    Args:
        gain: of a violation, in money.
        inspection_cost: of an inspection, in money.
        found: what is paid where an inspection meets a violation.

    Raises:
        ValueError: a number is not finite.
    """
    return InspectionGame.from_primitives(gain, found.payment, inspection_cost, found.income)
