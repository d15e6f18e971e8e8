"""All fixed points: the rates at which violators are inspected that the population's response to them delivers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from oversight.arrays import Column, Flags, FlagVector, Floats, Indices, Values, Vector, arrayed
from oversight.response.standing import Shares, Standing, columns, responses, sanctions, standing, state
from oversight.scenario.stacked import Scenarios, columns_in

_ENDS = 10.0 ** np.arange(-9.0, -1.9, 0.5)
_GRID = np.concatenate([[0.0], _ENDS, np.linspace(0, 1, 73)[1:-1], 1 - _ENDS[::-1], [1.0]])
_HALVINGS = 60
_CLOSE = 1e-12
"""Relative width of a bracket that is narrow enough: halves of numbers near zero are still far from it."""
_PARTS = 8
"""Parts that such a bracket is cut into at a time."""
_GOLDEN = 0.5 * (np.sqrt(5) - 1)
_TANGENT = 0.03
"""A turning point of the residual nearer to zero than this is looked at more closely, for a pair of roots."""
_STEP = 1e-7
"""Where the response at two ends of a bracket that halving can shrink no more differs by this, actors jump."""
_EXACT = 1e-9
_FLAT = 1e-13
_OPENINGS = 8
_SAME = 1e-8
_ROUNDS, _TINY_ROUNDS = 6, 14
_SMOOTH = 0.02


class Mixture(NamedTuple):
    """Rates just below and above an equilibrium's, and the part that does what pays above it; (rows, 1) each."""

    low: Column
    high: Column
    part: Column

    def take(self, rows: Indices) -> Mixture:
        """That of the equilibria at these positions."""
        return Mixture(*(each[rows] for each in self))


@dataclass(slots=True)
class FixedPoints:
    """Equilibria, a row each: which scenario they belong to, the rate, what actors do, and who mixes.

    `mixing` counts the entries and records whose exactly indifferent members are split: a `part` of them does what
    pays just above the rate, the others what pays just below. `continuum` marks an end of an interval of equilibria.
    """

    scenario: Indices
    rate: Column
    shares: Shares
    mixing: Indices
    between: Mixture
    continuum: FlagVector
    seen: Mixture | None = None
    """The same of the shares of violators that actors see, where they go by them."""

    def take(self, rows: Indices) -> FixedPoints:
        """The equilibria at these positions."""
        return FixedPoints(
            self.scenario[rows],
            self.rate[rows],
            [share[rows] for share in self.shares],
            self.mixing[rows],
            self.between.take(rows),
            self.continuum[rows],
            seen=None if self.seen is None else self.seen.take(rows),
        )


def nowhere() -> FixedPoints:
    """No equilibrium of any scenario."""
    none, nobody = np.zeros((0, 1)), np.zeros(0, dtype=np.int64)
    return FixedPoints(nobody, none, [], nobody, Mixture(none, none, none), np.zeros(0, dtype=bool))


def fixed_points(scenarios: Scenarios) -> FixedPoints:
    """All equilibria of each scenario, by rising misconduct rate."""
    if not scenarios.policy.monitoring.responsive:
        rate = np.full((1, 1), np.nan)
        shares = [np.broadcast_to(s, (scenarios.rows, s.shape[1])) for s in responses(scenarios, rate)]
        return _pure(np.arange(scenarios.rows), np.full((scenarios.rows, 1), np.nan), shares)
    rates, residuals = _scan(scenarios)
    owner, low, high = _brackets(scenarios, rates, residuals)
    found = [_refined(scenarios.take(owner), owner, low, high)]
    found += [*_corners(scenarios, residuals), *_continua(scenarios, rates, residuals)]
    return _distinct(scenarios, _joined(found))


def residual(scenarios: Scenarios, rate: Column, shares: Shares) -> Column:
    """How far the population's response exceeds the inspections it was a response to, (rows, 1); zero at equilibrium.

    For an overseer that maximises it is the net benefit of an inspection instead: what has that sign.
    """
    stands = standing(scenarios, rate, shares)
    monitoring, training = scenarios.policy.monitoring, scenarios.policy.training
    found = monitoring.excess(state(scenarios, stands, rate), scenarios.policy.detector)
    if training is None or not training.aims:
        return found
    # Weights hold a level to rounding alone, wherever they are found.
    return np.where(np.abs(found) <= _FLAT * np.maximum(1, monitoring.scale), 0.0, found)


