"""One row a design point and start: means with confidence intervals, states, price of anarchy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.special import stdtrit

from oversight.arrays import Indices, Table, Vector
from oversight.documents.whole import written_whole
from oversight.measures import WORDS, Measure, Words
from oversight.spreadsheets import to_csv
from oversight.sweeps.design import Design
from oversight.sweeps.moments import Moments
from oversight.sweeps.states import states
from oversight.sweeps.store import Store
from oversight.sweeps.theory import Told, beside

CONFIDENCE = 0.95
_OF = b"oversight.hash"


def write_summary(store: Store, design: Design, shards: int, fingerprint: str, told: Told) -> tuple[int, list[str]]:
    """Write `summary.csv` and `summary.parquet`, a part in memory at a time.

    Returns the number of failed runs, and what classes of one's own raised when theory asked them. `fingerprint` is the
    manifest's, and says what the summary is of; `told` hears how far theory has come.

    Raises:
        UnfinishedError: a part is not what was written, or there is no room for the summary.
    """
    table, failed, faults = _summarise(store, design, shards, told)
    with written_whole(store.folder / "summary.parquet") as unfinished:
        rows = pa.Table.from_pandas(table, preserve_index=False)
        pq.write_table(rows.replace_schema_metadata({**rows.schema.metadata, _OF: fingerprint.encode()}), unfinished)
    with written_whole(store.folder / "summary.csv") as unfinished:
        to_csv(table, unfinished)
    return failed, faults


def read_summary(path: Path, fingerprint: str) -> pd.DataFrame:
    """The summary of a sweep.

    Raises:
        FileNotFoundError: there is none.
        OSError: it cannot be read.
        ValueError: it cannot be read, or is of another sweep.
    """
    rows = pq.ParquetFile(path).read()
    if (rows.schema.metadata or {}).get(_OF, fingerprint.encode()) != fingerprint.encode():
        raise ValueError("it is of another sweep")
    table: pd.DataFrame = rows.to_pandas()
    return table


def _summarise(store: Store, design: Design, shards: int, told: Told) -> tuple[pd.DataFrame, int, list[str]]:
    experiment = design.source.experiment
    starts, points, replicates = experiment.starts, len(design), experiment.replicates
    groups = points * len(starts)
    moments: Moments | None = None
    misconduct = np.full((groups, replicates), np.nan)
    failed = np.zeros(groups, dtype=np.int64)
    names: list[str] = []
    for part in store.tables(shards):
        names = [name for name in part.column_names if name.startswith("metric.")]
        start = np.searchsorted(starts, part["start"].to_numpy(zero_copy_only=False)) if len(starts) > 1 else 0
        group = part["point"].to_numpy() * len(starts) + start
        values = np.column_stack([part[name].to_numpy().astype(float) for name in names])
        moments = moments or Moments(groups, len(names))
        moments.add(group, values)
        misconduct[group, part["replicate"].to_numpy()] = values[:, names.index("metric.misconduct_rate")]
        failed += np.bincount(group, part["status"].to_numpy(zero_copy_only=False) == "failed", groups).astype(np.int64)
    assert moments is not None
    table = _frame(design, starts, moments, names, possible(names, experiment.measures))
    table["states"] = [_states(row) for row in misconduct] if replicates > 1 else ""
    table["failed"] = failed
    if not experiment.theory:
        return table, int(failed.sum()), []
    costs = moments.mean()[:, names.index("metric.social_cost")].reshape(points, len(starts))
    columns, faults = beside(design, starts, costs if len(starts) > 1 else None, told)
    return table.join(columns), int(failed.sum()), faults


def possible(names: Sequence[str], asked: Sequence[Measure]) -> tuple[Vector, Vector]:
    """Lowest and highest value that each measure can have."""
    own = {measure.label: measure.words for measure in asked}
    found = []
    for column in names:
        name = column.removeprefix("metric.")
        found.append(own.get(name) or WORDS.get(name) or WORDS.get(name.partition(".")[0]) or Words(name))
    return np.array([words.least for words in found]), np.array([words.most for words in found])


def _frame(
    design: Design,
    starts: Sequence[str],
    moments: Moments,
    names: Sequence[str],
    possible: tuple[Vector, Vector],
) -> pd.DataFrame:
    points = np.arange(len(design))
    shown: dict[str, Any] = {"point": points, **design.cells(points)}
    places = {name: pd.Series(cells).repeat(len(starts)) for name, cells in shown.items()}
    rows = pd.DataFrame({**places, "start": list(starts) * len(points)}, index=None).reset_index(drop=True)
    mean, sd, n = moments.mean(), moments.sd(), moments.n
    half = _half_width(sd, n)
    low, high = np.clip(mean - half, *possible), np.clip(mean + half, *possible)
    columns: dict[str, Vector | Indices] = {}
    for index, name in enumerate(names):
        columns[f"{name}.mean"] = mean[:, index]
        columns[f"{name}.sd"] = sd[:, index]
        columns[f"{name}.ci_low"] = low[:, index]
        columns[f"{name}.ci_high"] = high[:, index]
        columns[f"{name}.n"] = n[:, index].astype(np.int64)
    return rows.join(pd.DataFrame(columns))


def _half_width(sd: Table, n: Table) -> Table:
    """Half the width of Student's confidence interval of a mean; NaN with fewer than two values."""
    free = np.where(n > 1, n - 1, np.nan)
    half: Table = stdtrit(free, 0.5 + CONFIDENCE / 2) * sd / np.sqrt(np.where(n > 0, n, np.nan))
    return half


def _states(rates: Vector) -> str:
    """JSON of the states where replicates settle in several, empty where they agree."""
    found = states(rates)
    return json.dumps([asdict(state) for state in found]) if len(found) > 1 else ""
