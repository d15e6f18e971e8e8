"""Which environment an experiment is put to."""

from __future__ import annotations

from typing import Any

from oversight.environments.enforcement import Enforcement
from oversight.environments.environment import Environment
from oversight.environments.of_games import OfGames
from oversight.scenario import BaseExperiment, Experiment
from oversight.scenario.game import GameExperiment

ENVIRONMENTS: dict[type[BaseExperiment], Environment[Any]] = {Experiment: Enforcement(), GameExperiment: OfGames()}
"""By the schema of its experiments: see `oversight.scenario.schemas`."""


def environment_of(experiment: BaseExperiment) -> Environment[Any]:
    """The environment of an experiment, whose schema is a registered one or was made from it for kinds of one's own."""
    found = next(ENVIRONMENTS[schema] for schema in type(experiment).__mro__ if schema in ENVIRONMENTS)
    return found.of(experiment)
