"""The price of anarchy in simulation: the worst and best of the two starts against the planner's optimum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oversight.equilibrium.prices import Price, anarchy_share, price
from oversight.equilibrium.sampled import Optimum


@dataclass(frozen=True, kw_only=True)
class Anarchy:
    """Social costs per actor and period. `price` is NaN where it is infinite or undefined, and `note` says which.

    `share` is what is lost of what oversight could save; NaN where it is not known or undefined, as `share_note` says.
    """

    worst: float
    best: float
    optimum: float
    price: float
    gap: float
    note: str
    reference: float
    share: float
    share_note: str


def anarchy(costs: list[float], optimum: Optimum, reference: Price) -> Anarchy:
    """Compare the mean social cost from each start with the optimum, and with the cost of no oversight.

    price = worst / optimum: infinite for an optimum of zero (1 if the worst is zero too), undefined below zero.
    share = (worst - optimum) / (reference - optimum).
    """
    worst, best, least = float(np.max(costs)), float(np.min(costs)), optimum.social_cost
    ratio = price(worst, least)
    share = anarchy_share(worst, least, reference.value, optimum.note or reference.note)
    return Anarchy(
        worst=worst,
        best=best,
        optimum=least,
        price=ratio.value,
        gap=worst - least,
        note=optimum.note or ratio.note,
        reference=reference.value,
        share=share.value,
        share_note=share.note,
    )
