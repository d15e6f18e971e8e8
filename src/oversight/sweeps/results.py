"""Opening a results folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from oversight.arrays import Indices
from oversight.errors import InputError, Problem, UnfinishedError
from oversight.plugins import Plugin
from oversight.scenario import Experiment, Source
from oversight.sweeps.manifest import code_of, described_source, point_keys, read_manifest
from oversight.sweeps.store import Store
from oversight.sweeps.summary import read_summary

_AGAIN = "Give the same sweep command again: it keeps what is right and runs the rest."


@dataclass(frozen=True, repr=False)
class Results:
    """A finished sweep: its summary, a row a design point and start, and what was run."""

    folder: Path | None
    """None where all is in memory."""
    manifest: dict[str, Any]
    summary: pd.DataFrame
    source: Source
    kept: pd.DataFrame | None = None
    """The rows of a sweep without a folder."""

    @property
    def experiment(self) -> Experiment:
        """The base point as it was resolved."""
        return self.source.experiment

    def runs(self) -> pd.DataFrame:
        """All rows, a run each.

        Raises:
            UnfinishedError: a part is not there, or is not what was written.
        """
        if self.kept is not None:
            return self.kept.copy()
        assert self.folder is not None
        tables = list(parts_of(self.folder, self.manifest))
        rows: pd.DataFrame = pa.concat_tables(tables).replace_schema_metadata(None).to_pandas()
        return rows

    def in_memory(self) -> Results:
        """The same results, which need their folder no longer."""
        return replace(self, folder=None, kept=self.runs())

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
        return f"<Results of {self.source.experiment.name}: {len(self.summary):,} rows in `summary`, {where}>"

    def _repr_html_(self) -> str:
        """Notebooks show what was swept, and the misconduct rate."""
        table = self.tidy().query("measure == 'misconduct_rate'")
        about = f"{self.experiment.heading}: {len(self.summary):,} rows in `summary`"
        return f"<p>{escape(about)}</p>{table.to_html(index=False, max_rows=20)}"

    def __reduce__(self) -> Any:
        # The schema of a source is made for its kinds, and cannot travel: it is made anew where this arrives.
        return _rebuilt, (self.folder, self.manifest, self.summary, self.source.plugins, self.kept)


def parts_of(folder: Path, manifest: Mapping[str, Any], missing: bool = False) -> Iterator[pa.Table]:
    """The rows of a folder, a part at a time, in canonical order; with `missing`, parts may be.

    Raises:
        UnfinishedError: a part is not there, or is not what was written.
    """
    if "checksums" not in manifest:  # of a version that wrote none
        yield pq.read_table(folder / "runs.parquet")
        return
    design, store = manifest["design"], Store(folder, code_of(manifest))
    keys, shard = np.array(point_keys(folder, manifest)), design["runs_per_shard"]
    names: list[str] = []
    for number, first in enumerate(range(0, design["runs"], shard)):
        if missing and not store.part(number).exists():
            continue
        part = store.whole(number)
        names = names or part.column_names
        places = np.arange(first, min(first + shard, design["runs"]))
        if part.column_names != names or not _are_those_at(places, design, keys, part):
            raise UnfinishedError(f"{store.parts}: holds other runs than the manifest says. {_AGAIN}")
        yield part


def _are_those_at(places: Indices, design: Mapping[str, Any], keys: np.ndarray[Any, Any], part: pa.Table) -> bool:
    """Whether the rows are the runs at these places of a design, in canonical order."""
    rest, start = np.divmod(places, len(design["starts"]))
    replicate, point = np.divmod(rest, design["points"])
    expected = {"replicate": replicate, "start": np.array(design["starts"])[start], "point_key": keys[point]}
    return all(part[name].equals(pa.chunked_array([column])) for name, column in expected.items())


def _rebuilt(
    folder: Path | None,
    manifest: dict[str, Any],
    summary: pd.DataFrame,
    plugins: Sequence[str],
    rows: pd.DataFrame | None,
) -> Results:
    return Results(folder, manifest, summary, described_source(manifest, folder or Path(), plugins), rows)


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
    source = described_source(manifest, folder, plugins)
    return Results(folder, manifest, _summary(folder / "summary.parquet", manifest), source)


def manifest_in(folder: Path) -> dict[str, Any]:
    """The manifest of a results folder.

    Raises:
        InputError: it is no results folder.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise InputError(Problem("is no results folder: it has no manifest.json", file=str(folder)))
    return manifest


def _summary(path: Path, manifest: dict[str, Any]) -> pd.DataFrame:
    """The summary, if it is the one that was written."""
    design = manifest["design"]
    try:
        table = read_summary(path, manifest["hash"])
        if "point" in table and len(table) == design["points"] * len(design["starts"]):
            return table
        why = "is damaged: it has other rows than the manifest says"
    except FileNotFoundError:
        why = "is missing"
    except (OSError, ValueError) as error:
        why = f"is damaged: {str(error).partition('\n')[0]}"
    remedy = "Give the same sweep command again: it keeps the runs and writes the summary anew."
    raise InputError(Problem(why, file=str(path), remedy=remedy))
