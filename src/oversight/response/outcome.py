"""What a standing population comes to: rates, and amounts per actor and period."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from oversight.actors.faults import faults_of
from oversight.arrays import Array
from oversight.errors import KindError
from oversight.response.share import Responder, Taken
from oversight.response.standing import Standing, facing, in_parts, inspections, sanctions, state
from oversight.scenario.stacked import Scenarios
from oversight.welfare import Account, Accounts, no_account


@dataclass(slots=True)
class Outcome:
    """Rates are per active actor, amounts per actor and period, as the measures of a simulation; (rows, 1) each."""

    misconduct_rate: Array
    misconduct_rates: list[Array]
    detection_probability: Array
    inspection_rate: Array
    false_sanction_rate: Array
    active_share: Array
    gain: Array
    harm: Array
    oversight_cost: Array
    value_lost: Array
    social_cost: Array


Deeds = list[list[Taken]]
"""What each entry makes of its opportunities at each record."""


def deeds(scenarios: Scenarios, rate: Array) -> Deeds:
    """The opportunities taken, with gains and harms, when violators are inspected at `rate`, (rows, 1)."""
    parts = [_deeds(part, at) for part, at in in_parts(scenarios, rate)]
    if len(parts) == 1:
        return parts[0]
    return [
        [
            Taken(*(np.concatenate([getattr(deed, item.name) for deed in same]) for item in fields(Taken)))
            for same in zip(*entries, strict=True)
        ]
        for entries in zip(*parts, strict=True)
    ]


def _deeds(scenarios: Scenarios, rate: Array) -> Deeds:
    rows = max(scenarios.rows, len(rate))
    chances = sanctions(scenarios, rate)
    return [
        [
            Responder(entry, scenarios.policy).taken(facing(entry, chances, record), rows)
            for record in range(len(chances))
        ]
        for entry in scenarios.entries
    ]


def mixed(below: Deeds, above: Deeds, part: Array) -> Deeds:
    """A `part` of the indifferent do as those `above`."""

    def between(b: Array, a: Array) -> Array:
        return b + part * (a - b)

    return [
        [
            Taken(between(b.share, a.share), between(b.gain, a.gain), between(b.harm, a.harm))
            for b, a in zip(below_entry, above_entry, strict=True)
        ]
        for below_entry, above_entry in zip(below, above, strict=True)
    ]


def outcome(scenarios: Scenarios, rate: Array, stands: Standing, done: Deeds) -> Outcome:
    """The measures when `stands` stands, violators are inspected at `rate`, and opportunities are taken as `done`."""
    policy = scenarios.policy
    detector, sanction = policy.detector, policy.sanction
    chances = sanctions(scenarios, rate)
    inspected = [inspections(scenarios, rate, record) for record in range(policy.records)]
    false = looks = np.zeros((1, 1))
    every, accounts = no_account(1), {}
    for weight, entry, law, taken in zip(scenarios.weights, scenarios.entries, stands.laws, done, strict=True):
        gain = harm = sanctioned = np.zeros((1, 1))
        for record, deed in enumerate(taken):
            present = weight * law.active * law.records[:, record : record + 1]
            chance, look = chances[record], inspected[record]
            gain = gain + present * deed.gain
            harm = harm + present * deed.harm * (1 - detector.harm_averted * chance.violating)
            innocent = present * (1 - deed.share) * chance.complying
            sanctioned = sanctioned + present * deed.share * chance.violating + innocent
            false = false + innocent
            looks = looks + present * (deed.share * look.violating + (1 - deed.share) * look.complying)
        idle = weight * entry.value * (1 - law.active)
        accounts[entry.label] = Account(harm, gain, sanction.cost_per_sanction * sanctioned, idle)
        every.add(accounts[entry.label])
    known = state(scenarios, stands, rate)
    oversight_cost = policy.monitoring.cost(looks * scenarios.size, known, known) / scenarios.size
    violations, active = stands.violations, stands.active
    compliant = active - violations
    return Outcome(
        violations / active,
        stands.rates(),
        _detection(scenarios, rate, stands),
        looks / active,
        np.where(compliant > 0, false / np.where(compliant > 0, compliant, 1), np.nan),
        active,
        every.gain,
        every.harm,
        oversight_cost,
        every.value_lost,
        social_cost(scenarios, Accounts(accounts, oversight_cost)),
    )


def social_cost(scenarios: Scenarios, accounts: Accounts) -> Array:
    """Social cost per actor and period, as the accounts are, (rows, 1).

    Raises:
        KindError: a class of one's own raised.
    """
    with faults_of(type(scenarios.welfare), KindError):
        return scenarios.welfare.cost(accounts)


def _detection(scenarios: Scenarios, rate: Array, stands: Standing) -> Array:
    """The chance that an active actor's violation is caught, a mean over records and entries."""
    total = np.zeros((1, 1))
    for record, chance in enumerate(sanctions(scenarios, rate)):
        for weight, law in zip(scenarios.weights, stands.laws, strict=True):
            total = total + weight * law.active * law.records[:, record : record + 1] * chance.violating
    return total / stands.active
