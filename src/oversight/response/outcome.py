"""What a standing population comes to: rates, and amounts per actor and period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np

from oversight.actors.faults import faults_of
from oversight.arrays import Column, Floats, Number, arrayed, present
from oversight.errors import KindError
from oversight.measures.built_in import BRIBES, CUSTOMERS, ERRORS, PAYOFFS, REPORTS, RESAMPLED, WITNESSED
from oversight.measures.totals import ratio
from oversight.measures.watched import apparent, watched
from oversight.policy import Policy, Training
from oversight.response import forewarned
from oversight.response.bribery import ANY, bribed
from oversight.response.share import Responder, Taken
from oversight.response.standing import (
    Standing,
    facings,
    flagged,
    in_parts,
    inspections,
    looked_at,
    notices,
    sanctions,
    state,
    trained,
)
from oversight.scenario import Entry
from oversight.scenario.levels import Done, levels, values_of
from oversight.scenario.stacked import Scenarios
from oversight.welfare import Account, Accounts, no_account


@dataclass(slots=True, kw_only=True)
class Outcome:
    """Rates are per active actor, amounts per actor and period, as the measures of a simulation; (rows, 1) each."""

    misconduct_rate: Column
    misconduct_rates: list[Column]
    option_rates: list[Floats]
    """Of each entry, how often each of its acts is done, (rows, acts)."""
    detection_probability: Column
    inspection_rate: Column
    false_sanction_rate: Column
    active_share: Column
    gain: Column
    harm: Column
    oversight_cost: Column
    value_lost: Column
    social_cost: Column
    measures: dict[str, Column]
    """Measures that only some policies have: what inspections change of misconduct and report of it, say."""


_NONE = 1e-12

Deeds = list[list[Taken]]
"""What each entry makes of its opportunities at each record."""


def deeds(scenarios: Scenarios, rate: Column) -> Deeds:
    """The opportunities taken, with gains and harms, when violators are inspected at `rate`, (rows, 1)."""
    parts = [_deeds(part, at) for part, at in in_parts(scenarios, rate)]
    if len(parts) == 1:
        return parts[0]
    return [
        [
            Taken(**{f.name: _joined([getattr(deed, f.name) for deed in same]) for f in fields(Taken)})
            for same in zip(*entries, strict=True)
        ]
        for entries in zip(*parts, strict=True)
    ]


def _joined(parts: Sequence[Any]) -> Any:
    """Arrays of parts of the rows as one; None where there are none."""
    return None if parts[0] is None else np.concatenate(parts)


def _deeds(scenarios: Scenarios, rate: Column) -> Deeds:
    rows = max(scenarios.rows, len(rate))
    scenarios = trained(scenarios, rate)
    if scenarios.policy.forewarns:
        told = notices(scenarios, rate)
        return [[forewarned.taken(entry, scenarios.policy, told, told, rows)] for entry in scenarios.entries]
    chances = sanctions(scenarios, rate)
    return [
        [Responder(entry, scenarios.policy).taken(faced, rows) for faced in facings(scenarios, entry, rate, chances)]
        for entry in scenarios.entries
    ]


def mixed(below: Deeds, above: Deeds, part: Column) -> Deeds:
    """A `part` of the indifferent do as those `above`."""

    def between(b: Floats | None, a: Floats | None) -> Any:
        return None if b is None or a is None else b + part * (a - b)

    return [
        [
            Taken(**{f.name: between(getattr(b, f.name), getattr(a, f.name)) for f in fields(Taken)})
            for b, a in zip(below_entry, above_entry, strict=True)
        ]
        for below_entry, above_entry in zip(below, above, strict=True)
    ]


def outcome(scenarios: Scenarios, rate: Column, stands: Standing, done: Deeds) -> Outcome:
    """The measures when `stands` stands, violators are inspected at `rate`, and opportunities are taken as `done`."""
    policy = scenarios.policy
    false = looks = caught = busy = seen = flagged = reported = bribes = witnessed = nats = np.zeros((1, 1))
    redrawn = withheld = np.zeros((1, 1))
    every, accounts = no_account(1), {}
    for weight, entry, law, taken in zip(scenarios.weights, scenarios.entries, stands.laws, done, strict=True):
        gain = harm = sanctioned = np.zeros((1, 1))
        for record, deed in enumerate(taken):
            here = weight * law.active * law.records[:, record : record + 1]
            meet = _forewarned if policy.forewarns else _came
            came = meet(scenarios, entry, rate, record, deed, here)
            gain, harm = gain + came.gain, harm + came.harm
            sanctioned = sanctioned + came.flagged + came.innocent
            false, looks, caught = false + came.false, looks + came.looks, caught + came.caught
            nats = nats + (here * deed.nats if deed.nats is not None else 0.0)
            busy, seen, flagged = busy + came.violations, seen + came.watched, flagged + came.flagged + came.innocent
            reported, bribes = reported + came.reported, bribes + came.bribes
            witnessed = witnessed + came.witnessed
            redrawn, withheld = redrawn + came.redrawn, withheld + came.withheld
        idle = weight * entry.value * (1 - law.active)
        accounts[entry.label] = Account(harm, gain, policy.sanction.cost_per_sanction * sanctioned, idle)
        every.add(accounts[entry.label])
    known = state(scenarios, stands, rate)
    oversight_cost = arrayed(policy.monitoring.cost(looks * scenarios.size, known, known)) / scenarios.size
    violations, active = stands.violations, stands.active
    compliant = active - violations
    if policy.forewarns:
        oversight_cost = oversight_cost + active * forewarned.planting_cost(policy)
        compliant = active - busy
    spent = (
        oversight_cost
        if policy.training is None
        else oversight_cost + policy.training.cost(nats) + policy.training.upkeep
    )
    return Outcome(
        misconduct_rate=np.minimum(violations / active, 1.0),
        misconduct_rates=stands.rates(),
        option_rates=stands.option_rates(scenarios.entries),
        detection_probability=_detection(scenarios, rate, stands, caught),
        inspection_rate=np.minimum(looks / active, 1.0),
        false_sanction_rate=np.where(compliant > 0, false / np.where(compliant > 0, compliant, 1), np.nan),
        active_share=active,
        gain=every.gain,
        harm=every.harm,
        oversight_cost=oversight_cost,
        value_lost=every.value_lost,
        social_cost=social_cost(scenarios, Accounts(accounts, spent)),
        measures=_values(scenarios, stands, done, nats)
        | _sought(scenarios, rate)
        | _drawn_again(policy, active, redrawn, withheld)
        | _left(scenarios, stands)
        | _by_outcome(scenarios, stands, rate)
        | (
            _noticed(scenarios, stands, seen, looks, flagged)
            if policy.forewarns
            else _told(policy, violations, reported, witnessed, bribes, flagged)
        ),
    )


def committed_training(scenarios: Scenarios) -> Column:
    """Cost of training per actor and period where inspections do not answer what is done, (rows, 1)."""
    training, nats = scenarios.policy.training, np.zeros((1, 1))
    assert training is not None
    for weight, (deed,) in zip(scenarios.weights, deeds(scenarios, np.zeros((scenarios.rows, 1))), strict=True):
        nats = nats + weight * present(deed.nats)
    return training.cost(nats) + training.upkeep


def _values(scenarios: Scenarios, stands: Standing, done: Deeds, nats: Column) -> dict[str, Column]:
    """Levels of values, and what training comes to where `nats` move the choices of an actor."""
    training = scenarios.policy.training
    if not values_of(scenarios.entries):
        return {}
    inside, outside = _told_apart(scenarios, stands, done)
    found = levels(scenarios.entries, inside, outside)
    if training is not None and training.saw is not None:
        met = inside.met.sum(axis=1, keepdims=True)
        for name, error in _errors(scenarios, training, stands, done).items():
            found[f"value_measured.{name}"] = found[f"value.{name}.in"] + ratio(error, met)
    cost = np.zeros((1, 1)) if training is None else arrayed(training.cost(nats) + training.upkeep)
    return found | {"nats": nats / stands.active, "training_cost": cost}


def _sought(scenarios: Scenarios, rate: Column) -> dict[str, Column]:
    """The weights that training aims at levels with, where violators are inspected at `rate`; none that are stated."""
    training = scenarios.policy.training
    if training is None or not training.sought:
        return {}
    parts = [present(trained(part, at).policy.training).loads for part, at in in_parts(scenarios, rate)]
    return {f"weight.{name}": np.concatenate([arrayed(loads[name]) for loads in parts]) for name in training.sought}


def _errors(scenarios: Scenarios, training: Training, stands: Standing, done: Deeds) -> dict[str, Column]:
    """The errors with which training saw what is done, by values, as shares of the population."""
    found = dict.fromkeys(training.names, np.zeros((1, 1)))
    for weight, entry, law, taken in zip(scenarios.weights, scenarios.entries, stands.laws, done, strict=True):
        for record, deed in enumerate(taken):
            here = weight * law.active * law.records[:, record : record + 1]
            for place, (_, name) in enumerate(entry.judged(training)):
                found[name] = found[name] + here * present(deed.errors)[:, place : place + 1]
    return found


def _told_apart(scenarios: Scenarios, stands: Standing, done: Deeds) -> tuple[Done, Done | None]:
    """What is done in opportunities like those of training, and in others, as shares of the population."""
    training = scenarios.policy.training
    acts: list[Floats] = []
    own: list[Floats] = []
    met: list[Floats] = []
    for weight, entry, law, taken in zip(scenarios.weights, scenarios.entries, stands.laws, done, strict=True):
        here = [weight * law.active * law.records[:, record : record + 1] for record in range(len(taken))]
        for found, name in ((acts, "share"), (own, "inside")):
            each = [share * _by_act(entry, getattr(deed, name)) for share, deed in zip(here, taken, strict=True)]
            found.append(np.add.reduce(np.broadcast_arrays(*each)))
        met.append(np.add.reduce(np.broadcast_arrays(*here)))
    every = Done(_side_by_side(acts), _side_by_side(met))
    if training is None:
        return every, None
    inside = Done(_side_by_side(own), training.coverage * every.met)
    return inside, Done(every.acts - inside.acts, every.met - inside.met)


def _by_act(entry: Entry, shares: Floats | None) -> Floats:
    """Shares by act; those of an entry without options are added up over what its members were told."""
    if shares is None:
        return np.zeros((1, len(entry.acts)))
    return shares if entry.options else shares.sum(axis=1, keepdims=True)


def _side_by_side(parts: Sequence[Floats]) -> Floats:
    rows = max(map(len, parts))
    return np.concatenate([np.broadcast_to(part, (rows, part.shape[1])) for part in parts], axis=1)


def _noticed(scenarios: Scenarios, stands: Standing, seen: Column, looks: Column, flagged: Column) -> dict[str, Column]:
    """What inspections, a share `looks` of the population, change of misconduct and report of it.

    Of violations of real opportunities a share `seen` of the population is inspected; `flagged` are all sanctions.
    """
    policy, detector = scenarios.policy, scenarios.policy.detector
    found = apparent(flagged, looks, detector.sensitivity, detector.false_positive_rate)
    if policy.monitoring.signal is None:
        return found
    planted = forewarned.planted(policy)
    inspected, real = looks - stands.active * planted, stands.active * (1 - planted)
    # Rounding leaves something of nothing where everybody is inspected.
    rest = np.where(real - inspected > _NONE, real - inspected, 0.0)
    return watched(seen, inspected, np.maximum(stands.violations * (1 - planted) - seen, 0.0), rest) | found


def _drawn_again(policy: Policy, active: Column, redrawn: Column, withheld: Column) -> dict[str, Column]:
    """How many answers are drawn, and how often the last is withheld, where flagged answers are drawn again."""
    if policy.sanction.resample is None:
        return {}
    return dict(zip(RESAMPLED, (1 + redrawn / active, withheld / active), strict=True))


def _left(scenarios: Scenarios, stands: Standing) -> dict[str, Column]:
    """How many violations customers notice, and the share of all income that they take elsewhere."""
    market = scenarios.policy.market
    if market is None:
        return {}
    earned = gone = np.zeros((1, 1))
    for weight, entry, law, share in zip(
        scenarios.weights, scenarios.entries, stands.laws, stands.violating, strict=True
    ):
        noticed = market.notice * law.active * (law.records * share).sum(axis=1, keepdims=True)
        if scenarios.policy.forewarns:  # a share of real opportunities
            noticed = noticed * (1 - forewarned.planted(scenarios.policy))
        losing = 1 - law.records[:, :1] if market.restarts else market.periods * noticed
        earned = earned + weight * arrayed(entry.income)
        gone = gone + weight * market.customers(entry.income).lost * losing
    noticed = np.where(stands.violations > 0, market.notice, np.nan)
    return dict(zip(CUSTOMERS, (noticed, ratio(gone, np.broadcast_to(earned, gone.shape))), strict=True))


def _told(
    policy: Policy, violations: Column, reported: Column, witnessed: Column, bribes: Column, flagged: Column
) -> dict[str, Column]:
    """The shares of violations that are reported by those who commit them or by witnesses, and that end in a bribe."""
    found: dict[str, Column] = {}
    if policy.sanction.self_report is not None:
        found |= dict.fromkeys(REPORTS, ratio(reported, violations))
    if policy.witnesses is not None:
        found |= dict.fromkeys(WITNESSED, ratio(witnessed, violations))
    if policy.inspectors is not None:
        paid = policy.settled(ANY).amounts.violating * flagged * bribed(policy)
        found |= dict(zip(BRIBES, (ratio(bribes, violations), paid), strict=True))
    return found


def harm_of_errors(scenarios: Scenarios, responder: Responder, deed: Taken, caught: Number) -> Column:
    """Mean harm of the opportunities of an entry's members that comply and go wrong, net of what is averted.

    `caught` is the chance of a sanction for what is wrong.
    """
    errors = scenarios.errors
    if errors is None:
        return np.zeros((1, 1))
    left = responder.everything().harm - deed.harm[:, :1]
    harm: Column = errors.rate * errors.harm * left * (1 - scenarios.policy.detector.harm_averted * caught)
    return harm


def _by_outcome(scenarios: Scenarios, stands: Standing, rate: Column) -> dict[str, Column]:
    """How often acts go wrong, and what outcomes pay, where they do."""
    policy, errors = scenarios.policy, scenarios.errors
    looks, erring = inspections(scenarios, rate, 0), 0.0 if errors is None else errors.rate
    wrong, right = (
        arrayed(looks.violating * policy.detector.sensitivity),
        looks.complying * policy.detector.false_positive_rate,
    )
    complying = stands.active - stands.violations
    found: dict[str, Column] = {}
    if errors is not None:
        some = complying > 0
        parts = (np.where(some, erring, np.nan), np.where(some & (np.asarray(erring) > 0), wrong, np.nan))
        found |= dict(zip(ERRORS, parts, strict=True))
    if policy.payoffs is not None:
        pays = (policy.payoffs.actor, policy.payoffs.overseer)
        found |= {
            name: stands.violations * own.violation.expected(looks.violating, wrong)
            + complying * (1 - erring) * own.right.expected(looks.complying, right)
            + complying * erring * own.error.expected(looks.violating, wrong)
            for name, own in zip(PAYOFFS, pays, strict=True)
        }
    return found


class _Came(NamedTuple):
    """What becomes of an entry's members at one record, as shares and amounts of the whole population, (rows, 1)."""

    gain: Column
    harm: Column
    flagged: Column
    innocent: Column
    """Sanctioned for nothing that they did."""
    false: Column
    """The same, and for what only looked like a violation."""
    caught: Column
    """Of real opportunities, where some are planted."""
    looks: Column
    violations: Column
    """Of honeypots too."""
    watched: Column
    """Violations of real opportunities that are inspected."""
    reported: Column
    """Violations that are reported by those who commit them."""
    bribes: Column
    """Violations that are found and end in a bribe."""
    witnessed: Column
    """Violations that are reported by witnesses."""
    redrawn: Column
    """Answers drawn beyond the first."""
    withheld: Column
    """Opportunities at which the last answer is."""


