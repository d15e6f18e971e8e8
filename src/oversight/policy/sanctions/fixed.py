"""One amount for everyone."""

from __future__ import annotations

from typing import ClassVar, Literal

from oversight.arrays import Number
from oversight.policy.sanctions.sanction import Offence, Sanction
from oversight.quantities import Money, quantity


class Fixed(Sanction):
    """A fixed fine."""

    title: ClassVar[str] = "fixed fine"
    meaning: ClassVar[str] = "Everyone who is caught pays the same fine."
    reads: ClassVar[frozenset[str]] = frozenset()
    linear: ClassVar[bool] = True

    kind: Literal["fixed"] = "fixed"
    amount: Money = quantity("Fine", "What a flagged actor pays.", "money")

    def schedule(self, offence: Offence) -> Number:
        return self.amount
