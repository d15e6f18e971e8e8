"""Best and worst policies, by their worst case."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd

from oversight.figures import MARKED, Quantity
from oversight.report.reference import name_of, rows_at, run_at
from oversight.report.study import Study, rows_of
from oversight.report.table import Table

_ALL = 12
_EACH = 5


def ranking(study: Study) -> Table | None:
    """Design points as their environment ranks them, in the worst start and circumstances; None if there is one."""
    if not study.parameters:
        return None
    levers = [p for p in study.parameters if p.lever]
    compared = levers if levers and study.is_grid else study.parameters
    circumstances = [p for p in study.parameters if p not in compared]
    ranked = _worst_cases(study, [p.column for p in compared])
    if ranked.empty:
        return None
    ranked_by, two = study.environment.ranked, study.start is not None
    by = ", then by ".join(study.measure(name).title.lower() for name in ranked_by[:2])
    table = Table(
        "Best and worst policies" if levers else "Best and worst outcomes",
        ["Rank", *(p.quantity.axis for p in compared), *(study.measure(name).axis for name in ranked_by)],
        numeric=[True, *(p.numeric for p in compared), *(True for _ in ranked_by)],
    )
    table.headings += [c.quantity.title for c in circumstances] + ["Worst start"] * two
    table.numeric += [c.numeric for c in circumstances] + [False] * two
    found = {column: each for column, each in run_at(study).items() if each.dimension in compared}
    here = set(rows_at(ranked.reset_index(drop=True), found).index) if len(found) == len(compared) else set()
    shown = list(range(len(ranked)))
    if len(ranked) > _ALL:
        shown = sorted({*shown[:_EACH], *here, *shown[-_EACH:]})
        table.breaks = {place for place, (a, b) in enumerate(pairwise(shown)) if b > a + 1}
        table.notes.append(
            f"{len(ranked) - len(shown):,} in between are left out; the data below have all {len(ranked):,}."
        )
    if here:
        table.marked = {place for place, index in enumerate(shown) if index in here}
        table.notes.append(f"{MARKED} {name_of(found.values())}.")
    ranks = _ranks(ranked, _keys(study))
    if len({ranks[place] for place in shown}) < len(shown):
        table.notes.append("Equal ranks are ties.")
    if study.whole[f"metric.{ranked_by[0]}.mean"].isna().any():
        table.notes.append("What failed is left out, also where it might have been the worst case.")
    for place, row in zip(shown, rows_of(ranked.iloc[shown]), strict=True):
        cells = [f"{MARKED} {ranks[place]}" if place in here else str(ranks[place])]
        cells += [p.bare(row[p.column]) for p in compared]
        cells += [_with_error(study, name, row) for name in ranked_by]
        cells += [c.label(row[c.column]) for c in circumstances]
        cells += [study.environment.starts[row["start"]] if study.tipping[row["point"]] else "either"] * two
        table.rows.append(cells)
    worst_of = [*(["starts"] if two else []), *(["circumstances"] if circumstances else [])]
    where = f", in the worst of their {' and '.join(worst_of)}" if worst_of else ""
    interval = "± is half of the 95\u00a0% confidence interval."
    table.notes.insert(0, f"By {by}{where}. {interval}")
    return table


def _worst_cases(study: Study, columns: list[str]) -> pd.DataFrame:
    """For each combination of the columns, the row of highest social cost; ordered, the best first."""
    keys = _keys(study)
    known = study.whole.dropna(subset=keys)
    worst = known.sort_values(keys, ascending=False, kind="stable").drop_duplicates(columns)
    return worst.sort_values(keys, kind="stable")


def _keys(study: Study) -> list[str]:
    """The columns that rows are ranked by, the second where the first is equal."""
    return [f"metric.{name}.mean" for name in study.environment.ranked[:2]]


def _ranks(ranked: pd.DataFrame, columns: list[str]) -> list[int]:
    """Ranks from 1; equal rows share theirs."""
    keys = ranked[columns].to_numpy()
    tied = np.isclose(keys[1:], keys[:-1], rtol=1e-9, atol=0).all(axis=1)
    places = np.arange(1, len(keys) + 1)
    ranks: list[int] = np.maximum.accumulate(np.where(np.append(False, tied), 0, places)).tolist()
    return ranks


def _rough(words: Quantity, half: float) -> str:
    return replace(words, digits=2).bare(half)


def _with_error(study: Study, name: str, row: dict[str, float]) -> str:
    words = study.measure(name)
    mean, low, high = (row[f"metric.{name}.{part}"] for part in ("mean", "ci_low", "ci_high"))
    if pd.isna(high) or high == low:
        return words.bare(mean)
    if not np.isclose(high - mean, mean - low, atol=1e-12):  # cut to what is possible
        return f"{words.bare(mean)} ({words.bare(low)} to {words.bare(high)})"
    return f"{words.bare(mean)} ± {_rough(words, high - mean)}"
