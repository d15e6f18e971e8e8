"""The overseer's monitor scores everyone and the highest scores are inspected."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from oversight.arrays import Column, Flags, Floats
from oversight.policy.chances import Chances, State
from oversight.policy.monitoring.highest import highest, whole_inspections
from oversight.policy.monitoring.monitoring import PaidByInspection
from oversight.quantities import NonNegative, quantity

_HALVINGS = 60  # brackets of width < 100 shrink below 1e-15


class TargetedAudit(PaidByInspection):
    """The `inspections` highest scores: N(0,1) for a compliant actor, N(separation,1) for a violator.

    In a large population with a share m of violators and b = inspections / active, the threshold t solves
    (1 - m)(1 - F(t)) + m (1 - F(t - separation)) = b with F the standard normal distribution function; a
    violator is inspected with probability 1 - F(t - separation), a compliant actor with 1 - F(t).
    Separation is d' of signal detection theory (Green and Swets 1966).
    """

    meaning: ClassVar[str] = "A monitor scores everyone, and the highest scores are inspected."
    draws: ClassVar[Literal["uniform", "normal"]] = "normal"
    rounding: ClassVar[bool] = True
    reads: ClassVar[frozenset[str]] = frozenset({"violations", "active"})
    continuous: ClassVar[bool] = True

    kind: Literal["targeted_audit"] = "targeted_audit"
    inspections: NonNegative = quantity(
        "Inspections",
        "How many actors are inspected in a period; a fraction is met on average.",
        "inspections per period",
    )
    separation: NonNegative = quantity(
        "Monitor separation",
        "How far apart the monitor's scores of violators and compliant actors lie (0: no better than chance).",
        "standard deviations",
    )

    def chances(self, state: State) -> Chances:
        from scipy.special import ndtr  # heavy, and only needed here

        active = np.where(state.active > 0, state.active, 1.0)
        share = state.violations / active
        budget = np.minimum(1.0, self.inspections / active)
        low = np.zeros_like(share + budget + self.separation) - 40.0
        high = low + 80.0 + self.separation
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            inspected = (1 - share) * ndtr(-middle) + share * ndtr(self.separation - middle)
            too_many = inspected > budget
            low = np.where(too_many, middle, low)
            high = np.where(too_many, high, middle)
        everyone, nobody = budget >= 1.0, budget <= 0.0
        threshold = np.where(everyone, -np.inf, np.where(nobody, np.inf, high))
        return Chances(ndtr(self.separation - threshold), ndtr(-threshold))

    def counterpart(self, rate: Column) -> Chances:
        from scipy.special import ndtr, ndtri

        return Chances(rate, ndtr(ndtri(rate) - self.separation))

    def inspects(
        self, violating: Flags, active: Flags | None, state: State, last: State, draw: Floats, rounding: Column
    ) -> Flags:
        score = draw + self.separation * violating
        return highest(score, active, whole_inspections(self.inspections, rounding))
