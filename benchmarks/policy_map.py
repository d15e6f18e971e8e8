"""Equilibria of a map of policies, against one simulated run a cell, and with prices and certificates."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from statistics import median

import numpy as np

from benchmarks.line import Line
from benchmarks.scenarios import policy_map
from benchmarks.settings import Settings
from benchmarks.timing import cpu_seconds, one_core
from oversight.equilibrium import Block, solve_block
from oversight.scenario import Experiment, load_experiment
from oversight.simulation import Run, batches, simulate
from oversight.sweeps import Design


def solved(settings: Settings) -> Iterator[Line]:
    """All equilibria with their stability on 100 x 100 cells, with prices, with certificates, and with both."""
    design = Design(load_experiment(policy_map(settings.some(100))))
    placed = design.placed
    yield from _timed(
        Block(placed.families, placed.family, placed.row),
        [design.experiment(index) for index in range(len(design))],
        settings,
    )


_CASES: dict[str, tuple[bool, bool, float]] = {
    "with prices": (False, True, 0.2),
    "with certificates": (True, False, 0.4),
    "with both": (True, True, 0.4),
}
"""Whether there are certificates, whether there are prices, and what a cell may take, in ms."""


def _timed(block: Block, cells: list[Experiment], settings: Settings) -> Iterator[Line]:
    solve_block(block.take(np.arange(2)))
    _simulate(cells[:2])
    pairs = []
    times: dict[str, list[float]] = {name: [] for name in _CASES}
    with one_core():
        for _ in range(settings.rounds):
            ours = cpu_seconds(lambda: solve_block(block, certified=False, prices=False))
            pairs.append((ours, cpu_seconds(lambda: _simulate(cells))))
            for name, (certified, prices, _) in _CASES.items():
                times[name].append(cpu_seconds(partial(solve_block, block, certified, prices)))
    # Other work on the machine only ever adds to a time.
    best = min(ours for ours, _ in pairs)
    map_of = f"map: {len(cells):,} cells"
    ratio = median(theirs / ours for ours, theirs in pairs)
    yield Line(f"{map_of} solved, time of a run a cell", ratio, detail=f"{len(cells) / best:,.0f} cells/s")
    for name, (_, _, most) in _CASES.items():
        least = min(times[name])
        detail = f"{len(cells) / least:,.0f} cells/s, {least / best:.1f} times as long as without"
        yield Line(f"{map_of} {name}, ms a cell", 1e3 * least / len(cells), most, "at most", detail)


def _simulate(cells: list[Experiment]) -> None:
    runs = [Run(cell, 0, "compliant") for cell in cells]
    for members in batches(runs):
        simulate([runs[member] for member in members])
