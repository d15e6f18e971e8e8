"""The benchmark that no policy moves."""

from __future__ import annotations

from typing import ClassVar

from oversight.actors.actor import Actor
from oversight.actors.situation import Situation
from oversight.arrays import Number
from oversight.quantities import Probability, quantity


class Unconditional(Actor):
    """Violates with probability `rate`, whatever the policy: an error rate, or an attacker's schedule.

    AI control plans for such an attacker: Greenblatt et al., arXiv:2312.06942 (2023).
    """

    meaning: ClassVar[str] = "Violates at a fixed rate, whatever the policy."
    uses: ClassVar[frozenset[str]] = frozenset({"draw"})
    monotone: ClassVar[bool] = True
    vectorised: ClassVar[bool] = True

    rate: Probability = quantity("Violation rate", "Probability of violating an opportunity.", "probability")
    option: str = quantity("Option", "Name of the option that it takes, where there are several.", default="")

    def probability(self, now: Situation) -> Number:
        return self.rate
