"""Expected utility with a curved utility of money."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from oversight.actors.actor import Actor
from oversight.actors.situation import Situation
from oversight.arrays import Floats, Number, Values, present
from oversight.quantities import Real, quantity

_NEAR = 30.0
_STEEP = 600.0
"""Logarithm of a utility beyond which it is measured otherwise."""


class RiskAverse(Actor):
    """Violates iff the expected utility of violating beats that of complying. A negative coefficient loves risk.

    `cara`: u(c) = -exp(-a c)/a, so that violating pays iff g > T with
    T = [ln(1 - p + p e^(a s)) - ln(1 - q + q e^(a s0))] / a (q, s0: chance and cost of a false sanction).
    `crra`: u(c) = c^(1 - a)/(1 - a) over `wealth`, ln c at a = 1; a consumption of zero or less complies.
    Pratt, Econometrica 32 (1964) 122; Polinsky and Shavell, Journal of Public Economics 81 (2001) for fines.
    """

    meaning: ClassVar[str] = "Weighs the risk of being caught as well as the average loss."
    uses: ClassVar[frozenset[str]] = frozenset()
    monotone: ClassVar[bool] = True
    vectorised: ClassVar[bool] = True

    form: Literal["cara", "crra"] = quantity(
        "Form of the utility", "Constant absolute (cara) or constant relative (crra) risk aversion.", default="cara"
    )
    coefficient: Real = quantity(
        "Risk aversion", "Coefficient of risk aversion; negative loves risk.", "per unit of money (cara), none (crra)"
    )

    @classmethod
    def needs(cls, parameters: dict[str, Any]) -> tuple[str, ...]:
        return ("wealth",) if parameters["form"] == "crra" else ()

    def advantage(self, now: Situation) -> Floats:
        return self._cara(now) if self.form == "cara" else self._crra(now)

    def _cara(self, now: Situation) -> Floats:
        guilty = _cara_equivalent(self.coefficient, now.detection, now.sanction)
        innocent = _cara_equivalent(self.coefficient, now.false_detection, now.false_sanction)
        return now.gain - (guilty - innocent)

    def _crra(self, now: Situation) -> Floats:
        wealth = present(now.wealth)
        free, caught = wealth + now.gain, wealth + now.gain - now.sanction
        falsely = wealth - now.false_sanction
        ruin = ((now.detection < 1) & (free <= 0)) | ((now.detection > 0) & (caught <= 0))
        ruin = ruin | (wealth <= 0) | ((now.false_detection > 0) & (falsely <= 0))
        # What cannot happen has no say in what utilities are measured by.
        caught, free = np.where(now.detection > 0, caught, free), np.where(now.detection < 1, free, caught)
        falsely = np.where(now.false_detection > 0, falsely, wealth)
        # Together, since powers of arrays of different shapes are rounded differently, which would break ties.
        together = np.stack(np.broadcast_arrays(caught, free, falsely, wealth))
        caught, free, falsely, kept = _crra(self.coefficient, together)
        violating = _expected(now.detection, caught, free)
        complying = _expected(now.false_detection, falsely, kept)
        return np.where(ruin, -np.inf, violating - complying)


def _cara_equivalent(coefficient: Number, probability: Floats, loss: Floats) -> Floats:
    """Certainty equivalent of losing `loss` with `probability`: ln(1 - p + p e^(a s)) / a, p s at a = 0."""
    flat = coefficient == 0
    slope = np.where(flat, 1.0, coefficient)
    exponent = slope * loss
    with np.errstate(divide="ignore"):  # ln 0 = -inf is the right limit at p = 0 and p = 1
        far = np.logaddexp(np.log1p(-probability), np.log(probability) + exponent)
        # Exactly zero for a loss of zero, so that rounding breaks no tie.
        near = np.log1p(probability * np.expm1(np.clip(exponent, -_NEAR, _NEAR)))
    curved = np.where(np.abs(exponent) < _NEAR, near, far) / slope
    return np.where(flat, probability * loss, curved)


def _crra(coefficient: Number, consumption: Values) -> Values:
    """u(c) for c > 0; anything at or below zero is set to 1, since the caller rules it out."""
    possible = np.where(consumption > 0, consumption, 1.0)
    log = coefficient == 1
    power = np.where(log, 0.5, 1.0 - coefficient)
    # Utility that is too large for a number is measured by the consumption for which it is largest, which leaves its
    # order: at the tops by the most, at the bottoms by the least of them.
    steep = np.abs(power) * np.abs(np.log(possible)).max(axis=0) > _STEEP
    scale = np.where(power > 0, possible.max(axis=0), possible.min(axis=0))
    return np.where(log, np.log(possible), (possible / np.where(steep, scale, 1.0)) ** power / power)


def _expected(probability: Floats, if_so: Floats, otherwise: Floats) -> Floats:
    return probability * if_so + (1.0 - probability) * otherwise
