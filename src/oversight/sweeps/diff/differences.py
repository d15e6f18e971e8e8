"""Differences between two sweeps: a row a matched design point, start and measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from oversight.arrays import FlagVector, Indices, Vector
from oversight.caller import by_caller
from oversight.documents.schema import nearest
from oversight.errors import InputError, Problem
from oversight.sweeps.diff.intervals import Estimates, chosen, paired, welch
from oversight.sweeps.diff.matching import Match, matched
from oversight.sweeps.diff.prices import PRICED
from oversight.sweeps.diff.sides import Opened, Side, opened, read, starts_of
from oversight.sweeps.results import Results
from oversight.sweeps.summary import possible

CHANGES = ("lower", "higher", "equal", "unclear", "missing")
"""What a difference may be: told apart from none, none at all, not told apart from none, or without a value."""
FALSE_DISCOVERIES = 0.05
"""The share of points said to differ that is expected not to, at most."""


@dataclass(frozen=True)
class Runs:
    """How many runs each side and both have, and how many of both are the same bit for bit in every common measure."""

    a: int
    b: int
    both: int
    same: int


@dataclass(frozen=True, kw_only=True)
class Differences:
    """What two sweeps differ by."""

    a: Opened
    b: Opened
    match: Match
    points: pd.DataFrame
    """The design points of A that were run: `point` and all its `param.*`."""
    measures: list[str]
    table: pd.DataFrame
    """As `diff` returns it."""
    runs: Runs

    @property
    def identical(self) -> bool:
        """Whether each side has the runs of the other, the same bit for bit."""
        runs = self.runs
        return runs.a == runs.b == runs.same and set(self.a.measures) == set(self.b.measures)

    def of(self, measure: str) -> pd.DataFrame:
        """The rows of a measure at points that both sides have."""
        return self.table[(self.table["measure"] == measure) & (self.table["by"] != "")]


def diff(a: Results | str | Path, b: Results | str | Path, *, measures: Sequence[str] | None = None) -> pd.DataFrame:
    """Differences between two sweeps, B less A, design point by design point.

    Points are matched by the swept parameters that both have, and by start. Where both have the same seed, a replicate
    has the same random numbers in both, and differences are paired by replicate; elsewhere the two are independent
    samples.

    Args:
        a: a sweep, or its results folder; of an unfinished one, what is there is compared.
        b: the other.
        measures: their names, as `misconduct_rate` or `anarchy.gap`; all that both have by default.

    Returns:
        a row a point, start and measure. `point_a` and `point_b`; the shared `param.*`; `start`; `measure`; the means
        `a` and `b` over the replicates compared; `difference`, and its 95 % interval from `ci_low` to `ci_high`; `p`,
        and `q`, which is p adjusted over the points of a measure after Benjamini and Hochberg; `change`: "lower" or
        "higher" where q is at most 0.05, else "equal", "unclear" or "missing"; `by`: "paired" or "Welch"; `n_a` and
        `n_b`, how many replicates are compared. A point that only one side has is a row too: its other point is blank,
        and its change is "only in A" or "only in B".

    Raises:
        InputError: one is no results folder, no point is in both, or several of one side stand for one of the other.

    Example:
        >>> import oversight
        >>> before = oversight.sweep("certainty_or_severity", {"replicates": 2})
        >>> after = oversight.sweep("certainty_or_severity", {"replicates": 2, "policy.detector.sensitivity": 0.5})
        >>> table = oversight.diff(before, after, measures=["misconduct_rate"])
        >>> set(table["by"])
        {'paired'}
    """
    return compared(opened("A", a), opened("B", b), measures).table


def compared(a: Opened, b: Opened, measures: Sequence[str] | None = None) -> Differences:
    """`diff` with all that is known beside the table.

    Raises:
        InputError: as `diff`.
    """
    common = [name for name in a.measures if name in b.measures]
    names = list(dict.fromkeys(common if measures is None else measures))
    _refuse_unknown(names, common)
    every = sorted(name for name in common if name not in PRICED)
    side_a, side_b = read(a, names, every), read(b, names, every)
    match = matched(a, b, side_a, side_b)
    tables = [_rows(name, (a, b), (side_a, side_b), match) for name in names]
    return Differences(
        a=a,
        b=b,
        match=match,
        points=side_a.points,
        measures=names,
        table=pd.concat(tables, ignore_index=True),
        runs=_runs((a, b), (side_a, side_b), match),
    )


def _refuse_unknown(names: Sequence[str], common: Sequence[str]) -> None:
    """Refuse what is no measure of both sides.

    Raises:
        InputError: with a problem for each.
    """
    problems = []
    for name in (name for name in names if name not in common):
        close = nearest(name, list(common))
        remedy = f"Did you mean `{close}`?" if close else f"Both have {', '.join(common)}."
        said = f"`{name}` is no measure that both results have"
        problems.append(Problem(said, by_caller("--measure", "measures"), remedy=remedy))
    if problems:
        raise InputError(problems)


def _rows(measure: str, results: tuple[Opened, Opened], sides: tuple[Side, Side], match: Match) -> pd.DataFrame:
    """The rows of a measure."""
    from scipy.stats import false_discovery_control  # heavy, and only needed here

    places = _places(match, [starts_of(each, measure) for each in results])
    groups: tuple[Indices, Indices] = (places.pop("group_a").to_numpy(), places.pop("group_b").to_numpy())
    values_a, values_b = (side.values[measure] for side in sides)
    both = (groups[0] >= 0) & (groups[1] >= 0)
    alike = both & (_seeds(sides[0], places["point_a"]) == _seeds(sides[1], places["point_b"]))
    found = chosen(
        alike,
        paired(values_a, values_b, _at(groups, alike)),
        welch(values_a, values_b, _at(groups, ~alike)),
    )
    q, tested = np.full(len(both), np.nan), ~np.isnan(found.p)
    q[tested] = false_discovery_control(found.p[tested])
    span = _span(measure, results[0])
    only = np.where(groups[0] >= 0, "only in A", "only in B")
    return places.assign(
        measure=measure,
        a=found.a,
        b=found.b,
        difference=found.difference,
        ci_low=np.clip(found.low, -span, span),
        ci_high=np.clip(found.high, -span, span),
        p=found.p,
        q=q,
        change=np.where(both, _changes(found, q), only),
        by=np.where(both, np.where(alike, "paired", "Welch"), ""),
        n_a=found.n_a.astype(np.int64),
        n_b=found.n_b.astype(np.int64),
    )


def _places(match: Match, starts: Sequence[Sequence[str]]) -> pd.DataFrame:
    """Points by starts, with the group of each side as `group_a` and `group_b`, -1 where it has none."""
    tables = []
    for start in dict.fromkeys([*starts[0], *starts[1]]):
        table = match.points.assign(start=start)
        for letter, own in zip("ab", starts, strict=True):
            point = table[f"point_{letter}"] if start in own else pd.Series(pd.NA, table.index, dtype="Int64")
            group = point * len(own) + (own.index(start) if start in own else 0)
            table[f"point_{letter}"], table[f"group_{letter}"] = point, group.fillna(-1).astype(np.int64)
        tables.append(table[(table["group_a"] >= 0) | (table["group_b"] >= 0)])
    return pd.concat(tables).sort_index(kind="stable").reset_index(drop=True)


def _seeds(side: Side, points: pd.Series[Any]) -> Indices:
    """The seed of each point; any where there is none."""
    found: Indices = side.seeds[points.fillna(0).to_numpy(dtype=np.int64)]
    return found


def _at(groups: tuple[Indices, Indices], which: FlagVector) -> tuple[Indices, Indices]:
    return groups[0][which], groups[1][which]


def _span(measure: str, result: Opened) -> float:
    """The largest difference that is possible: that of the ends of what a measure can be."""
    least, most = possible([f"metric.{measure}"], result.source.experiment)
    return float(most[0] - least[0])


def _changes(found: Estimates, q: Vector) -> np.ndarray[Any, Any]:
    """What each difference is, one of `CHANGES`."""
    apart = q <= FALSE_DISCOVERIES
    none = (found.difference == 0) & ~(found.low < found.high)
    kinds = [np.isnan(found.difference), apart & (found.difference < 0), apart & (found.difference > 0), none]
    return np.select(kinds, ["missing", "lower", "higher", "equal"], "unclear")


def _runs(results: tuple[Opened, Opened], sides: tuple[Side, Side], match: Match) -> Runs:
    """Count the runs of each side, and those that are the same in both."""
    places = _places(match, [each.starts for each in results])
    groups = places["group_a"].to_numpy(), places["group_b"].to_numpy()
    rows = _at(groups, (groups[0] >= 0) & (groups[1] >= 0))
    both = same = 0
    for replicate in range(min(side.prints.shape[1] for side in sides)):
        left, right = (side.prints[own, replicate] for side, own in zip(sides, rows, strict=True))
        there = (left != 0) & (right != 0)
        both, same = both + int(there.sum()), same + int((there & (left == right)).sum())
    return Runs(int(np.count_nonzero(sides[0].prints)), int(np.count_nonzero(sides[1].prints)), both, same)
