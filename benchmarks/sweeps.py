"""Timing oversight's own sweeps: the real runner, from experiment to results folder."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmarks.scenarios import Experiment
from benchmarks.timing import cpu_seconds
from oversight.scenario import load_experiment
from oversight.sweeps import check, run_sweep


@dataclass(frozen=True)
class Timed:
    """Seconds of one actor-period at the margin, how many were timed, and the rows of the long sweep."""

    seconds: float
    actor_periods: int
    rows: pd.DataFrame


def sweep(
    experiment: Experiment, replicates: int, seed: int, folder: Path, workers: int = 1, cluster: str | None = None
) -> int:
    """Validate, run, write and summarise; the number of runs."""
    checked = check(load_experiment(experiment | {"replicates": replicates, "seed": seed}))
    return run_sweep(checked, folder, workers, fresh=True, cluster=cluster).runs


def marginal(make: Callable[[], Experiment], short: int, long: int, seed: int) -> Timed:
    """What further replicates cost: a sweep of `long` replicates less one of `short`.

    Everything is built anew. What both sweeps do once cancels (imports, validation of the points, manifest); streams,
    set-up, every period and the writing and summarising of rows stay in.
    """
    with tempfile.TemporaryDirectory() as place:
        brief, full = Path(place, "short"), Path(place, "long")
        spent = -cpu_seconds(lambda: sweep(make(), short, seed, brief))
        spent += cpu_seconds(lambda: sweep(make(), long, seed, full))
        rows = pd.read_parquet(full / "runs.parquet")
    experiment = make()
    actors = sum(entry["size"] for entry in experiment["population"])
    runs = len(rows) * (long - short) // long
    actor_periods = runs * actors * experiment["periods"]
    return Timed(spent / actor_periods, actor_periods, rows)


def warm_up(make: Callable[[], Experiment]) -> None:
    """Import whatever a sweep imports."""
    with tempfile.TemporaryDirectory() as place:
        sweep(make(), 1, 0, Path(place))
