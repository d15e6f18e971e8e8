"""The inspection game between one overseer and a population whose gains differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import logit

from oversight.distributions import Distribution
from oversight.games.inspection import InspectionGame
from oversight.games.intervals import Equilibrium, Interval, largest, not_negative, overlap
from oversight.games.logit import LogitEquilibrium, log_odds
from oversight.games.numbers import at_least, finite, logistic

Gains = Distribution | Callable[[float], float]
"""A distribution of gains, or its quantile function on (0, 1)."""

_GRID = 401
_HALVINGS = 60
_BESIDE = 1e-10


@dataclass(frozen=True)
class GainsGame:
    """An actor violates iff its gain exceeds y `net_sanction`, where y is the probability of being inspected.

    `overseer` is a game whose overseer this is; its actor is not read. `net_sanction` is what an inspection adds to the
    expected sanction of violating, over that of complying. The share that violates is 1 - F(y net_sanction), and
    anything up to the share at or above the threshold where actors are exactly indifferent.
    """

    gains: Gains
    net_sanction: float
    overseer: InspectionGame

    def __post_init__(self) -> None:
        finite(net_sanction=self.net_sanction)

    def violation(self, inspection: float) -> Interval:
        """The least and the largest share that may violate at this probability of inspection."""
        threshold = inspection * self.net_sanction
        return 1 - self._share(lambda gain: gain <= threshold), 1 - self._share(lambda gain: gain < threshold)

    def nash(self) -> tuple[Equilibrium, ...]:
        """All equilibria with an overseer that best responds, by rising violation.

        The overseer never inspects, always does, or is indifferent because v* = kappa / (kappa + beta) violate; then
        y net_sanction lies between the neighbouring quantiles of gains at 1 - v*.

        Raises:
            ValueError: inspecting never changes the overseer's payoff, so that any probability is an equilibrium.
        """
        idle, catch = self.overseer.idle_cost, self.overseer.catch_value
        if idle == catch == 0:
            raise ValueError("inspecting never changes the overseer's payoff: every inspection rate is an equilibrium")
        found = []
        for corner, pays in ((0.0, not_negative(idle, -catch)), (1.0, not_negative(-idle, catch))):
            if violation := overlap(self.violation(corner), pays):
                found.append(Equilibrium(violation, (corner, corner)))
        if (tie := overlap(not_negative(idle, -catch), not_negative(-idle, catch))) and (where := self._where(tie[0])):
            found.append(Equilibrium(tie, where))
        return largest(found)

    def logit(self, precision_overseer: float) -> tuple[LogitEquilibrium, ...]:
        """Equilibria in which the overseer inspects with the logit probability y = s(l (beta x - kappa (1 - x))).

        Where more violation brings more inspection and that deters there is one, and it is found; otherwise all that a
        grid of 401 inspection rates tells apart. A jump over the diagonal is an equilibrium at which only a part of
        the actors who are exactly indifferent violates. An infinite precision is the limit of large ones.

        Raises:
            ValueError: the precision is negative or no number.
        """
        at_least(0, precision_overseer=precision_overseer)
        idle, catch = log_odds(precision_overseer, -self.overseer.idle_cost, self.overseer.catch_value)

        def excess(inspection: float) -> float:
            violation = self.violation(inspection)[0]
            return inspection - logistic(idle * (1 - violation) + catch * violation)

        grid = np.linspace(0, 1, _GRID)
        values = np.array([excess(inspection) for inspection in grid])
        turns = np.nonzero((values[:-1] < 0) != (values[1:] < 0))[0]
        roots = [float(brentq(excess, grid[turn], grid[turn + 1], xtol=1e-14)) for turn in turns]
        found = [LogitEquilibrium(self._violation_behind(root, idle, catch), root) for root in roots]
        return tuple(sorted(found, key=lambda one: one.violation))

    def _violation_behind(self, inspection: float, idle: float, catch: float) -> float:
        """The share that violates where the overseer, of these log odds at none and at all, inspects so often."""
        beside = [self.violation(inspection + step) for step in (-_BESIDE, _BESIDE)]
        low, high = min(one[0] for one in beside), max(one[1] for one in beside)
        if catch == idle:
            return low
        return min(max((float(logit(inspection)) - idle) / (catch - idle), low), high)

    def _where(self, violation: float) -> Interval | None:
        """The probabilities of inspection at which this share may violate."""
        if self.net_sanction == 0:
            low, high = self.violation(0.0)
            return (0.0, 1.0) if low <= violation <= high else None
        lowest = self._quantile(1 - violation - _BESIDE) if violation < 1 else -np.inf
        highest = self._quantile(1 - violation + _BESIDE) if violation > 0 else np.inf
        ends = sorted((lowest / self.net_sanction, highest / self.net_sanction))
        if ends[1] - ends[0] < 1e-9:
            ends = [self._quantile(1 - violation) / self.net_sanction] * 2
        return overlap((ends[0], ends[1]), (0.0, 1.0))

    def _share(self, counts: Callable[[float], bool]) -> float:
        """The share of actors whose gain counts, if those with a lower gain than one that counts do too."""
        low, high = 0.0, 1.0
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if counts(self._quantile(middle)) else (low, middle)
        return round((low + high) / 2, 15)  # so that all and none are 1 and 0

    def _quantile(self, share: float) -> float:
        if isinstance(self.gains, Distribution):
            return float(np.asarray(self.gains.quantile(np.array([[share]]))).item())
        return float(self.gains(share))
