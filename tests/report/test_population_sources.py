"""Where the numbers of a population come from, and that all of a policy are listed."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from written import EXPERIMENT, swept

from oversight import InputError
from oversight.environments.enforcement_chapters import policies
from oversight.quantities import Section
from oversight.report.numbers import Row, cards
from oversight.report.study import Study
from oversight.scenario import load_experiment
from oversight.sweeps import load_results
from oversight.sweeps.design import Design
from oversight.sweeps.identity import key

SOURCES = {
    "gain.mean": {"kind": "paper", "reference": "Becker 1968", "note": "Read there."},
    "size": {"kind": "data", "reference": "Register of 2025"},
}


def _sourced(experiment: dict[str, Any]) -> None:
    experiment["population"][0] |= {"gain": {"kind": "exponential", "mean": 0.5}, "sources": SOURCES}


def _loaded(*overrides: str) -> Any:
    experiment = copy.deepcopy(EXPERIMENT)
    _sourced(experiment)
    return load_experiment(experiment, overrides)


def _rows(folder: Path) -> dict[str, Row]:
    study = Study(load_results(folder))
    card = cards(study, study.chapters[1].groups[0])[0]
    return {row.name: row for row in [*card.rows, *card.defaults]}


def test_the_report_shows_the_sources_of_a_population(tmp_path: Path) -> None:
    rows = _rows(swept(tmp_path, EXPERIMENT, _sourced))
    assert (rows["Gain"].tag, rows["Gain"].source, rows["Gain"].note) == ("paper", "Becker 1968", "Read there.")
    assert (rows["Actors"].tag, rows["Actors"].source) == ("data", "Register of 2025")
    assert (rows["Harm"].tag, rows["Harm"].source) == ("assumption", "")
    assert "Sources" not in rows


@pytest.mark.parametrize("path", ["population.0.gain.mean", "population.big_labs.gain.mean"])
def test_a_number_that_is_overridden_loses_its_source(path: str) -> None:
    assert set(_loaded(f"{path}=0.7").experiment.population[0].sources) == {"size"}


def test_a_source_changes_no_run() -> None:
    plain = copy.deepcopy(EXPERIMENT)
    plain["population"][0]["gain"] = {"kind": "exponential", "mean": 0.5}
    assert key(Design(_loaded()).experiment(0)) == key(Design(load_experiment(plain)).experiment(0))


def test_a_source_of_nothing_is_refused() -> None:
    experiment = copy.deepcopy(EXPERIMENT)
    experiment["population"][0]["sources"] = {"gain.median": {"kind": "paper"}}
    with pytest.raises(InputError, match="names no number of this entry") as refused:
        load_experiment(experiment)
    assert "population.0" in str(refused.value)
    assert "gain.median" in str(refused.value)


def test_every_section_that_a_policy_has_is_listed() -> None:
    policy = load_experiment("honeypots_or_inspections").experiment.policy
    (group,) = policies([policy]).groups
    sections = {name for name in type(policy).model_fields if isinstance(getattr(policy, name), Section)}
    assert {part.path for part in group.parts} == {f"policy.{name}" for name in sections - {"units"}}
    assert "policy.honeypots" in {part.path for part in group.parts}
