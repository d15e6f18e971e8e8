"""What stands when violators are inspected at a given rate: everyone's response, records, suspensions, costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from oversight.arrays import Column, Floats, Number, arrayed, present
from oversight.policy import Act, Acts, Chances, Notice, State
from oversight.response import forewarned
from oversight.response.aiming import Meeting, aimed, unaudited
from oversight.response.records import Law, lost, stationary
from oversight.response.share import Facing, Responder
from oversight.scenario import Entry
from oversight.scenario.stacked import Scenarios

_DECISIONS = 4_000_000
"""Decisions that are asked for at a time, at most."""

Shares = list[Floats]
"""For each entry, the shares of active members that do each act, by record, (rows, records x acts): the acts of the
first record, those of the second, and so on. An entry without options has one act."""


@dataclass(slots=True, kw_only=True)
class Standing:
    """The population when each entry violates as it does; shares of the whole population are (rows, 1)."""

    shares: Shares
    laws: list[Law]
    violating: list[Floats]
    """Of each entry, the share of active members that violates by record, (rows, records)."""
    violations: Column
    active: Column
    acts: Acts
    """Shares of the whole population that do each act."""

    def rates(self) -> list[Column]:
        """Misconduct rate of each entry, (rows, 1)."""
        return [np.minimum(_mean(law, share), 1.0) for law, share in zip(self.laws, self.violating, strict=True)]

    def option_rates(self, entries: Sequence[Entry]) -> list[Floats]:
        """Of each entry, the share of active members that does each act, (rows, acts)."""
        return [
            np.concatenate([np.minimum(_mean(law, share), 1.0) for share in by_act(entry, shares)], axis=1)
            for entry, law, shares in zip(entries, self.laws, self.shares, strict=True)
        ]


def inspections(scenarios: Scenarios, rate: Column, record: int) -> Chances:
    """Chances of inspection at a record when violators are inspected at `rate` (ignored where the policy fixes it)."""
    monitoring = scenarios.policy.monitoring
    if monitoring.responsive:
        found = monitoring.counterpart(rate)
        assert found is not None, "a rule without a counterpart is not covered"
        return scenarios.policy.inspected(found)
    everyone = np.full((1, 1), float(scenarios.size))
    known = State(everyone, everyone, scenarios.size, np.full((1, 1), float(record)), rate=rate)
    return scenarios.policy.inspected(monitoring.chances(known))


def inspections_of(scenarios: Scenarios, rate: Column, record: int, act: Act) -> Chances:
    """The same of an act: where it shows for what it is, and where it does not."""
    monitoring = scenarios.policy.monitoring
    if monitoring.responsive:
        found = monitoring.counterpart_of(rate, act, scenarios.acts)
        assert found is not None, "a rule without a counterpart is not covered"
        return scenarios.policy.inspected(found)
    everyone = np.full((1, 1), float(scenarios.size))
    known = State(everyone, everyone, scenarios.size, np.full((1, 1), float(record)), rate=rate)
    return scenarios.policy.inspected(monitoring.chances_of(known, act))


def flagged(scenarios: Scenarios, entry: Entry, rate: Column, record: int) -> list[Column]:
    """Chances of a sanction for each of an entry's acts at a record."""
    policy = scenarios.policy
    if not entry.options:
        return [arrayed(inspections(scenarios, rate, record).violating * policy.detector.sensitivity)]
    return [arrayed(policy.flagged(inspections_of(scenarios, rate, record, act), act)) for act in entry.acts]


def looked_at(scenarios: Scenarios, entry: Entry, rate: Column, record: int) -> list[Number]:
    """Chances of an inspection for each of an entry's acts at a record."""
    if not entry.options:
        return [inspections(scenarios, rate, record).violating]
    looks = [inspections_of(scenarios, rate, record, act) for act in entry.acts]
    return [scenarios.policy.looked_at(look, act) for act, look in zip(entry.acts, looks, strict=True)]


def by_act(entry: Entry, shares: Floats) -> list[Floats]:
    """An entry's shares of each act by record, (rows, records)."""
    acts = len(entry.acts)
    return [shares[:, place::acts] for place in range(acts)]


def sanctions(scenarios: Scenarios, rate: Column) -> list[Chances]:
    """Chances of a sanction at each record, or for each number of periods that are left of a loss of customers."""
    detector = scenarios.policy.detector
    found = []
    for record in range(scenarios.policy.standings):
        chance = inspections(scenarios, rate, record)
        flags = Chances(chance.violating * detector.sensitivity, chance.complying * detector.false_positive_rate)
        found.append(scenarios.sanctioned(flags))
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


