"""One of the two results that are compared, as arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from oversight.arrays import Indices, Table
from oversight.errors import InputError, Problem
from oversight.scenario import Source
from oversight.sweeps.diff.prices import PRICED, WORSE, prices
from oversight.sweeps.manifest import described_source
from oversight.sweeps.moments import groups_of
from oversight.sweeps.results import Results, load_results, manifest_in, parts_of

Prints = np.ndarray[tuple[Any, ...], np.dtype[np.uint64]]
"""A hash of all measures of each run, (points x starts, replicates); 0 where nothing was run."""
_METRIC = "metric."
_READ = ("point", "failed", "anarchy.", "metric.social_cost.mean")
"""Columns of the summary that a comparison reads: there may be very many rows."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """Results whose rows are not read yet; `summary` is None where a sweep is unfinished."""

    letter: str
    results: Results
    """Of an unfinished sweep without its tables."""
    summary: pd.DataFrame | None
    parts: Callable[[], Iterator[pa.Table]]
    columns: Sequence[str]
    """Of the rows."""

    @property
    def folder(self) -> Path | None:
        """Where they stand; None where all is in memory."""
        return self.results.folder

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What was run."""
        return self.results.manifest

    @property
    def source(self) -> Source:
        """The experiment."""
        return self.results.source

    @property
    def name(self) -> str:
        """How messages call it."""
        return f"{self.letter} ({self.where})"

    @property
    def where(self) -> str:
        """Its folder."""
        return str(self.folder or f"{self.source.experiment.name}, in memory")

    @property
    def starts(self) -> list[str]:
        """The starts of the runs."""
        return list(self.manifest["design"]["starts"])

    @property
    def params(self) -> list[str]:
        """The columns of the swept parameters."""
        return [name for name in self.columns if name.startswith("param.")]

    @property
    def measures(self) -> list[str]:
        """Names of the measures, those of the price of anarchy last."""
        own = [name.removeprefix(_METRIC) for name in self.columns if name.startswith(_METRIC)]
        priced = [name for name in PRICED if self.summary is not None and name in self.summary]
        return own + priced


@dataclass(frozen=True, kw_only=True)
class Side:
    """The rows of results as arrays. Groups are design points times starts, the starts of a point side by side."""

    points: pd.DataFrame
    """Columns `point` and `param.*`, a row a point that was run."""
    seeds: Indices
    """The seed of each point, (points,)."""
    values: Mapping[str, Table]
    """Of each measure, (groups, replicates), NaN where it is missing; of a price of anarchy, (points, replicates)."""
    prints: Prints


def opened(letter: str, results: Results | str | Path) -> Opened:
    """Open a results folder, of an unfinished sweep too.

    Raises:
        InputError: it is no results folder, or nothing in it is finished.
    """
    if isinstance(results, Results):
        return _finished(letter, results)
    folder = Path(results)
    manifest = manifest_in(folder)
    if manifest["status"] == "done":
        return _finished(letter, load_results(folder))

    def parts() -> Iterator[pa.Table]:
        return parts_of(folder, manifest, missing=True)

    first = next(parts(), None)
    if first is None:
        remedy = "Give the same sweep command again, and compare then."
        raise InputError(
            Problem("holds an unfinished sweep without any finished part", file=str(folder), remedy=remedy)
        )
    return Opened(
        letter=letter,
        results=Results(folder, manifest, described_source(manifest, folder)),
        summary=None,
        parts=parts,
        columns=first.column_names,
    )


def _finished(letter: str, results: Results) -> Opened:
    return Opened(
        letter=letter,
        results=results,
        summary=results.read(columns=[name for name in results.columns if name.startswith(_READ)]),
        parts=results.parts,
        columns=next(results.parts()).column_names,
    )


def read(side: Opened, measures: Sequence[str], every: Sequence[str]) -> Side:
    """Read the rows, a part in memory at a time.

    Args:
        side: what to read.
        measures: those whose values are wanted.
        every: those that a run's hash is of.

    Raises:
        UnfinishedError: a part is not there, or is not what was written.
    """
    design, starts = side.manifest["design"], side.starts
    shape = design["points"] * len(starts), design["replicates"]
    priced = [name for name in measures if name in PRICED]
    wanted = [name for name in measures if name not in PRICED]
    values = {name: np.full(shape, np.nan) for name in dict.fromkeys([*wanted, *["social_cost"] * bool(priced)])}
    seeds = np.zeros(design["points"], dtype=np.int64)
    prints = np.zeros(shape, dtype=np.uint64)
    points = []
    for part in side.parts():
        place = groups_of(part, starts), part["replicate"].to_numpy()
        for name, table in values.items():
            table[place] = part[f"{_METRIC}{name}"].to_numpy().astype(float)
        hashed = part.select([f"{_METRIC}{name}" for name in every]).to_pandas()
        prints[place] = pd.util.hash_pandas_object(hashed, index=False).to_numpy()
        first = part.filter(pc.and_(pc.equal(part["replicate"], 0), pc.equal(part["start"], starts[0])))
        seeds[first["point"].to_numpy()] = first["seed"].to_numpy()
        points.append(first.select(["point", *side.params]))
    found: dict[str, Table] = {name: values[name] for name in wanted}
    if priced:
        assert side.summary is not None
        costs = values["social_cost"].reshape(design["points"], len(starts), -1)
        found |= prices(costs, side.summary, priced)
    table = pa.concat_tables(points).replace_schema_metadata(None).to_pandas()
    return Side(points=table, seeds=seeds, values=found, prints=prints)


def starts_of(side: Opened, measure: str) -> list[str]:
    """The starts that a measure has rows of."""
    return [WORSE] if measure in PRICED else side.starts
