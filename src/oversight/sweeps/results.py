"""Opening a results folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from oversight.errors import InputError, Problem
from oversight.scenario import Experiment, Source
from oversight.sweeps.manifest import described_source, read_manifest


@dataclass(frozen=True)
class Results:
    """A finished sweep: its summary, a row a design point and start, and what was run."""

    folder: Path
    manifest: dict[str, Any]
    summary: pd.DataFrame
    source: Source

    @property
    def experiment(self) -> Experiment:
        """The base point as it was resolved."""
        return self.source.experiment

    def runs(self) -> pd.DataFrame:
        """All rows, a run each."""
        return pd.read_parquet(self.folder / "runs.parquet")


def load_results(folder: str | Path, plugins: Sequence[str | Path] = ()) -> Results:
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
        remedy = "Give the same sweep command again: it goes on where it stopped."
        raise InputError(Problem("holds an unfinished sweep", file=str(folder), remedy=remedy))
    source = described_source(manifest, folder, plugins)
    return Results(folder, manifest, pd.read_parquet(folder / "summary.parquet"), source)
