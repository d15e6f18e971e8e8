"""With some randomness."""

from __future__ import annotations

from typing import ClassVar, Literal

from oversight.arrays import Column, Number, logistic
from oversight.policy.chances import Stance
from oversight.policy.monitoring.responses.response import Response
from oversight.quantities import NonNegative, quantity


class Logit(Response):
    """Inspects with probability 1 / (1 + exp(-precision n)), n the net benefit of an inspection.

    Logit quantal response: McKelvey and Palfrey, Games and Economic Behavior 10 (1995) 6.
    """

    gradual: ClassVar[bool] = True
    memoryless: ClassVar[bool] = True

    kind: Literal["logit"] = "logit"
    precision: NonNegative = quantity(
        "Precision of the overseer", "How sharply inspections follow their net benefit.", "per unit of money"
    )

    def begins(self, benefit: Column) -> Stance:
        return Stance(logistic(self.precision * benefit))

    def follows(self, stance: Stance, benefit: Column, adjustment: Number) -> Stance:
        return Stance(stance.rate + adjustment * (logistic(self.precision * benefit) - stance.rate))

    def rests_at(self, benefit: Column) -> Column:
        return logistic(self.precision * benefit)
