"""A belief that nothing moves."""

from __future__ import annotations

from typing import ClassVar, Literal

from oversight.actors.beliefs.belief import Belief, PublicHistory
from oversight.arrays import Column, Floats, Number, Values
from oversight.quantities import Probability, quantity


class FixedBelief(Belief):
    """Always `value`."""

    reads_announced: ClassVar[bool] = False

    kind: Literal["fixed"] = "fixed"
    value: Probability = quantity("Perceived detection", "The belief, whatever happens.", "probability")

    def limit(self, delivered: Column) -> Number:
        return self.value

    def perceived(self, state: Values | None, announced: Floats, history: PublicHistory) -> Number:
        return self.value
