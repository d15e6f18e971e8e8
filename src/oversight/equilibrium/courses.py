"""Where the large-population limit of the simulation goes from each start: to rest, into a cycle, or neither."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, fields, replace

import numpy as np

from oversight.actors.crew import CREW
from oversight.arrays import Column, Cube, Flags, FlagVector, Indices, Vector, arrayed, present
from oversight.equilibrium.dynamics import Moment, Played, has_habit, holds_belief, period, trained_on
from oversight.errors import InputError, Problem
from oversight.foresight import FOREVER
from oversight.policy import Acts, Stance, State
from oversight.response import forewarned
from oversight.response.outcome import harm_of_errors, social_cost
from oversight.response.records import TRACE
from oversight.response.share import Responder, Taken
from oversight.scenario.stacked import Scenarios, taken
from oversight.welfare import Account, Accounts

_PERIODS = 1000
WANDERING = "weights walk ever farther, so that no state is stationary: say `recertify`, or a `decay`"
LONGEST = 60
"""Periods of a cycle that is looked for."""
_LOOK = 10
"""Periods after which a repetition is looked for."""
_SAME = 1e-9
_MANY = 0.3
"""Share of rows that it is worth while to follow no further."""


@dataclass(slots=True, kw_only=True)
class Course:
    """Where a start leads. `length` is 1 at rest, above 1 in a cycle, 0 where neither was reached; each (rows,).

    Rates (per active actor) and the social cost (per actor and period) are those of the whole cycle, or of the last
    periods where there is none; `lowest` and `highest` are misconduct rates of its periods. Rates are NaN where nobody
    is in play for all of these.
    """

    length: Indices
    misconduct_rate: Vector
    inspection_rate: Vector
    lowest: Vector
    highest: Vector
    social_cost: Vector


def courses(scenarios: Scenarios, violating: bool) -> Course:
    """Follow the limit from the start in which nobody, or everybody, violated the period before."""
    path, followed = _Path(scenarios, violating), np.arange(scenarios.rows)
    table: deque[list[Vector]] = deque(maxlen=2 * LONGEST)
    slow = any(CREW.needs_scalars(entry.rule) for entry in scenarios.entries)
    parts: list[tuple[Indices, Course]] = []
    for step in range(_PERIODS // 10 if slow else _PERIODS):
        table.append([*path.step()[:3], *path.acts()])
        if step % _LOOK == _LOOK - 1:
            length = _length(np.array(table), path)  # (periods, quantities, rows)
            if (length > 0).all():
                break
            # What repeats to the last digit always will: most do soon, and need not wait for the others.
            over = path.repeats() & (length > 0)
            if over.mean() > _MANY:
                done, on = np.flatnonzero(over), np.flatnonzero(~over)
                parts.append((followed[done], _course(path.take(done), length[done])))
                path, followed = path.take(on), followed[on]
                table = deque([[each[on] for each in row] for row in table], table.maxlen)
    parts.append((followed, _course(path, _length(np.array(table), path))))
    order = np.argsort(np.concatenate([rows for rows, _ in parts]))
    names = [item.name for item in fields(Course)]
    return Course(**{name: np.concatenate([getattr(part, name) for _, part in parts])[order] for name in names})


def _course(path: _Path, length: Indices) -> Course:
    """What rows come to that are at the beginning of a cycle of this `length`, 0 where there is none, (rows,)."""
    span = np.where(length > 0, length, LONGEST)
    cycle: Cube = np.array([path.step(accounts=True) for _ in range(span.max())])
    return _means(cycle, np.arange(len(cycle))[:, None] < span, length)


def followed(
    phases: Sequence[Scenarios], phase: Sequence[int], measured: Sequence[int], violating: bool
) -> list[Course]:
    """The limit under a policy that moves: the course of the measured periods, and of each phase's part of them.

    Args:
        phases: the scenarios as each phase has them.
        phase: that of each period from the first on.
        measured: the periods that count.
        violating: whether everybody violated before the first period, rather than nobody.
    """
    path = _Path(phases[phase[0]], violating)
    table = []
    for here in phase:
        path.scenarios = phases[here]
        table.append(path.step(accounts=True))
    cycle, own, counted = np.array(table), np.array(phase), np.isin(np.arange(len(phase)), measured)
    parts = [counted, *(counted & (own == each) for each in range(len(phases)))]
    rows = np.ones((1, path.scenarios.rows), dtype=bool)
    return [_means(cycle, part[:, None] & rows, np.full(path.scenarios.rows, part.sum())) for part in parts]


def _means(cycle: Cube, counts: Flags, length: Indices) -> Course:
    """Means over those periods of a table (periods, quantities, rows) that count, (periods, rows)."""
    violations, inspections, active, costs = (cycle * counts[:, None, :]).sum(axis=0)
    playing = counts & (cycle[:, 2] > 0)
    playing_at_all = np.where(active > 0, active, np.nan)
    missing = np.where(active > 0, 0.0, np.nan)
    misconduct = np.minimum(cycle[:, 0] / np.where(playing, cycle[:, 2], 1.0), 1.0)
    return Course(
        length=length,
        misconduct_rate=np.minimum(violations / playing_at_all, 1.0),
        inspection_rate=np.minimum(inspections / playing_at_all, 1.0),
        lowest=np.where(playing, misconduct, np.inf).min(axis=0) + missing,
        highest=np.where(playing, misconduct, -np.inf).max(axis=0) + missing,
        social_cost=costs / np.maximum(counts.sum(axis=0), 1),
    )


def _length(history: Cube, path: _Path) -> Indices:
    """Smallest number of periods after which all quantities repeat, and all that is remembered, 0 without, (rows,)."""
    found = np.zeros(history.shape[2], dtype=int)
    step = path.rhythm or 1
    for length in range(step, min(LONGEST, len(history) // 2) + 1, step):
        like = (np.abs(history[-1] - history[-1 - length]) < _SAME).all(axis=0)
        rows = np.flatnonzero(
            like & (found == 0) & path.settled()
        )  # all periods are compared only where the last is the same
        now, before = history[-length:, :, rows], history[-2 * length : -length, :, rows]
        rows = rows[(np.abs(now - before) < _SAME).all(axis=(0, 1))]
        found[rows[path.remembers_as(length, rows)]] = length
    return found


class _Path:
    """The limit of one run, a period at a time."""

    def __init__(self, scenarios: Scenarios, violating: bool):
        self.scenarios = scenarios
        rows, size = scenarios.rows, scenarios.size
        # A class that goes on from what it did before begins with its own start, whatever the experiment's is.
        habits: list[Column | None] = [
            np.broadcast_to(entry.rule_parameters()["start"], (rows, 1)) if has_habit(entry) else None
            for entry in scenarios.entries
        ]
        public = [np.full((rows, 1), float(violating)) if habit is None else habit for habit in habits]
        share = np.add.reduce([weight * part for weight, part in zip(scenarios.weights, public, strict=True)])
        done = _first_acts(scenarios, public) if scenarios.chooses else []
        full = np.ones((rows, 1))
        policy = scenarios.policy
        before = State(share * size, full * size, size, np.zeros((1, 1)))
        if done:
            acts = Acts(scenarios.acts, np.concatenate(done, axis=1) * size)
            before = replace(before, violations=acts.seen, acts=acts)
        before = scenarios.told(before)
        overseer = policy.monitoring.overseer
        stance = overseer.begins(before, policy.detector) if overseer else Stance(np.zeros((1, 1)))
        rate = np.broadcast_to(stance.rate, (rows, 1))
        caught = policy.detection_probability(replace(before, rate=rate, private=stance.private)).violating * share
        # Of those who are out for ever one number is enough: how many they are.
        self.for_good = policy.sanction.suspension >= FOREVER
        suspension = 1 if self.for_good else policy.sanction.suspension
        self.serving = [deque([np.zeros((rows, 1))] * suspension) for _ in scenarios.entries]
        self.memory = [
            deque([(caught, share)], maxlen=entry.belief.remembers) if entry.belief.remembers else None
            for entry in scenarios.entries
        ]
        self.moment = Moment(
            violations=share,
            acts=done,
            active=full,
            rate=rate,
            beliefs=[None for _ in scenarios.entries],
            suspended=self._suspended(),
            habits=habits,
        )
        self.past = deque([self._state()], maxlen=3)
        # What comes of the last periods, such as a window of them, is not at rest before all of them are the same.
        depths = [suspension, *(entry.belief.remembers or 0 for entry in scenarios.entries)]
        self.depth = max(depths)
        self.trail: deque[list[Column]] = deque(maxlen=self.depth + LONGEST)
        training = policy.training
        self.drift = training.drift if training else None
        self.rhythm = training.recertify.every if training and training.drift and training.recertify else 0
        self.played = 0

    def take(self, rows: Indices) -> _Path:
        """The path of these rows."""
        path = copy(self)
        path.scenarios = self.scenarios.take(rows)
        path.serving = [deque(taken(flow, rows) for flow in pipeline) for pipeline in self.serving]
        path.memory = [
            None
            if memory is None
            else deque(((taken(caught, rows), taken(seen, rows)) for caught, seen in memory), memory.maxlen)
            for memory in self.memory
        ]
        path.moment = self.moment.take(rows)
        path.past = deque(maxlen=self.past.maxlen)
        path.trail = deque(([taken(part, rows) for part in each] for each in self.trail), self.trail.maxlen)
        return path

    def remembers_as(self, length: int, rows: Indices) -> FlagVector:
        """Whether everything that these rows remember is as it was `length` periods ago, (rows,)."""
        same = np.full(len(rows), self.depth == 0 or len(self.trail) >= self.depth + length)
        for place in range(self.depth if same.any() else 0):
            pairs = zip(self.trail[-1 - place], self.trail[-1 - place - length], strict=True)
            for now, then in pairs:
                same &= np.abs(now - then)[rows, 0] < _SAME
        return same

    def settled(self) -> FlagVector:
        """Whether weights that nothing restores have drifted as far as they will, (rows,)."""
        if self.drift is None or self.rhythm:
            return np.ones(self.scenarios.rows, dtype=bool)
        training = present(self.scenarios.policy.training)
        left = (1 - arrayed(present(training.drift).decay)) ** self.played
        return np.broadcast_to((left < _SAME) | (left == 1), (self.scenarios.rows, 1))[:, 0]

    def repeats(self) -> FlagVector:
        """Whether everything that the next periods follow from is as it was one period ago, or two, (rows,)."""
        if self.drift is not None:
            return np.zeros(self.scenarios.rows, dtype=bool)
        *before, now = self.past
        found = np.zeros(self.scenarios.rows, dtype=bool)
        for then in before:
            if len(then) == len(now):
                found |= np.all([one == other for one, other in zip(then, now, strict=True)], axis=0)[:, 0]
        return found

    def _state(self) -> list[Column]:
        """Everything that the next periods follow from, (rows, 1) each."""
        moment = self.moment
        held = [each for each in (*moment.beliefs, *moment.habits) if each is not None]
        flows = [flow for pipeline in self.serving for flow in pipeline]
        seen = [part for memory in self.memory if memory is not None for pair in memory for part in pair]
        parts = [moment.violations, *moment.acts, moment.active, moment.rate, *held, *flows, *seen]
        return [np.broadcast_to(part, (self.scenarios.rows, 1)) for part in parts]

    def step(self, accounts: bool = False) -> list[Vector]:
        """Play a period; its violations, inspections, active share and, if asked for, social cost, (rows,) each."""
        scenarios = self.scenarios
        if self.drift is not None:
            scenarios = drifted(scenarios, self.played % self.rhythm if self.rhythm else self.played)
        self.played += 1
        self.moment = replace(self.moment, beliefs=self._beliefs(), suspended=self._suspended())
        played = period(scenarios, self.moment)
        cost = _cost(scenarios, self.moment, played) if accounts else np.zeros((1, 1))
        for pipeline, flow in zip(self.serving, played.sanctioned, strict=True):
            if pipeline:
                gone = pipeline.popleft()
                pipeline.append(np.minimum(gone + flow, 1 - TRACE) if self.for_good else flow)
        for memory in self.memory:
            if memory is not None:
                memory.append((played.detection * played.violations, played.violations))
        if self.depth:
            parts = [*played.sanctioned, played.violations, played.detection * played.violations]
            self.trail.append([np.broadcast_to(part, (scenarios.rows, 1)) for part in parts])
        held = [
            belief if holds_belief(entry) else None
            for entry, belief in zip(scenarios.entries, played.beliefs, strict=True)
        ]
        habits = [
            rate if has_habit(entry) else None for entry, rate in zip(scenarios.entries, played.shares, strict=True)
        ]
        self.moment = Moment(
            violations=played.violations,
            acts=played.acts,
            active=played.active,
            rate=played.rate,
            beliefs=held,
            suspended=self.moment.suspended,
            habits=habits,
        )
        self.past.append(self._state())
        table = (played.violations, played.inspections, played.active, cost)
        return [np.broadcast_to(each, played.violations.shape)[:, 0] for each in table]

    def acts(self) -> list[Vector]:
        """Shares of the population that did each act in the last period, (rows,) each; none without options."""
        return [np.broadcast_to(share, (self.scenarios.rows, 1))[:, 0] for share in self.moment.acts]

    def _suspended(self) -> list[Column]:
        rows = self.scenarios.rows
        return [
            np.minimum(np.add.reduce(list(pipeline)), 1.0) if pipeline else np.zeros((rows, 1))
            for pipeline in self.serving
        ]

    def _beliefs(self) -> list[Column | None]:
        """Beliefs that entries hold; pooled ones follow from what is remembered, or from the prior alone."""
        beliefs = list(self.moment.beliefs)
        for index, (entry, memory) in enumerate(zip(self.scenarios.entries, self.memory, strict=True)):
            if memory is not None:
                caught = np.add.reduce([past for past, _ in memory])
                seen = np.add.reduce([past for _, past in memory])
                beliefs[index] = entry.belief.pooled(caught, seen)
        return beliefs


def _cost(scenarios: Scenarios, last: Moment, played: Played) -> Column:
    """Social cost of a period per actor, (rows, 1)."""
    scenarios = trained_on(scenarios, played.faced, scenarios.rows)
    policy, size = scenarios.policy, scenarios.size
    detector, sanction = policy.detector, policy.sanction
    known, state = last.state(scenarios), played.state(scenarios)
    oversight_cost = arrayed(policy.monitoring.cost(played.inspections * size, state, known)) / size
    if policy.forewarns:
        oversight_cost = oversight_cost + played.active * forewarned.planting_cost(policy)
    accounts, nats = {}, np.zeros((1, 1))
    for index, (weight, entry) in enumerate(zip(scenarios.weights, scenarios.entries, strict=True)):
        responder, absent = Responder(entry, policy), last.suspended[index]
        fined = weight * sanction.cost_per_sanction * played.sanctioned[index]
        if policy.forewarns:
            done = forewarned.taken(entry, policy, played.told, played.met, scenarios.rows)
            each = [weight * (1 - absent) * part for part in forewarned.amounts(policy, played.met, done)]
            nats = nats + (weight * (1 - absent) * done.nats if done.nats is not None else 0.0)
            accounts[entry.label] = Account(each[1], each[0], fined, weight * entry.value * absent)
            continue
        if has_habit(entry):
            every, rate = responder.everything(), played.shares[index]
            taken = Taken(share=rate, gain=rate * every.gain, harm=rate * every.harm)
        else:
            taken = responder.taken(played.faced[index], scenarios.rows)
        here = weight * (1 - absent)
        nats = nats + (here * taken.nats if taken.nats is not None else 0.0)
        gain, harm = np.zeros((1, 1)), np.zeros((1, 1))
        for place, chance in enumerate(played.flagged[index]):
            found = entry.wrong[place] and not entry.acts[place].reported
            averted = detector.harm_averted * chance * found
            harm = harm + here * taken.harm[:, place : place + 1] * (1 - averted)
            gain = gain + here * taken.gain[:, place : place + 1]
        harm = harm + here * harm_of_errors(scenarios, responder, taken, played.detection)
        accounts[entry.label] = Account(harm, gain, fined, weight * entry.value * absent)
    if policy.training is not None:
        oversight_cost = oversight_cost + policy.training.cost(nats) + policy.training.upkeep
    return social_cost(scenarios, Accounts(accounts, oversight_cost))


def drifted(scenarios: Scenarios, periods: float) -> Scenarios:
    """The scenarios so many periods after trained weights were certified."""
    training = present(scenarios.policy.training).after(periods)
    return replace(scenarios, policy=scenarios.policy.model_copy(update={"training": training}))


def at_rest(scenarios: Scenarios) -> Scenarios:
    """The scenarios once weights that nothing restores have drifted as far as they will.

    Raises:
        InputError: they walk ever farther.
    """
    training = scenarios.policy.training
    if training is None or training.drift is None or training.recertify is not None:
        return scenarios
    if training.drift.walk is not None and np.any(np.equal(training.drift.decay, 0)):
        raise InputError(Problem(WANDERING, "policy.training.drift"))
    return drifted(scenarios, np.inf)


def _first_acts(scenarios: Scenarios, violated: Sequence[Column]) -> list[Column]:
    """What was done in the period before the first: whoever violated did the first violation of its options."""
    done = []
    for weight, entry, share in zip(scenarios.weights, scenarios.entries, violated, strict=True):
        wrong = [option.violation for option in entry.options] or [True]
        first = wrong.index(True) if True in wrong else len(wrong)
        done += [weight * share * (place == first) for place in range(len(wrong))]
    return done
