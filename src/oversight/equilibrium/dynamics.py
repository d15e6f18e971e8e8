"""The large-population limit of one simulated period, where records tell nobody apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from oversight.actors import Actor
from oversight.actors.beliefs import Belief, PublicHistory
from oversight.arrays import Column, Indices, Number, arrayed
from oversight.policy import Chances, State
from oversight.response.share import Facing, Responder
from oversight.scenario import Entry
from oversight.scenario.stacked import Scenarios, taken

NO_HISTORY = PublicHistory(np.zeros((1, 1)), np.zeros((1, 1)))


@dataclass(slots=True, kw_only=True)
class Moment:
    """What a period begins with, each (rows, 1).

    Last period's violations and active members are shares of the population, `rate` its inspection rate. For each entry
    follow the belief it holds (None where it is just what is announced), the share of its members suspended, and the
    share that violated last where that is what the class goes on from.
    """

    violations: Column
    active: Column
    rate: Column
    beliefs: list[Column | None]
    suspended: list[Column]
    habits: list[Column | None]

    def state(self, scenarios: Scenarios) -> State:
        """The public state, in counts."""
        return _state(scenarios, self.violations, self.active, self.rate)

    def take(self, rows: Indices) -> Moment:
        """That of the scenarios at these positions."""
        return Moment(
            violations=taken(self.violations, rows),
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
    `detection` is the chance of a sanction that violators really had.
    """

    violations: Column
    active: Column
    rate: Column
    beliefs: list[Column]
    sanctioned: list[Column]
    detection: Column
    inspections: Column
    shares: list[Column]

    def state(self, scenarios: Scenarios) -> State:
        """The public state, in counts."""
        return _state(scenarios, self.violations, self.active, self.rate)


def period(scenarios: Scenarios, last: Moment) -> Played:
    """Play one period: beliefs, decisions, inspections, sanctions."""
    policy = scenarios.policy
    known = last.state(scenarios)
    announced = policy.detection_probability(known)
    rows = max(scenarios.rows, len(last.violations))
    beliefs = [
        believed(entry, arrayed(announced.violating), held)
        for entry, held in zip(scenarios.entries, last.beliefs, strict=True)
    ]
    shares = [
        _share(Responder(entry, policy), facing(belief, announced.complying), habit, rows)
        for entry, belief, habit in zip(scenarios.entries, beliefs, last.habits, strict=True)
    ]
    overseer = policy.monitoring.overseer
    rate = overseer.follows(known, policy.detector).rate if overseer else np.zeros_like(last.rate)
    present = [1 - absent for absent in last.suspended]
    parts = list(zip(scenarios.weights, present, shares, strict=True))
    violations = np.add.reduce([weight * here * share for weight, here, share in parts])
    active = np.add.reduce([weight * here for weight, here, _ in parts])
    inspected = policy.monitoring.delivers(_state(scenarios, violations, active, rate), known)
    real = Chances(
        inspected.violating * policy.detector.sensitivity, inspected.complying * policy.detector.false_positive_rate
    )
    sanctioned = [here * (share * real.violating + (1 - share) * real.complying) for _, here, share in parts]
    inspections = violations * inspected.violating + (active - violations) * inspected.complying
    return Played(
        violations=violations,
        active=active,
        rate=rate,
        beliefs=beliefs,
        sanctioned=sanctioned,
        detection=np.atleast_2d(real.violating),
        inspections=inspections,
        shares=shares,
    )


def _share(responder: Responder, faced: Facing, habit: Column | None, rows: int) -> Column:
    """What an entry does in a period: its response, or a step from what it did before."""
    if habit is None:
        # Where decisions depend on several random quantities, speed counts for more than the last digits.
        return responder.share(faced, rows, fine=responder.quick)
    actor = responder.entry.rule(responder.entry.rule_parameters(), (rows, 1))
    return actor.drift(habit, responder.mean_advantage(faced, rows))


def has_habit(entry: Entry) -> bool:
    """Whether the entry's class goes on from what it did before, by a step that theory knows."""
    return entry.rule.drifts and entry.rule.drift is not Actor.drift


def facing(belief: Number, false_detection: Number) -> Facing:
    """What members believe they face, where records tell nobody apart."""
    perceived, false = np.atleast_2d(belief), np.atleast_2d(false_detection)
    return Facing(perceived=perceived, false_detection=false, record=0, chances=[Chances(perceived, false)])


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
    if scenarios.chooses:
        return False
    if overseer and not overseer.memoryless:
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


def _state(scenarios: Scenarios, violations: Column, active: Column, rate: Column) -> State:
    size, overseer = scenarios.size, scenarios.policy.monitoring.overseer
    private = overseer.stands(rate).private if overseer else None
    return State(violations * size, active * size, size, np.zeros((1, 1)), rate=rate, private=private)


def moved(moment: Moment, name: str, index: int, by: float) -> Moment:
    """The moment with one of its numbers moved, within its range [0, 1]."""
    value = getattr(moment, name)
    if isinstance(value, list):
        changed: Any = list(value)
        changed[index] = np.clip(changed[index] + by, 0, 1)
    else:
        changed = np.clip(value + by, 0, 1)
    return replace(moment, **{name: changed})
