"""What a search may be about: the measures that theory knows of a scenario."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from oversight.app.covered import why_not
from oversight.environments import environment_of
from oversight.errors import OversightError
from oversight.figures import Quantity, measure
from oversight.scenario import Experiment
from oversight.scenario.family import Placed


@dataclass(frozen=True)
class Known:
    """The words of a measure, and what it is in the worst equilibrium of the running policy; 0 where it is missing."""

    words: Quantity
    now: float


def measures(experiment: Experiment) -> tuple[dict[str, Known], str]:
    """Each measure by its name, and why there are none."""
    reason = why_not(experiment)
    if reason:
        return {}, reason
    environment = environment_of(experiment)
    try:
        (forecast,) = environment.forecasts(Placed.of([experiment]), starts=False)
    except OversightError as error:
        return {}, str(error)
    found: dict[str, float] = {}
    for outcome in forecast.outcomes:
        for name, value in outcome.items():
            found[name] = max(found.get(name, value), value)
    units, words = environment.units(experiment), environment.words(experiment)
    known = {name: Known(measure(name, units, words), _rounded(value)) for name, value in found.items()}
    return known, "" if known else forecast.note


def _rounded(value: float) -> float:
    return float(f"{value:.3g}") if isfinite(value) else 0.0
