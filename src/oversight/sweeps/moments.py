"""Means and spreads of many groups, a table at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from scipy.special import stdtrit

from oversight.arrays import Indices, Table

CONFIDENCE = 0.95


def groups_of(rows: pa.Table, starts: Sequence[str]) -> Indices:
    """The group of each run: those of a design point from its starts lie side by side, (rows,)."""
    found: Indices = rows["point"].to_numpy() * len(starts)
    if len(starts) > 1:
        found = found + np.searchsorted(starts, rows["start"].to_numpy(zero_copy_only=False))
    return found


class Moments:
    """Count, mean and standard deviation of each (group, measure), missing values left out.

    Sums are taken about the first value seen of each cell, which keeps them exact where values hardly differ.
    """

    def __init__(self, groups: int, measures: int):
        shape = (groups, measures)
        self.pivot = np.full(shape, np.nan)
        self.n = np.zeros(shape)
        self.first = np.zeros(shape)
        self.second = np.zeros(shape)

    def add(self, group: Indices, values: Table) -> None:
        """Add rows of `values`, (rows, measures), that belong to the groups `group`, (rows,)."""
        groups = len(self.n)
        with np.errstate(over="ignore", invalid="ignore"):  # of values beyond all bounds there is no spread
            self._add(group, values, groups)

    def _add(self, group: Indices, values: Table, groups: int) -> None:
        for measure in range(values.shape[1]):
            present = ~np.isnan(values[:, measure])
            mine, here = group[present], values[present, measure]
            # Assigned backwards, so that the first value of a new group is the one that stays.
            fresh = np.isnan(self.pivot[mine, measure])
            self.pivot[mine[fresh][::-1], measure] = here[fresh][::-1]
            away = here - self.pivot[mine, measure]
            self.n[:, measure] += np.bincount(mine, minlength=groups)
            self.first[:, measure] += np.bincount(mine, away, minlength=groups)
            self.second[:, measure] += np.bincount(mine, away * away, minlength=groups)

    def mean(self) -> Table:
        """Mean, NaN without values."""
        with np.errstate(over="ignore", invalid="ignore"):
            mean: Table = self.pivot + self.first / np.where(self.n > 0, self.n, np.nan)
        return mean

    def half_width(self) -> Table:
        """Half the width of Student's confidence interval of the mean; NaN with fewer than two values."""
        free = np.where(self.n > 1, self.n - 1, np.nan)
        root = np.sqrt(np.where(self.n > 0, self.n, np.nan))
        half: Table = stdtrit(free, 0.5 + CONFIDENCE / 2) * self.sd() / root
        return half

    def sd(self) -> Table:
        """Sample standard deviation, NaN with fewer than two values."""
        free = np.where(self.n > 1, self.n - 1, np.nan)
        with np.errstate(over="ignore", invalid="ignore"):
            squares = self.second - self.first**2 / np.where(self.n > 0, self.n, np.nan)
            spread: Table = np.sqrt(np.maximum(squares, 0.0) / free)
        return spread
