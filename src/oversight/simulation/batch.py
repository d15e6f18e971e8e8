"""Runs that are stepped together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from oversight.arrays import Array
from oversight.measures import Measure
from oversight.policy import Policy
from oversight.response.posed import posed
from oversight.scenario import Entry, Experiment, Start
from oversight.scenario.stacking import column, stack, structure
from oversight.welfare import Welfare


@dataclass(frozen=True)
class Run:
    """One run: a design point's experiment, a replicate, and a start.

    With `dynamics`, `near` holds misconduct rates the time near which is measured, `time_near.0` and so on.
    """

    experiment: Experiment
    replicate: int
    start: Start
    near: tuple[float, ...] = ()


@dataclass(frozen=True)
class Batch:
    """Runs of one structure. Numbers of `policy` and `entries` are (runs, 1) arrays, (1, 1) where all runs agree."""

    policy: Policy
    entries: tuple[Entry, ...]
    welfare: Welfare
    measures: tuple[Measure, ...]
    """Those that the experiment asks for, besides what every run has."""
    replicates: tuple[int, ...]
    violating_start: Array
    periods: int
    burn_in: int
    seed: int
    window: int | None
    """Periods of the window that `dynamics` looks through, None where an experiment does not ask for them."""
    near: Array
    """Misconduct rates the time near which is measured, (runs, rates), NaN where a run has fewer; and how near."""
    within: Array

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.replicates)

    @property
    def size(self) -> int:
        """Actors in each run."""
        return sum(entry.size for entry in self.entries)

    @property
    def labels(self) -> list[str]:
        """Names of the population entries."""
        return [entry.label for entry in self.entries]


def shape_of(experiment: Experiment) -> Any:
    """What two experiments must share for their runs to be stepped together."""
    policy = experiment.policy
    return (
        structure(policy.monitoring),
        structure(policy.sanction),
        structure(experiment.population),
        structure(experiment.social_cost),
        structure(experiment.measures),
        experiment.periods,
        experiment.burn_in,
        experiment.seed,
        experiment.dynamics and experiment.dynamics.window,
    )


def batch(runs: Sequence[Run]) -> Batch:
    """Stack runs of equal `shape_of`."""
    experiments = [run.experiment for run in runs]
    first, stacked = experiments[0], posed(experiments)
    return Batch(
        stacked.policy,
        stacked.entries,
        stacked.welfare,
        tuple(stack(same) for same in zip(*(experiment.measures for experiment in experiments), strict=True)),
        tuple(run.replicate for run in runs),
        np.array([[run.start == "violating"] for run in runs]),
        first.periods,
        first.burn_in,
        first.seed,
        first.dynamics.window if first.dynamics else None,
        _padded([run.near for run in runs]),
        column([experiment.dynamics.near if experiment.dynamics else 0.0 for experiment in experiments]),
    )


def _padded(rows: Sequence[tuple[float, ...]]) -> Array:
    width = max(map(len, rows))
    return np.array([[*row, *[np.nan] * (width - len(row))] for row in rows]).reshape(len(rows), width)