def notices(scenarios: Scenarios, rate: Column) -> tuple[Notice, ...]:
    """What actors may be told of inspections, where the policy forewarns them."""
    return scenarios.policy.notices(inspections(scenarios, rate, 0).violating)


def columns(scenarios: Scenarios, entry: Entry) -> int:
    """How many shares of an entry are told apart."""
    policy = scenarios.policy
    if policy.forewarns:
        return 2 if policy.monitoring.signal else 1
    return policy.standings * len(entry.acts)


def trained(scenarios: Scenarios, rate: Column, fine: bool = True) -> Scenarios:
    """The scenarios with weights in the place of levels that training aims at, where violators meet `rate`."""
    training = scenarios.policy.training
    if training is None or not training.aims:
        return scenarios
    rows = max(scenarios.rows, len(rate))
    found = aimed(training, scenarios.policy, _meetings(scenarios, rate), rows, fine)
    return replace(scenarios, policy=scenarios.policy.model_copy(update={"training": found}))


def _meetings(scenarios: Scenarios, rate: Column) -> list[Meeting]:
    """What actors meet in training."""
    policy, parts = scenarios.policy, list(zip(scenarios.weights, scenarios.entries, strict=True))
    training = policy.training
    if training is None or not training.audited:
        return [(share, entry, unaudited(entry)) for share, entry in parts]
    if policy.forewarns:
        told = notices(scenarios, rate)
        return [
            (share * arrayed(notice.chance), entry, faced)
            for share, entry in parts
            for notice, faced in zip(told, forewarned.facings(policy, told, entry), strict=True)
        ]
    chances = sanctions(scenarios, rate)
    return [(share, entry, facing(scenarios, entry, rate, chances, 0)) for share, entry in parts]


def _responses(scenarios: Scenarios, rate: Column, fine: bool) -> Shares:
    rows = max(scenarios.rows, len(rate))
    scenarios = trained(scenarios, rate, fine)
    if scenarios.policy.forewarns:
        told = notices(scenarios, rate)
        return [forewarned.shares(entry, scenarios.policy, told, told, rows, fine) for entry in scenarios.entries]
    chances = sanctions(scenarios, rate)
    return [
        np.concatenate(
            [
                np.broadcast_to(responder.share(faced, rows, fine), (rows, len(entry.acts)))
                for faced in facings(scenarios, entry, rate, chances)
            ],
            axis=1,
        )
        for entry in scenarios.entries
        for responder in [Responder(entry, scenarios.policy)]
    ]


def facings(scenarios: Scenarios, entry: Entry, rate: Column, chances: list[Chances]) -> list[Facing]:
    """What members of an entry face by their past: at each record, or with so many periods left of a loss."""
    if not scenarios.policy.restarts:
        return [facing(scenarios, entry, rate, chances, record) for record in range(len(chances))]
    # One dynamic programme knows all of them.
    alike = facing(scenarios, entry, rate, chances[:1], 0)
    return [replace(alike, losing=left) for left in range(len(chances))]


def facing(scenarios: Scenarios, entry: Entry, rate: Column, chances: list[Chances], record: int) -> Facing:
    """What members of an entry face at a record, once their belief has come to rest, where `chances` follow `rate`."""
    here = chances[record]
    settled = entry.belief.limit(arrayed(here.violating))
    # Only a leader asks of beliefs that never settle: it takes those who hold them to come to know the truth.
    believed = here.violating if settled is None else settled
    options = flagged(scenarios, entry, rate, record) if entry.options else []
    # One that does not trust what is announced takes its own chance for that of every record.
    held = chances if entry.belief.trusts else [Chances(believed, chance.complying) for chance in chances]
    return Facing(
        perceived=np.atleast_2d(believed),
        false_detection=np.atleast_2d(here.complying),
        record=record,
        chances=held,
        options=[_rests_at(entry, chance) for chance in options],
        flagged=_by_record(scenarios, entry, rate, chances, record),
        neighbours=scenarios.seen,
        looked=0.0 if scenarios.policy.sanction.resample is None else inspections(scenarios, rate, record).violating,
        rewards=rewards(scenarios, entry, inspections(scenarios, rate, record), np.atleast_2d(believed)),
    )


def rewards(scenarios: Scenarios, entry: Entry, looks: Chances, believed: Column) -> list[Floats]:
    """What outcomes pay for the one violation of an entry beyond complying, where they pay."""
    policy, errors = scenarios.policy, scenarios.errors
    if policy.payoffs is None:
        return []
    (act,) = entry.acts
    return policy.rewards([(act, True)], [looks, looks], [believed], 0.0 if errors is None else errors.rate)


