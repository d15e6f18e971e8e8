"""Learning from one's own violations, all counting the same."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from oversight.actors.beliefs.belief import Belief, PublicHistory
from oversight.arrays import Array
from oversight.quantities import Positive, quantity


class OwnExperience(Belief):
    """Mean of a Beta distribution: (prior_caught + caught) / (all priors + own violations).

    It stops learning once deterred.
    """

    reads_announced: ClassVar[bool] = False

    kind: Literal["own_experience"] = "own_experience"
    prior_caught: Positive = quantity("Prior caught", "Pseudo-count of caught violations.", "violations")
    prior_missed: Positive = quantity("Prior missed", "Pseudo-count of violations that went uncaught.", "violations")

    def begin(self, shape: tuple[int, int]) -> Array:
        return np.stack([np.zeros(shape) + self.prior_caught, np.zeros(shape) + self.prior_missed])

    def perceived(self, state: Array, announced: Array, history: PublicHistory) -> Array:
        return state[0] / (state[0] + state[1])

    def learn(self, state: Array, violated: Array, caught: Array) -> Array:
        state[0] += caught
        state[1] += violated ^ caught
        return state  # `perceived` returned none of it
