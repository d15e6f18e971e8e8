"""The large-population limit of one simulated period, where records tell nobody apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from oversight.actors import Actor
from oversight.actors.beliefs import Belief, PublicHistory
from oversight.arrays import Column, Floats, Indices, Number, arrayed
from oversight.policy import Acts, Chances, Notice, Policy, State
from oversight.response import forewarned
from oversight.response.aiming import aimed
from oversight.response.share import Facing, Responder
from oversight.response.standing import by_act, rewards, sanctioned_share, violating
from oversight.scenario import Entry
from oversight.scenario.stacked import Scenarios, taken

NO_HISTORY = PublicHistory(np.zeros((1, 1)), np.zeros((1, 1)))


@dataclass(slots=True, kw_only=True)
class Moment:
    """What a period begins with, each (rows, 1).

    Last period's violations and active members are shares of the population, `rate` its inspection rate. For each entry
    follow the belief it holds (None where it is just what is announced), the share of its members suspended, and the
    share that violated last where that is what the class goes on from. Where entries have options, `acts` are the
    shares of the population that did each act, and `violations` counts for nothing.
    """

    violations: Column
    acts: list[Column] = field(default_factory=list)
    active: Column
    rate: Column
    beliefs: list[Column | None]
    suspended: list[Column]
    habits: list[Column | None]

    def state(self, scenarios: Scenarios) -> State:
        """The public state, in counts."""
        return _state(scenarios, self.violations, self.active, self.rate, self.acts)

    def take(self, rows: Indices) -> Moment:
        """That of the scenarios at these positions."""
        return Moment(
            violations=taken(self.violations, rows),
            acts=[taken(share, rows) for share in self.acts],
            active=taken(self.active, rows),
            rate=taken(self.rate, rows),
            beliefs=[taken(belief, rows) for belief in self.beliefs],
            suspended=[taken(share, rows) for share in self.suspended],
            habits=[taken(habit, rows) for habit in self.habits],
        )


@dataclass(slots=True, kw_only=True)
class Played:
    """What a period comes to, each (rows, 1), for each entry where there is a list.

    `sanctioned` are shares of an entry's members, `inspections` of the population, `shares` are misconduct rates, and
    `detection` is the chance of a sanction that violators really had. Where entries have options, `acts` are the shares
    of the population that did each act. `faced` is what each entry decided on, `flagged` the chance of a sanction that
    its acts really had; where actors may notice inspections, `told` is what they made of that, and `met` what was so.
    """

    violations: Column
    acts: list[Column]
    active: Column
    rate: Column
    beliefs: list[Column]
    sanctioned: list[Column]
    detection: Column
    inspections: Column
    shares: list[Column]
    faced: list[Facing]
    flagged: list[list[Column]]
    told: Sequence[Notice] = ()
    met: Sequence[Notice] = ()

    def state(self, scenarios: Scenarios) -> State:
        """The public state, in counts."""
        return _state(scenarios, self.violations, self.active, self.rate, self.acts)


def period(scenarios: Scenarios, last: Moment) -> Played:
    """Play one period: beliefs, decisions, inspections, sanctions."""
    policy = scenarios.policy
    known = last.state(scenarios)
    if policy.forewarns:
        return _forewarned(scenarios, last, known)
    announced = scenarios.sanctioned(policy.detection_probability(known))
    looks = policy.inspected(policy.monitoring.chances(known))
    rows = max(scenarios.rows, len(last.violations))
    beliefs = [
        believed(entry, arrayed(announced.violating), held)
        for entry, held in zip(scenarios.entries, last.beliefs, strict=True)
    ]
    seen = _seen(scenarios, last) if scenarios.sees else None
    looked = policy.monitoring.chances(known).violating if policy.sanction.resample is not None else 0.0
    faced = [
        facing(
            belief,
            announced.complying,
            _of_options(entry, policy, known, belief),
            seen,
            looked,
            rewards(scenarios, entry, looks, np.atleast_2d(belief)),
        )
        for entry, belief in zip(scenarios.entries, beliefs, strict=True)
    ]
    policy = trained_on(scenarios, faced, rows).policy
    done = [
        _share(Responder(entry, policy), each, habit, rows)
        for entry, each, habit in zip(scenarios.entries, faced, last.habits, strict=True)
    ]
    overseer = policy.monitoring.overseer
    rate = overseer.follows(known, policy.detector).rate if overseer else np.zeros_like(last.rate)
    present = [1 - absent for absent in last.suspended]
    shares = [violating(entry, by_act(entry, own)) for entry, own in zip(scenarios.entries, done, strict=True)]
    parts = list(zip(scenarios.weights, present, shares, strict=True))
    violations = np.add.reduce([weight * here * share for weight, here, share in parts])
    active = np.add.reduce([weight * here for weight, here, _ in parts])
    acts = [
        weight * here * share
        for weight, here, entry, own in zip(scenarios.weights, present, scenarios.entries, done, strict=True)
        for share in by_act(entry, own)
    ]
    acts = acts if scenarios.chooses else []
    if scenarios.revision < 1:  # the others do as before; nobody is suspended
        violations = _revised(scenarios, violations, last.violations)
        acts = [_revised(scenarios, now, before) for now, before in zip(acts, last.acts, strict=True)]
    came = _state(scenarios, violations, active, rate, acts)
    inspections, detection, flagged, innocent = _looks(scenarios, known, came, violations, active)
    sanctioned = [
        here * sanctioned_share(by_act(entry, own), chances, innocent)
        for entry, here, own, chances in zip(scenarios.entries, present, done, flagged, strict=True)
    ]
    return Played(
        violations=violations,
        acts=acts,
        active=active,
        rate=rate,
        beliefs=beliefs,
        sanctioned=sanctioned,
        detection=np.atleast_2d(detection),
        inspections=inspections,
        shares=shares,
        faced=faced,
        flagged=flagged,
    )


def trained_on(scenarios: Scenarios, faced: Sequence[Facing], rows: int) -> Scenarios:
    """The scenarios with weights in the place of levels that training aims at, in a period that entries face so."""
    policy = scenarios.policy
    if policy.training is None or not policy.training.aims:
        return scenarios
    meetings = list(zip(scenarios.weights, scenarios.entries, faced, strict=True))
    training = aimed(policy.training, policy, meetings, rows)
    return replace(scenarios, policy=policy.model_copy(update={"training": training}))


def _seen(scenarios: Scenarios, last: Moment) -> Column:
    """The share of active members that violated last."""
    violations = last.violations
    if scenarios.chooses:
        wrong = [flag for entry in scenarios.entries for flag in entry.wrong]
        parts = [part for part, flag in zip(last.acts, wrong, strict=True) if flag]
        violations = np.add.reduce([np.zeros_like(last.active), *parts])
    return violations / np.where(last.active > 0, last.active, 1.0)


def _revised(scenarios: Scenarios, now: Column, before: Column) -> Column:
    return before + scenarios.revision * (now - before)


def _forewarned(scenarios: Scenarios, last: Moment, known: State) -> Played:
    """The same where actors may notice inspections; misconduct is that of real opportunities."""
    policy, rows = scenarios.policy, max(scenarios.rows, len(last.violations))
    present = [1 - absent for absent in last.suspended]
    parts = list(zip(scenarios.weights, present, strict=True))
    active = np.add.reduce([weight * here for weight, here in parts])
    now = _state(scenarios, last.violations, active, last.rate)
    told, look = policy.notices(policy.monitoring.chances(known).violating), policy.monitoring.delivers(now, known)
    met = policy.notices(look.violating)
    done = [
        forewarned.shares(entry, policy, told, met, rows, Responder(entry, policy).quick) for entry in scenarios.entries
    ]
    came = [forewarned.came(policy, met, share) for share in done]
    detection = arrayed(look.violating * policy.detector.sensitivity)
    return Played(
        violations=np.add.reduce(
            [weight * here * own.misconduct for (weight, here), own in zip(parts, came, strict=True)]
        ),
        acts=[],
        active=active,
        rate=np.zeros_like(last.rate),
        beliefs=[arrayed(policy.detection_probability(known).violating) for _ in came],
        sanctioned=[here * own.sanctioned for here, own in zip(present, came, strict=True)],
        detection=detection,
        inspections=active * forewarned.whole(policy, look.violating),
        shares=[own.misconduct for own in came],
        faced=[],
        flagged=[],
        told=told,
        met=met,
    )


class _Looks(NamedTuple):
    """Inspections, as a share of the population; chances of a sanction for violations in the open, acts, compliance."""

    inspections: Column
    detection: Number
    flagged: list[list[Column]]
    innocent: Number


def _looks(scenarios: Scenarios, known: State, came: State, violations: Column, active: Column) -> _Looks:
    """Who is inspected in a period that comes to a state, after one that came to the state `known`.

    `violations` and `active` members are the same as shares of the population.
    """
    policy = scenarios.policy
    look = policy.inspected(policy.monitoring.delivers(came, known))
    detection = look.violating * policy.detector.sensitivity
    innocent = look.complying * policy.detector.false_positive_rate
    if came.acts is None:
        seen, hidden = scenarios.sanctioned(look)
        innocent = scenarios.sanctioned(Chances(detection, innocent)).complying
        inspections = violations * seen + (active - violations) * hidden
        return _Looks(inspections, detection, [[arrayed(detection)] for _ in scenarios.entries], innocent)
    inspections, caught = active * look.complying, []
    for place, act in enumerate(scenarios.acts):
        own = policy.inspected(policy.monitoring.delivers_to(came, known, act))
        caught.append(arrayed(policy.flagged(own, act)))
        seen = policy.looked_at(own, act)
        inspections = inspections + came.acts.of(place) / scenarios.size * (seen - look.complying)
    each = iter(caught)
    return _Looks(inspections, detection, [[next(each) for _ in entry.acts] for entry in scenarios.entries], innocent)


def _of_options(entry: Entry, policy: Policy, known: State, belief: Column) -> list[Column]:
    """What is believed of each option, in a period that follows one that came to the state `known`."""
    if not entry.belief.reads_announced or entry.belief.remembers:  # it holds one belief, of violations in the open
        return [np.atleast_2d(belief) for _ in entry.options]
    announced = [arrayed(policy.flagging(known, option.act)) for option in entry.options]
    return [np.atleast_2d(believed(entry, chance, None)) for chance in announced]


def _share(responder: Responder, faced: Facing, habit: Column | None, rows: int) -> Floats:
    """What an entry does in a period, (rows, acts): its response, or a step from what it did before."""
    if habit is None:
        # Where decisions depend on several random quantities, speed counts for more than the last digits.
        return responder.share(faced, rows, fine=responder.quick)
    actor = responder.entry.rule(responder.entry.rule_parameters(), (rows, 1))
    return actor.drift(habit, responder.mean_advantage(faced, rows))


def has_habit(entry: Entry) -> bool:
    """Whether the entry's class goes on from what it did before, by a step that theory knows."""
    return entry.rule.drifts and entry.rule.drift is not Actor.drift


