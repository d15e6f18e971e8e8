"""What measures promise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oversight.contract.kits.promise import NUMBER, PICKLABLE, KindPromise, must, told
from oversight.contract.kits.theory import experiment
from oversight.measures import Measure
from oversight.simulation import Run, simulate

_PERIODS = 4


def _rows(made: Sequence[Measure]) -> None:
    """The engine itself refuses a measure that mixes runs, or returns no number for each."""
    scenarios = [
        experiment({}, {"size": 30}).model_copy(
            update={"measures": (one.model_copy(update={"name": "tried"}),), "periods": _PERIODS, "burn_in": 0}
        )
        for one in made
    ]
    runs = [Run(scenario, replicate, "compliant") for replicate, scenario in enumerate(scenarios)]
    together = simulate(runs)["tried"]
    alone = np.array([simulate([run])["tried"][0] for run in runs])
    must(
        np.array_equal(together, alone, equal_nan=True),
        f"{told(made[0])} gives a run another number in a batch of {NUMBER} than alone",
    )


MEASURE_PROMISES = (
    KindPromise("runs", "It gives each run a number of its own, the same in any batch.", _rows),
    PICKLABLE,
)