def _by_record(
    scenarios: Scenarios, entry: Entry, rate: Column, chances: list[Chances], record: int
) -> list[list[Column]]:
    """What is believed of each option at every record, of a class that looks ahead."""
    if not entry.options or "prospects" not in entry.rule.uses:
        return []
    known = range(len(chances)) if entry.belief.trusts else [record] * len(chances)
    return [[_rests_at(entry, chance) for chance in flagged(scenarios, entry, rate, own)] for own in known]


def _rests_at(entry: Entry, chance: Column) -> Column:
    """What is believed in the long run of an act with this chance of a sanction."""
    settled = entry.belief.limit(chance)
    return chance if settled is None else np.atleast_2d(settled)


def standing(scenarios: Scenarios, rate: Column, shares: Shares) -> Standing:
    """The population in the long run when violators are inspected at `rate` and entries violate at `shares`."""
    if scenarios.policy.forewarns:
        return _forewarned(scenarios, rate, shares)
    sanction = scenarios.policy.sanction
    chances = sanctions(scenarios, rate)
    laws, each = [], []
    for entry, share in zip(scenarios.entries, shares, strict=True):
        done = by_act(entry, share)
        by_record = [
            sanctioned_share([act[:, r : r + 1] for act in done], flagged(scenarios, entry, rate, r), chance.complying)
            for r, chance in enumerate(chances)
        ]
        chance = np.concatenate(np.broadcast_arrays(*by_record), axis=1)
        if scenarios.policy.restarts:
            laws.append(lost(present(scenarios.policy.market).notice * violating(entry, done)))
        else:
            laws.append(stationary(chance, sanction.record_lifetime, sanction.suspension))
        each.append(done)
    weights = scenarios.weights
    wrong = [violating(entry, done) for entry, done in zip(scenarios.entries, each, strict=True)]
    active = [weight * law.active for weight, law in zip(weights, laws, strict=True)]
    violations = [part * _mean(law, share) for part, law, share in zip(active, laws, wrong, strict=True)]
    counts = [part * _mean(law, share) for part, law, done in zip(active, laws, each, strict=True) for share in done]
    return Standing(
        shares=shares,
        laws=laws,
        violating=wrong,
        violations=_sum(violations),
        active=_sum(active),
        acts=Acts(scenarios.acts, np.concatenate(np.broadcast_arrays(*counts), axis=1)),
    )


def _forewarned(scenarios: Scenarios, rate: Column, shares: Shares) -> Standing:
    """The same where actors may notice inspections; misconduct is that of real opportunities."""
    policy, told = scenarios.policy, notices(scenarios, rate)
    each = [forewarned.came(policy, told, share) for share in shares]
    sanction = policy.sanction
    laws = [stationary(came.sanctioned, sanction.record_lifetime, sanction.suspension) for came in each]
    active = [weight * law.active for weight, law in zip(scenarios.weights, laws, strict=True)]
    violations = [part * came.misconduct for part, came in zip(active, each, strict=True)]
    return Standing(
        shares=shares,
        laws=laws,
        violating=[came.misconduct for came in each],
        violations=_sum(violations),
        active=_sum(active),
        acts=Acts(scenarios.acts, np.concatenate(np.broadcast_arrays(*violations), axis=1)),
    )


def sanctioned_share(done: list[Column], flagged: list[Column], complying: Number) -> Column:
    """The share sanctioned of members that do each act at these shares, and otherwise comply."""
    first, *others = done
    busy, found = first, first * flagged[0]
    for share, chance in zip(others, flagged[1:], strict=True):
        busy, found = busy + share, found + share * chance
    return found + (1 - busy) * complying


def violating(entry: Entry, done: list[Floats]) -> Floats:
    """The share of members that violates, by record."""
    if not entry.options:
        return done[0]
    each = [share for share, option in zip(done, entry.options, strict=True) if option.violation]
    return _sum(each) if each else np.zeros_like(done[0])


def state(scenarios: Scenarios, stands: Standing, rate: Column) -> State:
    """The public state, in counts."""
    size, acts = scenarios.size, None
    seen, present = stands.violations, stands.active
    if scenarios.chooses:
        acts = Acts(stands.acts.acts, stands.acts.counts * size)
        seen, present = stands.acts.seen, present - stands.acts.reported
    return scenarios.told(State(seen * size, present * size, size, np.zeros((1, 1)), rate=rate, acts=acts))


def _mean(law: Law, share: Floats) -> Column:
    return (law.records * share).sum(axis=1, keepdims=True)


def _sum(parts: list[Floats]) -> Floats:
    total: Floats = np.add.reduce(np.stack(np.broadcast_arrays(*parts)), axis=0)
    return total
