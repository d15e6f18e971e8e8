"""Fine-tuning as it goes, step by step."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from oversight.actors.actor import Actor
from oversight.actors.situation import Experience, Situation
from oversight.arrays import Flags, logistic
from oversight.quantities import NonNegative, Positive, Real, quantity


class PolicyGradient(Actor):
    """Policy gradient: the log-odds o of violating move along the gradient of x A - t KL(x | x0), x being their chance.

    A = g - p s is what violating was worth beyond complying at the belief held, x0 the chance that it starts at. A step
    is o' = o + rate (A - t (o - o0)) by the natural gradient, and x (1 - x) times as long by the vanilla one, which is
    the mean of REINFORCE. Williams, Machine Learning 8 (1992) 229; Kakade, Advances in Neural Information Processing
    Systems 14 (2001) 1531. Without `entropy` the natural gradient is Hedge, one step later.
    """

    meaning: ClassVar[str] = "Is fine-tuned by small steps on what its choices earn."
    uses: ClassVar[frozenset[str]] = frozenset({"draw"})
    monotone: ClassVar[bool] = True
    vectorised: ClassVar[bool] = True
    records: ClassVar[tuple[str, ...]] = ("log_odds",)

    rate: Positive = quantity("Learning rate", "Length of a step.", "per unit of money", default=0.1)
    method: Literal["natural", "vanilla"] = quantity(
        "Method", "Whether steps are as long near certainty as elsewhere, or shrink there.", default="natural"
    )
    entropy: NonNegative = quantity(
        "Temperature",
        "What a nat of divergence from the policy that it starts from counts.",
        "money per nat",
        default=0.0,
    )
    start: Annotated[Real, Field(gt=0, lt=1)] = quantity(
        "Initial violation rate", "Probability of violating before any step.", "probability", default=0.5
    )

    def begin(self) -> None:
        self._start = np.zeros(self.shape) + np.log(self.start) - np.log1p(-self.start)
        self.log_odds = self._start

    def violates(self, now: Situation) -> Flags:
        return now.draw < logistic(self.log_odds)

    def learn(self, seen: Experience) -> None:
        slope = seen.advantage - self.entropy * (self.log_odds - self._start)
        if self.method == "vanilla":
            chance = logistic(self.log_odds)
            slope = slope * chance * (1.0 - chance)
        self.log_odds = self.log_odds + self.rate * slope * seen.active
