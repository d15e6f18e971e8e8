"""Certificates: an equilibrium recomputed from its rates, by code that shares only the actor classes with the solver.

The opportunities are laid out on an even grid, and where neighbours on it decide differently the grid is made finer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any, Literal, NamedTuple

import numpy as np

from oversight.actors import Actor, Situation, Terms, Traits
from oversight.actors.beliefs import PublicHistory
from oversight.actors.choice import Manner
from oversight.actors.crew import CREW
from oversight.actors.one_by_one import OneByOne
from oversight.actors.situation import shown
from oversight.arrays import Column, Cube, Floats, Indices, Number, Table, Vector, arrayed, present
from oversight.deadline import keep_to_time
from oversight.distributions import Distribution, Harm
from oversight.equilibrium.crossings import best_of, crossed_shares
from oversight.equilibrium.dynamics import facing, trained_on
from oversight.equilibrium.grid import integral, nodes_between
from oversight.equilibrium.noticing import Told, sanctioned, told
from oversight.foresight import FOREVER, Prospects, prospects_of
from oversight.policy import Acts, Chances, Detector, Offence, Policy, State, Training
from oversight.policy.monitoring import Overseer
from oversight.response.opportunities import axes, drawn_along, error_axis, lasting, trained_axes, trait_axis, walk_axis
from oversight.response.records import TRACE
from oversight.response.share import Responder
from oversight.scenario import Entry, Experiment
from oversight.scenario.reported import Reported
from oversight.scenario.stacked import Scenarios, taken
from oversight.scenario.stacking import stack

TOLERANCE = 1e-6
_GRID = 2_000
MOST_AXES = 2
"""Random quantities that a grid can be fine enough for."""
_LONGEST_LIFE = 12
"""Record lifetime up to which a member's life is followed state by state."""
_TOGETHER = 64
"""Equilibria that are looked at together: a few arrays of their opportunities stay in a core's cache."""
_PERIODS = 60
"""Periods in which chances are asked for."""
_LONG = 20_000
"""Periods for which a belief, or an overseer, is played until it rests."""
_MEMBERS = 8
_CROWD = 1e15
_STILL = 1e-12
_LAST = float(np.nextafter(1.0, 0.0))
_RANKS = 300
_PANELS = 64
_LEGENDRE, _PARTS = (np.asarray(part) for part in np.polynomial.legendre.leggauss(12))
_NODES = ((np.arange(_PANELS)[:, None] + (_LEGENDRE + 1) / 2) / _PANELS).ravel()
_WEIGHTS = np.tile(_PARTS / 2 / _PANELS, _PANELS)
_GOLDEN = 0.6180339887498949
_MOST_RANKED = 0.999
"""Share of a tail that is integrated: beyond it quantiles may run away."""
_PLAYED = np.array([0.01, 0.2, 0.4, 0.6, 0.8, 0.99])
"""Places of a gain, and of all else, at which it is tried whether a class decides by the gain."""
_NEAR = 1e-9
"""Indifferent actors may do as those do whose chance of being caught differs by this share."""
_AS_GOOD = 1e-12
"""Of a sanction, by which silence and a report may differ and be as dear as one another."""


_What = int | Literal["advantage", "loss"]
"""What is asked of an entry: how often an act is done, or what the violation is worth, or loses."""
_Law = tuple[Floats, Column]


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """How far an equilibrium's rates are from what actors do at the chances that those rates deliver.

    `residual` is the largest distance of an entry's rate at a record; `regret` the largest mean loss of utility of an
    entry whose class maximises one (NaN where none does), in units of that utility. `overseer` is the distance of a
    strategic overseer's rate from its own response, or its regret per actor; zero for a committed one. `tails` is how
    far what gains and harms say of their tails and means, which costs are made of, is from what they are.
    """

    residual: float
    regret: float
    overseer: float
    tails: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether all are within `TOLERANCE`."""
        # Comparisons with NaN are false, so that what could not be recomputed does not hold.
        regret = 0.0 if np.isnan(self.regret) else self.regret
        return all(gap < TOLERANCE for gap in (self.residual, self.overseer, self.tails, regret))


def effort(experiment: Experiment) -> int:
    """About how long an equilibrium's certificate takes alone, in units of a few milliseconds."""
    sanction = experiment.policy.sanction
    # A class that is asked a single actor at a time takes seconds.
    entries = experiment.population
    return sum(1_000 if not entry.rule.vectorised else 60 if len(axes(entry, sanction)) > 1 else 1 for entry in entries)


def certificates(scenarios: Scenarios, shares: list[Floats], rate: Column, tails: Vector) -> list[Certificate | None]:
    """Check equilibria, one a row.

    None where acts go wrong, outcomes pay, members are trained again and again, decisions depend on more than
    `MOST_AXES` random quantities at once, or records lapse after too many periods to be followed.

    Args:
        scenarios: the scenario of each, with a leading overseer's audits in the place of its monitoring.
        shares: rates by entry and record, (rows, records) each.
        rate: an overseer's inspection rate.
        tails: the `tail_gap` of each scenario's population.
    """
    if scenarios.errors is not None or scenarios.policy.payoffs is not None:
        return [None] * len(rate)  # other code for them there is none
    if any(Responder(entry, scenarios.policy).retrained for entry in scenarios.entries):
        return [None] * len(rate)  # no single decision says how often they violate
    found = []
    for first in range(0, len(rate), _TOGETHER):
        part = np.arange(first, min(first + _TOGETHER, len(rate)))
        found += _certified(scenarios.take(part), [share[part] for share in shares], rate[part], tails[part])
    return found


