"""Charts that watch a rate of violations, and how long they take to sound an alarm."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_array
from scipy.stats import binom

from oversight.arrays import Table, Vector
from oversight.games.numbers import finite, shares, whole

_CELLS, _MOST_CELLS = 4_000, 256_000
_GOOD = 0.0025
_SETTLED = 1e-6
_STEPS = 20_000
_UNLIKELY = 1e-16
_SLIP = 1e-9
"""Of a cell, by which a sum of floating-point numbers may miss an edge."""


def bernoulli_cusum(rate: float, reference: int, alarm: int, start: int = 0) -> float:
    """Mean inspections until S = max(0, S + (m - 1) X - (1 - X)) reaches the alarm, X whether one found a violation.

    Exact, by the chain of S (Brook and Evans 1972; Reynolds and Stoumbos 1999): what exceeds a rate of 1 / m adds up.

    Args:
        rate: chance that an inspection finds a violation, above 0.
        reference: m, at least 2.
        alarm: at least 1.
        start: S at the start, below the alarm: a head start is alarm / 2.

    Raises:
        ValueError: a number is out of its range.
    """
    whole(2, reference=reference)
    _refuse(rate, alarm, start)
    states = np.arange(alarm)
    moves = np.zeros((alarm, alarm))
    for chance, step in ((rate, reference - 1), (1 - rate, -1)):
        there = np.maximum(states + step, 0)
        stays = there < alarm
        np.add.at(moves, (states[stays], there[stays]), chance)
    return float(_lengths(moves)[start])


def binomial_cusum(rate: float, inspections: int, reference: int, alarm: int, start: int = 0) -> float:
    """Mean periods until S = max(0, S + X - k) reaches the alarm, X the violations found in so many inspections.

    Exact, by the chain of S (Brook and Evans 1972).

    Args:
        rate: chance that an inspection finds a violation, above 0.
        inspections: a period, at least 1.
        reference: k, at least 0.
        alarm: at least 1.
        start: S at the start, below the alarm.

    Raises:
        ValueError: a number is out of its range.
    """
    whole(1, inspections=inspections)
    whole(0, reference=reference)
    _refuse(rate, alarm, start)
    states = np.arange(alarm)
    moves = np.zeros((alarm, alarm))
    for found, chance in enumerate(binom.pmf(np.arange(inspections + 1), inspections, rate).tolist()):
        there = np.maximum(states + found - reference, 0)
        stays = there < alarm
        np.add.at(moves, (states[stays], there[stays]), chance)
    return float(_lengths(moves)[start])


def run_rule(rate: float, run: int) -> float:
    """Mean inspections until so many in a row find violations, (p^-r - 1) / (1 - p).

    It is the moving average of weight 1/2 with its alarm at 1 - 2^-r.

    Raises:
        ValueError: the rate is not above 0, or the run below 1.
    """
    whole(1, run=run)
    _refuse(rate, 1, 0)
    return float(run) if rate == 1 else (rate**-run - 1) / (1 - rate)


def bernoulli_ewma(rate: float, weight: float, alarm: float, start: float = 0.0) -> float:
    """Mean inspections until z = (1 - w) z + w X reaches the alarm: `binomial_ewma` of one inspection a period.

    Raises:
        ValueError: a number is out of its range.
    """
    return binomial_ewma(rate, 1, weight, alarm, start)


def binomial_ewma(rate: float, inspections: int, weight: float, alarm: float, start: float = 0.0) -> float:
    """Mean periods until z = (1 - w) z + w X / n reaches the alarm, X the violations found in n inspections.

    Good to a quarter of a percent: by two chains over cells of z (Brook and Evans 1972), one that rounds down and
    sounds too late, and one that rounds up and sounds too early, on as many cells as it takes.

    Args:
        rate: chance that an inspection finds a violation, above 0.
        inspections: n of a period, at least 1.
        weight: w of the last period, above 0.
        alarm: above 0 and below 1.
        start: z at the start, below the alarm.

    Raises:
        ValueError: a number is out of its range; or the two stay apart, as where z can stand at the alarm exactly.
    """
    whole(1, inspections=inspections)
    shares(weight=weight, alarm=alarm, start=start)
    _refuse(rate, 1, 0)
    if weight == 0 or alarm in (0, 1):
        raise ValueError("weight must be above 0, and alarm above 0 and below 1")
    _refuse_start(start, alarm)
    number = np.arange(inspections + 1)
    chance = binom.pmf(number, inspections, rate)
    likely = chance > _UNLIKELY
    adds = weight * number[likely] / inspections
    return _between(chance[likely], lambda place: place * (1 - weight) + adds / alarm, start / alarm)


def bernoulli_shiryaev_roberts(rate: float, before: float, after: float, alarm: float) -> float:
    """Mean inspections until R = (1 + R) x the likelihood ratio of a finding reaches the alarm from 0.

    The ratio is p1 / p0 for an inspection that finds a violation, and (1 - p1) / (1 - p0) for one that does not. Good
    to a quarter of a percent, by the renewal equation on cells of log(1 + R), as `binomial_ewma` is. At the rate p0 it
    is E[R at the alarm], since R less their number is a martingale, and so at least the alarm (Pollak 1985).

    Args:
        rate: chance that an inspection finds a violation, above 0.
        before: p0, above 0.
        after: p1, above p0 and below 1.
        alarm: above 0.

    Raises:
        ValueError: a number is out of its range; or it cannot be found to a quarter of a percent.
    """
    shares(before=before, after=after)
    _refuse(rate, 1, 0)
    finite(alarm=alarm)
    if not 0 < before < after < 1:
        raise ValueError(f"after is {after}: it must be above before, {before}, which is above 0, and below 1")
    if alarm <= 0:
        raise ValueError(f"alarm is {alarm}: it must be above 0")
    ratios, whole_way = np.log([(1 - after) / (1 - before), after / before]), np.log1p(alarm)

    def moves(place: Table) -> Table:
        after: Table = np.logaddexp(0.0, place * whole_way + ratios) / whole_way
        return after

    return _between(np.array([1 - rate, rate]), moves, 0.0)


def _between(chance: Vector, moves: Callable[[Table], Table], start: float) -> float:
    """Mean steps until a level that `moves` reaches 1, to a quarter of a percent, between two chains over cells.

    Args:
        chance: of each finding, (findings,).
        moves: from levels, (levels, 1), to the next ones, (levels, findings); rising in both.
        start: the first level.
    """
    cells = _CELLS
    while cells <= _MOST_CELLS:
        late, early = (_until(chance, moves, start, cells, down) for down in (True, False))
        if late <= early * (1 + 2 * _GOOD):
            return float(np.sqrt(late * early))
        cells *= 4
    raise ValueError(f"with {_MOST_CELLS:,} cells it is between {early:g} and {late:g}: take an alarm beside it")


def _until(chance: Vector, moves: Callable[[Table], Table], start: float, cells: int, down: bool) -> float:
    """Mean steps of the chain that rounds to so many cells of a level, down or up.

    With S(k) the chances that no alarm has sounded k steps from each state, and r the least and the largest of
    S(k + 1) / S(k), what is left of the sum of S is between S(k + 1) / (1 - r) of both.
    """
    places = moves(np.append(np.arange(cells) / cells, start)[:, None]) * cells
    there = (np.floor(places + _SLIP) if down else np.ceil(places - _SLIP)).astype(np.int64)
    rows, found = np.nonzero(there < cells)
    step = csr_array((chance[found], (rows, there[rows, found])), shape=(cells + 1, cells + 1))
    silent, length = np.ones(cells + 1), 0.0
    for _ in range(_STEPS):
        length += float(silent[-1])
        after = step @ silent
        ratio, silent = after[silent > 0] / silent[silent > 0], after
        if not ratio.any():
            return length  # By now an alarm is certain.
        least, most = (float(silent[-1] / (1 - r)) if r < 1 else np.inf for r in (ratio.min(), ratio.max()))
        if length + most <= (length + least) * (1 + _SETTLED):
            return length + (most if down else least)
    return np.inf if down else length


def _lengths(moves: Table) -> Vector:
    """Mean steps to absorption from each state: (I - moves)^-1 1."""
    found: Vector = np.linalg.solve(np.eye(len(moves)) - moves, np.ones(len(moves)))
    return found


def _refuse(rate: float, alarm: int, start: int) -> None:
    shares(rate=rate)
    whole(1, alarm=alarm)
    whole(0, start=start)
    if rate == 0:
        raise ValueError("rate is 0: the alarm never sounds")
    _refuse_start(start, alarm)


def _refuse_start(start: float, alarm: float) -> None:
    if start >= alarm:
        raise ValueError(f"start is {start}: it must be below the alarm, {alarm}")
