"""Opening a results folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

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
        if "checksums" not in self.manifest:  # of a version that wrote none
            return pd.read_parquet(self.folder / "runs.parquet")
        design = self.manifest["design"]
        store = Store(self.folder, code_of(self.manifest))
        parts = list(store.tables(-(-design["runs"] // design["runs_per_shard"])))
        if not _are_those_of(design, point_keys(self.folder, self.manifest), parts):
            raise UnfinishedError(f"{store.parts}: holds other runs than the manifest says. {_AGAIN}")
        rows: pd.DataFrame = pa.concat_tables(parts).replace_schema_metadata(None).to_pandas()
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


def _are_those_of(design: dict[str, Any], keys: Sequence[str], parts: Sequence[pa.Table]) -> bool:
    """Whether the rows are the runs of a design, in canonical order."""
    if sum(map(len, parts)) != design["runs"] or any(part.column_names != parts[0].column_names for part in parts):
        return False
    rest, start = np.divmod(np.arange(design["runs"]), len(design["starts"]))
    replicate, point = np.divmod(rest, design["points"])
    expected = {
        "replicate": replicate,
        "start": np.array(design["starts"])[start],
        "point_key": np.array(keys)[point],
    }
    rows = pa.concat_tables([part.select(list(expected)) for part in parts])
    return all(rows[name].equals(pa.chunked_array([column])) for name, column in expected.items())


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
    manifest = read_manifest(folder)
    if manifest is None:
        raise InputError(Problem("is no results folder: it has no manifest.json", file=str(folder)))
    if manifest["status"] != "done":
        raise InputError(Problem("holds an unfinished sweep", file=str(folder), remedy=_AGAIN))
    source = described_source(manifest, folder, plugins)
    return Results(folder, manifest, _summary(folder / "summary.parquet", manifest), source)


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