def _certified(scenarios: Scenarios, shares: list[Floats], rate: Column, tails: Vector) -> list[Certificate | None]:
    if scenarios.policy.forewarns:
        return _certified_forewarned(scenarios, shares, tails)
    policy, size, rows = scenarios.policy, scenarios.size, len(rate)
    number = shares[0].shape[1] // len(scenarios.entries[0].acts)
    lifetime = policy.sanction.record_lifetime or 0
    followed = lifetime <= _LONGEST_LIFE or number == 1
    if policy.monitoring.responsive and not followed:
        return [None] * rows
    records = np.arange(number, dtype=float).reshape(1, -1)

    def chances(totals: _Totals, period: int = 0) -> list[list[Floats]]:
        """Of each entry the chances of a sanction for its acts, and for complying, (rows, records)."""
        seen = totals.acts.seen if scenarios.chooses else totals.violations
        acts = totals.acts if scenarios.chooses else None
        state = State(seen, _inspectable(totals), size, records, rate=rate, period=period, acts=acts)
        plain, innocent = policy.detection_probability(state)
        each = [
            [policy.flagging(state, option.act) for option in entry.options] or [plain] for entry in scenarios.entries
        ]
        return [[np.broadcast_to(chance, (rows, number)) for chance in (*own, innocent)] for own in each]

    laws = [(np.eye(1, number), np.ones((rows, 1))) for _ in shares]
    totals = _totals(scenarios, shares, laws)
    # Where inspections do not respond, chances are the same under any law of records.
    for _ in range(200 if followed else 0):
        laws = _pasts(scenarios, shares, chances(totals))
        before, totals = totals, _totals(scenarios, shares, laws)
        moved = np.abs(before.acts.counts - totals.acts.counts).sum(axis=1, keepdims=True)
        if np.all(moved + np.abs(before.active - totals.active) < 1e-12 * size):
            break
    # A rule says itself whether it goes by the period: it is asked in many of them.
    in_any_period = {
        np.concatenate([chance for own in chances(totals, period) for chance in own]).tobytes(): period
        for period in range(_PERIODS)
    }
    histories = number > 1 or policy.sanction.suspension > 0
    policy = _trained(scenarios, chances(totals))
    residual, regret = _missed(scenarios.entries, scenarios.weights, policy, chances(totals)), np.full(rows, np.nan)
    for period in in_any_period.values():
        for entry, claimed, (*guilty, innocent) in zip(scenarios.entries, shares, chances(totals, period), strict=True):
            acts = len(guilty)
            for record in range(number):
                view = _View(entry, policy, guilty, innocent, record, totals.violations / totals.active)
                if policy.sanction.resample is not None:
                    nobody = np.zeros((1, 1))
                    state = State(nobody, totals.active, size, nobody, period=period)
                    view.looked = policy.monitoring.chances(state).violating
                # Of actors that differ for good no law is followed: each kind of them has one of its own.
                if len(view.axes) > MOST_AXES or (histories and lasting(view.axes)):
                    if rows == 1:
                        return [None]
                    each = [
                        (scenarios.take(row), [s[row] for s in shares], rate[row], tails[row]) for row in _ones(rows)
                    ]
                    return [_certified(*one)[0] for one in each]
                delivered = np.concatenate([chance[:, record : record + 1] for chance in guilty], axis=1)
                gap, loss = _entry(view, delivered, claimed[:, record * acts : (record + 1) * acts])
                residual = np.maximum(residual, gap)  # which keeps a NaN
                regret = np.fmax(regret, loss)
    overseer = _overseers(scenarios, _met_by_inspections(scenarios, totals)[:, 0], rate[:, 0])
    gaps = zip(residual.tolist(), regret.tolist(), overseer, tails.tolist(), strict=True)
    return [Certificate(residual=r, regret=loss, overseer=o, tails=tail) for r, loss, o, tail in gaps]


def _trained(scenarios: Scenarios, delivered: Sequence[Sequence[Floats]]) -> Policy:
    """The policy with weights in the place of levels that training aims at, where entries have these chances."""
    training = scenarios.policy.training
    if training is None or not training.aims:
        return scenarios.policy
    faced = [
        facing(_believed(entry, each[0]), each[-1], [_believed(entry, chance) for chance in each[:-1]])
        for entry, each in zip(scenarios.entries, delivered, strict=True)
    ]
    return trained_on(scenarios, faced, len(delivered[0][0])).policy


def _missed(
    entries: Sequence[Entry], sizes: Sequence[float], policy: Policy, delivered: Sequence[Sequence[Floats]]
) -> Vector:
    """By how much weights miss the levels that they were found for, or exceed them for nothing, (rows,).

    In parts of how far what there is to do differs in a value. Levels out of reach are not looked at.
    """
    training, rows = policy.training, len(delivered[0][0])
    aim = training and training.reached
    missed: Vector = np.zeros(rows)
    if training is None or aim is None or aim.nearest:
        return missed
    levels = dict.fromkeys(aim.names, np.zeros(rows))
    width = dict.fromkeys(aim.names, 0.0)
    for entry, size, each in zip(entries, sizes, delivered, strict=True):
        guilty, innocent = each[:-1], each[-1]
        if not aim.audited:
            guilty, innocent = [np.zeros_like(chance) for chance in guilty], np.zeros_like(innocent)
        view = _View(entry, policy, [*guilty], innocent, 0, np.zeros((1, 1)))
        if len(view.axes) > MOST_AXES:
            return missed
        held = [
            chance[:, :1] if act.reported or not aim.audited else _believed(entry, chance[:, :1])
            for act, chance in zip(entry.acts, guilty, strict=True)
        ]
        # What is reported is worth what it is in silence.
        shares = [view._mean(np.concatenate(held, axis=1), act) for act in range(len(entry.acts))]
        for name in aim.names:
            levels[name] = levels[name] + size * np.ravel(entry.restraint.get(name, 0.0))
            for share, scores in zip(shares, entry.scores, strict=True):
                score = np.ravel(scores.get(name, 0.0))
                levels[name] = levels[name] + size * share * score
                width[name] = max(width[name], float(np.max(np.abs(score))))
    for name in aim.names:
        over, weight = levels[name] - np.ravel(aim.aims[name]), np.ravel(training.loads[name])
        gap = np.where(weight > 0, np.abs(over), np.maximum(0.0, -over))
        missed = np.maximum(missed, gap / (width[name] or 1.0))
    return missed


