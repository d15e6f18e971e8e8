"""Runs played period by period, in batches: the engine, its random streams, its measures."""

from oversight.simulation.batch import Batch, Run, batch, batch_of, shape_of
from oversight.simulation.engine import Engine, Granularity
from oversight.simulation.run import batches, play, room, simulate
from oversight.simulation.single import SingleRun, single_run
from oversight.simulation.tails import LEVELS

__all__ = [
    "LEVELS",
    "Batch",
    "Engine",
    "Granularity",
    "Run",
    "SingleRun",
    "batch",
    "batch_of",
    "batches",
    "play",
    "room",
    "shape_of",
    "simulate",
    "single_run",
]
