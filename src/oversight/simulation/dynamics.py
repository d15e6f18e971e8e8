"""What averages hide: last states, the worst stretch of a run, and the time spent near given rates."""

from __future__ import annotations

import numpy as np

from oversight.arrays import Column, Floats, Vector
from oversight.measures.totals import Totals, ratio


class Dynamics:
    """Follows the misconduct and the inspection rate of each run from period to period.

    Counts are whole numbers, so that running sums over a window are exact, and the same in any batch.
    """

    def __init__(self, runs: int, window: int, near: Floats, within: Column):
        """`near` holds rates of misconduct, (runs, rates), and `within` how far from them counts as near, (runs, 1)."""
        self.near, self.within = near, within
        self.periods = 0
        self.at_rate = np.zeros(near.shape)
        # Violations, inspections, real opportunities and active actors of the last periods, and their sums.
        self.recent = np.zeros((window, 4, runs), dtype=np.uint32)
        self.sums = np.zeros((4, runs))
        self.last = self.last_inspection = self.highest = self.lowest = np.full(runs, np.nan)

    def enter(self, totals: Totals) -> None:
        """Add a period."""
        each = (totals.misconduct, totals.inspections, totals.opportunities, totals.active)
        counts = np.stack([number[:, 0] for number in each])
        place = self.periods % len(self.recent)
        self.sums += counts - self.recent[place]
        self.recent[place] = counts
        self.periods += 1
        self.last, self.last_inspection = ratio(counts[0], counts[2]), ratio(counts[1], counts[3])
        self.at_rate += np.abs(self.last[:, None] - self.near) <= self.within
        if self.periods >= len(self.recent):
            self.highest = np.fmax(self.highest, ratio(self.sums[0], self.sums[2]))
            self.lowest = np.fmin(self.lowest, ratio(self.sums[1], self.sums[3]))

    def measures(self) -> dict[str, Vector]:
        """Measures over the periods entered, each of shape (runs,)."""
        shares = np.where(np.isnan(self.near), np.nan, self.at_rate / self.periods)
        return {
            "last_misconduct_rate": self.last,
            "last_inspection_rate": self.last_inspection,
            "worst_window_misconduct_rate": self.highest,
            "worst_window_inspection_rate": self.lowest,
            **{f"time_near.{place}": shares[:, place] for place in range(shares.shape[1])},
        }
