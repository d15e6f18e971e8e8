"""What one policy comes to at every draw of the uncertain facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from oversight.arrays import Table, Vector
from oversight.figures.words import listed
from oversight.report.frontier import Frontier
from oversight.report.frontier.found import ROUND
from oversight.report.study import Dimension, Study

FEW = 12
"""Draws from which on anything is said of facts."""
_MOST = 0.5


@dataclass(frozen=True)
class Draws:
    """One policy over the draws of the facts, in the worse of the starts.

    `levers` are the settings of the policy by path, none where the facts are all that is swept, and `name` is the
    policy in words. `values` are those of the main measure, (draws,), at `facts`, (draws, facts).
    """

    study: Study
    levers: Mapping[str, Any]
    name: str
    dimensions: list[Dimension]
    facts: Table
    values: Vector

    @property
    def bound(self) -> float:
        """The strictest of the round values that at least half of the draws stay below, or else the loosest."""
        return next((each for each in reversed(ROUND) if (self.values < each).mean() >= _MOST), ROUND[0])

    def text(self, value: float) -> str:
        """A value of the main measure."""
        return self.study.measure(self.study.main).text(value)


def draws(study: Study, front: Frontier | None) -> Draws | None:
    """The draws of one policy: that of the headline, or else the one of least expected cost; None without many draws.

    In a sample of all that is swept, the draws are the design points.
    """
    facts = study.uncertain
    if not facts or not all(fact.numeric for fact in facts) or not study.measure(study.main).percent:
        return None
    table, levers, name = _points(study), {}, ""
    if study.worlds:
        chosen = _chosen(study, front, table)
        for axis in study.axes:
            table = table[table[axis.column].eq(chosen[axis.column])]
            levers[axis.path] = axis.raw[axis.cells.index(chosen[axis.column])]
        name = listed([axis.phrase(chosen[axis.column]) for axis in study.axes])
    if len(table) < FEW:
        return None
    columns = [fact.column for fact in facts]
    drawn = table[columns].to_numpy(dtype=np.float64)
    return Draws(study, levers, name, facts, drawn, table["value"].to_numpy(dtype=np.float64))


def _points(study: Study) -> pd.DataFrame:
    """Every point in the worse of its starts, with the main measure as `value`."""
    table = study.whole.assign(value=study.whole[f"metric.{study.main}.mean"]).dropna(subset="value")
    return table.sort_values("value", ascending=False, kind="stable").drop_duplicates("point").sort_values("point")


def _chosen(study: Study, front: Frontier | None, table: pd.DataFrame) -> pd.Series[Any]:
    strictest = front.strictest if front else None
    best = front.below(strictest) if front and strictest else None
    if best is not None:
        return best
    columns = [axis.column for axis in study.axes]
    cost = f"metric.{study.environment.ranked[0]}.mean"
    means = table.groupby(columns, as_index=False, sort=False)[cost].mean()
    row: pd.Series[Any] = means.iloc[int(means[cost].argmin())]
    return row
