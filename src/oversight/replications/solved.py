"""A number read off a solution."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from oversight.documents.paths import value_at
from oversight.equilibrium import Price, Solution, solve
from oversight.replications.replication import Solved
from oversight.scenario import Experiment

RESULTS = [field.name for field in fields(Solution)]


def solved(ours: Solved, experiment: Experiment) -> float:
    """The result; NaN where there is none, as with the third of two equilibria."""
    value = value_at(solve(experiment), ours.result)
    if isinstance(value, list):
        return float(len(value))
    value = value.value if isinstance(value, Price) else value
    return ours.scale * float(value) if isinstance(value, int | float) else np.nan
