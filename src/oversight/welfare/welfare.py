"""The seam of welfare: what outcomes are worth to society."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import reduce
from inspect import cleandoc
from operator import add
from typing import Any

import numpy as np

from oversight.arrays import Column, Number
from oversight.documents.schema import kind_of
from oversight.quantities import Section
from oversight.welfare.accounts import ITEMS, Accounts, Item


class Welfare(Section):
    """What an outcome costs society. One that is no `WeightedSum` is simulated, and theory does not cover its costs.

    Numbers among its keys are (runs, 1) arrays, so that design points may differ by them.
    """

    # A mapping among the keys has no hash of its own.
    def __hash__(self) -> int:
        return hash((type(self), repr(self)))

    @abstractmethod
    def cost(self, accounts: Accounts) -> Column:
        """Social cost (runs, 1), in money per actor and period, as the accounts are, of a whole run."""

    def mean_cost(self, sums: Accounts, number: float) -> Column:
        """Social cost per actor and period, (runs, 1), from sums over that `number` of actors and periods."""
        return self.cost(sums.per(number))

    def by_entry(self, labels: Sequence[str]) -> bool:
        """Whether it takes the accounts of each entry, rather than those of all of them."""
        return True

    def refuses(self, labels: Sequence[str]) -> tuple[str, str] | None:
        """A key, and what is wrong with it where the population entries have these labels; None if nothing is."""
        return None

    def told(self, swept: Mapping[str, str]) -> str:
        """What it is, for readers; `swept` has the values of its keys that are swept, in words."""
        first = cleandoc(type(self).__doc__ or "").partition("\n")[0].rstrip(".")
        return first or f"By kind {kind_of(type(self))}"


class WeightedSum(Welfare):
    """A weight for each account and entry: all costs, less gains. Theory covers it."""

    @abstractmethod
    def weight(self, item: Item, label: str) -> Number:
        """What money in this account of this population entry counts for, a number or (runs, 1); gains lower cost."""

    def oversight_weight(self) -> Number:
        """What money spent on oversight counts for, a number or (runs, 1)."""
        return 1.0

    def __init_subclass__(cls, **given: Any) -> None:
        super().__init_subclass__(**given)
        if cls.cost is not WeightedSum.cost:
            raise TypeError(f"{cls.__name__}.cost is no weighted sum: subclass Welfare, or write `weight` alone")

    def cost(self, accounts: Accounts) -> Column:
        """Weighted harm - weighted gain + weighted costs of oversight, sanctions and suspensions."""
        return (
            self._sum(accounts, "harm")
            - self._sum(accounts, "gain")
            + self.oversight_weight() * accounts.oversight_cost
            + self._sum(accounts, "sanction_cost")
            + self._sum(accounts, "value_lost")
        )

    def mean_cost(self, sums: Accounts, number: float) -> Column:
        # The same, but for rounding: sums of many design points come out alike.
        return self.cost(sums) / number

    def by_entry(self, labels: Sequence[str]) -> bool:
        first, *others = labels
        return any(np.any(self.weight(item, first) != self.weight(item, label)) for label in others for item in ITEMS)

    def _sum(self, accounts: Accounts, item: Item) -> Column:
        parts = [
            _weighted(self.weight(item, label), getattr(account, item)) for label, account in accounts.entries.items()
        ]
        return reduce(add, parts)


def _weighted(weight: Number, amount: Column) -> Column:
    """Weight x amount: nothing at a weight of zero, infinite means included."""
    counts = np.not_equal(weight, 0)
    return np.where(counts, weight * np.where(counts, amount, 0.0), 0.0)
