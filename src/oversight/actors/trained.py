"""A fine-tuned model."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from oversight.actors.actor import Actor
from oversight.actors.situation import Situation
from oversight.arrays import Floats, logistic
from oversight.quantities import Positive, quantity


class Trained(Actor):
    """Takes an option with probability in proportion to b exp((g + w . v - p s) / t): the policy that RLHF ends at.

    b is the option's `base` weight, its probability in the reference model; complying has one too. No choice has a
    higher expected payoff, less t times the Kullback-Leibler divergence from that model. Ziegler et al.,
    arXiv:1909.08593; Korbak, Perez and Buckley, arXiv:2205.11275.
    """

    meaning: ClassVar[str] = "Is fine-tuned on what it is paid and on values, near a reference model."
    uses: ClassVar[frozenset[str]] = frozenset({"draw", "base"})
    monotone: ClassVar[bool] = True
    vectorised: ClassVar[bool] = True

    temperature: Positive = quantity(
        "Temperature", "What a nat of divergence from the reference model counts in training.", "money per nat"
    )

    @classmethod
    def precision_of(cls, parameters: dict[str, Any]) -> Any:
        return 1.0 / parameters["temperature"]

    def advantage(self, now: Situation) -> Floats:
        return now.gain - now.expected_sanction

    def probability(self, now: Situation) -> Floats:
        return logistic(np.log(now.base) + self.advantage(now) / self.temperature)
