"""What happened, as welfare accounts for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal, get_args

import numpy as np

from oversight.arrays import Column

Item = Literal["harm", "gain", "sanction_cost", "value_lost"]
"""What a population entry has an account of."""
ITEMS: tuple[Item, ...] = get_args(Item)


@dataclass(slots=True)
class Account:
    """What comes of one population entry, or of all of them, in money, (runs, 1) each."""

    harm: Column
    """Net of what was averted."""
    gain: Column
    sanction_cost: Column
    """What society spends on imposing sanctions."""
    value_lost: Column
    """Legitimate work that suspensions prevented."""

    def add(self, other: Account) -> None:
        """Add another's."""
        for item in fields(self):
            setattr(self, item.name, getattr(self, item.name) + getattr(other, item.name))


@dataclass(slots=True)
class Accounts:
    """The accounts of population entries by label, and the cost of oversight, which no entry has alone."""

    entries: Mapping[str, Account]
    oversight_cost: Column

    def per(self, number: float) -> Accounts:
        """Everything over a number, such as that of actors and periods."""
        entries = {
            label: Account(*(getattr(account, item.name) / number for item in fields(account)))
            for label, account in self.entries.items()
        }
        return Accounts(entries, self.oversight_cost / number)


def no_account(runs: int) -> Account:
    """Nothing at all."""
    return Account(*(np.zeros((runs, 1)) for _ in fields(Account)))
