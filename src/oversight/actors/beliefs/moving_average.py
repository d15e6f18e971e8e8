"""Learning from one's own violations, the latest counting most."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from oversight.actors.beliefs.belief import Belief, PublicHistory
from oversight.arrays import Array
from oversight.quantities import Probability, quantity


class MovingAverage(Belief):
    """p += rate (caught - p) after each own violation. It stops learning once deterred."""

    reads_announced: ClassVar[bool] = False

    kind: Literal["moving_average"] = "moving_average"
    start: Probability = quantity("Initial belief", "Perceived detection before any experience.", "probability")
    rate: Annotated[float, Field(gt=0, le=1)] = quantity("Learning rate", "Weight of the latest experience.", "share")

    def begin(self, shape: tuple[int, int]) -> Array:
        return np.zeros(shape) + self.start

    def perceived(self, state: Array, announced: Array, history: PublicHistory) -> Array:
        return state

    def learn(self, state: Array, violated: Array, caught: Array) -> Array:
        step = caught - state
        step *= violated
        step *= self.rate
        step += state
        return step
