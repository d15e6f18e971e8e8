"""Customers who leave: what a violation costs an actor beside any sanction."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from oversight.arrays import Number
from oversight.foresight import Customers
from oversight.quantities import PositiveCount, Probability, Section, Share, quantity


class Market(Section):
    """Users who notice a violation, whoever inspects, and take a part of their custom elsewhere for some periods.

    The idea is that of Klein and Leffler, Journal of Political Economy 89 (1981) 615: custom that may be lost is the
    sanction. What customers take elsewhere is not lost to society.
    """

    meaning: ClassVar[str] = "Users who notice a violation take their custom elsewhere for a while."

    notice: Probability = quantity(
        "Noticed", "Chance that users notice a violation, independent of inspections.", "probability"
    )
    share_lost: Share = quantity("Share of income lost", "Of an actor's `income`, in each period.", "share")
    periods: Annotated[PositiveCount, Field(le=1_000)] = quantity(
        "Periods", "For how long customers stay away, from the next period on.", "periods"
    )
    losses: Literal["add", "restart"] = quantity(
        "Losses",
        "Whether each noticed violation starts a loss of its own (`add`), or starts the one loss anew (`restart`).",
        default="add",
    )

    @property
    def restarts(self) -> bool:
        """Whether there is one loss, which a new notice starts anew."""
        return self.losses == "restart"

    def customers(self, income: Number) -> Customers:
        """The customers of an actor with this income, in money per period."""
        return Customers(self.notice, self.share_lost * income, self.periods, self.restarts)
