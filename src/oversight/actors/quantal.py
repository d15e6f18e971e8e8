"""A noisy version of the rational offender."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oversight.actors.actor import Actor
from oversight.actors.situation import Situation
from oversight.arrays import Floats
from oversight.quantities import NonNegative, quantity


class Quantal(Actor):
    """Violates with probability 1 / (1 + exp(-precision (g - p s))).

    Logit quantal response: McKelvey and Palfrey, Games and Economic Behavior 10 (1995) 6. Of several options each is
    taken with probability b_j exp(precision u_j) / (1 + sum of all b exp(precision u)), where u_j = g_j - p_j s_j and b
    are the options' `base` weights.
    """

    meaning: ClassVar[str] = "Violates more often the more it pays, with some randomness."
    uses: ClassVar[frozenset[str]] = frozenset({"draw"})
    monotone: ClassVar[bool] = True
    vectorised: ClassVar[bool] = True

    precision: NonNegative = quantity(
        "Precision",
        "How sharply choice follows the payoff difference; 0 is a coin toss.",
        "per unit of money",
        default=1.0,
    )

    def advantage(self, now: Situation) -> Floats:
        return now.gain - now.expected_sanction

    def probability(self, now: Situation) -> Floats:
        with np.errstate(over="ignore"):  # exp(inf) gives the right limit, probability 0
            return 1.0 / (1.0 + np.exp(-self.precision * self.advantage(now)))
