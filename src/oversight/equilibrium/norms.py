"""Shares of violators that sustain themselves, where actors go by what the others do: the mean field.

In a large population all who see everyone see the share of violators. Where nobody is suspended the rate of inspections
follows from it too, so that the share is the one unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from oversight.arrays import Column, Flags, Floats, Indices, Vector
from oversight.equilibrium.fixed_points import FixedPoints, Mixture
from oversight.policy import State
from oversight.response.standing import Shares, responses, standing
from oversight.scenario.stacked import Scenarios

_ENDS = 10.0 ** np.arange(-9.0, -2.4, 0.5)
_GRID = np.concatenate([[0.0], _ENDS, np.linspace(0, 1, 161)[1:-1], 1 - _ENDS[::-1], [1.0]])
_FINER = 64
_TANGENT = 0.02
"""A turning point of the excess nearer to zero than this is looked at more closely, for a pair of roots."""
_HALVINGS = 60
_ZERO = 1e-13
_STEP = 1e-7
"""Where the responses to two shares that halving can bring no closer differ by this, actors jump."""


def norms(scenarios: Scenarios) -> FixedPoints:
    """All equilibria of each scenario, by rising misconduct rate: the shares m that respond to m with m."""
    every = np.repeat(np.arange(scenarios.rows), len(_GRID))
    excess = _excess(scenarios.take(every), np.tile(_GRID, scenarios.rows)[:, None]).reshape(scenarios.rows, -1)
    zero = np.abs(excess) <= _ZERO
    beside = np.pad(zero, ((0, 0), (1, 1)))
    flat = zero & (beside[:, :-2] | beside[:, 2:])
    row, node = np.nonzero(zero & ~flat)
    found = [_pure(scenarios, row, _GRID[node][:, None])]
    found.append(_refined(scenarios, *_brackets(scenarios, excess, zero)))
    for toward in (-1, 1):
        found.append(_continua(scenarios, flat, toward))
    return _joined(found)


def _responses(scenarios: Scenarios, seen: Column) -> tuple[Column, Shares]:
    """The rate of inspections after a period in which a share `seen` violated, (rows, 1), and what actors then do."""
    monitoring, size = scenarios.policy.monitoring, float(scenarios.size)
    rate = np.full(seen.shape, np.nan)
    if monitoring.responsive:
        state = State(seen * size, np.full(seen.shape, size), scenarios.size)
        rate = np.broadcast_to(monitoring.chances(state).violating, seen.shape)
    shares = responses(replace(scenarios, seen=seen), rate)
    return rate, [np.broadcast_to(share, (len(seen), share.shape[1])) for share in shares]


def _left(scenarios: Scenarios, seen: Column, rate: Column, shares: Shares) -> Column:
    """How far the share that violates exceeds the one that was seen."""
    stands = standing(scenarios, rate, shares)
    return stands.violations / stands.active - seen


def _excess(scenarios: Scenarios, seen: Column) -> Column:
    rate, shares = _responses(scenarios, seen)
    return np.broadcast_to(_left(scenarios, seen, rate, shares), seen.shape)


def _brackets(scenarios: Scenarios, excess: Floats, zero: Flags) -> tuple[Indices, Column, Column]:
    """Owner, low and high end of every interval in which the excess changes its sign."""
    row, cell = np.nonzero(~zero[:, 1:] & ~zero[:, :-1] & ((excess[:, 1:] > 0) != (excess[:, :-1] > 0)))
    owners, lows, highs = [row], [_GRID[cell]], [_GRID[cell + 1]]
    size, positive = np.abs(excess), excess > 0
    inner = size[:, 1:-1]
    turning = (inner <= size[:, :-2]) & (inner <= size[:, 2:]) & (inner < _TANGENT) & ~zero[:, 1:-1]
    turning &= (positive[:, :-2] == positive[:, 1:-1]) & (positive[:, 2:] == positive[:, 1:-1])
    row, cell = np.nonzero(turning)
    if len(row):
        steps = np.arange(_FINER + 1) / _FINER
        nodes = _GRID[cell][:, None] + (_GRID[cell + 2] - _GRID[cell])[:, None] * steps
        asked = scenarios.take(np.repeat(row, nodes.shape[1]))
        above = _excess(asked, nodes.reshape(-1, 1)).reshape(nodes.shape) > 0
        place, part = np.nonzero(above[:, 1:] != above[:, :-1])
        owners.append(row[place])
        lows.append(nodes[place, part])
        highs.append(nodes[place, part + 1])
    return np.concatenate(owners), np.concatenate(lows)[:, None], np.concatenate(highs)[:, None]


def _halved(low: Column, high: Column, like_low: Callable[[Column], Flags]) -> tuple[Column, Column]:
    """The brackets halved until they hold nothing more, in each of which a property of shares changes."""
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        same = like_low(middle)
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return low, high


def _refined(scenarios: Scenarios, owner: Indices, low: Column, high: Column) -> FixedPoints:
    """Halve the brackets; where actors jump in them, a part of those who are indifferent does as they do above."""
    if not len(owner):
        return _pure(scenarios, owner, low)
    owned = scenarios.take(owner)
    positive = _excess(owned, low) > 0
    low, high = _halved(low, high, lambda seen: (_excess(owned, seen) > 0) == positive)
    (below, before), (above, after) = _responses(owned, low), _responses(owned, high)
    rate, seen = 0.5 * (below + above), 0.5 * (low + high)

    def mixed(part: Column) -> Shares:
        return [b + part * (a - b) for b, a in zip(before, after, strict=True)]

    zero = np.zeros_like(low)
    part, _ = _halved(zero, zero + 1, lambda part: (_left(owned, seen, rate, mixed(part)) > 0) == positive)
    jumps = np.add.reduce([(np.abs(b - a) > _STEP).sum(axis=1) for b, a in zip(before, after, strict=True)])
    none = np.zeros(len(owner), dtype=bool)
    return FixedPoints(
        owner, rate, mixed(part), jumps, Mixture(below, above, part), none, seen=Mixture(low, high, part)
    )


def _continua(scenarios: Scenarios, flat: Flags, toward: int) -> FixedPoints:
    """The lower ends, or with `toward` 1 the upper ones, of intervals in which every share sustains itself."""
    padded = np.pad(flat, ((0, 0), (1, 1)))
    beyond = padded[:, 2:] if toward > 0 else padded[:, :-2]
    row, node = np.nonzero(flat & ~beyond)
    owned = scenarios.take(row)
    within, out = _GRID[node][:, None], _GRID[np.clip(node + toward, 0, len(_GRID) - 1)][:, None]
    if len(row):
        within, _ = _halved(within, out, lambda seen: np.abs(_excess(owned, seen)) <= _ZERO)
    return _pure(scenarios, row, within, continuum=True)


def _pure(scenarios: Scenarios, owner: Indices, seen: Column, continuum: bool = False) -> FixedPoints:
    """Equilibria in which nobody mixes."""
    nobody, none = np.zeros(len(owner), dtype=int), np.zeros_like(seen)
    if len(owner):
        rate, shares = _responses(scenarios.take(owner), seen)
    else:
        rate, shares = seen, [np.zeros((0, len(entry.acts))) for entry in scenarios.entries]
    marks = np.full(len(owner), continuum)
    return FixedPoints(owner, rate, shares, nobody, Mixture(rate, rate, none), marks, seen=Mixture(seen, seen, none))


def _joined(found: list[FixedPoints]) -> FixedPoints:
    """All of them, in order of scenario and share."""

    def all_of(name: str) -> Mixture:
        parts = [mixture for part in found if (mixture := getattr(part, name)) is not None]
        return Mixture(*(np.concatenate(part) for part in zip(*parts, strict=True)))

    seen = all_of("seen")
    every = FixedPoints(
        np.concatenate([part.scenario for part in found]),
        np.concatenate([part.rate for part in found]),
        [np.concatenate(parts) for parts in zip(*(part.shares for part in found), strict=True)],
        np.concatenate([part.mixing for part in found]),
        all_of("between"),
        np.concatenate([part.continuum for part in found]),
        seen=seen,
    )
    share: Vector = seen.low[:, 0]
    return every.take(np.lexsort((share, every.scenario)))
