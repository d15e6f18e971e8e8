"""The overseer's monitor scores everyone and the highest scores are inspected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np

from oversight.arrays import Column, Flags, Floats, Number
from oversight.policy.acts import Act, Deeds
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

        threshold = self._threshold(state)
        return Chances(ndtr(self.separation - threshold), ndtr(-threshold))

    def chances_of(self, state: State, act: Act) -> Chances:
        return self._scored(self._threshold(state), act)

    def _scored(self, threshold: Column, act: Act) -> Chances:
        """The scores see the share of an act that shows, whatever an inspection then makes of it."""
        from scipy.special import ndtr

        inspected = ndtr(act.visibility * self.separation - threshold)
        return Chances(inspected, inspected)

    def _threshold(self, state: State) -> Column:
        """The score from which actors are inspected."""
        from scipy.special import ndtr

        active = np.where(state.active > 0, state.active, 1.0)
        budget = np.minimum(1.0, self.inspections / active)
        shares = _shares(state, active)
        seen = np.add.reduce([share for _, share in shares])
        low = np.zeros_like(seen + budget + self.separation) - 40.0
        high = low + 80.0 + self.separation
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            inspected = (1 - seen) * ndtr(-middle)
            for visibility, share in shares:
                inspected = inspected + share * ndtr(visibility * self.separation - middle)
            too_many = inspected > budget
            low = np.where(too_many, middle, low)
            high = np.where(too_many, high, middle)
        everyone, nobody = budget >= 1.0, budget <= 0.0
        return np.where(everyone, -np.inf, np.where(nobody, np.inf, high))

    def counterpart(self, rate: Column) -> Chances:
        from scipy.special import ndtr, ndtri

        return Chances(rate, ndtr(ndtri(rate) - self.separation))

    def counterpart_of(self, rate: Column, act: Act, acts: Sequence[Act]) -> Chances:
        from scipy.special import ndtri

        return self._scored(self.separation - ndtri(rate), act)

    def inspects(
        self, violating: Flags, active: Flags | None, state: State, last: State, draw: Floats, rounding: Column
    ) -> Flags:
        score = draw + self.separation * violating
        return highest(score, active, whole_inspections(self.inspections, rounding))

    def examines(
        self, deeds: Deeds, active: Flags | None, state: State, last: State, draw: Floats, rounding: Column
    ) -> Flags:
        score = draw + self.separation * deeds.visibility
        return highest(score, active, whole_inspections(self.inspections, rounding))


def _shares(state: State, active: Column) -> list[tuple[Number, Column]]:
    """Visibilities of what was done, and the share of active actors that did it."""
    if state.acts is None:
        return [(1.0, state.violations / active)]
    return [
        (act.visibility, state.acts.of(place) / active) for place, act in enumerate(state.acts.acts) if not act.reported
    ]
