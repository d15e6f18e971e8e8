"""How bad single periods get, where copies err together: what a mean over periods hides."""

from __future__ import annotations

import numpy as np

from oversight.arrays import Table, Vector
from oversight.measures.totals import Totals, ratio

LEVELS = {"misconduct_q95": 0.95, "misconduct_q99": 0.99}
"""Quantiles of the misconduct rates of periods."""


class Tails:
    """Keeps the misconduct rate of every measured period of each run."""

    def __init__(self, periods: int, edge: Vector, persistent: bool):
        """Of `periods` measured ones.

        `edge` is the misconduct rate beyond which detection gives way, (runs,), NaN where there is none; `persistent`
        whether a factor stays as it is for a whole run, whose periods then say nothing of how it varies.
        """
        self.rates = np.full((periods, len(edge)), np.nan)
        self.edge, self.persistent = edge, persistent
        self.periods = 0

    def enter(self, totals: Totals) -> None:
        """Add a period."""
        if self.periods == len(self.rates):  # more than were foreseen
            self.rates = np.concatenate([self.rates, np.full_like(self.rates, np.nan)])
        self.rates[self.periods] = ratio(totals.misconduct[:, 0], totals.opportunities[:, 0])
        self.periods += 1

    @property
    def path(self) -> Table:
        """The misconduct rate of each period entered, (runs, periods); NaN where it says nothing of how rates vary."""
        rates = self.rates[: self.periods].T
        return np.full_like(rates, np.nan) if self.persistent else rates

    def measures(self) -> dict[str, Vector]:
        """Measures over the periods entered, each of shape (runs,)."""
        rates = self.rates[: self.periods]
        known = ~np.isnan(rates).all(axis=0)
        found = {name: np.full(rates.shape[1], np.nan) for name in (*LEVELS, "misconduct_peak", "beyond_edge")}
        varied = known & (not self.persistent)
        for name, level in LEVELS.items():
            found[name][varied] = np.nanquantile(rates[:, varied], level, axis=0, method="inverted_cdf")
        found["misconduct_peak"][known] = np.nanmax(rates[:, known], axis=0)
        over = known & ~np.isnan(self.edge)
        beyond = rates[:, over] > self.edge[over]
        found["beyond_edge"][over] = beyond.sum(axis=0) / (~np.isnan(rates[:, over])).sum(axis=0)
        return found