def _residual_at(scenarios: Scenarios, rate: Column, fine: bool) -> tuple[Column, Floats]:
    """The residual and all shares side by side, (rows, shares)."""
    shares = responses(scenarios, rate, fine)
    return residual(scenarios, rate, shares), np.concatenate(shares, axis=1)


def _scan(scenarios: Scenarios) -> tuple[Vector, Floats]:
    """A grid of rates, (rates,), refined where a lone scenario's response moves, and residuals (rows, rates) on it."""
    if scenarios.rows > 1:
        few, like = _told_apart(scenarios)
        columns = []
        for rate in _GRID:
            everywhere = np.full((1, 1), rate)
            answers = [share[like] for share in responses(few, everywhere, False)]
            columns.append(np.broadcast_to(residual(scenarios, everywhere, answers), (scenarios.rows, 1)))
        return _GRID, np.concatenate(columns, axis=1)
    rates = _GRID
    found, shares = _residual_at(scenarios, rates[:, None], False)
    for turn in range(_TINY_ROUNDS):
        moves = np.abs(np.diff(shares, axis=0)).max(axis=1) + np.abs(np.diff(np.tanh(found[:, 0])))
        low, high = rates[:-1], rates[1:]
        tiny = high <= _ENDS[0]
        coarse = (moves > _SMOOTH) & np.where(tiny, high > 2 * low, (high - low > 1e-10) & (turn < _ROUNDS))
        if not coarse.any():
            break
        new = np.where(tiny, _between(low, high), 0.5 * (low + high))[coarse]
        more, more_shares = _residual_at(scenarios, new[:, None], False)
        rates = np.concatenate([rates, new])
        order = np.argsort(rates)
        rates = rates[order]
        found = np.concatenate([found, more])[order]
        shares = np.concatenate([shares, more_shares])[order]
    return rates, found.T


def _told_apart(scenarios: Scenarios) -> tuple[Scenarios, Indices]:
    """The scenarios whose actors may answer one rate differently, and which of them each scenario is like."""
    policy = scenarios.policy
    public = any("policy" in entry.reads for entry in scenarios.entries)
    chances = [chance for rate in _GRID for chance in sanctions(scenarios, np.full((1, 1), rate))]
    faced = (
        public
        or policy.forewarns
        or policy.payoffs is not None
        or any(len(arrayed(part)) > 1 for chance in chances for part in chance)
    )
    columns = columns_in((policy if faced else (policy.sanction, policy.training), *scenarios.entries))
    if not columns:
        return scenarios.take(np.zeros(1, dtype=np.int64)), np.zeros(scenarios.rows, dtype=np.int64)
    _, first, like = np.unique(np.concatenate(columns, axis=1), axis=0, return_index=True, return_inverse=True)
    return scenarios.take(first), like.reshape(-1)


def _brackets(scenarios: Scenarios, rates: Vector, residuals: Floats) -> tuple[Indices, Column, Column]:
    """Owner, low and high end of every interval in which the residual changes its sign."""
    positive = residuals >= 0
    owner, cell = np.nonzero(positive[:, 1:] != positive[:, :-1])
    low, high = rates[cell], rates[cell + 1]
    size, sign = np.abs(residuals), np.sign(residuals)
    inner = size[:, 1:-1]
    turning = (inner <= size[:, :-2]) & (inner <= size[:, 2:]) & (inner < _TANGENT) & (inner > 0)
    turning &= (sign[:, :-2] == sign[:, 1:-1]) & (sign[:, 2:] == sign[:, 1:-1])
    row, column = np.nonzero(turning)
    if len(row):
        more = _crossings(scenarios.take(row), rates[column], rates[column + 2], sign[row, column + 1])
        for place, (left, right) in more:
            owner = np.append(owner, row[place])
            low, high = np.append(low, left), np.append(high, right)
    return owner, low[:, None], high[:, None]


def _crossings(scenarios: Scenarios, low: Vector, high: Vector, sign: Vector) -> list[tuple[int, tuple[float, float]]]:
    """Golden section towards zero in each interval; where that crosses it, the two brackets at the crossing."""
    first, last = low.copy(), high.copy()
    low, high, sign = low[:, None], high[:, None], sign[:, None]
    for _ in range(40):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        at_left, at_right = (sign * _residual_at(scenarios, rate, True)[0] for rate in (left, right))
        lower = at_left < at_right
        low, high = np.where(lower, low, left), np.where(lower, right, high)
    middle = 0.5 * (low + high)
    crossed = (sign * _residual_at(scenarios, middle, True)[0] < 0)[:, 0]
    return [
        (int(place), ends)
        for place in np.flatnonzero(crossed)
        for ends in ((first[place], middle[place, 0]), (middle[place, 0], last[place]))
    ]


