"""What a sweep would take, from a short trial."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any

import numpy as np

from oversight.equilibrium import solve_all
from oversight.scenario import Source
from oversight.simulation import Run, batches, simulate
from oversight.sweeps.design import Design
from oversight.sweeps.plan import ACTOR_PERIODS, Plan
from oversight.sweeps.rounds import most_plan
from oversight.sweeps.runner import check
from oversight.sweeps.theory import is_certified, is_solved

_PROCESS_START = 2.0
"""Seconds until worker processes have imported the package."""
_REPORT = 1.0
"""Seconds for the summary and the report of a small sweep, the import of what draws it included."""
_REPORT_POINT = 1e-3
"""Seconds that they take for a design point and start more."""
_CELL = 3e-8
"""Seconds that the summary takes for a measure of a run."""
_TRIAL = 0.2
"""Seconds that a trial should play for."""
_THEORY = 0.5
"""Seconds of theory after which no more design points are tried."""


def estimate(source: Source, workers: int | None = None) -> dict[str, float]:
    """What a sweep would take: `points`, `runs`, `seconds` (from short trials here), `megabytes` at most.

    The seconds are those of the runs, of theory, of the summary and of the report.
    """
    began = time.perf_counter()
    checked = check(source)
    plan, design = most_plan(checked.design), checked.design
    checking = time.perf_counter() - began
    each, measured = _timed_trial(_sample(design, plan), plan.rounds[0].runs_per_shard)
    pooled = plan.runs * plan.actor_periods >= 2 * ACTOR_PERIODS  # as the runner decides
    processes = min(workers or os.cpu_count() or 1, plan.shards) if pooled else 1
    starting = _PROCESS_START if processes > 1 else 0.0
    summing = _REPORT + _REPORT_POINT * plan.points * plan.starts + _CELL * plan.runs * measured
    return {
        "points": plan.points,
        "runs": plan.runs,
        # Every process makes the experiments of the design points once more.
        "seconds": 2 * checking + starting + plan.runs * each / processes + _theory_seconds(design) + summing,
        "megabytes": plan.runs * (measured + 10) * 8 / 1e6,
    }


def _theory_seconds(design: Design) -> float:
    """Seconds that theory takes, from more and more design points: many together take less than one by one."""
    if not is_solved(design):
        return 0.0
    certified = is_certified(design)
    points, timed = 1, [(0, 0.0)]
    while True:
        apart = len(design) // points
        experiments = [design.experiment(index * apart) for index in range(points)]
        began = time.perf_counter()
        solve_all(experiments, certified=certified)
        timed.append((points, time.perf_counter() - began))
        if points == len(design) or timed[-1][1] > _THEORY:
            break
        points = min(4 * points, len(design))
    (fewer, shorter), (more, longer) = timed[-2:]
    total = longer + max(0.0, longer - shorter) / (more - fewer) * (len(design) - more)
    # Runs are watched for being near equilibria, which every process finds point by point.
    watched = timed[1][1] * len(design) if design.source.experiment.dynamics else 0.0
    return total + watched


def _sample(design: Design, plan: Plan) -> list[Run]:
    """Runs as shards hold them, a shard at least, spread over all design points of the first replicate."""
    starts = design.source.experiment.starts
    first = plan.points * plan.starts
    wanted = min(plan.runs, max(plan.rounds[0].runs_per_shard, first), 2000)
    apart = max(1, first // wanted)
    slots = plan.rounds[0].at(np.arange(wanted) * apart)
    points = {point: design.experiment(point) for point in np.unique(slots.point).tolist()}
    places = zip(slots.point.tolist(), slots.replicate.tolist(), slots.start.tolist(), strict=True)
    return [Run(points[point], replicate, starts[start]) for point, replicate, start in places]


def _timed_trial(sample: Sequence[Run], shard: int) -> tuple[float, int]:
    """Seconds that a run takes in shards of this size, from parts of a few batches, and the number of measures."""
    shards = [sample[first : first + shard] for first in range(0, len(sample), shard)]
    every = [[runs[member] for member in members] for runs in shards for members in batches(runs)]
    trial = every[:: max(1, len(every) // 3)]
    runs = [run for members in trial for run in members]
    played: dict[str, Any] = {}

    def seconds(periods: int) -> float:
        began = time.perf_counter()
        for members in trial:
            played.update(simulate([_cut(run, periods) for run in members]))
        return time.perf_counter() - began

    seconds(2)  # imports, caches, and the first look at a researcher's classes
    once = seconds(1)
    rough = max(seconds(2) - once, once / 20)
    # Ten periods at least: the first of a large population vary with the memory that they claim.
    more = max(1, min(max(run.experiment.periods for run in runs) - 1, max(10, int(_TRIAL / rough))))
    period = max(0.0, seconds(1 + more) - once) / more
    total = once + period * (fmean(run.experiment.periods for run in runs) - 1)
    share = fmean(map(_work, sample)) / fmean(map(_work, runs))
    return total / len(runs) * share, len(played)


def _cut(run: Run, periods: int) -> Run:
    shorter = {"periods": min(periods, run.experiment.periods), "burn_in": 0}
    return replace(run, experiment=run.experiment.model_copy(update=shorter))


def _work(run: Run) -> int:
    return run.experiment.actors * run.experiment.periods