def _certified_forewarned(scenarios: Scenarios, shares: list[Floats], tails: Vector) -> list[Certificate | None]:
    """The same where actors may notice inspections; `shares` are by entry and by what members were told."""
    policy, rows = scenarios.policy, len(tails)
    active = np.full((rows, 1), float(scenarios.size))
    for _ in range(200):
        state = State(np.zeros((1, 1)), active, scenarios.size, np.zeros((1, 1)))
        members = told(policy, policy.monitoring.chances(state).violating, rows)
        before, active = active, np.zeros((rows, 1))
        for entry, claimed in zip(scenarios.entries, shares, strict=True):
            active = active + entry.size * _playing(policy, sanctioned(policy, members, claimed))
        if np.all(np.abs(active - before) < 1e-12 * scenarios.size):
            break
    residual, regret = np.zeros(rows), np.full(rows, np.nan)
    for period in range(_PERIODS):
        seen = policy.monitoring.chances(replace(state, active=active, period=period)).violating
        if np.any(np.abs(told(policy, seen, rows)[0].inspected - members[0].inspected) > TOLERANCE):
            residual = np.full(rows, np.nan)  # the rule goes by the period
    for entry, claimed in zip(scenarios.entries, shares, strict=True):
        for place, one in enumerate(members):
            guilty = one.inspected * policy.detector.sensitivity
            innocent = one.inspected * policy.detector.false_positive_rate
            view = _View(entry, policy, [guilty], innocent, 0, np.zeros((1, 1)))
            if len(view.axes) > MOST_AXES or (policy.sanction.suspension and lasting(view.axes)):
                return [None] * rows
            view.signal, view.hope, view.genuine = one.signal, _hope(policy, one), one.real
            share = claimed[:, place : place + 1] / np.where(one.often > 0, one.often, 1.0)
            gap, loss = _entry(view, guilty, share)
            residual = np.maximum(residual, gap * one.often[:, 0])  # which keeps a NaN
            regret = np.fmax(regret, loss * one.often[:, 0])
    found = zip(residual.tolist(), regret.tolist(), tails.tolist(), strict=True)
    return [Certificate(residual=gap, regret=loss, overseer=0.0, tails=tail) for gap, loss, tail in found]


def _hope(policy: Policy, one: Told) -> Column | None:
    """The share of a gain that is likely to be real, where that of a honeypot is void."""
    return one.real if policy.honeypots and policy.honeypots.gain == "void" else None


def _ones(rows: int) -> list[Indices]:
    """Each row alone."""
    return np.split(np.arange(rows), rows)


def tail_gap(population: Sequence[Entry]) -> float:
    """How far what gains and harms say of their tails and means is from what they are."""
    tails = max(max(_tail_gap(one) for one in _drawn(entry)) for entry in population)
    return max([tails, *(_harm_gap(entry.harm, _of_one(entry)) for entry in population)])


def _of_one(entry: Entry) -> Distribution:
    """The gains of the actor in the middle, where they go by a trait; of everyone otherwise."""
    middle = np.array([[0.5]])
    traits = [None if trait is None else trait.quantile(middle) for trait in (entry.wealth, entry.turnover)]
    return entry.gains_of(*traits)


def _drawn(entry: Entry) -> list[Distribution]:
    """The distributions whose tails and means amounts are made of."""
    scale = entry.drawn(entry.gain.scales_with)
    return [one for one in (_of_one(entry), entry.harm, scale) if isinstance(one, Distribution)]


class _Totals(NamedTuple):
    """Violations and active actors, (rows, 1), and how often each act is done, in counts."""

    violations: Column
    active: Column
    acts: Acts


def _inspectable(totals: _Totals) -> Column:
    """Those in play who did not report themselves."""
    acts = totals.acts
    told = [act.reported for act in acts.acts]
    silent: Column = totals.active - (acts.counts * told).sum(axis=1, keepdims=True)
    return silent if any(told) else totals.active


def _met_by_inspections(scenarios: Scenarios, totals: _Totals) -> Column:
    """The share of violators among those whom an overseer may inspect; none where there is nobody."""
    if not scenarios.chooses:
        return totals.violations / totals.active
    there = _inspectable(totals)
    return np.where(there > 0, totals.acts.seen, 0.0) / np.where(there > 0, there, 1.0)


def _totals(scenarios: Scenarios, shares: list[Floats], laws: list[_Law]) -> _Totals:
    counts, violations = [], []
    for entry, share, (law, active) in zip(scenarios.entries, shares, laws, strict=True):
        acts = len(entry.acts)
        for place in range(acts):
            done = entry.size * active * (law * share[:, place::acts]).sum(axis=1, keepdims=True)
            counts.append(done)
            if not entry.options or entry.options[place].violation:
                violations.append(done)
    here = [entry.size * active for entry, (_, active) in zip(scenarios.entries, laws, strict=True)]
    total = np.add.reduce(violations) if violations else np.zeros((len(counts[0]), 1))
    return _Totals(total, np.add.reduce(here), Acts(scenarios.acts, np.concatenate(counts, axis=1)))


def _met(share: Floats, chances: list[Floats]) -> Floats:
    """The chance of a sanction by record, of members that do each act at these shares, and otherwise comply."""
    *guilty, innocent = chances
    acts = len(guilty)
    each = [share[:, place::acts] for place in range(acts)]
    met = np.add.reduce([part * chance for part, chance in zip(each, guilty, strict=True)])
    found: Floats = met + (1 - np.add.reduce(each)) * innocent
    return found


def _pasts(scenarios: Scenarios, shares: list[Floats], chances: list[list[Floats]]) -> list[_Law]:
    """The law of each entry's pasts: of records, or of what is left of a loss of customers."""
    policy = scenarios.policy
    if policy.restarts:
        return [_losing(entry, share, policy) for entry, share in zip(scenarios.entries, shares, strict=True)]
    return [_laws(_met(share, own), policy) for share, own in zip(shares, chances, strict=True)]


def _laws(chance: Floats, policy: Policy) -> _Law:
    """Records of active members, (rows, records), and the share active, at chances of a sanction by record."""
    if chance.shape[1] == 1:
        return np.ones((1, 1)), _playing(policy, chance)
    if policy.sanction.suspension >= FOREVER:  # nobody comes back to play with a record
        return np.eye(1, chance.shape[1]), _playing(policy, chance[:, :1])
    each = [_law(row, policy) for row in chance]
    return np.array([law for law, _ in each]), np.array([[active] for _, active in each])


