"""What a policy holds in store for an actor that looks ahead, at given chances of being caught."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from oversight.arrays import Array
from oversight.distributions import ProportionalHarm
from oversight.foresight.prospects import AtRecord, Prospects
from oversight.policy import Chances, Offence
from oversight.scenario import Entry


def prospects_of(
    sanction: Any, entry: Entry, chances: Sequence[Chances], wealth: Array = None, turnover: Array = None
) -> Prospects:
    """The prospects of actors with these chances of being sanctioned, one for each record 0, 1, ...

    The last of the `chances` stands for all longer records too: `policy.records` of them tell all apart. Chances,
    traits and the numbers of `sanction` and `entry` broadcast to (runs, members). `Prospects.at` puts actors at their
    records, or, where `Prospects.lifetime` is not None, at their histories.
    """
    amounts = [_linear(sanction, entry, record, wealth, turnover) for record in range(len(chances))]
    capped = {"wealth": np.maximum(wealth, 0.0)} if sanction.limited_liability else {}
    return Prospects(
        tuple(
            AtRecord(chance.violating, chance.complying, *amount, **capped)
            for chance, amount in zip(chances, amounts, strict=True)
        ),
        entry.gain,
        sanction.suspension,
        sanction.record_lifetime if len(chances) > 1 else None,
        sanction.reads_gain,
        sanction.forfeit_gain,
    )


def _linear(sanction: Any, entry: Entry, record: int, wealth: Array, turnover: Array) -> tuple[Array, Array]:
    """What the schedule takes at a gain of zero, and more for each unit of the gain."""

    def scheduled(gain: float) -> Array:
        one = np.full((1, 1), gain)
        if isinstance(entry.harm, ProportionalHarm):
            harm = entry.harm.factor * one
        else:
            harm = entry.harm.values(np.zeros((1, 1)))  # constant, wherever a sanction reads it
        return sanction.schedule(Offence(one, harm, np.full((1, 1), float(record)), wealth, turnover))

    amount = np.asarray(scheduled(0.0))
    return amount, scheduled(1.0) - amount
