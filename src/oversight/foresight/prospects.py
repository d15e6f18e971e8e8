"""What a sanction costs an actor in later periods: the dynamic programme of one that looks ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field, replace
from functools import partial, reduce
from operator import is_
from typing import Any, NamedTuple

import numpy as np

from oversight.arrays import Flags, Floats, Indices, Number, Values, Wholes, present
from oversight.deadline import keep_to_time
from oversight.foresight.customers import Customers
from oversight.foresight.envelope import Gains, Offered, Taken, best_of

FOREVER = 10_000_000
"""Periods of a suspension that nobody comes back from: no run is longer."""
MAX_LIFETIME = 8
"""Periods up to which records may lapse: the state is then a history, one bit a period."""
_SWEEPS = 20
"""Steps for which a policy is followed between two improvements."""
_STEPS = 80
"""Newton steps at most; some ten are taken."""
_ZERO = np.float64(0.0)


class AtRecord(NamedTuple):
    """What the policy delivers at one record. Each broadcasts to (runs, members).

    A violator is sanctioned with probability `detection`, an innocent with `false_detection`. Taken are
    min(`wealth`, `amount` + `per_gain` g⁺), of a violator plus g⁺ if the gain is forfeited; no wealth, no cap.
    """

    detection: Number
    false_detection: Number
    amount: Number
    per_gain: Number = 0.0
    wealth: Floats | None = None


class Line(NamedTuple):
    """A piece of a function of the gain: `intercept` + `slope` g for `low` < g <= `high` (None: no end)."""

    low: Number
    high: Number | None
    intercept: Number
    slope: Number


@dataclass(frozen=True)
class Prospects:
    """What a policy holds in store: everything that the dynamic programme of an actor that looks ahead needs.

    An actor is at a record, or, where records lapse, has a history of sanctions in its last periods. With
    opportunity g and record r it is worth to it, for the discount d and a suspension of D periods,

        V(r) = w + E max(g - p s(g) + d [V(c) - p L], -q s0(g) + d V(c) - q L),  L = d [V(c) - d^D V(c')]

    where w is its income, c and c' are its next record without and with a sanction, and L is what a sanction costs
    beyond what is taken. The chances p, q are those announced now, taken as lasting for ever (stationary expectations).
    Where customers leave who notice a violation, it costs M as well. Of losses that add up, M is a number. Of one that
    a new notice starts anew, with k periods of it left, n for k - 1 if k > 0 and else 0, and T for as many as it has,

        V(k) = w - [k > 0] l + E max(g - p s(g) - M(k), -q s0(g)) + d V(n),  M(k) = notice d [V(n) - V(T)]

    where l is what they take in a period.
    """

    faced: tuple[AtRecord, ...]
    """By record class: the last one stands for all longer records as well. With `options` it is about complying."""
    gain: Gains
    suspension: int = 0
    lifetime: int | None = None
    """Periods after which a record entry lapses, up to `MAX_LIFETIME`; None: never, or no matter."""
    reads_gain: bool = False
    """Whether what is taken depends on the gain."""
    forfeits: bool = False
    income: Number = 0.0
    """What an actor earns in a period in which it is in play, whatever it does."""
    standing: int | Wholes = 0
    """The actors' own state: their record, or where records lapse their history, whose bit i says whether they were
    sanctioned i + 1 periods ago. Whole numbers that broadcast to (runs, members)."""
    period: int = 0
    """Periods played so far, for an actor whose life is finite."""
    options: tuple[tuple[Offered, ...], ...] = ()
    """By record class, what there is to do, where that is not just the one violation."""
    customers: Customers | None = None
    """What customers do who notice a violation; None where they do nothing."""
    losing: int | Wholes = 0
    """How many periods are left of a loss of customers that a new notice starts anew; broadcasts as `standing` does."""
    _solved: dict[tuple[bytes, int | None], Values] = field(default_factory=dict, repr=False, compare=False)
    _costs: dict[tuple[bytes, int | None], Values] = field(default_factory=dict, repr=False, compare=False)
    """Of M, as `_solved` of L."""

    def loss(self, discount: Number, left: int | None = None) -> Values:
        """L, what a sanction in this period costs later on, in money; broadcasts to (runs, members).

        `discount` is the weight of the next period against this one, (runs, 1) or a number; `left` counts the periods
        left to live, this one included. Without `left` the actor lives for ever, and `discount` must be below 1.
        """
        key = (np.asarray(discount).tobytes(), left)
        if key not in self._solved:
            self._solved[key] = self._losses(np.asarray(discount), left)
        losses = self._solved[key]
        state = np.asarray(self.standing, dtype=np.intp)
        if self.lifetime is None:
            state = np.minimum(state, len(losses) - 1)
        chosen: Values = np.take_along_axis(losses, state[None], axis=0)[0] if state.ndim else losses[state]
        return chosen

    def leaving(self, discount: Number, left: int | None = None) -> Values:
        """M, what a violation in this period costs later on as customers leave, in money, arguments as for `loss`."""
        if self.customers is None:
            return np.zeros(())
        if not self.customers.restart:
            return self.customers.discounted(np.asarray(discount), None if left is None else left - 1)
        key = (np.asarray(discount).tobytes(), left)
        if key not in self._costs:
            clocks = self._clocks if left is None else partial(self._mortal_clocks, left=left)
            self._costs[key] = clocks(self.customers, np.asarray(discount))
        costs = self._costs[key]
        state = np.asarray(self.losing, dtype=np.intp)
        chosen: Values = np.take_along_axis(costs, state[None], axis=0)[0] if state.ndim else costs[state]
        return chosen

    def at(self, standing: int | Wholes, period: int = 0, losing: int | Wholes = 0) -> Prospects:
        """The same for actors in these states, at the start of a period."""
        return replace(self, standing=standing, period=period, losing=losing)

    def part(self, cut: Callable[[Any], Any]) -> Prospects:
        """The same for some of the actors: `cut` takes their part of an array, and leaves what is none."""
        faced = tuple(AtRecord(*map(cut, facing)) for facing in self.faced)
        options = tuple(tuple(_cut_offer(offer, cut) for offer in here) for here in self.options)
        gain = _part_of(self.gain, cut)
        customers = self.customers and self.customers._replace(
            notice=cut(self.customers.notice), lost=cut(self.customers.lost)
        )
        whole = (
            gain is self.gain
            and (customers is None or all(map(is_, customers, present(self.customers))))
            and all(
                _same_offer(new, old)
                for one, other in zip(options, self.options, strict=True)
                for new, old in zip(one, other, strict=True)
            )
            and cut(self.income) is self.income
            and all(
                new is old
                for one, other in zip(faced, self.faced, strict=True)
                for new, old in zip(one, other, strict=True)
            )
        )
        return replace(
            self,
            faced=faced,
            options=options,
            gain=gain,
            income=cut(self.income),
            standing=cut(self.standing),
            customers=customers,
            losing=cut(self.losing),
            _solved=self._solved if whole else {},
            _costs=self._costs if whole else {},
        )

    def _losses(self, discount: Values, left: int | None) -> Values:
        """L in each state, which come first: (states, runs, members)."""
        if left is not None:
            return self._of_the_mortal(discount, left)
        return self._of_records(discount) if self.lifetime is None else self._of_histories(discount)

    def _of_records(self, discount: Values) -> Values:
        """Records never lapse: each depends on the next longer one alone, and is solved by Newton's method.

        (1 - d) V - A(L(V)) is concave and rises in V, so that the steps are those of policy iteration: after the
        first they rise to the root. At the longest record, or where all longer ones are alike, a sanction changes
        nothing but for the suspension.
        """
        away = self._away(discount)
        value: Values | None = None
        losses: list[Values] = []
        alike: bool | Flags = True
        for place in reversed(range(len(self.faced))):
            keep_to_time()
            facing = self.faced[place]
            best = _Best(self, facing, self.options[place] if self.options else ())
            best.leaving = self._constant(discount)
            if value is None:
                slope, offset = discount * (1 - away), _ZERO
                value = _root(best, discount, slope, offset)
                losses.append(slope * value)
                continue
            alike = alike & _equal(facing, self.faced[place + 1]) & self._same_options(place)
            here = _root(best, discount, discount, discount * away * value)
            loss = np.where(alike, losses[-1], discount * (here - away * value))
            value = np.where(alike, value, here)
            losses.append(loss)
        return np.stack(np.broadcast_arrays(*reversed(losses)))

    def _away(self, discount: Values) -> Values:
        """What the first period after a suspension counts against the next one; nothing, where there is none."""
        return discount * 0.0 if self.suspension >= FOREVER else discount**self.suspension

    def _same_options(self, place: int) -> bool | Flags:
        """Whether what there is to do is alike at a record and at the next longer one."""
        alike: bool | Flags = True
        for one, other in zip(*(self.options[place : place + 2] or ((), ())), strict=True):
            for own, its in zip(_flat(one), _flat(other), strict=True):
                alike = alike & np.equal(own, its)
        return alike

    def _of_histories(self, discount: Values) -> Values:
        """Records lapse: policies are improved and, in between, followed for some steps until nothing changes."""
        unharmed, sanctioned, best = self._histories(discount)
        best.leaving = self._constant(discount)
        discount, away = discount[None], self._away(discount)[None]

        def loss(value: Values) -> Values:
            return discount * (value[unharmed] - away * value[sanctioned])

        def better(value: Values) -> tuple[Values, Values]:
            """A step under the best policy at these values, and the slope of its mean payoff by the loss."""
            average, slope = best.at(loss(value))
            return average + discount * value[unharmed], slope

        def follow(fixed: Values, slope: Values, value: Values) -> Values:
            """A step under the policy that these came from."""
            return fixed + slope * loss(value) + discount * value[unharmed]

        average, _ = best.at(_ZERO)
        # Low enough for every step to rise.
        value = average * 0.0 + np.minimum(np.min(average, axis=0, keepdims=True), 0.0) / (1 - discount)
        rounds = 2.0 + np.ceil(40 / (1 - discount) / _SWEEPS)
        done: bool | Flags = False
        for step in range(int(np.max(rounds))):
            keep_to_time()
            new, slope = better(value)
            done = done | (_largest(new - value) <= 1e-15 * _largest(new)) | (step >= rounds)
            if np.all(done):
                break
            fixed = new - slope * loss(value) - discount * value[unharmed]
            value = np.where(done, value, _follow(partial(follow, fixed, slope), new, discount))
        return loss(value)

    def _of_the_mortal(self, discount: Values, left: int) -> Values:
        """Backwards from the last period; of a suspension only what is left of the life counts."""
        unharmed, sanctioned, best = self._histories(discount)
        discount, away = discount[None], self._away(discount)[None]
        values: list[Values] = []  # with one period to live, two, ...

        def later(periods: int) -> Values:
            return values[periods - 1] if periods > 0 else np.zeros((len(unharmed), *[1] * (discount.ndim - 1)))

        for periods in range(left):
            keep_to_time()
            stays, returns = later(periods)[unharmed], later(periods - self.suspension)[sanctioned]
            loss = discount * (stays - away * returns)
            key = (discount.tobytes(), periods + 1)
            self._solved[key] = loss
            if self.customers and not self.customers.restart:
                best.leaving = self.leaving(discount[0], periods + 1)
            values.append(best.at(loss)[0] + discount * stays)
        return self._solved[discount.tobytes(), left]

    def _constant(self, discount: Values) -> Values | None:
        """M of a life without end, where it is the same in every period; losses that start anew change nothing of L."""
        return None if self.customers is None or self.customers.restart else self.leaving(discount)

    def _clocks(self, customers: Customers, discount: Values) -> Values:
        """M by the periods that are left of a loss, (periods + 1, runs, members): policies are improved and followed.

        V(k) = a + b V(T) under a policy, in turn from k = 0 on, so that V(T) = a(T) / (1 - b(T)).
        """
        best, risk = _Best(self, self.faced[0], self.options[0]), customers.notice * discount
        best.leaving = self._alike(customers, discount)
        done: bool | Flags = False
        for _ in range(_STEPS):
            keep_to_time()
            # Where nothing that there is to do can be noticed, all states share their numbers.
            mean, often = (np.broadcast_to(each, best.leaving.shape) for each in best.weighed())
            fixed = mean + often * best.leaving
            stays = discount - risk * often
            level, slope = fixed[0] / (1 - stays[0]), risk * often[0] / (1 - stays[0])
            levels, slopes = [level], [slope]
            for left in range(1, customers.periods + 1):
                levels.append(fixed[left] - customers.lost + stays[left] * levels[-1])
                slopes.append(risk * often[left] + stays[left] * slopes[-1])
            last = levels[-1] / (1 - slopes[-1])
            values = np.stack([level + slope * last for level, slope in zip(levels, slopes, strict=True)])
            new = risk * (values[[0, *range(customers.periods)]] - last)
            done = done | (_largest(new - best.leaving) <= 1e-15 * _largest(new))
            best.leaving = np.where(done, best.leaving, new)
            if np.all(done):
                break
        return best.leaving

    def _mortal_clocks(self, customers: Customers, discount: Values, left: int) -> Values:
        """The same backwards from the last period."""
        best = _Best(self, self.faced[0], self.options[0])
        values = costs = self._alike(customers, discount)
        lost = np.concatenate([values[:1], values[1:] + customers.lost])
        for periods in range(left):
            keep_to_time()
            after = values[[0, *range(customers.periods)]]
            costs = customers.notice * discount * (after - values[-1:])
            self._costs[discount.tobytes(), periods + 1] = costs
            best.leaving = costs
            values = best.weighed()[0] - lost + discount * after
        return costs

    def _alike(self, customers: Customers, discount: Values) -> Values:
        """Nothing in each state, (periods + 1, runs, members)."""
        numbers = [discount, customers.notice, customers.lost, self.income, *self.faced[0]]
        numbers += [number for offer in self.options[0] for number in _flat(offer)]
        shape = np.broadcast_shapes(*(np.shape(number) for number in numbers if number is not None), (1, 1))
        return np.zeros((customers.periods + 1, *shape))

    def _histories(self, discount: Values) -> tuple[Indices, Indices, _Best]:
        """Each state's next state without and with a sanction, and the opportunities that all of them face."""
        if self.lifetime is None:
            states = np.arange(len(self.faced))
            unharmed, sanctioned, records = states, np.minimum(states + 1, len(states) - 1), states
        else:
            states = np.arange(2**self.lifetime)
            unharmed = states << 1 & len(states) - 1
            # The entries age while the actor sits out its suspension.
            sanctioned = (unharmed | 1) << min(self.suspension, self.lifetime) & len(states) - 1
            records = np.minimum(np.bitwise_count(states).astype(np.int64), len(self.faced) - 1)
        known = [array for facing in self.faced for array in facing if array is not None]
        shape = np.broadcast_shapes(discount.shape, *map(np.shape, known))
        stacked: list[Any] = [
            None if column[0] is None else np.stack([np.broadcast_to(array, shape) for array in column])[records]
            for column in zip(*self.faced, strict=True)
        ]
        return unharmed, sanctioned, _Best(self, AtRecord(*stacked), self._stacked_options(records, discount))

    def _stacked_options(self, records: Indices, discount: Values) -> tuple[Offered, ...]:
        """What there is to do in each state, which come first."""

        def stacked(*by_record: Any) -> Any:
            if by_record[0] is None:
                return None
            shape = np.broadcast_shapes(discount.shape, *map(np.shape, by_record))
            return np.stack([np.broadcast_to(number, shape) for number in by_record])[records]

        found = []
        for same in zip(*self.options, strict=True):
            taken = Taken(*(stacked(*column) for column in zip(*(offer.taken for offer in same), strict=True)))
            found.append(
                Offered(
                    stacked(*(offer.detection for offer in same)),
                    taken,
                    stacked(*(offer.gain for offer in same)),
                    stacked(*(offer.cost for offer in same)),
                    same[0].violation,
                )
            )
        return tuple(found)


class _Best:
    """The mean payoff of a period under the better of violating and complying, as a function of the loss L."""

    def __init__(self, prospects: Prospects, facing: AtRecord, options: tuple[Offered, ...] = ()):
        self.gain = prospects.gain
        self.options, self.innocent = options, Taken(facing.amount, facing.per_gain, facing.wealth)
        self.detection, self.false_detection = facing.detection, facing.false_detection
        lines, taken = _with_gain(prospects, facing) if prospects.reads_gain else _without_gain(facing)
        self.lines: list[Line] = lines
        self.complying = prospects.income - self.false_detection * taken
        self.leaving: Values | None = None
        """What a violation costs as customers leave, as `Prospects.leaving`, where there are any."""

    def at(self, loss: Number) -> tuple[Values, Values]:
        """E max(violate, comply), and its derivative by the loss."""
        if self.options:
            mean, slope, _ = self._best_of(loss)
            return self.complying - self.false_detection * loss + mean, slope - self.false_detection
        threshold = (self.detection - self.false_detection) * loss
        mean, chance = _positive_part(self.gain, self.lines, threshold)
        slope = -(self.false_detection + (self.detection - self.false_detection) * chance)
        return self.complying - self.false_detection * loss + mean, slope

    def weighed(self) -> tuple[Values, Values]:
        """E max(violate, comply) where a sanction costs nothing later on, and the chance of a violation."""
        mean, _, often = self._best_of(_ZERO)
        return self.complying + mean, often

    def _best_of(self, loss: Number) -> tuple[Values, Values, Values]:
        options = self.options
        if self.leaving is not None:
            options = tuple(
                offer._replace(cost=offer.cost + self.leaving) if offer.violation else offer for offer in options
            )
        return best_of(self.gain, options, self.false_detection, self.innocent, loss)


def _without_gain(facing: AtRecord) -> tuple[list[Line], Number]:
    amount = facing.amount if facing.wealth is None else np.minimum(facing.amount, facing.wealth)
    return [Line(-np.inf, None, (facing.false_detection - facing.detection) * amount, _ZERO + 1.0)], amount


def _with_gain(prospects: Prospects, facing: AtRecord) -> tuple[list[Line], Number]:
    """What violating adds, g - p s(g) + q s0(g), by pieces, and the mean that is taken from a sanctioned innocent."""
    p, q, amount, per_gain, wealth = facing
    guilty = per_gain + float(prospects.forfeits)
    _, mean = prospects.gain.above(_ZERO)
    if wealth is None:
        lines = [
            Line(-np.inf, _ZERO, (q - p) * amount, 1.0 + _ZERO),
            Line(_ZERO, None, (q - p) * amount, 1.0 - p * guilty + q * per_gain),
        ]
        return lines, amount + per_gain * mean
    room = np.maximum(wealth - amount, 0.0)
    # Beyond these gains wealth caps what is taken from a violator, and from an innocent.
    ends = [np.where(rate > 0, room / np.where(rate > 0, rate, 1.0), np.inf) for rate in (guilty, per_gain)]
    ends = [np.where(room > 0, end, 0.0) for end in ends]
    base = np.minimum(amount, wealth)
    beyond, rest = prospects.gain.above(ends[1])
    capped = np.where(np.isfinite(ends[1]), ends[1], 0.0) * beyond
    taken = base + per_gain * (mean - rest + capped)
    return [
        Line(-np.inf, _ZERO, (q - p) * base, 1.0 + _ZERO),
        Line(_ZERO, ends[0], (q - p) * base, 1.0 - p * guilty + q * per_gain),
        Line(ends[0], ends[1], q * base - p * wealth, 1.0 + q * per_gain),
        Line(ends[1], None, (q - p) * wealth, 1.0 + _ZERO),
    ], taken


def _positive_part(gain: Gains, lines: list[Line], threshold: Number) -> tuple[Values, Values]:
    """E[(f(g) - threshold)⁺] and P(f(g) > threshold) of a function f that these pieces make up."""
    mean = chance = np.zeros(())
    for low, high, intercept, slope in lines:
        level = intercept - threshold
        root = -level / np.where(slope == 0, 1.0, slope)
        begin = np.where(slope > 0, np.maximum(low, root), np.where((slope < 0) | (level > 0), low, np.inf))
        chance_here, mean_here = gain.above(begin)
        if high is not None:
            end = np.where(slope < 0, np.minimum(high, root), high)
            beyond, rest = gain.above(np.maximum(begin, end))
            chance_here, mean_here = chance_here - beyond, mean_here - rest
        mean = mean + level * chance_here + slope * mean_here
        chance = chance + chance_here
    return mean, chance


def _root(best: _Best, discount: Values, slope: Values, offset: Number) -> Values:
    """The value V with (1 - d) V = E max(violate, comply) at the loss L = slope V - offset."""
    value: Values = best.at(_ZERO)[0] / (1 - discount)
    done: bool | Flags = False
    for step in range(_STEPS):
        average, change = best.at(slope * value - offset)
        new = value + (average - (1 - discount) * value) / (1 - discount - slope * change)
        if step:
            done = done | (new <= value + 1e-16 * np.abs(value))
        value = np.where(done, value, new)
        if np.all(done):
            break
    return value


def _follow(step: Callable[[Values], Values], value: Values, discount: Values) -> Values:
    """The value after some steps under one policy, and a leap along their direction where that comes closer."""
    for _ in range(_SWEEPS):
        before, value = value, step(value)
    after = step(value)
    change = after - value
    size, earlier = _largest(change), _largest(value - before)
    shrinks = np.minimum(size / np.where(earlier > 0, earlier, 1.0), discount)
    leap = value + change / (1 - shrinks)
    return np.where(_largest(step(leap) - leap) < size, leap, after)


def _largest(values: Values) -> Values:
    """The largest size over the states, which come first."""
    return np.max(np.abs(values), axis=0, keepdims=True)


def _equal(one: AtRecord, other: AtRecord) -> bool | Flags:
    parts: Iterator[tuple[Any, Any]] = zip(one, other, strict=True)
    alike: bool | Flags = reduce(np.logical_and, (np.equal(a, b) for a, b in parts if a is not None))
    return alike


def _flat(offer: Offered) -> list[Number]:
    """The numbers of an option."""
    return [each for each in (offer.detection, *offer.taken, offer.gain, offer.cost) if each is not None]


def _cut_offer(offer: Offered, cut: Callable[[Any], Any]) -> Offered:
    taken = Taken(*map(cut, offer.taken))
    return Offered(cut(offer.detection), taken, cut(offer.gain), cut(offer.cost), offer.violation)


def _same_offer(one: Offered, other: Offered) -> bool:
    return all(new is old for new, old in zip(_flat(one), _flat(other), strict=True))


def _part_of(gain: Gains, cut: Callable[[Any], Any]) -> Gains:
    """The distribution with its parameters cut; itself where that changes none."""
    values = {
        name: _part_of(value, cut) if hasattr(value, "above") else cut(value) for name, value in vars(gain).items()
    }
    if all(values[name] is value for name, value in vars(gain).items()):
        return gain
    part = copy(gain)
    vars(part).update(values)
    return part