def _losing(entry: Entry, share: Floats, policy: Policy) -> _Law:
    """The law of periods left of a loss of customers, (rows, periods + 1): its transitions, solved row by row."""
    acts, top = len(entry.acts), present(policy.market).periods
    wrong = [share[:, place::acts] for place in range(acts) if not entry.options or entry.options[place].violation]
    found = []
    for noticed in present(policy.market).notice * np.add.reduce([np.zeros((len(share), top + 1)), *wrong]):
        moves = np.zeros((top + 1, top + 1))
        for left, chance in enumerate(noticed):
            moves[left, max(left - 1, 0)] += 1 - chance
            moves[left, top] += chance
        balance = np.vstack([moves.T - np.eye(top + 1), np.ones((1, top + 1))])
        found.append(np.linalg.lstsq(balance, np.eye(1, top + 2, top + 1)[0])[0])
    return np.array(found), np.ones((len(found), 1))


def _playing(policy: Policy, chance: Column) -> Column:
    """The share of members in play, in the long run, who are sanctioned with this chance while they are."""
    if policy.sanction.suspension >= FOREVER:
        return np.where(chance > 0, TRACE, 1.0)
    return 1 / (1 + policy.sanction.suspension * chance)


def _law(chance: Vector, policy: Policy) -> tuple[Vector, float]:
    """The same of one row with several records: a member's life, followed until its law stands still.

    A state is the ages of standing sanctions, youngest first; without a lifetime their number and the youngest's age.
    """
    lifetime, rest = policy.sanction.record_lifetime, policy.sanction.suspension
    top = len(chance) - 1
    if lifetime is None:
        record = int(np.argmax(chance <= 1e-12)) if (chance <= 1e-12).any() else top
        return np.eye(1, top + 1, record)[0], float(1 / (1 + rest * chance[record]))
    law: dict[tuple[int, ...], float] = {(): 1.0}
    for _ in range(20_000):
        keep_to_time()
        after: dict[tuple[int, ...], float] = {}
        for ages, weight in law.items():
            older = tuple(age + 1 for age in ages if age < lifetime)
            idle = bool(ages) and ages[0] <= rest
            caught = 0.0 if idle else float(chance[min(len(ages), top)])
            for state, part in (((1, *older), caught), (older, 1 - caught)):
                if part:
                    # Half of the members wait, so that no cycle hides the law.
                    after[state] = after.get(state, 0.0) + 0.5 * weight * part
            after[ages] = after.get(ages, 0.0) + 0.5 * weight
        moved = sum(abs(after.get(state, 0.0) - law.get(state, 0.0)) for state in after)
        law = after
        if moved < 1e-13:
            break
    playing = {ages: weight for ages, weight in law.items() if not ages or ages[0] > rest}
    found = np.zeros(top + 1)
    for ages, weight in playing.items():
        found[min(len(ages), top)] += weight
    share = found.sum()
    # With a lifetime not above the suspension, a youngest age above it is forgotten while still suspended.
    if rest >= lifetime:
        return np.eye(1, top + 1)[0], float(1 / (1 + rest * chance[0]))
    return found / share, float(share)


def _overseers(scenarios: Scenarios, share: Vector, rate: Vector) -> list[float]:
    """Distance of strategic overseers' rates from their response, or their regret; zero for committed ones."""
    if scenarios.policy.monitoring.overseer is None:
        return [0.0] * len(rate)
    policies = [scenarios.take(row).policy for row in _ones(len(rate))]
    return [_overseer(*each) for each in zip(policies, share.tolist(), rate.tolist(), strict=True)]


def _overseer(policy: Policy, share: float, rate: float) -> float:
    """That of one."""
    overseer = present(policy.monitoring.overseer)
    detector, one = policy.detector, np.ones((1, 1))
    if overseer.maximises:
        worth = float(overseer.net_benefit(share * one, rate * one, detector)[0, 0])
        return max(0.0, worth * (1 - rate), -worth * rate)
    gap, answer = _answer(overseer, detector, share, rate)
    if gap < TOLERANCE:
        return gap
    # The share comes out of the claimed rates, and is as exact as those.
    near = [answer, *(_answer(overseer, detector, min(share * (1 + sign * _NEAR), 1.0), rate)[1] for sign in (-1, 1))]
    return max(0.0, min(near) - rate, rate - max(near))


def _answer(overseer: Overseer, detector: Detector, share: float, rate: float) -> tuple[float, float]:
    """How far an overseer moves from `rate` at a share of violations, and to what rate.

    It is played on from the claimed rate, or, where what it keeps does not follow from that, from its own beginning.
    """
    one = np.ones((1, 1))
    here = rate * one
    state = State(share * one, one, 1, rate=here)
    stance = overseer.stands(here) if overseer.memoryless else overseer.begins(state, detector)
    for _ in range(1 if overseer.memoryless else _LONG):
        before = stance.rate
        stance = overseer.follows(replace(state, rate=stance.rate, private=stance.private), detector)
    return float(np.max(np.abs([stance.rate - rate, stance.rate - before]))), float(np.ravel(stance.rate)[0])


# What a kind says of itself, played


def _believed(entry: Entry, delivered: Column) -> Column:
    """What a belief comes to when violations go on being sanctioned with probability `delivered`: NaN if it never does.

    It is played by members who violate in every period, and are caught in step with the chance; each must come to the
    same belief, and stay there.
    """
    belief, rows = entry.belief, len(delivered)
    members = np.arange(_MEMBERS)[None, :]
    state = belief.begin((rows, _MEMBERS))
    violated = np.ones((rows, _MEMBERS), dtype=bool)
    before = found = np.full((rows, 1), np.nan)
    for period in range(_LONG):
        # What is announced first is something else, so that a belief has somewhere to come from.
        announced = 0.25 + 0.5 * delivered if period == 0 else delivered
        history = PublicHistory(announced * _CROWD, np.full((rows, 1), _CROWD))
        held = np.broadcast_to(belief.perceived(state, announced, history), (rows, _MEMBERS)).copy()
        if period > 1:
            still = (np.ptp(held, axis=1) < _STILL) & np.all(np.abs(held - before) < _STILL, axis=1)
            found = np.where(np.isnan(found) & still[:, None], held[:, :1], found)
            if not np.isnan(found).any():
                break
        caught = (members / _MEMBERS + period * _GOLDEN) % 1.0 < delivered
        state, before = belief.learn(state, violated, caught), held
    return found


