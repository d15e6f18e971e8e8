"""Running batches."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from oversight.actors.comparison import NeedsOneByOne
from oversight.actors.crew import CREW
from oversight.arrays import Array
from oversight.simulation.batch import Batch, Run, batch, shape_of
from oversight.simulation.model import Granularity, OversightModel, Watch

TARGET_ACTORS = 49_152
"""Actors in a batch, all runs together: a few arrays of that many numbers stay in a core's cache."""

_log = logging.getLogger("oversight")


def play(stacked: Batch, granularity: Granularity = "entry", watch: Watch | None = None) -> OversightModel:
    """A model that has played all its periods.

    A class that fails on arrays, or decides otherwise on them, is run one actor at a time instead.
    """
    while True:
        try:
            model = OversightModel(stacked, granularity)
            model.play(watch)
            return model
        except NeedsOneByOne as found:
            CREW.found(found)
            _log.warning("%s; it is run one actor at a time, which is slower.", found)


def batches(runs: Sequence[Run]) -> list[list[int]]:
    """Positions of `runs` that are best stepped together: equal structure, up to `TARGET_ACTORS`, in order."""
    open_batches: dict[object, list[int]] = {}
    done: list[list[int]] = []
    shapes: dict[int, object] = {}
    for position, run in enumerate(runs):
        shape = shapes.get(id(run.experiment))
        if shape is None:
            shape = shapes[id(run.experiment)] = shape_of(run.experiment)
        members = open_batches.setdefault(shape, [])
        members.append(position)
        if len(members) >= max(1, TARGET_ACTORS // run.experiment.actors):
            done.append(open_batches.pop(shape))
    return [*done, *open_batches.values()]


def simulate(runs: Sequence[Run]) -> dict[str, Array]:
    """Measures of runs of one structure, as arrays over the runs."""
    return play(batch(runs)).measures()
