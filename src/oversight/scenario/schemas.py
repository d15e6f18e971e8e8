"""Which schema an experiment is held against: found by a section that only its experiments have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from oversight.plugins import Kinds
from oversight.scenario.base import BaseExperiment
from oversight.scenario.experiment import experiment_model


def _game_model(kinds: Kinds) -> type[BaseExperiment]:
    from oversight.scenario.game import game_model  # only where there is a game

    return game_model(kinds)


SCHEMAS: dict[str, Callable[[Kinds], type[BaseExperiment]]] = {"population": experiment_model, "game": _game_model}
"""By section, the schema when these kinds exist."""


def schema_of(data: Mapping[str, Any], kinds: Kinds) -> type[BaseExperiment]:
    """The schema of an experiment's data; of data without any such section, that of policy and population."""
    return next((schema for section, schema in SCHEMAS.items() if section in data), experiment_model)(kinds)