@lru_cache(maxsize=1_000)
def _tail_gap(distribution: Distribution) -> float:
    """How far the tail that a distribution states is from the one that its quantiles have, relative to its mean."""
    one: Distribution = stack([distribution])
    if one.noise == "none" or one.distinct:
        places = np.array([0.5]) if one.noise == "none" else (np.arange(one.distinct) + 0.5) / one.distinct
        values = np.broadcast_to(np.ravel(one.quantile(places[None, :])), places.shape)
        x = np.array([[float(np.median(values))]])
        found = [np.mean(values > x[0, 0]), np.mean(values * (values > x[0, 0]))]
        return float(np.max(np.abs(np.ravel(one.above(x)) - found)) / max(1.0, float(np.abs(values).mean())))

    def tail(x: float) -> tuple[float, float]:
        chance, mean = (float(np.ravel(part)[0]) for part in one.above(np.full((1, 1), x)))
        return chance, mean

    def quantile(place: float) -> float:
        return float(np.ravel(one.quantile(np.full((1, 1), place)))[0])

    gaps = []
    for place in (0.2, 0.7):
        low, far = quantile(place), quantile(place + (1 - place) * _MOST_RANKED)
        (chance, mean), (rest, rest_mean) = tail(low), tail(far)
        at_least, _ = tail(float(np.nextafter(low, -np.inf)))
        gaps.append(max(0.0, chance - (1 - place), (1 - place) - at_least))
        if np.isfinite(mean) and chance > rest:
            low_end, width = 1 - chance, chance - rest
            values = np.ravel(one.quantile((low_end + width * _NODES)[None, :]))
            direct = width * float((values * _WEIGHTS).sum())
            gaps.append(abs(mean - rest_mean - direct) / max(1.0, abs(mean)))
    return max(gaps)