def _refined(scenarios: Scenarios, owner: Indices, low: Column, high: Column) -> FixedPoints:
    """Halve the brackets; keep those where the residual goes to zero, or where indifferent actors can close it."""
    if not len(owner):
        return _pure(owner, low, [np.zeros((0, columns(scenarios, entry))) for entry in scenarios.entries])
    low, high = _opened(scenarios, low, high)
    positive = _residual_at(scenarios, low, True)[0] >= 0
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        same = (_residual_at(scenarios, middle, True)[0] >= 0) == positive
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    low, high = _closed_in(scenarios, low, high, positive)
    before, after = responses(scenarios, low), responses(scenarios, high)
    each = zip(scenarios.entries, before, after, strict=True)
    mixing = np.add.reduce([_indifferences(a - b, len(entry.acts)) for entry, b, a in each])
    rate = np.where(mixing[:, None] > 0, high, 0.5 * (low + high))
    part = _part(scenarios, rate, before, after, positive)
    shares = [b + part * (a - b) for b, a in zip(before, after, strict=True)]
    monitoring = scenarios.policy.monitoring
    stands = state(scenarios, standing(scenarios, rate, shares), rate)
    off = np.abs(monitoring.excess(stands, scenarios.policy.detector))
    solves = off < _EXACT * np.maximum(1, monitoring.scale) + monitoring.slack(stands, scenarios.policy.detector)
    kept = np.flatnonzero(np.broadcast_to(solves, rate.shape))
    none = np.zeros(len(owner), dtype=bool)
    return FixedPoints(owner, rate, shares, mixing, Mixture(low, high, part), none).take(kept)


def _indifferences(jump: Floats, acts: int) -> Indices:
    """How many indifferences a jump of an entry's shares, (rows, records x acts), comes from, (rows,).

    Members who go over from one act to another, or from complying to an act, are indifferent between those two.
    """
    moved = jump.reshape(len(jump), -1, acts)
    moved = np.concatenate([moved, -moved.sum(axis=2, keepdims=True)], axis=2)
    each: Indices = np.maximum((moved > _STEP).sum(axis=2), (moved < -_STEP).sum(axis=2)).sum(axis=1)
    return each


def _closed_in(scenarios: Scenarios, low: Column, high: Column, positive: Flags) -> tuple[Column, Column]:
    """Brackets close to zero, halved by exponent: actors may switch at chances far smaller than halves come to."""
    low, high = low.copy(), high.copy()
    for _ in range(64):
        wide = np.flatnonzero((high - low > _CLOSE * high) & (_between(low, high) != low))
        if not len(wide):
            break
        # Most brackets are done: only the others are asked, and of those, which are few, a lot at once.
        nodes = _between(low[wide], high[wide], np.arange(1, _PARTS))
        asked, _ = _residual_at(scenarios.take(np.repeat(wide, _PARTS - 1)), nodes.reshape(-1, 1), True)
        same = (asked.reshape(nodes.shape) >= 0) == positive[wide]
        first = np.where(same.all(axis=1), _PARTS - 1, (~same).argmax(axis=1))
        edges, each = np.concatenate([low[wide], nodes, high[wide]], axis=1), np.arange(len(wide))
        low[wide], high[wide] = edges[each, first, None], edges[each, first + 1, None]
    return low, high


