"""Opening a results folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from oversight.arrays import Indices
from oversight.environments import environment_of
from oversight.errors import InputError, Problem, UnfinishedError
from oversight.plugins import Plugin
from oversight.scenario import BaseExperiment, Source
from oversight.sweeps.design import Design
from oversight.sweeps.manifest import code_of, described_source, point_keys, read_manifest
from oversight.sweeps.recorded import POINTS, added_in, plan_of
from oversight.sweeps.series import series_of
from oversight.sweeps.store import Store
from oversight.sweeps.summary import SUMMARY, described_summary, read_summary

_AGAIN = "Give the same sweep command again: it keeps what is right and runs the rest."

_AT_ONCE = 100_000
"""Design points whose summary is read when results are opened."""


@dataclass(frozen=True)
class Kept:
    """The tables of a sweep without a folder."""

    summary: pd.DataFrame
    runs: pd.DataFrame
    added: Indices | None
    """Where a grid has grown: see `Design`."""
    series: pd.DataFrame


@dataclass(frozen=True, repr=False)
class Results:
    """A finished sweep: its summary, a row a design point and start, and what was run."""

    folder: Path | None
    """None where all is in memory."""
    manifest: dict[str, Any]
    source: Source
    kept: Kept | None = None

    @property
    def experiment(self) -> BaseExperiment:
        """The base point as it was resolved."""
        return self.source.experiment

    @cached_property
    def design(self) -> Design:
        """The design points.

        Raises:
            InputError: of a grid that has grown, nobody can say where.
        """
        return Design(self.source, self.kept.added if self.kept else self._added())

    def _added(self) -> Indices | None:
        assert self.folder is not None
        with _readable(self.folder / POINTS) as path:
            return added_in(path.parent, self.manifest["design"])

    @cached_property
    def summary(self) -> pd.DataFrame:
        """A row a design point and start.

        Raises:
            InputError: the file is damaged.
        """
        return self.read()

    def read(self, points: Indices | None = None, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """The summary's rows of some design points, or some of its columns, which is all that is in memory then.

        Raises:
            InputError: the file is damaged.
        """
        if self.kept is not None:
            table = self.kept.summary
            rows = slice(None) if points is None else table["point"].isin(points)
            return table.loc[rows, slice(None) if columns is None else list(columns)]
        assert self.folder is not None
        with _readable(self.folder / SUMMARY) as path:
            return read_summary(path, self.manifest["hash"], points, columns)

    @cached_property
    def columns(self) -> list[str]:
        """Names of the summary's columns."""
        if self.kept is not None:
            return [str(name) for name in self.kept.summary]
        assert self.folder is not None
        return _columns(self.folder, self.manifest)

    def errors(self, most: int) -> list[str]:
        """The first few that failed runs ended with, each once.

        Raises:
            UnfinishedError: a part is not there, or is not what was written.
        """
        found: dict[str, None] = {}
        for part in self.parts():
            found |= dict.fromkeys(part["error"].drop_null().unique().to_pylist())
            if len(found) >= most:
                break
        return list(found)[:most]

    def runs(self) -> pd.DataFrame:
        """All rows, a run each; what is kept of single periods stands in `runs.parquet` alone.

        Raises:
            UnfinishedError: a part is not there, or is not what was written.
        """
        if self.kept is not None:
            return self.kept.runs.copy()
        tables = list(self.parts())
        rows: pd.DataFrame = pa.concat_tables(tables).replace_schema_metadata(None).to_pandas()
        return rows.drop(columns=[name for name in rows if str(name).startswith("path.")])

    def series(self) -> pd.DataFrame:
        """What was kept of every measured period (`keep: series`): a row a point, start, measure and period.

        Columns: `point`, `start`, `measure`, `period` from 0, the `mean` over replicates, `low` and `high`, which a
        twentieth of the replicates lies below and above, `n`, those in which it was defined, and the swept parameters
        (`param.*`). No rows where nothing was kept.

        Raises:
            UnfinishedError: a part is not there, or is not what was written.
        """
        if self.kept is not None:
            return self.kept.series
        found = series_of(self.parts())
        points = found["point"].unique()
        cells = self.design.cells(points.astype(np.int64))
        return found.merge(pd.DataFrame({"point": points, **cells}), on="point")

    def in_memory(self) -> Results:
        """The same results, which need their folder no longer."""
        return replace(self, folder=None, kept=Kept(self.summary, self.runs(), self.design.added, self.series()))

    def tidy(self) -> pd.DataFrame:
        """The summary in long form: a row for each design point, start and measure.

        Columns: `point`, the swept parameters (`param.*`), `start`, `measure`, its `mean` and `sd` over replicates, its
        95 % confidence interval `ci_low` to `ci_high`, and `n`, the replicates in which it was defined.
        """
        names = [str(name) for name in self.summary]
        places = [name for name in names if name in ("point", "start") or name.startswith("param.")]
        measures = [name[: -len(".mean")] for name in names if name.endswith(".mean")]
        tables = []
        for measure in measures:
            columns = {f"{measure}.{name}": name for name in ("mean", "sd", "ci_low", "ci_high", "n")}
            table = self.summary[[*places, *columns]].rename(columns=columns)
            table.insert(len(places), "measure", measure.removeprefix("metric."))
            tables.append(table)
        return pd.concat(tables, ignore_index=True)

    def __repr__(self) -> str:
        where = self.folder or "in memory"
        return f"<Results of {self.source.experiment.name}: {self._rows:,} rows in `summary`, {where}>"

    def _repr_html_(self) -> str:
        """Notebooks show what was swept, and the main measure."""
        table = self.tidy()
        table = table[table["measure"].eq(environment_of(self.experiment).main)]
        about = f"{self.experiment.heading}: {self._rows:,} rows in `summary`"
        return f"<p>{escape(about)}</p>{table.to_html(index=False, max_rows=20)}"

    def __reduce__(self) -> Any:
        # The schema of a source is made for its kinds, and cannot travel: it is made anew where this arrives.
        return _rebuilt, (self.folder, self.manifest, self.source.plugins, self.kept)

    @property
    def _rows(self) -> int:
        design = self.manifest["design"]
        return int(design["points"]) * len(design["starts"])

    def parts(self) -> Iterator[pa.Table]:
        """The rows of all runs, a part at a time.

        Raises:
            UnfinishedError: a part is not there, or is not what was written.
        """
        if self.kept is not None:
            yield pa.Table.from_pandas(self.kept.runs, preserve_index=False)
            return
        assert self.folder is not None
        yield from parts_of(self.folder, self.manifest)


