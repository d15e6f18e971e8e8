"""What each measured period came to, where an experiment keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from oversight.arrays import Table, Vector


class Series:
    """Some measures of every measured period of each run."""

    def __init__(self, names: Sequence[str]):
        self.names = names
        self.rows: dict[str, list[Vector]] = {name: [] for name in ("period", *names)}

    def enter(self, period: int, table: Mapping[str, Vector]) -> None:
        """Add a period, by its number from 0 and its measures, (runs,) each."""
        for name in self.names:
            self.rows[name].append(table[name])
        self.rows["period"].append(np.full(len(table[self.names[0]]), float(period)))

    @property
    def paths(self) -> dict[str, Table]:
        """The columns that keep them, (runs, periods) each; `period` says which periods these are."""
        return {f"path.series.{name}": np.stack(rows, axis=1) for name, rows in self.rows.items() if rows}
