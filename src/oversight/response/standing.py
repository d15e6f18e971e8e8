"""What stands when violators are inspected at a given rate: everyone's response, records, suspensions, costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from oversight.arrays import Column, Floats, arrayed
from oversight.policy import Chances, State
from oversight.response.records import Law, stationary
from oversight.response.share import Facing, Responder
from oversight.scenario import Entry
from oversight.scenario.stacked import Scenarios

_DECISIONS = 4_000_000
"""Decisions that are asked for at a time, at most."""

Shares = list[Floats]
"""For each entry, the share of active members that violates by record, (rows, records)."""


@dataclass(slots=True, kw_only=True)
class Standing:
    """The population when each entry violates as it does; shares of the whole population are (rows, 1)."""

    shares: Shares
    laws: list[Law]
    violations: Column
    active: Column

    def rates(self) -> list[Column]:
        """Misconduct rate of each entry, (rows, 1)."""
        return [np.minimum(_mean(law, share), 1.0) for law, share in zip(self.laws, self.shares, strict=True)]


def inspections(scenarios: Scenarios, rate: Column, record: int) -> Chances:
    """Chances of inspection at a record when violators are inspected at `rate` (ignored where the policy fixes it)."""
    monitoring = scenarios.policy.monitoring
    if monitoring.responsive:
        found = monitoring.counterpart(rate)
        assert found is not None, "a rule without a counterpart is not covered"
        return found
    everyone = np.full((1, 1), float(scenarios.size))
    return monitoring.chances(State(everyone, everyone, scenarios.size, np.full((1, 1), float(record)), rate=rate))


def sanctions(scenarios: Scenarios, rate: Column) -> list[Chances]:
    """Chances of a sanction at each record."""
    detector = scenarios.policy.detector
    found = []
    for record in range(scenarios.policy.records):
        chance = inspections(scenarios, rate, record)
        found.append(Chances(chance.violating * detector.sensitivity, chance.complying * detector.false_positive_rate))
    return found


def responses(scenarios: Scenarios, rate: Column, fine: bool = True) -> Shares:
    """What each entry does when violators are inspected at `rate`, (rows, 1)."""
    parts = [_responses(part, at, fine) for part, at in in_parts(scenarios, rate)]
    return parts[0] if len(parts) == 1 else [np.concatenate(entry) for entry in zip(*parts, strict=True)]


def in_parts(scenarios: Scenarios, rate: Column) -> Iterator[tuple[Scenarios, Column]]:
    """The rows of scenarios and rates, as many at a time as fit into memory with room to spare."""
    rows = max(scenarios.rows, len(rate))
    widest = max(Responder(entry, scenarios.policy).width for entry in scenarios.entries)
    most = max(1, _DECISIONS // widest)
    if rows <= most:
        yield scenarios, rate
        return
    for first in range(0, rows, most):
        part = np.arange(first, min(first + most, rows))
        yield (
            scenarios.take(part) if scenarios.rows > 1 else scenarios,
            rate[part] if len(rate) > 1 else rate,
        )


def _responses(scenarios: Scenarios, rate: Column, fine: bool) -> Shares:
    rows = max(scenarios.rows, len(rate))
    chances = sanctions(scenarios, rate)
    return [
        np.concatenate(
            [
                np.broadcast_to(responder.share(facing(entry, chances, record), rows, fine), (rows, 1))
                for record in range(len(chances))
            ],
            axis=1,
        )
        for entry in scenarios.entries
        for responder in [Responder(entry, scenarios.policy)]
    ]


def facing(entry: Entry, chances: list[Chances], record: int) -> Facing:
    """What members of an entry face at a record, once their belief has come to rest."""
    here = chances[record]
    settled = entry.belief.limit(arrayed(here.violating))
    # Only a leader asks of beliefs that never settle: it takes those who hold them to come to know the truth.
    believed = here.violating if settled is None else settled
    # One that does not trust what is announced takes its own chance for that of every record.
    held = chances if entry.belief.trusts else [Chances(believed, chance.complying) for chance in chances]
    return Facing(
        perceived=np.atleast_2d(believed), false_detection=np.atleast_2d(here.complying), record=record, chances=held
    )


def standing(scenarios: Scenarios, rate: Column, shares: Shares) -> Standing:
    """The population in the long run when violators are inspected at `rate` and entries violate at `shares`."""
    sanction = scenarios.policy.sanction
    chances = sanctions(scenarios, rate)
    laws = []
    for share in shares:
        by_record = [
            share[:, r : r + 1] * chance.violating + (1 - share[:, r : r + 1]) * chance.complying
            for r, chance in enumerate(chances)
        ]
        chance = np.concatenate(np.broadcast_arrays(*by_record), axis=1)
        laws.append(stationary(chance, sanction.record_lifetime, sanction.suspension))
    weights = scenarios.weights
    active = [weight * law.active for weight, law in zip(weights, laws, strict=True)]
    violations = [part * _mean(law, share) for part, law, share in zip(active, laws, shares, strict=True)]
    return Standing(shares=shares, laws=laws, violations=_sum(violations), active=_sum(active))


def state(scenarios: Scenarios, stands: Standing, rate: Column) -> State:
    """The public state, in counts."""
    size = scenarios.size
    return State(stands.violations * size, stands.active * size, size, np.zeros((1, 1)), rate=rate)


def _mean(law: Law, share: Floats) -> Column:
    return (law.records * share).sum(axis=1, keepdims=True)


def _sum(parts: list[Column]) -> Column:
    total: Column = np.add.reduce(np.stack(np.broadcast_arrays(*parts)), axis=0)
    return total
