"""A rule that reacts to misconduct, and beliefs that follow it slowly: two time scales in one loop."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, pi

import numpy as np

from oversight.games.numbers import above, finite, shares, whole


@dataclass(frozen=True)
class Loop:
    """How the loop comes back to rest."""

    radius: float
    """By which a disturbance is multiplied in a period in the long run, the spectral radius: it dies out below 1."""
    period: float
    """Periods of the cycle in which it does, infinite where there is none."""
    rest: float
    """The rate at which misconduct is the target."""


def feedback_loop(slope: float, adjustment: float, fine: float, target: float, delay: int = 0) -> Loop:
    """Gains uniform on [0, 1], beliefs q that move by b of the way, audits r that rise by a (m - target), m = 1 - s q.

    q(t) = q(t-1) + b (r(t) - q(t-1)) and r(t+1) = r(t) + a (m(t - d) - target), at rest where r = q = (1 - target) / s.
    With a delay d of one period the radius is sqrt(1 - b + a b s) and the cosine of the angle (2 - b) / (2 radius):
    stable if and only if a s < 1.

    Args:
        slope: a, above 0.
        adjustment: b, above 0.
        fine: s, above 0, in units of gain.
        target: misconduct that is steered to, below 1.
        delay: d, periods between seeing and acting beside the next one.

    Raises:
        ValueError: a number is out of its range.
    """
    finite(slope=slope, fine=fine)
    above(0, slope=slope, fine=fine, adjustment=adjustment)
    shares(adjustment=adjustment, target=target)
    whole(0, delay=delay)
    # The state is the belief and those before it, and the rate that the next period has.
    size = delay + 2
    step = np.zeros((size, size))
    step[0, 0], step[0, -1] = 1 - adjustment, adjustment
    for place in range(1, delay + 1):
        step[place, place - 1] = 1
    step[-1, -1] = 1
    step[-1] -= slope * fine * (step[0] if delay == 0 else np.eye(size)[delay - 1])
    values = np.linalg.eigvals(step)
    leading = values[np.abs(values).argmax()]
    angle = abs(float(np.angle(leading)))
    return Loop(float(np.abs(leading)), 2 * pi / angle if angle > 1e-12 else inf, (1 - target) / fine)
