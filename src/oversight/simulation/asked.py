"""What only some experiments ask of every period: accounts of each population entry, and measures of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from oversight.actors.faults import faults_of
from oversight.arrays import Flags, Floats, columns_of, count, present, read_only, weighted
from oversight.errors import KindError
from oversight.measures import Period, Totals
from oversight.measures.measure import Part, part_of, tried
from oversight.simulation.batch import Batch
from oversight.simulation.population import Group, joined
from oversight.welfare import Account

if TYPE_CHECKING:
    from oversight.simulation.engine import Engine


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
    """Asks a engine that has played a period; false where there is nothing to ask."""

    def __init__(self, stacked: Batch, groups: Sequence[Group]):
        self.measures = stacked.measures
        with faults_of(type(stacked.welfare), KindError):
            by_entry = stacked.welfare.by_entry(stacked.labels)
        # Costs of sanctions are added up period by period where a principal may move them.
        self.groups = groups if by_entry or stacked.governed is not None else ()
        self._tried = stacked.runs == 1

    def __bool__(self) -> bool:
        return bool(self.measures or self.groups)

    def answer(self, engine: Engine) -> Answers:
        """What the engine's last period comes to.

        Raises:
            KindError: a measure raised, or is none.
        """
        accounts = {group.entry.label: _account(engine, group) for group in self.groups}
        parts = self._parts(seen(engine)) if self.measures else {}
        governed = engine.governing.parts() if engine.governing is not None else {}
        return Answers(accounts, parts | governed)

    def _parts(self, period: Period) -> dict[str, Part]:
        parts = {}
        for measure in self.measures:
            with faults_of(type(measure), KindError):
                if not self._tried:
                    tried(measure, period)
                parts[measure.label] = part_of(measure, period)
        self._tried = True
        return parts


def seen(engine: Engine) -> Period:
    """The last period of a engine that has not yet learned from it."""
    shape = engine.violating.shape

    def full[T: (Floats, Flags)](array: T) -> T:
        # Contiguous, so that sums over a row round alike in any batch.
        return read_only(np.ascontiguousarray(np.broadcast_to(array, shape)))

    def optional(array: Floats | None) -> Floats | None:
        return None if array is None else full(array)

    paid = engine.paid(engine.taken)
    sums = [np.broadcast_to(getattr(engine.totals, item.name), (shape[0], 1)) for item in fields(Totals)]
    return Period(
        active=full(np.ones((1, 1), dtype=bool) if engine.played is None else engine.played),
        violating=full(engine.violating),
        inspected=full(engine.inspected),
        caught=full(engine.caught),
        sanctioned=full(engine.sanctioned),
        gain=full(engine.gain),
        harm=full(engine.harm),
        perceived=full(present(joined([group.perceived for group in engine.groups], engine.groups))),
        paid=full(paid),
        payoff=full(engine.gain * engine.acting - paid + engine.rewarded),
        record=optional(engine.record),
        wealth=optional(engine.wealth),
        turnover=optional(engine.turnover),
        columns={group.entry.label: group.columns for group in engine.groups},
        totals=Totals(*sums),
    )


def _account(engine: Engine, group: Group) -> Account:
    """What came of one population entry in the last period."""
    mine, policy = group.columns, engine.policy
    acting, caught = engine.acting[:, mine], engine.caught[:, mine]
    gain, harm = columns_of(engine.gain, mine), columns_of(engine.harm, mine)
    acted = count(acting)
    done = weighted(harm, acting, acted)
    if np.any(policy.detector.harm_averted):
        done = done - policy.detector.harm_averted * weighted(harm, caught, count(caught))
    if engine.accidents is not None:
        done = done + engine.accidents.harm(engine.sanctioned, policy.detector.harm_averted, mine)
    idle = np.zeros((1, 1)) if engine.played is None else group.members - count(engine.played[:, mine])
    return Account(
        harm=done,
        gain=weighted(gain, acting, acted),
        sanction_cost=policy.sanction.cost_per_sanction * count(engine.sanctioned[:, mine]),
        value_lost=group.entry.value * idle,
    )
