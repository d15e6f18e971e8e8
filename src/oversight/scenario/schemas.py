"""Which schema an experiment is held against: found by a section that only its experiments have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from oversight.documents.schema import keys
from oversight.documents.yaml_file import Document
from oversight.errors import InputError
from oversight.plugins import Kinds
from oversight.scenario.base import BaseExperiment
from oversight.scenario.experiment import experiment_model


def _game_model(kinds: Kinds) -> type[BaseExperiment]:
    from oversight.scenario.game import game_model  # only where there is a game

    return game_model(kinds)


DEFAULT = "population"
SCHEMAS: dict[str, Callable[[Kinds], type[BaseExperiment]]] = {"game": _game_model, DEFAULT: experiment_model}
"""By section, the schema when these kinds exist; where a file has several, the first of them counts."""


def schema_of(data: Mapping[str, Any], kinds: Kinds) -> type[BaseExperiment]:
    """The schema of an experiment's data; of data without any such section, that of policy and population."""
    return SCHEMAS[section_of(data)](kinds)


def section_of(data: Mapping[str, Any]) -> str:
    """The section that an experiment's model goes by."""
    return next((section for section in SCHEMAS if section in data), DEFAULT)


def refuse_mixed(document: Document, model: type[BaseExperiment]) -> None:
    """Refuse keys of policy and population in an experiment on another model.

    Raises:
        InputError: there are such, with one problem for each.
    """
    own = section_of(document.data)
    if own == DEFAULT:
        return
    foreign = set(keys(SCHEMAS[DEFAULT](Kinds()))) - set(keys(model))
    remedy = f"Leave it out, or leave `{own}` out: they are of two models."
    found = [document.problem((key,), f"does not go with `{own}`", remedy) for key in document.data if key in foreign]
    if found:
        raise InputError(found)