def facing(
    belief: Number,
    false_detection: Number,
    options: Sequence[Column] = (),
    seen: Column | None = None,
    looked: Number = 0.0,
    rewards: Sequence[Number] = (),
) -> Facing:
    """What members believe they face, where records tell nobody apart; of `options`, if there are any, one by one.

    `seen` is the share of violators that those see who go by it, `looked` the chance of an inspection where flagged
    answers are drawn again, `rewards` what outcomes pay for each act beyond complying.
    """
    perceived, false = np.atleast_2d(belief), np.atleast_2d(false_detection)
    held = [Chances(perceived, false)]
    return Facing(
        perceived=perceived,
        false_detection=false,
        record=0,
        chances=held,
        options=options,
        flagged=[options],
        neighbours=seen,
        looked=looked,
        rewards=rewards,
    )


def believed(entry: Entry, announced: Column, held: Column | None) -> Column:
    """The belief that a period's decision is made with, given the one `held` before."""
    belief = entry.belief
    if belief.remembers:
        assert held is not None
        return held
    if not belief.adjusts:
        return arrayed(belief.perceived(None, announced, NO_HISTORY))
    shape = np.broadcast_shapes(np.shape(announced), (1, 1) if held is None else np.shape(held))
    before = belief.begin(shape) if held is None else np.broadcast_to(held, shape).copy()
    return arrayed(belief.perceived(before, announced, NO_HISTORY))


