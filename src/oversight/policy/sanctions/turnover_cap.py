"""The form of the EU AI Act: a sum or a share of turnover."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from oversight.arrays import Number, present
from oversight.policy.sanctions.sanction import Offence, Sanction
from oversight.quantities import Money, Share, quantity


class TurnoverCap(Sanction):
    """share_of_maximum x max or min(amount, share x turnover). Statutes set maxima, not fines."""

    title: ClassVar[str] = "share of a statutory maximum"
    meaning: ClassVar[str] = "The fine is a share of a statutory maximum: a sum of money or a share of turnover."
    reads: ClassVar[frozenset[str]] = frozenset({"turnover"})
    linear: ClassVar[bool] = True
    needs: ClassVar[frozenset[str]] = frozenset({"turnover"})

    kind: Literal["turnover_cap"] = "turnover_cap"
    amount: Money = quantity("Sum", "The statute's sum of money.", "money")
    share: Share = quantity(
        "Share of turnover", "The statute's share of the actor's turnover in a year.", "share of turnover"
    )
    rule: Literal["greater", "lesser"] = quantity(
        "Rule", "Whether the greater or the lesser of the two is the maximum.", default="greater"
    )
    share_of_maximum: Share = quantity(
        "Share of the maximum",
        "What is imposed, as a share of the statutory maximum.",
        "share of the maximum",
        default=1.0,
    )

    def suits(self, trait: str) -> float | None:
        """The turnover at which both maxima are the same."""
        return self.amount / self.share if trait == "turnover" and self.share > 0 and self.amount > 0 else None

    def schedule(self, offence: Offence) -> Number:
        either = np.maximum if self.rule == "greater" else np.minimum
        return self.share_of_maximum * either(self.amount, self.share * np.maximum(present(offence.turnover), 0.0))
