"""What a sweep would take, from a short trial."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any

import numpy as np

from oversight.arrays import Indices
from oversight.environments import environment_of
from oversight.scenario import Source
from oversight.scenario.family import Placed
from oversight.sweeps.design import Design
from oversight.sweeps.plan import ACTOR_PERIODS, Plan, Slots
from oversight.sweeps.rounds import most_plan
from oversight.sweeps.runner import check
from oversight.sweeps.shard import Shards

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
    each, measured = _timed_trial(design, plan)
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
    environment = environment_of(design.source.experiment)
    # What has to be known of points before they are played, every process finds point by point.
    first = design.experiment(0)
    began = time.perf_counter()
    environment.ahead(first)
    before = (time.perf_counter() - began) * len(design)
    if not design.source.experiment.theory:
        return before
    points, timed = 1, [(0, 0.0)]
    while True:
        some = np.arange(points) * (len(design) // points)
        began = time.perf_counter()
        environment.theory(design.placed, some, {})
        timed.append((points, time.perf_counter() - began))
        if points == len(design) or timed[-1][1] > _THEORY:
            break
        points = min(4 * points, len(design))
    (fewer, shorter), (more, longer) = timed[-2:]
    return before + longer + max(0.0, longer - shorter) / (more - fewer) * (len(design) - more)


def _sample(plan: Plan) -> Slots:
    """Runs as shards hold them, a shard at least, spread over all design points of the first replicate."""
    first = plan.points * plan.starts
    wanted = min(plan.runs, max(plan.rounds[0].runs_per_shard, first), 2000)
    return plan.rounds[0].at(np.arange(wanted) * max(1, first // wanted))


def _timed_trial(design: Design, plan: Plan) -> tuple[float, int]:
    """Seconds that a run takes in shards as they are cut, from parts of a few batches, and the number of measures."""
    sample, shard = _sample(plan), plan.rounds[0].runs_per_shard
    shards = Shards(design, plan, None)
    every = [
        first + members
        for first in range(0, len(sample), shard)
        for members in shards.together(sample.point[first : first + shard])
    ]
    trial = every[:: max(1, len(every) // 3)]
    environment, played = environment_of(design.source.experiment), dict[str, Any]()
    known = environment.ahead(design.experiment(0))  # what is known of the others takes its own time, counted apart

    def seconds(periods: int) -> float:
        began = time.perf_counter()
        for runs in trial:
            points = _cut(design.placed.at(sample.point[runs]), periods)
            played.update(environment.play(points, sample.replicate[runs], sample.start[runs], lambda _: known))
        return time.perf_counter() - began

    seconds(2)  # imports, caches, and the first look at a researcher's classes
    once = seconds(1)
    rough = max(seconds(2) - once, once / 20)
    lengths = _lengths(design, sample.point[np.concatenate(trial)])
    # Ten periods at least: the first of a large population vary with the memory that they claim.
    more = max(1, min(max(lengths) - 1, max(10, int(_TRIAL / rough))))
    period = max(0.0, seconds(1 + more) - once) / more
    total = once + period * (fmean(lengths) - 1)
    work = design.work[sample.point]
    share = float(work.mean() / work[np.concatenate(trial)].mean())
    return total / len(lengths) * share, len(played)


def _cut(points: Placed[Any], periods: int) -> Placed[Any]:
    """The points with shorter runs; families that they are not in stay as they are."""
    families = list(points.families)
    for place in np.unique(points.family).tolist():
        families[place] = replace(families[place], base=families[place].base.cut(periods))
    return replace(points, families=families)


def _lengths(design: Design, points: Indices) -> Sequence[int]:
    """The periods of a run of each point: its work, in that of a single period."""
    once = {place: design.experiment(place) for place in np.unique(points).tolist()}
    length = {place: found.work // found.cut(1).work for place, found in once.items()}
    return [length[place] for place in points.tolist()]
