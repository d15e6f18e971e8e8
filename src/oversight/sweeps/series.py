"""Time series of a sweep: what was kept of every measured period, over replicates."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa

from oversight.arrays import Table

_KEPT = "path.series."
_BAND = (0.05, 0.95)
_COLUMNS = ("point", "start", "measure", "period", "mean", "low", "high", "n")


def series_of(parts: Iterable[pa.Table]) -> pd.DataFrame:
    """A row a design point, start, measure and period, from the rows of all runs; see `Results.series`."""
    runs: dict[tuple[int, str], dict[str, list[list[float]]]] = {}
    for part in parts:
        names = [name for name in part.column_names if name.startswith(_KEPT)]
        if not names:
            break
        for row in part.select(["point", "start", *names]).to_pylist():
            held = runs.setdefault((row["point"], row["start"]), {name: [] for name in names})
            for name in names:
                if row[name] is not None:
                    held[name].append(row[name])
    tables = [_table(*place, held) for place, held in sorted(runs.items()) if held[f"{_KEPT}period"]]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame({name: [] for name in _COLUMNS})


def _table(point: int, start: str, held: dict[str, list[list[float]]]) -> pd.DataFrame:
    periods = held[f"{_KEPT}period"][0]
    parts = []
    for name, rows in held.items():
        if name != f"{_KEPT}period":
            keys = {"point": point, "start": start, "measure": name.removeprefix(_KEPT)}
            table = pd.DataFrame({**keys, "period": np.array(periods, dtype=np.int64)})
            parts.append(table.join(_over(np.array(rows, dtype=float))))
    return pd.concat(parts, ignore_index=True)


def _over(rows: Table) -> pd.DataFrame:
    """Mean and band over replicates, (replicates, periods), of those that have a number."""
    known = ~np.isnan(rows)
    some = known.any(axis=0)
    found = np.full((3, rows.shape[1]), np.nan)
    found[0, some] = np.nanmean(rows[:, some], axis=0)
    found[1:, some] = np.nanquantile(rows[:, some], _BAND, axis=0, method="inverted_cdf")
    return pd.DataFrame({"mean": found[0], "low": found[1], "high": found[2], "n": known.sum(axis=0)})
