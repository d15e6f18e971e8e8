"""Actors who care what others do."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from oversight.actors.actor import Actor
from oversight.actors.situation import Situation
from oversight.arrays import Floats, logistic
from oversight.quantities import NonNegative, quantity


class Conformist(Actor):
    """What violating is worth beyond complying: g - p s + weight (2 n - 1), where the share n of its neighbours did.

    With `base: rational` it violates iff that is positive; with `base: quantal`, where that is u, with probability
    1 / (1 + exp(-precision u)). An example that half of them set moves nobody. An option that is no violation has no
    weight. Brock and Durlauf, Review of Economic Studies 68 (2001) 235.
    """

    meaning: ClassVar[str] = "Violates the rather, the more of its neighbours do (Brock and Durlauf 2001)."
    uses: ClassVar[frozenset[str]] = frozenset({"draw", "neighbours"})
    monotone: ClassVar[bool] = True
    vectorised: ClassVar[bool] = True

    weight: NonNegative = quantity("Weight", "Of the neighbours' example.", "money")
    base: Literal["rational", "quantal"] = quantity(
        "Base", "Whether it does what pays, or only the more often.", default="rational"
    )
    precision: NonNegative = quantity(
        "Precision", "How sharply choice follows the payoff difference; read by `base: quantal`.", "per unit of money",
        default=1.0,
    )  # fmt: skip

    @classmethod
    def by_chance(cls, parameters: dict[str, Any]) -> bool:
        return bool(parameters["base"] == "quantal")

    def advantage(self, now: Situation) -> Floats:
        own = now.gain - now.expected_sanction
        return own + np.where(now.violation, self.weight * (2.0 * now.neighbours - 1.0), 0.0)

    def probability(self, now: Situation) -> Floats:
        advantage = self.advantage(now)
        if self.base == "rational":
            return np.where(advantage > 0, 1.0, 0.0)
        return logistic(self.precision * advantage)