def holds_belief(entry: Entry) -> bool:
    """Whether the entry's belief is a state of its own, other than what is announced."""
    return bool(entry.belief.remembers) or entry.belief.adjusts


def steps(scenarios: Scenarios) -> bool:
    """Whether theory knows how everyone moves from one period to the next."""
    overseer = scenarios.policy.monitoring.overseer
    if any(entry.options and (entry.rule.drifts or entry.belief.adjusts) for entry in scenarios.entries):
        return False
    if overseer and not overseer.memoryless:
        return False
    if any(entry.rule.learn is not Actor.learn and not entry.rule.drifts for entry in scenarios.entries):
        return False
    return all(
        _belief_steps(entry.belief) and (has_habit(entry) or not entry.rule.drifts) for entry in scenarios.entries
    )


def _belief_steps(belief: Belief) -> bool:
    if belief.learns:
        return False
    if belief.remembers:
        return belief.pooled(np.zeros((1, 1)), np.ones((1, 1))) is not None
    return belief.adjusts or belief.begin((1, 1)) is None


def _state(
    scenarios: Scenarios, violations: Column, active: Column, rate: Column, done: Sequence[Column] = ()
) -> State:
    size, overseer = scenarios.size, scenarios.policy.monitoring.overseer
    private = overseer.stands(rate).private if overseer else None
    acts = Acts(scenarios.acts, np.concatenate(np.broadcast_arrays(*done), axis=1) * size) if done else None
    seen, reported = (violations * size, 0.0) if acts is None else (acts.seen, acts.reported)
    state = State(seen, active * size - reported, size, np.zeros((1, 1)), rate=rate, private=private, acts=acts)
    return scenarios.told(state)


def moved(moment: Moment, name: str, index: int, by: float) -> Moment:
    """The moment with one of its numbers moved, within its range [0, 1]."""
    value = getattr(moment, name)
    if isinstance(value, list):
        changed: Any = list(value)
        changed[index] = np.clip(changed[index] + by, 0, 1)
    else:
        changed = np.clip(value + by, 0, 1)
    return replace(moment, **{name: changed})
