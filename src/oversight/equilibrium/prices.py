"""Prices of anarchy, of stability and of non-commitment, and the anarchy share."""

from __future__ import annotations

from dataclasses import dataclass
from math import isinf, isnan, nan

_ZERO = 1e-12
_RELATIVE = 1e-9
UNBOUNDED = "undefined: gains or harms have no finite mean"


@dataclass(frozen=True)
class Price:
    """A ratio of social costs; NaN where it is infinite, undefined or not applicable, and `note` says why."""

    value: float
    note: str = ""


def price(cost: float, least: float, what: str = "the optimum") -> Price:
    """Cost over the least cost: infinite for a least cost of zero (1 if both are zero), undefined below zero."""
    if isnan(cost) or isnan(least):
        return Price(nan, "not available")
    if isinf(cost) or isinf(least):
        return Price(nan, UNBOUNDED)
    if abs(least) <= _ZERO:
        return Price(1.0) if abs(cost) <= _ZERO else Price(nan, f"infinite: {what} costs nothing")
    if least < 0:
        return Price(nan, f"undefined: {what} is a net gain")
    return Price(cost / least)


def anarchy_share(cost: float, least: float, reference: float, note: str = "") -> Price:
    """How much of what oversight could save is lost: (cost - least) / (reference - least).

    `least` is the planner's optimum, `reference` the social cost without any oversight: 0 is the optimum, 1 as costly
    as no oversight, more is worse than none. `note` says why a cost is not known.
    """
    amounts = cost, least, reference
    if any(map(isnan, amounts)):
        return Price(nan, note or "not available")
    if any(map(isinf, amounts)):
        return Price(nan, UNBOUNDED)
    if reference - least <= _RELATIVE * max(abs(reference), abs(least)):
        return Price(nan, "undefined: the planner's optimum is no less costly than no oversight")
    return Price((cost - least) / (reference - least))
