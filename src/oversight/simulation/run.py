"""Running batches."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np

from oversight.actors.comparison import NeedsOneByOne
from oversight.actors.crew import CREW
from oversight.arrays import Vector
from oversight.scenario import Experiment
from oversight.scenario.stacking import together
from oversight.simulation.batch import Batch, Run, batch, shape_of
from oversight.simulation.engine import Engine, Granularity, Watch

TARGET_ACTORS = 49_152
"""Actors in a batch, all runs together: a few arrays of that many numbers stay in a core's cache."""

_log = logging.getLogger("oversight")


def play(stacked: Batch, granularity: Granularity = "entry", watch: Watch | None = None) -> Engine:
    """A engine that has played all its periods.

    A class that fails on arrays, or decides otherwise on them, is run one actor at a time instead.
    """
    while True:
        try:
            engine = Engine(stacked, granularity)
            engine.play(watch)
            return engine
        except NeedsOneByOne as found:
            CREW.found(found)
            _log.warning("%s; it is run one actor at a time, which is slower.", found)


def batches(runs: Sequence[Run]) -> list[list[int]]:
    """Positions of `runs` that are best stepped together: equal structure, up to `TARGET_ACTORS`, in order."""
    shapes: dict[object, int] = {}
    of_experiment: dict[int, int] = {}
    most: list[int] = []
    for run in runs:
        if id(run.experiment) not in of_experiment:
            shape = shape_of(run.experiment)
            if shape not in shapes:
                shapes[shape] = len(shapes)
                most.append(room(run.experiment))
            of_experiment[id(run.experiment)] = shapes[shape]
    return [found.tolist() for found in together(np.array([of_experiment[id(run.experiment)] for run in runs]), most)]


def room(experiment: Experiment) -> int:
    """How many runs of an experiment are best stepped together."""
    return max(1, TARGET_ACTORS // experiment.actors)


def simulate(runs: Sequence[Run]) -> dict[str, Vector]:
    """Measures of runs of one structure, as arrays over the runs."""
    return play(batch(runs)).measures()
