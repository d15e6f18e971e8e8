"""What the members of a population entry have before them, for a class that looks ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from oversight.arrays import Number, arrayed, columns_of
from oversight.foresight import Prospects, prospects_of
from oversight.policy import Chances, Policy, State
from oversight.simulation.customers import Leaving
from oversight.simulation.population import Group
from oversight.simulation.records import Records


class Foresight:
    """Makes a group's prospects, anew only in a period in which the chances have changed."""

    def __init__(self, policy: Policy, group: Group):
        self.policy = policy
        self.group = group
        self.chances: list[Sequence[Number]] = []
        self.made: Prospects | None = None

    def prospects(
        self, known: State, records: Records | None, period: int, leaving: Leaving | None = None
    ) -> Prospects:
        """The members' prospects at the start of a period, given the last one's state."""
        chances, flagged = self._chances(known)
        if self.made is None or not _same([*chances, *flagged], self.chances):
            group = self.group
            self.made = prospects_of(
                self.policy.sanction,
                group.gains,
                group.entry.harm,
                chances,
                group.wealth,
                group.turnover,
                group.entry.income,
                group.entry.options,
                flagged,
                group.entry.felt(self.policy.training),
                self.policy.customers(group.entry.income),
            )
            self.chances = [*chances, *flagged]
        losing = leaving.left[:, self.group.columns] if self.policy.restarts and leaving else 0
        if records is None or not self.policy.reads_record:
            return self.made.at(0, period, losing)
        standing = records.standing if self.made.lifetime is None else records.history(self.made.lifetime)
        return self.made.at(standing[:, self.group.columns].astype(np.intp), period, losing)

    def _chances(self, known: State) -> tuple[list[Chances], list[list[Number]]]:
        """By record, and by record and option: those announced, or the belief that members hold at any record."""
        # Whether records matter must not depend on the other runs of the batch.
        classes = range(max(2, self.policy.records) if self.policy.reads_record else 1)
        states = [replace(known, record=np.full((1, 1), float(record))) for record in classes]
        columns, options = self.group.columns, self.group.entry.options
        mine = [
            Chances(*(columns_of(arrayed(chance), columns) for chance in self.policy.detection_probability(state)))
            for state in states
        ]
        if self.group.entry.belief.trusts:
            return mine, [
                [columns_of(arrayed(self.policy.flagging(state, option.act)), columns) for option in options]
                for state in states
            ]
        held = np.array(self.group.perceived)  # a copy: some beliefs are moved in place
        return [Chances(held, chance.complying) for chance in mine], [[held for _ in options] for _ in states]


def _same(chances: Sequence[Sequence[Number]], others: Sequence[Sequence[Number]]) -> bool:
    return all(
        np.array_equal(one, other)
        for chance, known in zip(chances, others, strict=True)
        for one, other in zip(chance, known, strict=True)
    )
