"""The mean of the best of several lines, piece by piece: what an opportunity with options is worth."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

import numpy as np

from oversight.arrays import Number, Values


class Gains(Protocol):
    """The distribution of gains, by its closed form."""

    def above(self, x: Number) -> tuple[Values, Values]:
        """P(g > x) and E[g; g > x]."""


class Taken(NamedTuple):
    """What a sanction takes at a gain g: min(`wealth`, `amount` + `rate` g⁺); no wealth, no cap."""

    amount: Number
    rate: Number
    wealth: Values | None

    @property
    def ends(self) -> list[Values]:
        """Gains at which the amount bends."""
        if self.wealth is None:
            return [] if np.all(np.equal(self.rate, 0)) else [np.zeros(())]
        room = np.maximum(self.wealth - self.amount, 0.0)
        end = np.where(np.greater(self.rate, 0), room / np.where(np.greater(self.rate, 0), self.rate, 1.0), np.inf)
        return [np.zeros(()), np.where(room > 0, end, 0.0)]

    def line(self, gain: Values) -> tuple[Values, Values]:
        """Intercept and slope of the piece that a gain lies on."""
        amount, rate = np.asarray(self.amount), np.where(gain > 0, self.rate, 0.0)
        if self.wealth is None:
            return amount, rate
        capped = amount + rate * gain >= self.wealth
        return np.where(capped, self.wealth, amount), np.where(capped, 0.0, rate)


class Offered(NamedTuple):
    """One option at one record: it earns `gain` g - `cost`, and is sanctioned with probability `detection`."""

    detection: Number
    taken: Taken
    gain: Number = 1.0
    cost: Number = 0.0
    violation: bool = True


def best_of(
    gains: Gains, offered: Sequence[Offered], false_detection: Number, innocent: Taken, loss: Number
) -> tuple[Values, Values, Values]:
    """E max(0, f_1(g), f_2(g), ...), its derivative by the loss L, and the chance that the best is a violation.

    f_j = m g - c - p s(g) + q s0(g) - (p - q) L is what an option is worth beyond complying, where a sanction costs L
    later on beyond what is taken.

    Args:
        gains: the distribution of g.
        offered: the options.
        false_detection: q.
        innocent: what is taken from a flagged actor that complied, s0.
        loss: L.
    """
    bends = [end for taken in (innocent, *(each.taken for each in offered)) for end in taken.ends]
    shape = np.broadcast_shapes(np.shape(loss), *(np.shape(number) for number in _numbers(offered, innocent)))
    shape = np.broadcast_shapes(shape, np.shape(false_detection), *map(np.shape, bends))
    ends: list[Number] = [-np.inf, *bends, np.inf]
    edges = np.sort(np.stack([np.broadcast_to(end, shape) for end in ends]), axis=0)
    mean, slope, often = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    wrong = np.array([False, *(each.violation for each in offered)])
    for low, high in pairwise(edges):
        starts, rises, by_loss = _lines(offered, false_detection, innocent, loss, _between(low, high))
        cuts = np.concatenate([low[None], _crossings(starts, rises, low, high), high[None]])
        middles = _between(cuts[:-1], cuts[1:])
        best = (starts[:, None] + rises[:, None] * middles).argmax(axis=0)
        above, beyond = gains.above(cuts)
        chance, amount = above[:-1] - above[1:], beyond[:-1] - beyond[1:]
        start, rise, change = (np.take_along_axis(part, best, axis=0) for part in (starts, rises, by_loss))
        mean = mean + _sum(start * chance + rise * amount)
        slope = slope + _sum(change * chance)
        often = often + _sum(np.where(wrong[best], chance, 0.0))
    return mean, slope, often


def _sum(parts: Values) -> Values:
    """The sum over the first axis."""
    # Not `sum`, which adds in another order where a batch holds a single run.
    total: Values = parts.cumsum(axis=0)[-1]
    return total


def _lines(
    offered: Sequence[Offered], false_detection: Number, innocent: Taken, loss: Number, gain: Values
) -> tuple[Values, Values, Values]:
    """Of the lines on which complying and each option lie at a gain: intercept, slope, how the loss moves it.

    The lines come first.
    """
    nothing = np.zeros(np.shape(gain))
    spared, slower = innocent.line(gain)
    starts, rises, by_loss = [nothing], [nothing], [nothing]
    for each in offered:
        amount, rate = each.taken.line(gain)
        more = each.detection - false_detection
        starts.append(false_detection * spared - each.detection * amount - each.cost - more * loss + nothing)
        rises.append(each.gain - each.detection * rate + false_detection * slower + nothing)
        by_loss.append(nothing - more)
    return np.stack(starts), np.stack(rises), np.stack(by_loss)


def _crossings(starts: Values, rises: Values, low: Values, high: Values) -> Values:
    """Where pairs of lines cross between two ends, ascending along the first axis; at the lower end where not."""
    one, other = np.triu_indices(len(starts), 1)
    steeper = rises[one] - rises[other]
    place = (starts[other] - starts[one]) / np.where(steeper == 0, 1.0, steeper)
    return np.sort(np.where((steeper != 0) & (place > low) & (place < high), place, low), axis=0)


def _between(low: Values, high: Values) -> Values:
    """A place between two ends, either of which may be infinite."""
    above, below = np.isfinite(low), np.isfinite(high)
    first, last = np.where(above, low, 0.0), np.where(below, high, 0.0)
    beside = np.where(above, first + 1.0 + np.abs(first), np.where(below, last - 1.0 - np.abs(last), 0.0))
    return np.where(above & below, 0.5 * (first + last), beside)


def _numbers(offered: Sequence[Offered], innocent: Taken) -> list[Number]:
    """All numbers that shapes come of."""
    every = [*innocent, *(number for each in offered for number in (*each.taken, each.detection, each.gain, each.cost))]
    return [number for number in every if number is not None]
