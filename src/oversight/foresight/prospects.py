"""What a sanction costs an actor in later periods: the dynamic programme of one that looks ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field, replace
from functools import partial, reduce
from typing import Any, NamedTuple

import numpy as np

from oversight.arrays import Flags, Floats, Indices, Number, Values, Wholes
from oversight.deadline import keep_to_time
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
    _solved: dict[tuple[bytes, int | None], Values] = field(default_factory=dict, repr=False, compare=False)

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

    def at(self, standing: int | Wholes, period: int = 0) -> Prospects:
        """The same for actors in these states, at the start of a period."""
        return replace(self, standing=standing, period=period)

    def part(self, cut: Callable[[Any], Any]) -> Prospects:
        """The same for some of the actors: `cut` takes their part of an array, and leaves what is none."""
        faced = tuple(AtRecord(*map(cut, facing)) for facing in self.faced)
        options = tuple(tuple(_cut_offer(offer, cut) for offer in here) for here in self.options)
        gain = _part_of(self.gain, cut)
        whole = (
            gain is self.gain
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
            _solved=self._solved if whole else {},
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
            values.append(best.at(loss)[0] + discount * stays)
        return self._solved[discount.tobytes(), left]

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

    def at(self, loss: Number) -> tuple[Values, Values]:
        """E max(violate, comply), and its derivative by the loss."""
        if self.options:
            mean, slope = best_of(self.gain, self.options, self.false_detection, self.innocent, loss)
            return self.complying - self.false_detection * loss + mean, slope - self.false_detection
        threshold = (self.detection - self.false_detection) * loss
        mean, chance = _positive_part(self.gain, self.lines, threshold)
        slope = -(self.false_detection + (self.detection - self.false_detection) * chance)
        return self.complying - self.false_detection * loss + mean, slope


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
    return Offered(cut(offer.detection), Taken(*map(cut, offer.taken)), cut(offer.gain), cut(offer.cost))


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
