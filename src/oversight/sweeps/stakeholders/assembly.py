"""Who chooses: the stakeholders of an experiment or of a file, held to what a sweep measures and sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from oversight.documents.schema import nearest
from oversight.documents.yaml_file import Document, read_yaml
from oversight.errors import InputError, Problem
from oversight.quantities import LocatedError
from oversight.scenario import BaseExperiment
from oversight.scenario.stakeholders import CollectiveChoice, Stakeholder, Worth
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
    worths(experiment, experiment.stakeholders, document)
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


def worths(experiment: BaseExperiment, stakeholders: Sequence[Stakeholder], document: Document) -> list[Worth]:
    """What outcomes of an experiment are worth to each.

    Raises:
        InputError: a palette says nothing here, with a problem for each.
    """
    found, problems = [], []
    for index, each in enumerate(stakeholders):
        worth = Worth(0.0, each.utility)
        try:
            found.append(worth.plus(experiment.appraised(each.palette)) if each.palette else worth)
        except LocatedError as error:
            where = ("stakeholders", index, "palette", *error.path)
            problems.append(document.problem(where, str(error), error.remedy, error.mistake))
    if problems:
        raise InputError(problems)
    return found


def measures_of(worths: Sequence[Worth]) -> list[str]:
    """The measures that are worth something, each once."""
    return list(dict.fromkeys(name for each in worths for name in each.measures))


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
