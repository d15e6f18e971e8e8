"""Inspectors who can be bribed."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

import numpy as np

from oversight.arrays import Flags, Floats, Number
from oversight.quantities import Money, Section, Share, quantity

_ROUNDING = 1e-12
"""Of a reward, by which a bribe must be worth more: one of just what a sanction is worth keeps inspectors honest."""


class Bribe(Section):
    """The bargain over a bribe."""

    efficiency: Share = quantity("Efficiency", "What a bribe of 1 is worth to the inspector.", "share", default=1.0)
    power: Share = quantity("Bargaining power", "Of the inspector.", "share", default=0.5)


class Settled(NamedTuple):
    """What a flagged actor pays, and whether that is a bribe."""

    paid: Number
    bribed: Flags


class Inspectors(Section):
    """Inspectors who are paid a reward for each report, and may be paid more for none.

    A flagged actor and its inspector agree on a bribe where both gain: k s > w, for a sanction s, a reward w, and the
    worth k to the inspector of a bribe of 1. Their Nash bargain is b = a s + (1 - a) w / k at the inspector's power a.
    A bribe leaves no record, suspends nobody and averts no harm; an innocent that is flagged bargains as well.
    Tirole 1986, Journal of Law, Economics and Organization 2, 181; see `oversight.games.bribes`.
    """

    meaning: ClassVar[str] = "Whoever is flagged may bribe its inspector."

    reward: Money | None = quantity(
        "Reward",
        "What an inspector gets for each actor it reports; under a strategic overseer its bounty.",
        "money per report",
        default=None,
    )
    bribe: Bribe = quantity("Bribe", "How inspector and actor bargain.", default=Bribe())

    def settle(self, sanction: Number, reward: Number) -> Settled:
        """What is paid where this sanction would be taken, and its report rewarded."""
        worth = self.bribe.efficiency
        bribed = np.asarray(worth * sanction > np.asarray(reward) * (1 + _ROUNDING))
        price = np.asarray(reward) / np.where(np.asarray(worth) > 0, worth, 1.0)
        paid = np.where(bribed, self.bribe.power * sanction + (1 - self.bribe.power) * price, sanction)
        return Settled(paid, bribed)

    def income(self, sanction: Number, reward: Number) -> Number:
        """What an inspector is left with."""
        paid, bribed = self.settle(sanction, reward)
        left: Floats = np.where(bribed, self.bribe.efficiency * paid, reward)
        return left
