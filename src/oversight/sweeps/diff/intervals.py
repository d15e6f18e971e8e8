"""Differences of means with their confidence intervals, of many pairs of groups at once."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from scipy.special import stdtr, stdtrit

from oversight.arrays import FlagVector, Indices, Table, Vector
from oversight.sweeps.moments import CONFIDENCE, Moments

_ROUNDING = 1e-12
"""Of the larger mean: what is smaller is an error of rounding."""


@dataclass(frozen=True, kw_only=True)
class Estimates:
    """Means of two sides over the replicates that are compared, and of their difference, (pairs,) each.

    `low` and `high` are the ends of a 95 % confidence interval, `p` is the two-sided probability of a difference as far
    from zero if there is none: NaN with too few replicates. Where replicates do not vary, the interval is the
    difference itself and `p` is 0, or 1 without a difference.
    """

    a: Vector
    b: Vector
    difference: Vector
    low: Vector
    high: Vector
    p: Vector
    n_a: Vector
    n_b: Vector


def paired(a: Table, b: Table, rows: tuple[Indices, Indices]) -> Estimates:
    """Student's interval of the mean difference over the replicates that both have.

    Args:
        a: a measure of each run, (groups, replicates), NaN where it is missing.
        b: the same of the other side.
        rows: which group of `a` is compared with which of `b`.
    """
    count = len(rows[0])
    moments = Moments(count, 3)
    for replicate in range(min(a.shape[1], b.shape[1])):
        left, right = a[rows[0], replicate], b[rows[1], replicate]
        both = np.column_stack([left, right, right - left])
        both[np.isnan(both[:, 2])] = np.nan
        moments.add(np.arange(count), both)
    mean, n = moments.mean(), moments.n[:, 2]
    error = moments.sd()[:, 2] / np.sqrt(np.where(n > 0, n, np.nan))
    return _estimates((mean[:, 0], mean[:, 1]), mean[:, 2], error, n - 1, (n, n))


def welch(a: Table, b: Table, rows: tuple[Indices, Indices]) -> Estimates:
    """Welch's interval of the difference of the means of independent replicates.

    Arguments as of `paired`; a row below zero has no replicates.
    """
    (mean_a, var_a, n_a), (mean_b, var_b, n_b) = _sample(a, rows[0]), _sample(b, rows[1])
    variance = var_a + var_b
    with np.errstate(divide="ignore", invalid="ignore"):  # of two constants, which need no degrees of freedom
        free = variance**2 / (var_a**2 / (n_a - 1) + var_b**2 / (n_b - 1))
    return _estimates((mean_a, mean_b), mean_b - mean_a, np.sqrt(variance), free, (n_a, n_b))


def _sample(values: Table, rows: Indices) -> tuple[Vector, Vector, Vector]:
    """Mean, squared standard error and number of replicates of each group."""
    moments = Moments(len(rows), 1)
    for replicate in range(values.shape[1]):
        moments.add(np.arange(len(rows)), np.where(rows < 0, np.nan, values[rows, replicate])[:, None])
    n = moments.n[:, 0]
    return moments.mean()[:, 0], moments.sd()[:, 0] ** 2 / np.where(n > 0, n, np.nan), n


def _estimates(
    means: tuple[Vector, Vector], difference: Vector, error: Vector, free: Vector, n: tuple[Vector, Vector]
) -> Estimates:
    rounding = _ROUNDING * np.maximum(*map(np.abs, means))
    varies = error > rounding
    free, scale = np.where(varies, free, 1.0), np.where(varies, error, 1.0)
    half = np.where(varies, stdtrit(free, 0.5 + CONFIDENCE / 2) * error, 0.0 * error)
    constant = np.where(np.isnan(error), np.nan, np.abs(difference) <= rounding)
    p = np.where(varies, 2 * stdtr(free, -np.abs(difference) / scale), constant)
    return Estimates(
        a=means[0],
        b=means[1],
        difference=np.where(np.abs(difference) <= rounding, 0.0, difference),
        low=difference - half,
        high=difference + half,
        p=p,
        n_a=n[0],
        n_b=n[1],
    )


def chosen(which: FlagVector, yes: Estimates, no: Estimates) -> Estimates:
    """Pairs from `yes` where `which` is true, in their order, and from `no` elsewhere."""

    def column(name: str) -> Vector:
        found = np.empty(len(which))
        found[which], found[~which] = getattr(yes, name), getattr(no, name)
        return found

    return Estimates(**{field.name: column(field.name) for field in fields(Estimates)})
