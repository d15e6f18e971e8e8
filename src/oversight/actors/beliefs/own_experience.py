"""Learning from one's own violations, all counting the same."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from oversight.actors.beliefs.belief import Belief, PublicHistory
from oversight.arrays import Flags, Floats, Values, present
from oversight.quantities import Positive, quantity


class OwnExperience(Belief):
    """Mean of a Beta distribution: (prior_caught + caught) / (all priors + own violations).

    It stops learning once deterred.
    """

    reads_announced: ClassVar[bool] = False

    kind: Literal["own_experience"] = "own_experience"
    prior_caught: Positive = quantity("Prior caught", "Pseudo-count of caught violations.", "violations")
    prior_missed: Positive = quantity("Prior missed", "Pseudo-count of violations that went uncaught.", "violations")

    def begin(self, shape: tuple[int, int]) -> Values:
        return np.stack([np.zeros(shape) + self.prior_caught, np.zeros(shape) + self.prior_missed])

    def perceived(self, state: Values | None, announced: Floats, history: PublicHistory) -> Floats:
        caught, missed = present(state)
        mean: Floats = caught / (caught + missed)
        return mean

    def learn(self, state: Values | None, violated: Flags, caught: Flags) -> Values:
        held = present(state)
        held[0] += caught
        held[1] += violated ^ caught
        return held  # `perceived` returned none of it
