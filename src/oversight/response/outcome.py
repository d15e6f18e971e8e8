"""What a standing population comes to: rates, and amounts per actor and period."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from oversight.actors.faults import faults_of
from oversight.arrays import Column, arrayed
from oversight.errors import KindError
from oversight.response.share import Responder, Taken
from oversight.response.standing import Standing, facing, in_parts, inspections, sanctions, state
from oversight.scenario.stacked import Scenarios
from oversight.welfare import Account, Accounts, no_account


@dataclass(slots=True, kw_only=True)
class Outcome:
    """Rates are per active actor, amounts per actor and period, as the measures of a simulation; (rows, 1) each."""

    misconduct_rate: Column
    misconduct_rates: list[Column]
    detection_probability: Column
    inspection_rate: Column
    false_sanction_rate: Column
    active_share: Column
    gain: Column
    harm: Column
    oversight_cost: Column
    value_lost: Column
    social_cost: Column


Deeds = list[list[Taken]]
"""What each entry makes of its opportunities at each record."""


def deeds(scenarios: Scenarios, rate: Column) -> Deeds:
    """The opportunities taken, with gains and harms, when violators are inspected at `rate`, (rows, 1)."""
    parts = [_deeds(part, at) for part, at in in_parts(scenarios, rate)]
    if len(parts) == 1:
        return parts[0]
    return [
        [
            Taken(**{f.name: np.concatenate([getattr(deed, f.name) for deed in same]) for f in fields(Taken)})
            for same in zip(*entries, strict=True)
        ]
        for entries in zip(*parts, strict=True)
    ]


def _deeds(scenarios: Scenarios, rate: Column) -> Deeds:
    rows = max(scenarios.rows, len(rate))
    chances = sanctions(scenarios, rate)
    return [
        [
            Responder(entry, scenarios.policy).taken(facing(entry, chances, record), rows)
            for record in range(len(chances))
        ]
        for entry in scenarios.entries
    ]


def mixed(below: Deeds, above: Deeds, part: Column) -> Deeds:
    """A `part` of the indifferent do as those `above`."""

    def between(b: Column, a: Column) -> Column:
        return b + part * (a - b)

    return [
        [
            Taken(share=between(b.share, a.share), gain=between(b.gain, a.gain), harm=between(b.harm, a.harm))
            for b, a in zip(below_entry, above_entry, strict=True)
        ]
        for below_entry, above_entry in zip(below, above, strict=True)
    ]


def outcome(scenarios: Scenarios, rate: Column, stands: Standing, done: Deeds) -> Outcome:
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
    oversight_cost = arrayed(policy.monitoring.cost(looks * scenarios.size, known, known)) / scenarios.size
    violations, active = stands.violations, stands.active
    compliant = active - violations
    return Outcome(
        misconduct_rate=np.minimum(violations / active, 1.0),
        misconduct_rates=stands.rates(),
        detection_probability=_detection(scenarios, rate, stands),
        inspection_rate=np.minimum(looks / active, 1.0),
        false_sanction_rate=np.where(compliant > 0, false / np.where(compliant > 0, compliant, 1), np.nan),
        active_share=active,
        gain=every.gain,
        harm=every.harm,
        oversight_cost=oversight_cost,
        value_lost=every.value_lost,
        social_cost=social_cost(scenarios, Accounts(accounts, oversight_cost)),
    )


def social_cost(scenarios: Scenarios, accounts: Accounts) -> Column:
    """Social cost per actor and period, as the accounts are, (rows, 1).

    Raises:
        KindError: a class of one's own raised.
    """
    with faults_of(type(scenarios.welfare), KindError):
        return scenarios.welfare.cost(accounts)


def _detection(scenarios: Scenarios, rate: Column, stands: Standing) -> Column:
    """The chance that an active actor's violation is caught, a mean over records and entries."""
    total = np.zeros((1, 1))
    for record, chance in enumerate(sanctions(scenarios, rate)):
        for weight, law in zip(scenarios.weights, stands.laws, strict=True):
            total = total + weight * law.active * law.records[:, record : record + 1] * chance.violating
    return total / stands.active