def _between(low: Values, high: Values, parts: int | Indices = _PARTS // 2) -> Values:
    """Numbers this many eighths of the way, counted in numbers, from `low` >= 0 to `high`: halfway by exponent.

    Positive numbers are ordered as their bits are, taken for whole numbers.
    """
    first, last = (np.ascontiguousarray(end).view(np.int64) for end in (low, high))
    whole, rest = np.divmod(last - first, _PARTS)  # so that no product overflows
    return np.ascontiguousarray(first + whole * parts + rest * parts // _PARTS).view(np.float64)


def _opened(scenarios: Scenarios, low: Column, high: Column) -> tuple[Column, Column]:
    """Brackets that hold a change of sign to every digit too: the scan that found them was a quick one."""
    for _ in range(_OPENINGS):
        ends = [_residual_at(scenarios, rate, True)[0] >= 0 for rate in (low, high)]
        closed = ends[0] == ends[1]
        if not closed.any():
            break
        width = np.where(closed, np.maximum(high - low, 1e-9), 0.0)
        low, high = np.maximum(low - width, 0.0), np.minimum(high + width, 1.0)
    return low, high


def _part(scenarios: Scenarios, rate: Column, before: Shares, after: Shares, positive: Flags) -> Column:
    """The mixture of two responses that leaves no residual: the same part of all who are indifferent at once."""
    low, high = np.zeros_like(rate), np.ones_like(rate)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        shares = [b + middle * (a - b) for b, a in zip(before, after, strict=True)]
        same = (residual(scenarios, rate, shares) >= 0) == positive
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return 0.5 * (low + high)


def _pure(owner: Indices, rate: Column, shares: Shares, continuum: bool = False) -> FixedPoints:
    """Equilibria in which nobody mixes."""
    nobody, same = np.zeros(len(owner), dtype=int), Mixture(rate, rate, np.zeros_like(rate))
    return FixedPoints(owner, rate, shares, nobody, same, np.full(len(owner), continuum))


def _continua(scenarios: Scenarios, rates: Vector, residuals: Floats) -> list[FixedPoints]:
    """The ends of intervals of rates on which the residual is zero throughout."""
    scale = np.maximum(1, np.broadcast_to(scenarios.policy.monitoring.scale, (len(residuals), 1)))
    flat = np.abs(residuals) <= _FLAT * scale
    # Among rates that small every residual is.
    inside = flat[:, 1:] & flat[:, :-1] & (rates[1:] >= _ENDS[0])
    padded = np.pad(inside, ((0, 0), (1, 1)))
    found = []
    # From a flat cell to one that is not, at its lower and at its upper end.
    for beside, ahead in ((-1, padded[:, 1:] & ~padded[:, :-1]), (1, padded[:, :-1] & ~padded[:, 1:])):
        row, node = np.nonzero(ahead)
        if not len(row):
            continue
        owned = scenarios.take(row)
        within = rates[node][:, None]
        out = rates[np.clip(node + beside, 0, len(rates) - 1)][:, None]
        for _ in range(_HALVINGS):
            middle = 0.5 * (within + out)
            zero = np.abs(_residual_at(owned, middle, True)[0]) <= _FLAT * scale[row]
            within, out = np.where(zero, middle, within), np.where(zero, out, middle)
        shares = [np.broadcast_to(s, (len(row), s.shape[1])) for s in responses(owned, within)]
        found.append(_pure(row, within, shares, continuum=True))
    return found


def _corners(scenarios: Scenarios, residuals: Floats) -> list[FixedPoints]:
    """Equilibria in which nobody, or everybody, is inspected."""
    found = []
    for rate, at_end in ((0.0, residuals[:, 0]), (1.0, residuals[:, -1])):
        rows = np.flatnonzero(scenarios.policy.monitoring.holds_at(rate, at_end))
        if len(rows):
            owned = scenarios.take(rows)
            ends = np.full((len(rows), 1), rate)
            shares = [np.broadcast_to(s, (len(rows), s.shape[1])) for s in responses(owned, ends)]
            found.append(_pure(rows, ends, shares))
    return found


def _joined(found: list[FixedPoints]) -> FixedPoints:
    mixtures = zip(*(part.between for part in found), strict=True)
    return FixedPoints(
        np.concatenate([part.scenario for part in found]),
        np.concatenate([part.rate for part in found]),
        [np.concatenate(parts) for parts in zip(*(part.shares for part in found), strict=True)],
        np.concatenate([part.mixing for part in found]),
        Mixture(*(np.concatenate(parts) for parts in mixtures)),
        np.concatenate([part.continuum for part in found]),
    )


def _distinct(scenarios: Scenarios, found: FixedPoints) -> FixedPoints:
    """In order of scenario and misconduct rate, each once."""
    owned: Standing = standing(scenarios.take(found.scenario), found.rate, found.shares)
    misconduct = (owned.violations / owned.active)[:, 0]
    order = np.lexsort((-found.rate[:, 0], misconduct, found.scenario))
    kept: list[int] = []
    for place in order.tolist():
        last = kept[-1] if kept else None
        if (
            last is not None
            and found.scenario[last] == found.scenario[place]
            and abs(misconduct[last] - misconduct[place]) < _SAME
            and abs(found.rate[last, 0] - found.rate[place, 0]) < _SAME
        ):
            # Of two that are the same to rounding, the one exactly in a corner is the true one.
            exact = place if found.rate[place, 0] in (0, 1) else last
            found.continuum[exact] = found.continuum[last] | found.continuum[place]
            kept[-1] = exact
            continue
        kept.append(place)
    return found.take(np.array(kept, dtype=int))
