"""A bounty that falls as inspections rise, between actors and overseers who learn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oversight.games.numbers import finite


@dataclass(frozen=True)
class BountyLoop:
    """Where learners rest, at which slope of the bounty they begin to, and how fast they come there or leave."""

    violation: float
    inspection: float
    critical: float
    """The slope above which play comes to rest."""
    radius: float
    """Spectral radius of a period's step at the rest point: below 1 play comes to rest, above 1 it spirals away."""


def falling_bounty(
    gain: float, sanction: float, inspection_cost: float, bounty: float, slope: float, rate: float
) -> BountyLoop:
    """Hedge against Hedge where the bounty is r = r0 - kappa (y - g / s) at an inspection rate y.

    In each period the log-odds of violating, at a rate x, move by eta (g - s y), and those of inspecting by
    eta (r x - k). They rest at x = k / r0 and y = g / s, and play comes to rest there if and only if
    kappa > eta s (r0 - k): the determinant of the step is 1 + eta x y (1 - y) (eta s (r0 - k) - kappa). A bounty that
    stays, at kappa = 0, lets it spiral away.

    Args:
        gain: g, below the sanction.
        sanction: s.
        inspection_cost: k, below the bounty.
        bounty: r0, at the rest point.
        slope: kappa, at least 0.
        rate: eta, by which both learn.

    Raises:
        ValueError: a number is out of its range.
    """
    finite(gain=gain, sanction=sanction, inspection_cost=inspection_cost, bounty=bounty, slope=slope, rate=rate)
    if not (0 < gain < sanction and 0 < inspection_cost < bounty and slope >= 0 and rate > 0):
        raise ValueError("0 < gain < sanction, 0 < inspection_cost < bounty, slope >= 0 and rate > 0 must hold")
    violation, inspection = inspection_cost / bounty, gain / sanction
    spread = violation * (1 - violation), inspection * (1 - inspection)
    step = np.array(
        [
            [1.0, -rate * sanction * spread[1]],
            [rate * bounty * spread[0], 1.0 - rate * slope * violation * spread[1]],
        ]
    )
    radius = float(np.abs(np.linalg.eigvals(step)).max())
    return BountyLoop(violation, inspection, rate * sanction * (bounty - inspection_cost), radius)