def _came(scenarios: Scenarios, entry: Entry, rate: Column, record: int, deed: Taken, present: Column) -> _Came:
    """That of the share `present` of the population, whose opportunities are taken as `deed`."""
    detector = scenarios.policy.detector
    chance, looks = flagged(scenarios, entry, rate, record), looked_at(scenarios, entry, rate, record)
    wrong = [option.violation for option in entry.options] or [True]
    gain = harm = sanctioned = caught = told = alike = busy = seen = bribes = noticed = np.zeros((1, 1))
    again, acts = deed.redrawn, len(entry.acts)
    by_witnesses = 0.0 if scenarios.policy.witnesses is None else scenarios.policy.witnesses.reported
    kept = 1.0 if scenarios.policy.inspectors is None else 1.0 - bribed(scenarios.policy)
    for place, violation in enumerate(wrong):
        share = deed.share[:, place : place + 1]
        met = present * (share * chance[place] if again is None else again[:, place : place + 1])
        gain = gain + present * deed.gain[:, place : place + 1]
        act, reported = entry.acts[place], entry.acts[place].reported
        found = met * (violation and not reported) * kept
        # Where answers are drawn again, no harm is averted: theory leaves that to the simulation.
        averted = detector.harm_averted * chance[place] * (violation and not reported and again is None)
        harm = harm + present * deed.harm[:, place : place + 1] * (1 - averted)
        busy, seen, sanctioned = busy + share, seen + share * looks[place], sanctioned + met
        caught, alike, told = caught + found, alike + met * (not violation) * kept, told + met * reported
        noticed = noticed + share * (act.visibility * (violation and not act.reported) * by_witnesses)
        bribes = bribes + met * (violation and not reported) * (1 - kept)
    harm = harm + present * harm_of_errors(scenarios, Responder(entry, scenarios.policy), deed, chance[0])
    innocent = present * (1 - busy) * sanctions(scenarios, rate)[record].complying
    if again is not None:
        innocent = present * again[:, acts : acts + 1]
    unseen = scenarios.sanctioned(inspections(scenarios, rate, record)).complying
    return _Came(
        gain=gain,
        harm=harm,
        flagged=sanctioned,
        innocent=innocent,
        false=alike + innocent * kept,
        caught=caught,
        looks=present * (seen + (1 - busy) * unseen),
        violations=present * busy,
        watched=present * seen,
        reported=told,
        bribes=bribes,
        witnessed=present * noticed,
        redrawn=present * (0.0 if again is None else again[:, acts + 1 : acts + 2]),
        withheld=present * (0.0 if again is None else again[:, acts + 2 :]),
    )