@lru_cache(maxsize=1_000)
def _harm_gap(harm: Harm, gains: Distribution) -> float:
    """How far a harm is from what it says of itself: what it reads, and, if that is the gain, what it comes to."""
    single: Harm = stack([harm])
    drawn: Distribution = stack([gains])
    places = (np.arange(_RANKS) + 0.5) / _RANKS
    gain = np.broadcast_to(np.ravel(drawn.quantile(places[None, :])), places.shape)
    harms = np.broadcast_to(single.at(gain[:, None], places[None, :]), (_RANKS, _RANKS))
    size = max(1.0, float(np.abs(harms).mean()))
    if not single.reads_gain:
        return float(np.ptp(harms, axis=0).max() / size)
    if single.noise == "none" and np.ptp(harms, axis=1).max() > 0:
        return np.inf
    caused, found = harms.mean(axis=1), 0.0
    for x in (-np.inf, float(gain[_RANKS // 3]), float(gain[_RANKS - 20])):
        stated = float(np.ravel(single.beyond(drawn, np.full((1, 1), x)))[0])
        direct = float(np.mean(caused * (gain > x)))
        # A grid of ranks is no closer than that.
        found = max(found, abs(stated - direct) / size if abs(stated - direct) > 0.03 * size else 0.0)
    return found


# One entry at one record


def _entry(view: _View, delivered: Floats, claimed: Floats) -> tuple[Vector, Vector]:
    """Distance of claimed rates from what the entry does, and what it loses by what it does, (rows,) each.

    `delivered` and `claimed` are the chances of a sanction for each act, and how often it is done, (rows, acts).
    """
    acts = delivered.shape[1]
    each = [delivered[:, act : act + 1] for act in range(acts)]
    # Whoever reports itself knows what comes of it.
    held = [
        one if told.reported else _believed(view.entry, one) for one, told in zip(each, view.entry.acts, strict=True)
    ]
    believed = np.concatenate(held, axis=1)
    rule = view.entry.rule
    if rule.drifts:
        worth, share = view.mean(believed, "advantage"), claimed[:, 0]
        regret = np.maximum(0.0, np.maximum(worth * (1 - share), -worth * share))
        return regret, regret
    gap = np.maximum.reduce([_gap(view, believed, claimed[:, act], act) for act in range(acts)])
    if rule.advantage is Actor.advantage or rule.by_chance(view.entry.rule_parameters()):
        return gap, np.full(len(gap), np.nan)
    loss = np.zeros(len(gap))
    true = np.flatnonzero((np.abs(believed - delivered) < _NEAR).all(axis=1))
    if len(true):
        loss[true] = np.maximum(0.0, view.take(true).mean(believed[true], "loss"))
    return gap, loss


def _gap(view: _View, believed: Table, claimed: Vector, act: int) -> Vector:
    """Distance of the claimed rate of an act from how often it is done, (rows,)."""
    least = most = view.mean(believed, act)
    off = np.flatnonzero(np.abs(least - claimed) >= TOLERANCE)
    if len(off):
        # The chances come out of the claimed rates, and are as exact as those.
        held, near = believed[off], view.take(off)
        risked = np.array([not act.reported for act in view.entry.acts])
        below = np.minimum(held * (1 - _NEAR), np.nextafter(held, 0.0))
        above = np.minimum(np.maximum(held * (1 + _NEAR), np.nextafter(held, 1.0)), 1.0)
        ends = [near.mean(np.where(risked, chance, held), act) for chance in (below, above)]
        least, most = least.copy(), most.copy()
        least[off], most[off] = np.minimum(least[off], np.minimum(*ends)), np.maximum(most[off], np.maximum(*ends))
    return np.maximum(0.0, np.maximum(least - claimed, claimed - most))


class _View:
    """Means over an entry's opportunities at one record, on a grid; a row an equilibrium."""

    def __init__(self, entry: Entry, policy: Policy, guilty: list[Floats], innocent: Floats, record: int, seen: Column):
        self.entry = entry
        self.seen = seen
        self.policy = policy
        self.guilty = guilty
        self.innocent = innocent
        self.record, self.losing = (0, record) if policy.restarts else (record, 0)
        """Past sanctions, and how many periods are left of a loss of customers."""
        self.signal = False
        self.looked: Number = 0.0
        """The chance that an opportunity is inspected, where flagged answers are drawn again."""
        self.hope: Column | None = None
        self.genuine: Number = 1.0
        """The chance that customers could notice a violation: that it is no honeypot."""
        self.trained = True
        self.reads = entry.reads
        self.ahead: dict[tuple[bytes, ...], Prospects] = {}
        self.axes = [
            axis
            for axis in ("gain", "wealth", "turnover", "harm", *map(trait_axis, entry.traits))
            if (one := entry.drawn(axis)) is not None
            and one.noise != "none"
            and (axis == "gain" or self._read(axis) or self._matters(axis))
        ]
        if not entry.rule.weighs and not self._weighs():
            self.axes = [axis for axis in self.axes if self._read(axis)]
        else:
            self.axes += trained_axes(entry, policy, range(len(entry.acts)))

    def take(self, rows: Indices) -> _View:
        """The view of these rows, which may repeat."""
        if len(self.innocent) == 1 or np.array_equal(rows, np.arange(len(self.innocent))):
            return self
        view = copy(self)
        view.ahead = {}
        view.entry, view.policy = taken(self.entry, rows), taken(self.policy, rows)
        view.guilty, view.innocent = [chance[rows] for chance in self.guilty], self.innocent[rows]
        view.seen, view.looked = taken(self.seen, rows), taken(self.looked, rows)
        view.hope = None if self.hope is None else self.hope[rows]
        view.genuine = taken(self.genuine, rows)
        return view

    def _read(self, axis: str) -> bool:
        return not self.reads.isdisjoint({axis, axis.partition(".")[0]})

    def _weighs(self) -> bool:
        """Whether the class decides by the gain after all, or by what a sanction takes, whatever it says of itself."""
        gains, others = (part.reshape(1, -1) for part in np.meshgrid(_PLAYED, _PLAYED))
        places = {axis: gains if axis == "gain" else others for axis in self.axes}
        acts = max(len(self.entry.options), 1)
        for chance in (0.1, 0.9):
            actor, asked, _ = self._asked(places, np.full((len(self.innocent), acts), chance))
            for now in asked:
                answers = np.broadcast_to(actor.violates(now), (len(self.innocent), gains.size))
                by_gain = answers.reshape(-1, len(_PLAYED), len(_PLAYED))
                if (by_gain != by_gain[:, :, :1]).any():
                    return True
        return False

    def _matters(self, axis: str) -> bool:
        """Whether a trait or the harm moves the gain or what a sanction takes, whatever these say of themselves."""
        gains = np.array([[0.01, 0.5, 0.99, 1 - 1e-6]])
        places = [{axis: np.full((1, 1), place), "gain": gains} for place in (0.01, 0.3, 0.7, 0.99)]
        met = [(self._taken(each), self._opportunity(each)["gain"]) for each in places]
        return any(np.any(one != other) for each in met for one, other in zip(each, met[0], strict=True))

    def _opportunity(self, places: dict[str, Floats]) -> dict[str, Floats]:
        middle = np.array([[0.5]])
        found = {}
        for axis in ("wealth", "turnover"):
            one = getattr(self.entry, axis)
            if one is not None:
                found[axis] = np.atleast_2d(one.quantile(places.get(axis, middle)))
        gains = self._gains(found)
        found["gain"] = np.atleast_2d(gains.quantile(places.get("gain", middle)))
        for name, trait in self.entry.traits.items():
            found[trait_axis(name)] = np.atleast_2d(trait.quantile(places.get(trait_axis(name), middle)))
        found["harm"] = np.atleast_2d(self.entry.harm.at(found["gain"], places.get("harm", middle)))
        return found

    def _gains(self, given: dict[str, Floats]) -> Distribution:
        return self.entry.gains_of(given.get("wealth"), given.get("turnover"))

    def _taken(self, places: dict[str, Floats]) -> Floats:
        record = np.array([[float(self.record)]])
        return arrayed(self.policy.settled(_offence(self._opportunity(places), record)).amounts.violating)

    def mean(self, believed: Table, what: _What) -> Vector:
        """Means over all opportunities of whether an act is done, or of what that is worth to its actors, (rows,)."""
        training, inside = self.policy.training, self._mean(believed, what)
        if training is None or not training.partial:
            return inside
        others = copy(self)
        others.trained = False
        covered = np.broadcast_to(training.coverage, (len(believed), 1))[:, 0]
        found: Vector = covered * inside + (1 - covered) * others._mean(believed, what)
        return found

    def _mean(self, believed: Table, what: _What) -> Vector:
        """The same over those like those of training, or over the others."""
        rule, rows = self.entry.rule, len(believed)
        axes = list(self.axes)
        chancy = "draw" in rule.uses and not self._smooth and isinstance(what, int)
        if chancy and self._by_chance(believed):
            axes.append("draw")
        if len(axes) > 1 and rows > 1:  # whose grids are large
            return np.concatenate([self.take(row)._mean(believed[row], what) for row in _ones(rows)])

        if self._crosses(what) and len(axes) == 1 and axes[0] != "draw" and not self._few(axes[0]):
            crossed = self._crossed(believed, axes[0])
            if crossed is not None:
                return crossed[:, int(what)]

        def value(owners: Indices, places: dict[str, Floats]) -> Table:
            return self.take(owners)._value(places, believed[owners], what)

        if what == "advantage" and len(axes) == 1 and not self._few(axes[0]):
            # A mean of amounts, whose tails a grid would miss.
            from scipy.integrate import quad

            def at(place: float, row: Indices) -> float:
                return float(value(row, {axes[0]: np.array([[min(place, _LAST)]])})[0, 0])

            exact = {"limit": 500, "epsabs": 1e-11, "full_output": 1}
            return np.array([float(quad(at, 0, 1, (row,), **exact)[0]) for row in _ones(rows)])
        return integral(value, axes, np.arange(rows), {}, self._coarse(len(axes)), self._few)

    def _crosses(self, what: _What) -> bool:
        """Whether it is asked how often an option is the best."""
        return isinstance(what, int) and bool(self.entry.options) and self.entry.manner is Manner.BEST

    def _by_chance(self, believed: Table) -> bool:
        """Whether the draw decides for anyone, tried at a lattice of places."""
        number = 97
        row = np.arange(number)[None, :]
        places = {axis: (row * (7 + 4 * i) % number + 0.5) / number for i, axis in enumerate(self.axes)}
        answers = [
            np.stack(
                [
                    self._value({**places, "draw": np.full((1, number), draw)}, believed, act)
                    for act in range(believed.shape[1])
                ]
            )
            for draw in (1e-9, 0.03, 0.3, 0.7, 0.97, 1 - 1e-9)
        ]
        return any(np.any(answer != answers[0]) for answer in answers)

    def _coarse(self, axes: int) -> int:
        if CREW.needs_scalars(self.entry.rule):
            return 150 if axes > 1 else 400
        if axes > 1:
            return 600
        # A chance that varies smoothly is only seen at the nodes; a switch is closed in on.
        return 4 * _GRID if self._smooth else _GRID

    def _few(self, axis: str) -> int:
        """Number of distinct values of an observed distribution, 0 of others."""
        one = None if axis == "draw" else drawn_along(self.entry, self.policy)(axis)
        return one.distinct if one else 0

    def _asked(self, places: dict[str, Floats], believed: Table) -> tuple[Actor, list[Situation], dict[str, Floats]]:
        """An actor that stands for the members at these places, what it knows of each act, and what they meet."""
        keep_to_time()
        members = max((place.shape[1] for place in places.values()), default=1)
        given = self._opportunity(places)
        rule, parameters = self.entry.rule, self.entry.rule_parameters()
        actor = (_scalar(rule) if CREW.needs_scalars(rule) else rule)(parameters, (len(believed), members))
        return actor, [self._now(given, places, believed, act) for act in range(believed.shape[1])], given

    @property
    def _smooth(self) -> bool:
        """Whether the class says with what probability it violates."""
        return self.entry.rule.by_chance(self.entry.rule_parameters())

    @property
    def _selects(self) -> bool:
        """Whether the best of several answers is given."""
        return self.policy.training is not None and self.policy.training.answers is not None and self.trained

    def _value(self, places: dict[str, Floats], believed: Table, what: _What) -> Table:
        most = self.policy.sanction.resample
        if most is None or not isinstance(what, int):
            return self._given(places, believed, what)
        detector, acts = self.policy.detector.as_one(), self.entry.acts
        chances = [self._given(places, believed, act) for act in range(believed.shape[1])]
        flags = [a.visibility * detector.sensitivity + (1 - a.visibility) * detector.false_positive_rate for a in acts]
        own = chances[what]
        still, gone = np.ones(own.shape), np.zeros(own.shape)
        for answer in range(most):
            last = answer == most - 1 and not self.policy.sanction.withhold
            gone = gone + still * own * (1.0 if last else 1 - flags[what])
            complies = (1 - np.add.reduce(chances)) * detector.false_positive_rate
            still = still * (complies + np.add.reduce([c * f for c, f in zip(chances, flags, strict=True)]))
        found: Table = (1 - self.looked) * own + self.looked * gone
        return found

    def _given(self, places: dict[str, Floats], believed: Table, what: _What) -> Table:
        """How often an answer is given, or what that is worth."""
        if not self._selects or not isinstance(what, int) or not self.entry.rule.weighs:
            return self._answered(places, believed, what)
        training, acts = present(self.policy.training), range(believed.shape[1])
        chance = [self._answered(places, believed, act) for act in acts]
        score = [self._worth(act, training, places) + np.zeros(chance[0].shape) for act in acts]
        own, chances = score[what], np.stack([1 - np.add.reduce(chance), *chance])
        scores = np.stack([np.zeros(own.shape), *score])
        lower, no_higher = ((chances * (scores < own)).sum(axis=0), (chances * (scores <= own)).sum(axis=0))
        alike = np.where(no_higher > lower, no_higher - lower, 1.0)
        won = no_higher ** present(training.answers) - lower ** present(training.answers)
        found: Table = won * chance[what] / alike
        return found

    def _answered(self, places: dict[str, Floats], believed: Table, what: _What) -> Table:
        actor, asked, given = self._asked(places, believed)
        found: Any
        if self.entry.options and self.entry.manner is not Manner.ONE:
            found = self._compared(actor, asked, given["harm"], what)
        elif isinstance(what, int) and what != self.entry.only:
            found = np.zeros((1, 1))
        elif what == "advantage":
            found = actor.advantage(asked[self.entry.only])
        elif what == "loss":
            worth = actor.advantage(asked[self.entry.only])
            found = np.maximum(worth, 0.0) - np.where(actor.violates(asked[self.entry.only]), worth, 0.0)
        elif self._smooth:
            found = actor.probability(asked[self.entry.only])
        else:
            found = actor.violates(asked[self.entry.only])
        each: Table = np.broadcast_to(np.asarray(found, dtype=float), actor.shape)
        return each

    def _compared(self, actor: Actor, asked: list[Situation], harm: Floats, what: _What) -> Floats:
        """The same of a class that compares options."""
        worth, harms = self._options(actor, asked, harm)
        if self.entry.manner is Manner.LOGIT:
            return self._by_logit(actor, worth, 1 + int(what))
        taken = best_of(worth, harms)
        if isinstance(what, int):
            return np.where(taken == 1 + what, 1.0, 0.0)
        lost: Floats = worth.max(axis=0) - np.take_along_axis(worth, taken[None], 0)[0]
        return lost

    def _by_logit(self, actor: Actor, worth: Cube, place: int) -> Floats:
        """The chance of an option; what is reported is no option of its own, but how another is taken if it pays."""
        options = (None, *self.entry.options)
        apart = {at: 1 + option.original for at, option in enumerate(options) if isinstance(option, Reported)}
        better, told = worth.copy(), np.zeros(worth.shape, dtype=bool)
        for at, own in apart.items():
            told[own] = worth[at] >= worth[own]
            better[own], better[at] = np.maximum(worth[own], worth[at]), -np.inf
        complying = self.entry.complying.base if self.entry.complying else 1.0
        each = [np.reshape(complying if option is None else option.base, (-1, 1)) for option in options]
        precision = self.entry.rule.precision_of(self.entry.rule_parameters())
        weights = np.stack(np.broadcast_arrays(*each)) * np.exp(precision * (better - better.max(axis=0)))
        chances = weights / weights.sum(axis=0)
        own = apart.get(place, place)
        found: Floats = chances[own] * (told[own] == (place in apart))
        return found

    def _options(self, actor: Actor, asked: list[Situation], harm: Floats) -> tuple[Cube, Cube]:
        """Utility and harm of complying, which is worth nothing and does none, and of each option."""
        worth = [np.broadcast_to(np.asarray(actor.advantage(now), dtype=float), actor.shape) for now in asked]
        for at, option in enumerate(self.entry.options):
            if isinstance(option, Reported):
                silent = worth[option.original]
                as_good = np.abs(worth[at] - silent) <= _AS_GOOD * asked[option.original].sanction
                worth[at] = np.where(as_good, silent, worth[at])
        # Of silence and a report that are as good as one another the report is made.
        harms = [
            np.broadcast_to(option.harm * harm - _AS_GOOD * isinstance(option, Reported), actor.shape)
            for option in self.entry.options
        ]
        return np.stack([np.zeros(actor.shape), *worth]), np.stack([np.full(actor.shape, -np.inf), *harms])

    def _crossed(self, believed: Table, axis: str) -> Table | None:
        """How often each option is taken, (rows, options), where decisions depend on one axis alone."""
        known: dict[bytes, _View] = {}

        def options(owners: Indices, places: Table) -> tuple[Cube, Cube]:
            view = known.setdefault(owners.tobytes(), self.take(owners))
            actor, asked, given = view._asked({axis: places}, believed[owners])
            return view._options(actor, asked, given["harm"])

        return crossed_shares(options, len(believed), nodes_between(self._coarse(1)))

    def _now(self, given: dict[str, Floats], places: dict[str, Floats], believed: Table, act: int) -> Situation:
        """What members know of an act, in a given opportunity."""
        record = np.array([[float(self.record)]])
        taken = self.policy.settled(_offence(given, record)).amounts
        now = Situation(
            gain=given["gain"],
            detection=believed[:, act : act + 1],
            false_detection=self.innocent[:, self.record : self.record + 1],
            sanction=arrayed(taken.violating),
            false_sanction=arrayed(taken.complying),
        )
        if self.hope is not None:
            now.gain = given["gain"] * self.hope
        harm = given["harm"]
        if self.entry.options:
            option = self.entry.options[act]
            made = self.entry.options[option.original] if isinstance(option, Reported) else option
            harm = made.harm * harm
            its = given | {"gain": option.gain * given["gain"], "harm": harm}
            offence = replace(_offence(its, record), severity=option.severity)
            paid = option.share if isinstance(option, Reported) else 1.0
            now.gain = its["gain"] - option.cost
            now.sanction = paid * arrayed(self.policy.settled(offence).amounts.violating)
            now.violation = option.violation
        if self.policy.training is not None and self.trained and not self._selects:
            now.gain = now.gain + self._worth(act, self.policy.training, places)
        market, wrong = self.policy.market, not self.entry.options or self.entry.options[act].violation
        if market is not None and wrong and self.entry.heeds:
            again = max(self.losing - 1, 0) if market.losses == "restart" else 0
            now.gain = now.gain - self.genuine * market.notice * market.share_lost * self.entry.income * (
                market.periods - again
            )
        if self.reads:  # most built-in classes read nothing more
            known = {
                "harm": harm,
                "record": record,
                "wealth": given.get("wealth"),
                "turnover": given.get("turnover"),
                "draw": places.get("draw", np.array([[0.5]])),
                "traits": Traits({name: given[trait_axis(name)] for name in self.entry.traits}),
                "income": self.entry.income,
                "policy": Terms(self.policy),
                "neighbours": self.seen,
                "signal": np.full((1, 1), self.signal),
                "base": arrayed(self.entry.bases[act]),
            }
            for name in known.keys() & self.reads:
                setattr(now, name, known[name])
        if "prospects" in self.reads:
            now.prospects = self._ahead(given, believed)
        return now if self.entry.trusted else shown(now)

    def _worth(self, act: int, training: Training, places: dict[str, Floats]) -> Number:
        """What the values that are trained into members make of an act, beyond complying: the sum of w v, in money."""
        from scipy.special import ndtri  # heavy, and only needed here

        entry = self.entry
        own = entry.options[act] if entry.options else entry.violating
        worth: Number = 0.0
        for name, weight in training.loads.items():
            for valued, sign in ((own, 1), (entry.complying, -1)):
                worth = worth + sign * weight * (valued.values.get(name, 0.0) if valued else 0.0)
            if name not in entry.scores[act]:
                continue
            spread = 0.0
            if training.drift is not None and training.drift.walk is not None:
                place = np.minimum(places.get(walk_axis(name), np.array([[0.5]])), _LAST)
                spread = training.drift.walk * ndtri(place)
                worth = worth + spread * entry.scores[act][name]
            if training.saw is not None:
                place = places.get(error_axis(act, name), np.array([[0.5]]))
                worth = worth + (weight + spread) * training.saw.error.quantile(np.minimum(place, _LAST))
        return worth

    def _ahead(self, given: dict[str, Floats], believed: Table) -> Prospects:
        """What follows, which is the same wherever it is asked."""
        traits = (given[name].tobytes() for name in ("wealth", "turnover") if name in given)
        key = (believed.tobytes(), *traits)
        if key not in self.ahead:
            self.ahead[key] = self._prospects(given, believed)
        losing = np.full((1, 1), self.losing)
        return self.ahead[key].at(np.full((1, 1), self.record), losing=losing)

    def _prospects(self, given: dict[str, Floats], believed: Table) -> Prospects:
        records = 1 if self.policy.restarts else self.innocent.shape[1]
        columns = [slice(record, record + 1) for record in range(records)]
        trusts = self.entry.belief.trusts
        own = [believed[:, act : act + 1] for act in range(believed.shape[1])]
        flagged = [[chance[:, at] for chance in self.guilty] if trusts else own for at in columns]
        return prospects_of(
            self.policy.sanction,
            self._gains(given),
            self.entry.harm,
            [Chances(each[0], self.innocent[:, at]) for each, at in zip(flagged, columns, strict=True)],
            given.get("wealth"),
            given.get("turnover"),
            self.entry.income,
            self.entry.options,
            flagged,
            self.entry.felt(self.policy.training),
            self.policy.customers(self.entry.income),
        )


def _offence(given: dict[str, Floats], record: Floats) -> Offence:
    return Offence(given["gain"], given["harm"], record, given.get("wealth"), given.get("turnover"))


def _scalar(rule: type[Actor]) -> Callable[[dict[str, Any], tuple[int, int]], Actor]:
    return partial(OneByOne, rule)
