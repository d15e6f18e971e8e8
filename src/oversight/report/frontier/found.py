"""What a policy buys for its cost: which of those that were played are efficient, and which is the cheapest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from oversight.figures.words import listed
from oversight.report.reference import run_at
from oversight.report.study import Dimension, Study

NEAR = 0.005
"""Main measures closer than this are as good as equal."""
NEAR_IN_WORDS = "within half a percentage point"
ROUND = (0.5, 0.2, 0.1, 0.05, 0.01)
"""Values that the main measure is to stay below."""


@dataclass(frozen=True)
class Frontier:
    """Policies by what they cost and what they lead to.

    `policies` has a row a setting of the `levers`, the cheapest first and among equals the one with the least of the
    main measure: their columns, `point`, `cost`, `rate`, `rate.<part>` of each part, and `efficient`, whether no
    other policy has less of one and no more of the other. `baseline` is the row of the policy that the rest is
    compared with, and `whence` says what it is.
    """

    study: Study
    levers: list[Dimension]
    policies: pd.DataFrame
    baseline: int | None
    whence: str

    @cached_property
    def efficient(self) -> pd.DataFrame:
        """The efficient policies, the cheapest first."""
        return self.policies[self.policies["efficient"]]

    def policy(self, place: int) -> pd.Series[Any]:
        """A row of `policies`."""
        row: pd.Series[Any] = self.policies.iloc[place]
        return row

    def below(self, most: float, column: str = "rate") -> pd.Series[Any] | None:
        """The cheapest policy with less than `most` of the main measure, or of one of its parts; None without one."""
        found = self.policies[self.policies[column] < most]
        return None if found.empty else found.iloc[0]

    @property
    def strictest(self) -> float | None:
        """The lowest of the round values that some policy stays below."""
        return next((most for most in reversed(ROUND) if self.below(most) is not None), None)

    def named(self, row: pd.Series[Any]) -> str:
        """A policy in words."""
        return _said(self.levers, row)

    @cached_property
    def same(self) -> list[Dimension]:
        """The levers that all efficient policies set alike, where there are others."""
        found = [lever for lever in self.levers if self.efficient[lever.column].nunique(dropna=False) == 1]
        return found if len(found) < len(self.levers) else []

    def short(self, row: pd.Series[Any]) -> str:
        """A policy by what sets it apart, where it shares what efficient policies share."""
        first = self.efficient.iloc[0]
        alike = all(row[lever.column] == first[lever.column] for lever in self.same)
        return _said([lever for lever in self.levers if not alike or lever not in self.same], row)

    def cost(self, row: pd.Series[Any]) -> str:
        """What it costs."""
        return self.study.measure(self.study.environment.price).text(row["cost"])

    def rate(self, value: float) -> str:
        """A value of the main measure."""
        return self.study.measure(self.study.main).text(value)


def _said(levers: Iterable[Dimension], row: pd.Series[Any]) -> str:
    cells = [(lever, row[lever.column]) for lever in levers]
    said = [lever.phrase(cell) for lever, cell in cells if not pd.isna(cell)]
    # A listed point may leave every lever alone, or set whole sections that no key is left of.
    return listed(said) if said else "the experiment's own policy"


def frontier(study: Study) -> Frontier | None:
    """The policies of a sweep; None where no lever is swept, or where either measure hardly moves with it.

    A policy is judged by the worse of its starts and by the worst circumstances, or over worlds by their mean.
    """
    price, levers = study.environment.price, [p for p in study.parameters if p.lever]
    apart = study.is_sampled and len(levers) < len(study.parameters)
    if not price or not levers or apart or not study.measure(study.main).percent:
        return None
    columns = [lever.column for lever in levers]
    policies = _judged(study, price, columns)
    if len(policies) < 2 or np.ptp(policies["rate"]) < NEAR or np.ptp(policies["cost"]) <= 0:
        return None
    # Costs that differ by rounding alone are equal.
    policies["cost"] = [float(f"{cost:.9g}") for cost in policies["cost"]]
    # Of equals, the one most like the policy that does best.
    best = policies.iloc[int(policies["rate"].argmin())]
    policies["unlike"] = sum(policies[column].ne(best[column]) for column in columns)
    policies = policies.sort_values(["cost", "rate", "unlike"], kind="stable", ignore_index=True)
    least = policies["rate"].cummin().shift(fill_value=np.inf)
    policies["efficient"] = policies["rate"] < least
    baseline, whence = _baseline(study, levers, policies)
    return Frontier(study, levers, policies, baseline, whence)


def _judged(study: Study, price: str, columns: list[str]) -> pd.DataFrame:
    parts = {f"rate.{entry}": study.whole[f"metric.{study.main}.{entry}.mean"] for entry in study.entries}
    table = study.whole.assign(
        rate=study.whole[f"metric.{study.main}.mean"], cost=study.whole[f"metric.{price}.mean"], **parts
    ).dropna(subset=["rate", "cost"])
    # What a part comes to at its own worst, which need not be that of the whole.
    by = ["point"] if study.worlds else columns
    for part in parts:
        table[part] = table.groupby(by, dropna=False)[part].transform("max")
    table = table.sort_values(["rate", "cost"], ascending=False, kind="stable").drop_duplicates("point")
    kept = [*columns, "point", "cost", "rate", *parts]
    if study.worlds:
        return table[kept].groupby(columns, as_index=False, sort=False, dropna=False).mean()
    return table[kept].drop_duplicates(columns)


def _baseline(study: Study, levers: list[Dimension], policies: pd.DataFrame) -> tuple[int | None, str]:
    """The marked policy, or the experiment's own, or the first of those that are listed."""
    found, rows = run_at(study), policies
    whence: dict[str, None] = {}
    for lever in levers:
        if lever.column in found:
            reference = found[lever.column]
            cell, near = reference.cell, lever.numeric and reference.cell != reference.value
            said = f"nearest to the experiment's own {reference.text}" if near else "as in the experiment"
            whence["marked" if reference.marked else said] = None
        elif lever.path == "policy":
            cell = lever.cells[0]
            whence["first of those compared"] = None
        else:
            return None, ""
        rows = rows[rows[lever.column].eq(cell)]
    if len(whence) > 1:
        whence.pop("as in the experiment", None)
    return (int(rows.index[0]), " and ".join(whence)) if len(rows) else (None, "")
