"""A baseline and a reform, replicate by replicate over the same draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from oversight.arrays import Array
from oversight.scenario import Experiment
from oversight.simulation import OversightModel, Run, batch, play, single_run
from oversight.sweeps.near import near_equilibria

CONFIDENCE = 0.95
_TOGETHER = 100_000
"""Actors that are stepped together at most: more would only delay the progress that is shown."""


class Cancelled(Exception):
    """Raised inside a comparison that is no longer wanted."""


@dataclass(frozen=True)
class Difference:
    """A measure under both policies, means over the replicates, and the paired difference with its interval.

    `low` and `high` are the ends of Student's 95 % confidence interval of the mean difference; NaN where fewer than
    two replicates have the measure under both policies.
    """

    measure: str
    baseline: float
    reform: float
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class Comparison:
    """What two policies come to over `replicates` pairs of runs; `series` are the first pair's misconduct rates."""

    baseline: Experiment
    reform: Experiment
    differences: tuple[Difference, ...]
    series: tuple[tuple[float, ...], tuple[float, ...]]
    replicates: int


def compare(baseline: Experiment, reform: Experiment, progress: Callable[[float], None]) -> Comparison:
    """Play every replicate of the experiments' base points under both policies.

    Means equal those that a sweep over the two policies writes. `progress` is told the share that is done, and may
    raise `Cancelled`.
    """
    both = (baseline, reform)
    members = range(reform.replicates)
    chunk = max(1, _TOGETHER // reform.actors)
    parts = [list(members[first : first + chunk]) for first in range(0, len(members), chunk)]
    total = len(parts) * sum(experiment.periods for experiment in both)
    done = 0

    def seen(model: OversightModel) -> None:
        nonlocal done
        done += 1
        progress(done / total)

    tables: list[dict[str, list[Array]]] = [{}, {}]
    for part in parts:
        for experiment, table in zip(both, tables, strict=True):
            near = near_equilibria(experiment)
            runs = [Run(experiment, replicate, experiment.starts[0], near) for replicate in part]
            for name, values in play(batch(runs), watch=seen).measures().items():
                table.setdefault(name, []).append(values)
    first, second = ({name: np.concatenate(values) for name, values in table.items()} for table in tables)
    differences = [_difference(name, first[name], second[name]) for name in first if name in second]
    lines = (_series(baseline), _series(reform))
    return Comparison(baseline, reform, tuple(differences), lines, reform.replicates)


def _difference(name: str, baseline: Array, reform: Array) -> Difference:
    gap = (reform - baseline)[~np.isnan(reform - baseline)]
    centre = _mean(gap)
    half = float("nan")
    if len(gap) > 1:
        half = float(stdtrit(len(gap) - 1, 0.5 + CONFIDENCE / 2) * gap.std(ddof=1) / np.sqrt(len(gap)))
    return Difference(name, _mean(baseline), _mean(reform), centre, centre - half, centre + half)


def _mean(values: Array) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def _series(experiment: Experiment) -> tuple[float, ...]:
    run = single_run(Run(experiment, 0, experiment.starts[0]))
    return tuple(run.series["misconduct_rate"])