def parts_of(folder: Path, manifest: Mapping[str, Any], missing: bool = False) -> Iterator[pa.Table]:
    """The rows of a folder, a part at a time, in canonical order; with `missing`, parts may be.

    Raises:
        UnfinishedError: a part is not there, or is not what was written.
    """
    if "checksums" not in manifest:  # of a version that wrote none
        yield pq.read_table(folder / "runs.parquet")
        return
    design, store = manifest["design"], Store(folder, code_of(manifest))
    keys, plan = np.array(point_keys(folder, manifest)), plan_of(folder, design)
    names: list[str] = []
    for shard in range(plan.shards):
        if missing and not store.part(shard).exists():
            continue
        part = store.whole(shard)
        names = names or part.column_names
        slots = plan.slots(shard)
        starts = np.array(design["starts"])[slots.start]
        expected = {"replicate": slots.replicate, "start": starts, "point_key": keys[slots.point]}
        same = (part[name].equals(pa.chunked_array([column])) for name, column in expected.items())
        if part.column_names != names or not all(same):
            raise UnfinishedError(f"{store.parts}: holds other runs than the manifest says. {_AGAIN}")
        yield part


def _rebuilt(folder: Path | None, manifest: dict[str, Any], plugins: Sequence[str], kept: Kept | None) -> Results:
    return Results(folder, manifest, described_source(manifest, folder or Path(), plugins), kept)


def load_results(folder: str | Path, plugins: Sequence[Plugin] = ()) -> Results:
    """Open a results folder.

    A class of a researcher's own is imported only from the files that `plugins` names: a folder may come from anyone.

    Raises:
        InputError: it is not the folder of a finished sweep.
    """
    folder = Path(folder)
    manifest = manifest_in(folder)
    if manifest["status"] != "done":
        raise InputError(Problem("holds an unfinished sweep", file=str(folder), remedy=_AGAIN))
    _columns(folder, manifest)
    results = Results(folder, manifest, described_source(manifest, folder, plugins))
    if manifest["design"]["points"] <= _AT_ONCE:
        _ = results.summary  # the folder may be another sweep's by the time that it is asked for
    return results


def manifest_in(folder: Path) -> dict[str, Any]:
    """The manifest of a results folder.

    Raises:
        InputError: it is no results folder.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise InputError(Problem("is no results folder: it has no manifest.json", file=str(folder)))
    return manifest


def _columns(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """The columns of the summary, if it is the one that was written."""
    with _readable(folder / SUMMARY) as path:
        rows, columns = described_summary(path, manifest["hash"])
        design = manifest["design"]
        if "point" not in columns or rows != design["points"] * len(design["starts"]):
            raise ValueError("it has other rows than the manifest says")
        return columns


@contextmanager
def _readable(path: Path) -> Iterator[Path]:
    """A file of results, whose faults are told with their remedy.

    Raises:
        InputError: it cannot be read.
    """
    try:
        yield path
        return
    except FileNotFoundError:
        why = "is missing"
    except (OSError, ValueError) as error:
        why = f"is damaged: {str(error).partition('\n')[0]}"
    remedy = "Give the same sweep command again: it keeps the runs and writes the summary anew."
    raise InputError(Problem(why, file=str(path), remedy=remedy))
