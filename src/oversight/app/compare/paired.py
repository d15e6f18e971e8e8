"""A baseline and reforms, replicate by replicate over the same draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from oversight.arrays import Vector
from oversight.equilibrium.near import ahead
from oversight.scenario import Experiment
from oversight.simulation import Engine, Run, batch, play, single_run

CONFIDENCE = 0.95
_TOGETHER = 100_000
"""Actors that are stepped together at most: more would only delay the progress that is shown."""


@dataclass(frozen=True)
class Difference:
    """A measure under the baseline and a reform, means over replicates, and the paired difference with its interval.

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
    """What policies come to over `replicates` runs of each, over the same draws.

    `policies` begins with the baseline; `differences` has those of each other policy from it, by measure; `series` each
    policy's misconduct rates in the first run.
    """

    policies: tuple[Experiment, ...]
    differences: tuple[tuple[Difference, ...], ...]
    series: tuple[tuple[float, ...], ...]
    replicates: int


def compare(policies: Sequence[Experiment], progress: Callable[[float], None]) -> Comparison:
    """Play every replicate of the experiments' base points under each policy, the baseline first.

    Means equal those that a sweep over the policies writes. `progress` is told the share that is done, and may
    raise `Cancelled`.
    """
    first = policies[0]
    members = range(first.least_replicates)
    chunk = max(1, _TOGETHER // first.actors)
    parts = [list(members[start : start + chunk]) for start in range(0, len(members), chunk)]
    total = len(parts) * sum(experiment.periods for experiment in policies)
    done = 0

    def seen(engine: Engine) -> None:
        nonlocal done
        done += 1
        progress(done / total)

    tables: list[dict[str, list[Vector]]] = [{} for _ in policies]
    for part in parts:
        for experiment, table in zip(policies, tables, strict=True):
            watched = ahead(experiment)
            runs = [Run(experiment, replicate, experiment.starts[0], *watched) for replicate in part]
            for name, values in play(batch(runs), watch=seen).measures().items():
                table.setdefault(name, []).append(values)
    baseline, *others = ({name: np.concatenate(values) for name, values in table.items()} for table in tables)
    differences = tuple(
        tuple(_difference(name, baseline[name], other[name]) for name in baseline if name in other) for other in others
    )
    return Comparison(tuple(policies), differences, tuple(map(_series, policies)), first.least_replicates)


def _difference(name: str, baseline: Vector, reform: Vector) -> Difference:
    gap = (reform - baseline)[~np.isnan(reform - baseline)]
    centre = _mean(gap)
    half = float("nan")
    if len(gap) > 1:
        half = float(stdtrit(len(gap) - 1, 0.5 + CONFIDENCE / 2) * gap.std(ddof=1) / np.sqrt(len(gap)))
    return Difference(name, _mean(baseline), _mean(reform), centre, centre - half, centre + half)


def _mean(values: Vector) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def _series(experiment: Experiment) -> tuple[float, ...]:
    run = single_run(Run(experiment, 0, experiment.starts[0]))
    return tuple(run.series["misconduct_rate"])
