"""Charts that watch a rate of violations, and how long they take to sound an alarm."""

from __future__ import annotations

import numpy as np
from scipy.stats import binom

from oversight.arrays import Table, Vector
from oversight.games.numbers import shares, whole

_CELLS = 2_000


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


def bernoulli_ewma(rate: float, weight: float, alarm: float) -> float:
    """Mean inspections until z = (1 - w) z + w X reaches the alarm from 0; by a chain of 2000 cells, to about 2 %.

    Args:
        rate: chance that an inspection finds a violation, above 0.
        weight: w of the last one, above 0.
        alarm: above 0 and below 1.

    Raises:
        ValueError: a number is out of its range.
    """
    shares(weight=weight, alarm=alarm)
    _refuse(rate, 1, 0)
    if weight == 0 or alarm in (0, 1):
        raise ValueError("weight must be above 0, and alarm above 0 and below 1")
    middles = (np.arange(_CELLS) + 0.5) * alarm / _CELLS
    moves = np.zeros((_CELLS, _CELLS))
    for chance, finding in ((rate, 1.0), (1 - rate, 0.0)):
        level = (1 - weight) * middles + weight * finding
        there = np.minimum(level / alarm * _CELLS, _CELLS).astype(np.int64)
        stays = there < _CELLS
        np.add.at(moves, (np.flatnonzero(stays), there[stays]), chance)
    return float(_lengths(moves)[0])


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
    if start >= alarm:
        raise ValueError(f"start is {start}: it must be below the alarm, {alarm}")
