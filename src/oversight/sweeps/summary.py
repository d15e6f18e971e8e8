"""One row a design point and start: means with confidence intervals, states, price of anarchy."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from oversight.arrays import Indices, Vector
from oversight.documents.whole import written_whole
from oversight.environments import environment_of
from oversight.measures import Words, words_in
from oversight.scenario import BaseExperiment
from oversight.spreadsheets import write_csv
from oversight.sweeps.cells import column, column_type
from oversight.sweeps.design import Design
from oversight.sweeps.moments import Moments, groups_of
from oversight.sweeps.plan import Plan
from oversight.sweeps.states import states
from oversight.sweeps.store import Store

SUMMARY = "summary.parquet"
_POINTS = 10_000
_RATES = 4_000_000
"""Design points, and main measures of single runs, that are in memory at a time."""
_TEXTS = ("start", "states")
_COUNTS = ("point", "failed")
_OF = b"oversight.hash"


def write_summary(
    store: Store, design: Design, plan: Plan, fingerprint: str, told: Callable[[int], None]
) -> tuple[int, list[str]]:
    """Write `summary.csv` and `summary.parquet`, a block of design points in memory at a time.

    Returns the number of failed runs, and what classes of one's own raised when theory asked them. `fingerprint` is the
    manifest's, and says what the summary is of; `told` hears of how many points all is written.

    Raises:
        UnfinishedError: a part is not what was written, or there is no room for the summary.
    """
    failed, faults = 0, dict[str, None]()
    with (
        written_whole(store.folder / SUMMARY) as columns,
        written_whole(store.folder / "summary.csv") as text,
        ExitStack() as files,
    ):
        as_text = files.enter_context(text.open("wb"))
        as_columns: pq.ParquetWriter | None = None
        for points in _blocks(plan):
            rows, found = _summarised(store, design, plan, points, fingerprint)
            as_columns = as_columns or files.enter_context(pq.ParquetWriter(columns, rows.schema))
            as_columns.write_table(rows)
            write_csv(rows.to_pandas(), as_text, headings=points.start == 0)
            failed += int(pc.sum(rows["failed"]).as_py())
            faults |= dict.fromkeys(found)
            told(points.stop)
    return failed, list(faults)


def read_summary(
    path: Path, fingerprint: str, points: Indices | None = None, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """The summary of a sweep, or the rows of some design points, or some columns.

    Raises:
        FileNotFoundError: there is none.
        OSError: it cannot be read.
        ValueError: it cannot be read, or is of another sweep.
    """
    described_summary(path, fingerprint)
    wanted = None if points is None else ds.field("point").isin(pa.array(points))
    rows = ds.dataset(path, format="parquet").to_table(columns=columns, filter=wanted, use_threads=False)
    table: pd.DataFrame = rows.to_pandas()
    return table


def described_summary(path: Path, fingerprint: str) -> tuple[int, list[str]]:
    """How many rows the summary of a sweep has, and the names of its columns.

    Raises: as `read_summary`.
    """
    with pq.ParquetFile(path) as file:
        if (file.schema_arrow.metadata or {}).get(_OF, fingerprint.encode()) != fingerprint.encode():
            raise ValueError("it is of another sweep")
        return file.metadata.num_rows, file.schema_arrow.names


def _blocks(plan: Plan) -> Iterator[range]:
    """Consecutive design points, few enough for all their runs' main measure, and their theory, to be in memory."""
    at_once = max(1, min(_POINTS, _RATES // (plan.replicates * plan.starts)))
    return (range(first, min(first + at_once, plan.points)) for first in range(0, plan.points, at_once))


def _summarised(
    store: Store, design: Design, plan: Plan, points: range, fingerprint: str
) -> tuple[pa.Table, list[str]]:
    """The rows of some design points, and what classes of one's own raised when theory asked them."""
    experiment = design.source.experiment
    environment, main = environment_of(experiment), f"metric.{environment_of(experiment).main}"
    starts, groups = experiment.starts, len(points) * plan.starts
    moments: Moments | None = None
    settled = np.full((groups, plan.replicates), np.nan)
    failed = np.zeros(groups, dtype=np.int64)
    names: list[str] = []
    pooled = environment.pooled(experiment, [family.base for family in design.placed.families])
    quantiles = {name: levels for name, levels in pooled.items() if levels}
    periods: dict[str, list[list[Vector]]] = {name: [[] for _ in range(groups)] for name in quantiles}
    for part in store.tables(plan.shards_of(points)):
        names = [name for name in part.column_names if name.startswith("metric.")]
        point = part["point"].to_numpy()
        part = part.filter(pa.array((points.start <= point) & (point < points.stop)))
        group = groups_of(part, starts) - points.start * len(starts)
        values = np.column_stack([part[name].to_numpy().astype(float) for name in names])
        moments = moments or Moments(groups, len(names))
        moments.add(group, values)
        settled[group, part["replicate"].to_numpy()] = values[:, names.index(main)]
        for name, each in periods.items():
            for place, kept in zip(group.tolist(), part[name], strict=True):
                each[place].append(kept.values.to_numpy() if kept.is_valid else _NONE)
        failed += np.bincount(group, part["status"].to_numpy(zero_copy_only=False) == "failed", groups).astype(np.int64)
    assert moments is not None
    here = np.array(points)
    table = _frame(design, here, moments, names)
    for name, levels in quantiles.items():
        for measure, level in levels.items():
            table[f"metric.{measure}.mean"] = [_quantile(pooled, level) for pooled in periods[name]]
            for spread in ("sd", "ci_low", "ci_high"):
                table[f"metric.{measure}.{spread}"] = np.nan
    table["states"] = [_states(row, environment.main) for row in settled] if plan.replicates > 1 else ""
    table["failed"] = failed
    beside, faults = pa.table({}), list[str]()
    if experiment.theory:
        shape = len(points), len(starts), len(names)
        means = np.moveaxis(moments.mean().reshape(shape), -1, 0)
        measures = (name.removeprefix("metric.") for name in names)
        beside, faults = environment.theory(design.placed, here, dict(zip(measures, means, strict=True)))
    table = table.join(beside.to_pandas())
    types = _types(table, design) | {field.name: field.type for field in beside.schema}
    schema = pa.schema(list(types.items()), metadata={_OF: fingerprint.encode()})
    return pa.Table.from_pandas(table, schema, preserve_index=False), faults


_NONE = np.empty(0)


def _quantile(pooled: Sequence[Vector], level: float) -> float:
    """The least rate that is not exceeded in a share `level` of the periods of all replicates."""
    rates = np.concatenate([_NONE, *pooled])
    rates = rates[~np.isnan(rates)]
    return float(np.quantile(rates, level, method="inverted_cdf")) if len(rates) else np.nan


def _types(table: pd.DataFrame, design: Design) -> dict[str, pa.DataType]:
    """The types of the columns, the same in every block."""
    return {name: _shown(design).get(name) or _type_of(name) for name in map(str, table)}


def _shown(design: Design) -> dict[str, pa.DataType]:
    return {path: column_type(kinds, pa.int64()) for path, kinds in design.cell_types.items()}


def _type_of(name: str) -> pa.DataType:
    if name in _TEXTS:
        return pa.string()
    return pa.int64() if name in _COUNTS or name.endswith(".n") else pa.float64()


def possible(names: Sequence[str], experiment: BaseExperiment) -> tuple[Vector, Vector]:
    """Lowest and highest value that each measure can have."""
    known = environment_of(experiment).words(experiment)
    found = []
    for name in (each.removeprefix("metric.") for each in names):
        found.append(words_in(known, name) or Words(name))
    return np.array([words.least for words in found]), np.array([words.most for words in found])


def _frame(design: Design, points: Indices, moments: Moments, names: Sequence[str]) -> pd.DataFrame:
    starts = design.source.experiment.starts
    cells, types = design.cells(points), _shown(design)
    shown = {path: column(cells[path], types[path]).to_pandas() for path in cells}
    places = pd.DataFrame({"point": points, **shown})
    rows = places.loc[places.index.repeat(len(starts))].reset_index(drop=True).assign(start=list(starts) * len(points))
    mean, sd, n = moments.mean(), moments.sd(), moments.n
    half = moments.half_width()
    ends = possible(names, design.source.experiment)
    low, high = np.clip(mean - half, *ends), np.clip(mean + half, *ends)
    columns: dict[str, Vector | Indices] = {}
    for index, name in enumerate(names):
        columns[f"{name}.mean"] = mean[:, index]
        columns[f"{name}.sd"] = sd[:, index]
        columns[f"{name}.ci_low"] = low[:, index]
        columns[f"{name}.ci_high"] = high[:, index]
        columns[f"{name}.n"] = n[:, index].astype(np.int64)
    return rows.join(pd.DataFrame(columns))


def _states(values: Vector, measure: str) -> str:
    """JSON of the states where replicates settle in several, empty where they agree."""
    found = states(values)
    return json.dumps([{measure: state.mean, "share": state.share} for state in found]) if len(found) > 1 else ""
