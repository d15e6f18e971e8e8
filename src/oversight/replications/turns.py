"""How long a measure takes to come round."""

from __future__ import annotations

import numpy as np

from oversight.replications.replication import Turns
from oversight.scenario import Experiment
from oversight.simulation import Run, single_run


def turns(ours: Turns, experiment: Experiment) -> list[float]:
    """Mean time between rises of a measure through a level, a replicate each; NaN where it rises less than twice."""
    return [
        _turn(single_run(Run(experiment, replicate, experiment.starts[0])).series[ours.measure].to_numpy(), ours.level)
        for replicate in range(experiment.least_replicates)
    ]


def _turn(values: np.ndarray, level: float) -> float:
    """Rises are placed between two periods by linear interpolation."""
    rises = np.nonzero((values[:-1] < level) & (values[1:] >= level))[0]
    times = rises + (level - values[rises]) / (values[rises + 1] - values[rises])
    return float(np.diff(times).mean()) if len(times) > 1 else float("nan")