def _forewarned(scenarios: Scenarios, entry: Entry, rate: Column, record: int, deed: Taken, present: Column) -> _Came:
    """The same where actors may notice inspections."""
    policy, told = scenarios.policy, notices(scenarios, rate)
    done = forewarned.came(policy, told, deed.share)
    gain, harm = forewarned.amounts(policy, told, deed)
    return _Came(
        gain=present * gain,
        harm=present * harm,
        flagged=present * done.flagged,
        innocent=present * done.innocent,
        false=present * done.innocent,
        caught=present * done.caught,
        looks=present * forewarned.whole(policy, inspections(scenarios, rate, record).violating),
        violations=present * done.violations,
        watched=present * done.watched,
        reported=np.zeros((1, 1)),
        bribes=np.zeros((1, 1)),
        witnessed=np.zeros((1, 1)),
        redrawn=np.zeros((1, 1)),
        withheld=np.zeros((1, 1)),
    )


def social_cost(scenarios: Scenarios, accounts: Accounts) -> Column:
    """Social cost per actor and period, as the accounts are, (rows, 1).

    Raises:
        KindError: a class of one's own raised.
    """
    with faults_of(type(scenarios.welfare), KindError):
        return scenarios.welfare.cost(accounts)


def _detection(scenarios: Scenarios, rate: Column, stands: Standing, caught: Column) -> Column:
    """The chance that an active actor's violation is caught, a mean over records and entries.

    With options, a signal or answers that are drawn again it is the mean over the violations that are done, of which
    some are `caught`, if there are any.
    """
    total = np.zeros((1, 1))
    for record, chance in enumerate(sanctions(scenarios, rate)):
        for weight, law in zip(scenarios.weights, stands.laws, strict=True):
            total = total + weight * law.active * law.records[:, record : record + 1] * chance.violating
    found = total / stands.active
    if scenarios.policy.inspectors is not None:
        found = found * (1.0 - bribed(scenarios.policy))
    again = scenarios.policy.sanction.resample is not None
    if not scenarios.chooses and not scenarios.policy.forewarns and not again:
        return found
    done = stands.violations * (1 - forewarned.planted(scenarios.policy))
    return np.where(done > 0, ratio(caught, done), found)
