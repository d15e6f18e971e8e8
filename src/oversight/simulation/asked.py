"""What only some experiments ask of every period: accounts of each population entry, and measures of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from oversight.actors.faults import faults_of
from oversight.arrays import Array, columns_of, count, read_only, weighted
from oversight.errors import KindError
from oversight.measures import Period, Totals
from oversight.measures.measure import Part, part_of, tried
from oversight.simulation.batch import Batch
from oversight.simulation.population import Group, joined
from oversight.welfare import Account

if TYPE_CHECKING:
    from oversight.simulation.model import OversightModel


@dataclass(slots=True)
class Answers:
    """Of one period, or of several: accounts by population entry, and what measures come to by name."""

    accounts: dict[str, Account] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)

    def add(self, period: Answers) -> None:
        """Add a period's."""
        for label, account in period.accounts.items():
            if label in self.accounts:
                self.accounts[label].add(account)
            else:
                self.accounts[label] = replace(account)
        for name, part in period.parts.items():
            if name in self.parts:
                self.parts[name].add(part)
            else:
                self.parts[name] = replace(part)


class Asked:
    """Asks a model that has played a period; false where there is nothing to ask."""

    def __init__(self, stacked: Batch, groups: Sequence[Group]):
        self.measures = stacked.measures
        with faults_of(type(stacked.welfare), KindError):
            by_entry = stacked.welfare.by_entry(stacked.labels)
        self.groups = groups if by_entry else ()
        self._tried = stacked.runs == 1

    def __bool__(self) -> bool:
        return bool(self.measures or self.groups)

    def answer(self, model: OversightModel) -> Answers:
        """What the model's last period comes to.

        Raises:
            KindError: a measure raised, or is none.
        """
        accounts = {group.entry.label: _account(model, group) for group in self.groups}
        parts = self._parts(seen(model)) if self.measures else {}
        return Answers(accounts, parts)

    def _parts(self, period: Period) -> dict[str, Part]:
        parts = {}
        for measure in self.measures:
            with faults_of(type(measure), KindError):
                if not self._tried:
                    tried(measure, period)
                parts[measure.label] = part_of(measure, period)
        self._tried = True
        return parts


def seen(model: OversightModel) -> Period:
    """The last period of a model that has not yet learned from it."""
    shape = model.violating.shape

    def full(array: Array) -> Array:
        # Contiguous, so that sums over a row round alike in any batch.
        return read_only(np.ascontiguousarray(np.broadcast_to(array, shape)))

    def optional(array: Array | None) -> Array | None:
        return None if array is None else full(array)

    paid = np.where(model.violating, model.taken.violating, model.taken.complying) * model.sanctioned
    sums = [np.broadcast_to(getattr(model.totals, item.name), (shape[0], 1)) for item in fields(Totals)]
    return Period(
        active=full(np.True_ if model.played is None else model.played),
        violating=full(model.violating),
        inspected=full(model.inspected),
        caught=full(model.caught),
        sanctioned=full(model.sanctioned),
        gain=full(model.gain),
        harm=full(model.harm),
        perceived=full(joined([group.perceived for group in model.groups], model.groups)),
        paid=full(paid),
        payoff=full(model.gain * model.violating - paid),
        record=optional(model.record),
        wealth=optional(model.wealth),
        turnover=optional(model.turnover),
        columns={group.entry.label: group.columns for group in model.groups},
        totals=Totals(*sums),
    )


def _account(model: OversightModel, group: Group) -> Account:
    """What came of one population entry in the last period."""
    mine, policy = group.columns, model.policy
    violating, caught = model.violating[:, mine], model.caught[:, mine]
    gain, harm = columns_of(model.gain, mine), columns_of(model.harm, mine)
    violations = count(violating)
    done = weighted(harm, violating, violations)
    if np.any(policy.detector.harm_averted):
        done = done - policy.detector.harm_averted * weighted(harm, caught, count(caught))
    idle = np.zeros((1, 1)) if model.played is None else group.members - count(model.played[:, mine])
    return Account(
        harm=done,
        gain=weighted(gain, violating, violations),
        sanction_cost=policy.sanction.cost_per_sanction * count(model.sanctioned[:, mine]),
        value_lost=group.entry.value * idle,
    )
