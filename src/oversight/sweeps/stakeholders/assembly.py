"""Who chooses: the stakeholders of an experiment or of a file, held to what a sweep measures and sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from oversight.documents.schema import nearest
from oversight.documents.yaml_file import Document, read_yaml
from oversight.errors import InputError, Problem
from oversight.scenario import BaseExperiment
from oversight.scenario.stakeholders import CollectiveChoice, Stakeholder
from oversight.sweeps.design import Design
from oversight.sweeps.rounds import first_plan
from oversight.sweeps.shard import Shards
from oversight.sweeps.stakeholders.alternatives import refuse_too_many, status_quo


def refuse_wrong_stakeholders(design: Design) -> None:
    """Refuse, before anything is run, stakeholders who could not choose after it.

    Raises:
        InputError: a measure is unknown, the status quo is no value of a lever, or there is nothing to choose from.
    """
    experiment: BaseExperiment = design.source.experiment
    if not experiment.stakeholders:
        return
    document = design.source.document
    refuse_unknown(experiment.stakeholders, Shards(design, first_plan(design), None).metrics, document)
    status_quo(design, experiment.choice or CollectiveChoice(), document)
    refuse_too_many(design, document)


def refuse_unknown(stakeholders: Sequence[Stakeholder], measured: Sequence[str], document: Document) -> None:
    """Refuse utilities of what is not measured.

    Raises:
        InputError: with a problem for each.
    """
    problems = []
    for index, each in enumerate(stakeholders):
        for name in each.utility:
            if name not in measured:
                close = nearest(name, list(measured))
                remedy = f"Did you mean `{close}`?" if close else f"There are {', '.join(measured)}."
                where = ("stakeholders", index, "utility", name)
                problems.append(document.problem(where, f"`{name}` is no measure of this sweep", remedy))
    if problems:
        raise InputError(problems)


def measures_of(stakeholders: Sequence[Stakeholder]) -> list[str]:
    """The measures that they value, each once."""
    return list(dict.fromkeys(name for each in stakeholders for name in each.utility))


def document_of(written: str | Path | Mapping[str, Any]) -> Document:
    """A file of stakeholders, or its mapping.

    Raises:
        InputError: there is no such file, or it is no YAML.
    """
    if isinstance(written, Mapping):
        return Document(dict(written), Path())
    if not Path(written).is_file():
        raise InputError(Problem("there is no such file", file=str(written)))
    return read_yaml(Path(written))
