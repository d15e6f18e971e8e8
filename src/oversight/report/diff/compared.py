"""Differences as a study: what the figures and sentences of a report read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import pandas as pd

from oversight.figures import Quantity
from oversight.report.study import EVERYONE, Dimension, Study
from oversight.sweeps.diff import PRICED, Differences

PREFIX = "difference."
"""Before the name of a measure: the difference in it."""
_POINTS = 40
"""Points that are no grid which bars can show."""
_DOTS = 6_000


def studies_of(found: Differences, measures: Sequence[str]) -> list[Compared]:
    """The measures that are shown: those with starts, and then the prices, which are of the worse of them."""
    kinds = ([name for name in measures if (name in PRICED) == priced] for priced in (False, True))
    return [Compared(found, names) for names in kinds if names]


class Compared(Study):
    """The design points that both sweeps have, in the words of A. `measures` are those that are shown."""

    def __init__(self, differences: Differences, measures: Sequence[str]):
        self.differences = differences
        self.shown = list(measures)
        a, points = differences.a, differences.points
        both = points[points["point"].isin(differences.match.both["point_a"])].reset_index(drop=True)
        super().__init__(a.results, both)

    @cached_property
    def start(self) -> Dimension | None:
        """The starts that the differences shown have, where there are several."""
        found = list(
            dict.fromkeys(start for name in self.shown for start in self.differences.of(name)["start"].unique())
        )
        if len(found) < 2:
            return None
        return Dimension(
            "start", Quantity("Start"), tuple(found), tuple(self.environment.starts[name] for name in found)
        )

    @cached_property
    def drawn(self) -> bool:
        """Whether figures can show the points."""
        if self.is_grid or len(self.parameters) < 2:
            return bool(self.parameters)
        return len(self.summary) <= (_DOTS if self.is_sampled else _POINTS)

    def value(self, name: str) -> Quantity:
        """The words of a measure of A or B."""
        return super().measure(name.removeprefix("anarchy."))

    def measure(self, name: str) -> Quantity:
        """The words of a difference; those of percentages are in percentage points."""
        words = self.value(name.removeprefix(PREFIX))
        unit = "percentage points" if words.percent else words.unit
        return replace(words, title=f"{words.title}, B − A", unit=unit, percent=False, about_zero=True)

    def rows(self, name: str) -> pd.DataFrame:
        """The differences in a measure as they are shown, with their design points in A."""
        words = self.value(name)
        rows = self.differences.of(name)
        if words.percent:
            columns = ["difference", "ci_low", "ci_high"]
            rows = rows.assign(**{column: 100 * rows[column] for column in columns})
        rows = rows[["point_a", "start", "a", "b", "difference", "ci_low", "ci_high", "change", "by"]]
        return rows.rename(columns={"point_a": "point"}).merge(self.summary, on="point")

    def tidy(self, name: str) -> pd.DataFrame:
        """As a study's, of a difference, with `unclear`, true where it may be none."""
        rows = self.rows(name.removeprefix(PREFIX))
        columns = {"difference": "value", "ci_low": "low", "ci_high": "high"}
        table = rows.rename(columns=columns).assign(who=EVERYONE, states="", unclear=rows["change"] == "unclear")
        return self._over_worlds(table).assign(unclear=False) if self.worlds else table

    def at(self, row: pd.Series[Any]) -> str:
        """A row's design point and start in words; empty where there is only one."""
        place = self.place({str(key): value for key, value in row.items()})
        start = self.environment.starts[row["start"]] if self.start else ""
        return ", ".join(filter(None, [place, start]))
