"""Two workers against one, and a Dask cluster against processes, in wall time."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from benchmarks.fresh import in_fresh_process
from benchmarks.line import Line
from benchmarks.scenarios import POINTS
from benchmarks.settings import Settings

SIZE, PERIODS = 1000, 100
SECONDS = 40.0
"""Aimed at with one worker, so that it takes at least 30 even where the trial was slow."""


def two_workers(settings: Settings) -> Iterator[Line]:
    """Fresh processes; the start of the workers counts."""
    trial = in_fresh_process(SIZE, PERIODS, replicates=40)
    replicates = round(40 * (SECONDS / 4 if settings.quick else SECONDS) / trial.wall)
    pairs = []
    for _ in range(settings.rounds):
        one = in_fresh_process(SIZE, PERIODS, replicates, workers=1)
        pairs.append((one, in_fresh_process(SIZE, PERIODS, replicates, workers=2)))
    ratio = median(one.wall / two.wall for one, two in pairs)
    # With each core to itself, two workers would need half of what both use together.
    free = median(one.cpu / (two.cpu / 2) for one, two in pairs)
    shortest = min(one.wall for one, _ in pairs)
    detail = f"{replicates * POINTS:,} runs, {shortest:.0f} s or more with one; by processor time {free:.2f}"
    yield Line("two workers against one", ratio, None if settings.quick else 1.7, detail=detail)


def two_on_dask(settings: Settings) -> Iterator[Line]:
    """The same on a Dask cluster that is begun for the sweep, and that against processes of ours."""
    trial = in_fresh_process(SIZE, PERIODS, replicates=40)
    replicates = round(40 * (SECONDS / 4 if settings.quick else SECONDS) / trial.wall)
    trios = []
    for _ in range(settings.rounds):
        one, two = (in_fresh_process(SIZE, PERIODS, replicates, workers, "local") for workers in (1, 2))
        trios.append((one.wall, two.wall, in_fresh_process(SIZE, PERIODS, replicates, workers=2).wall))
    detail = f"{replicates * POINTS:,} runs, {min(one for one, _, _ in trios):.0f} s or more with one"
    ratio = median(one / two for one, two, _ in trios)
    yield Line("two Dask workers against one", ratio, None if settings.quick else 1.7, detail=detail)
    yield Line("two processes of ours, time of two Dask workers", median(two / own for _, two, own in trios))
