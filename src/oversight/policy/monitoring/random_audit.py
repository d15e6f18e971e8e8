"""Each actor is inspected independently with the same probability."""

from __future__ import annotations

from typing import ClassVar, Literal

from oversight.policy.chances import Chances, State
from oversight.policy.monitoring.monitoring import PaidByInspection
from oversight.quantities import Probability, quantity


class RandomAudit(PaidByInspection):
    """Random audits: every active actor is inspected with probability `rate`, independently."""

    meaning: ClassVar[str] = "Each actor is inspected at random, with the same probability."
    reads: ClassVar[frozenset[str]] = frozenset()
    continuous: ClassVar[bool] = True

    kind: Literal["random_audit"] = "random_audit"
    rate: Probability = quantity(
        "Inspection rate", "Probability that an actor is inspected in a period.", "probability per period"
    )

    def chances(self, state: State) -> Chances:
        return Chances(self.rate, self.rate)
