"""Cumulative prospect theory."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from oversight.actors.actor import Actor
from oversight.actors.situation import Situation
from oversight.arrays import Floats, Number
from oversight.quantities import NonNegative, Positive, Real, quantity

Curvature = Annotated[Positive, Field(le=2)]
Weighting = Annotated[Real, Field(ge=0.01, le=100)]


class Prospect(Actor):
    """Cumulative prospect theory: violates iff the prospect of violating is valued above that of complying.

    v(x) = x^a for gains and -l (-x)^b for losses; w(p) = p^c / (p^c + (1 - p)^c)^(1/c), with c for gains and d for
    losses. Defaults are the estimates of Tversky and Kahneman, Journal of Risk and Uncertainty 5 (1992) 297.
    """

    meaning: ClassVar[str] = "Weighs losses more than gains and distorts small chances (Tversky and Kahneman 1992)."
    uses: ClassVar[frozenset[str]] = frozenset()
    monotone: ClassVar[bool] = True
    vectorised: ClassVar[bool] = True

    gain_curvature: Curvature = quantity("Curvature for gains", "The exponent a.", default=0.88)
    loss_curvature: Curvature = quantity("Curvature for losses", "The exponent b.", default=0.88)
    loss_aversion: NonNegative = quantity("Loss aversion", "The factor l.", default=2.25)
    gain_weighting: Weighting = quantity("Probability weighting for gains", "The exponent c.", default=0.61)
    loss_weighting: Weighting = quantity("Probability weighting for losses", "The exponent d.", default=0.69)

    def advantage(self, now: Situation) -> Floats:
        better, worse = now.gain, now.gain - now.sanction
        p_better, p_worse = 1.0 - now.detection, now.detection
        both_gains = self._value(worse) + _weight(p_better, self.gain_weighting) * (
            self._value(better) - self._value(worse)
        )
        both_losses = self._value(better) + _weight(p_worse, self.loss_weighting) * (
            self._value(worse) - self._value(better)
        )
        mixed = _weight(p_better, self.gain_weighting) * self._value(better) + _weight(
            p_worse, self.loss_weighting
        ) * self._value(worse)
        violating = np.where(worse >= 0, both_gains, np.where(better < 0, both_losses, mixed))
        innocent = _weight(now.false_detection, self.loss_weighting) * self._value(-now.false_sanction)
        return violating - innocent

    def _value(self, x: Floats) -> Floats:
        gain = np.maximum(x, 0.0) ** self.gain_curvature
        loss = np.maximum(-x, 0.0) ** self.loss_curvature
        return gain - self.loss_aversion * loss


def _weight(probability: Floats, exponent: Number) -> Floats:
    powered = probability**exponent
    return powered / (powered + (1.0 - probability) ** exponent) ** (1.0 / exponent)
