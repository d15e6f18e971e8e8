"""What a batch's runs have come to so far."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oversight.arrays import Array, count
from oversight.simulation.batch import Batch
from oversight.simulation.dynamics import Dynamics
from oversight.simulation.measures import Period, add, measures, no_period, ratio
from oversight.simulation.population import Group


class Ledger:
    """Running sums over the measured periods: never a log of every actor."""

    def __init__(self, stacked: Batch, groups: Sequence[Group]):
        self.stacked = stacked
        self.groups = groups
        self.periods = 0
        self.sums = no_period(stacked.runs)
        self.entry_active = np.zeros((stacked.runs, len(groups)))
        self.entry_violations = np.zeros((stacked.runs, len(groups)))
        self.ever_sanctioned = np.zeros((stacked.runs, stacked.size), dtype=bool)
        self.dynamics = (
            None if stacked.window is None else Dynamics(stacked.runs, stacked.window, stacked.near, stacked.within)
        )

    def enter(self, totals: Period, violating: Array, sanctioned: Array, active: Array | None) -> None:
        """Add a period: its totals and its boolean (runs, population) arrays; `active` is None where all are."""
        self.periods += 1
        add(self.sums, totals)
        self.ever_sanctioned |= sanctioned
        if self.dynamics is not None:
            self.dynamics.enter(totals)
        if len(self.groups) > 1:
            for index, group in enumerate(self.groups):
                self.entry_violations[:, index] += count(violating[:, group.columns])[:, 0]
                members = group.members if active is None else count(active[:, group.columns])[:, 0]
                self.entry_active[:, index] += members

    def measures(self) -> dict[str, Array]:
        """Measures over the periods entered, one at least, each of shape (runs,)."""
        batch = self.stacked
        sanction = batch.policy.sanction
        table = measures(self.sums, self.periods, batch.size, batch.gain_weight, sanction.cost_per_sanction)
        table["ever_sanctioned_share"] = count(self.ever_sanctioned)[:, 0] / batch.size
        if len(self.groups) > 1:
            rates = ratio(self.entry_violations, self.entry_active)
            for index, group in enumerate(self.groups):
                table[f"misconduct_rate.{group.entry.label}"] = rates[:, index]
        if self.dynamics is not None:
            table |= self.dynamics.measures()
        return table
