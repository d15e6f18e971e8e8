"""Whether the page can ask theory about an experiment."""

from __future__ import annotations

from oversight.equilibrium import slow_to_ask
from oversight.equilibrium.coverage import not_covered
from oversight.errors import OversightError
from oversight.scenario import Experiment


def why_not(experiment: Experiment) -> str:
    """Why theory cannot be asked about many policies of an experiment; empty where it can."""
    try:
        if slow_to_ask(experiment):
            return "An actor class decides one actor at a time and by chance: to solve many policies takes too long."
        return not_covered(experiment)
    except OversightError as error:
        return str(error)
