"""Learning from one's own violations, the latest counting most."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from oversight.actors.beliefs.belief import Belief, PublicHistory
from oversight.arrays import Flags, Floats, Values, present
from oversight.quantities import PositiveShare, Probability, quantity


class MovingAverage(Belief):
    """p += rate (caught - p) after each own violation. It stops learning once deterred."""

    reads_announced: ClassVar[bool] = False

    kind: Literal["moving_average"] = "moving_average"
    start: Probability = quantity("Initial belief", "Perceived detection before any experience.", "probability")
    rate: PositiveShare = quantity("Learning rate", "Weight of the latest experience.", "share")

    def begin(self, shape: tuple[int, int]) -> Values:
        return np.zeros(shape) + self.start

    def perceived(self, state: Values | None, announced: Floats, history: PublicHistory) -> Values:
        return present(state)

    def learn(self, state: Values | None, violated: Flags, caught: Flags) -> Values:
        held = present(state)
        step = caught - held
        step *= violated
        step *= self.rate
        step += held
        return step
