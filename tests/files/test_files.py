"""What files may say, and how parts of them are put together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from oversight.scenario import load_experiment, load_policy

Write = Callable[..., Path]

BASE = """\
name: base
title: The base
units: {money: EUR}
sources:
  monitoring.rate: {kind: paper, reference: A}
  sanction.amount: {kind: statute, reference: B}
monitoring: {kind: random_audit, rate: 0.1, cost_per_inspection: 2}
sanction: {kind: fixed, amount: 5, suspension: 1}
"""


def experiment(extra: str = "") -> str:
    return f"name: x\npolicy: base.yaml\npopulation: [{{kind: rational, name: them, size: 1e2}}]\n{extra}"


def test_extends_states_only_the_difference(write: Write) -> None:
    write("base.yaml", BASE)
    policy = load_policy(write("child.yaml", "extends: base.yaml\nname: child\nsanction: {amount: 7}\n"))
    assert (policy.name, policy.title) == ("child", "The base")
    assert (policy.sanction.amount, policy.sanction.suspension) == (7, 1)
    assert policy.monitoring.cost_per_inspection == 2


def test_a_changed_number_loses_the_source_of_the_old_one(write: Write) -> None:
    write("base.yaml", BASE)
    policy = load_policy(write("child.yaml", "extends: base.yaml\nname: child\nsanction: {amount: 7}\n"))
    assert set(policy.sources) == {"monitoring.rate"}


def test_another_kind_replaces_the_whole_section(write: Write) -> None:
    write("base.yaml", BASE)
    text = "extends: base.yaml\nname: child\nsanction: {kind: escalating, amounts: [1, 2]}\n"
    policy = load_policy(write("child.yaml", text))
    assert policy.sanction.suspension == 0
    assert set(policy.sources) == {"monitoring.rate"}


def test_extends_of_extends_and_inside_an_experiment(write: Write) -> None:
    write("policies/base.yaml", BASE)
    write("policies/child.yaml", "extends: base.yaml\nname: child\nmonitoring: {rate: 0.3}\n")
    text = (
        "name: x\npopulation: [{kind: rational, size: 3}]\n"
        "policy: {extends: ../policies/child.yaml, sanction: {amount: 9}}\n"
    )
    policy = load_experiment(write("experiments/x.yaml", text)).experiment.policy
    assert (policy.monitoring.rate, policy.sanction.amount, policy.name) == (0.3, 9, "child")


@pytest.mark.parametrize(
    ("override", "read"),
    [
        ("policy.sanction.amount=1e-3", lambda e: e.policy.sanction.amount == 0.001),
        ("periods=2e1", lambda e: e.periods == 20),
        ("population.them.size=7", lambda e: e.population[0].size == 7),
        ("population.0.gain={kind: exponential, mean: 3}", lambda e: e.population[0].gain.mean == 3),
        ("population.0.belief.adjustment=0.5", lambda e: e.population[0].belief.adjustment == 0.5),
        ("population.0.harm.value=3", lambda e: e.population[0].harm.value == 3),
        ("policy.detector.sensitivity=0.5", lambda e: e.policy.detector.sensitivity == 0.5),
        (
            "population.0.gain={kind: empirical, file: gains.csv, column: g}",
            lambda e: e.population[0].gain.observed == (1, 3),
        ),
        ("name=no", lambda e: e.name == "no"),
    ],
)
def test_overrides(write: Write, monkeypatch: pytest.MonkeyPatch, override: str, read: Callable[..., bool]) -> None:
    write("base.yaml", BASE)
    write("gains.csv", "g,h\n1,2\n3,4\n")
    path = write("x.yaml", experiment())
    assert read(load_experiment(path, [override]).experiment)


def test_an_overridden_number_has_no_source(write: Write) -> None:
    write("base.yaml", BASE)
    path = write("x.yaml", experiment())
    assert set(load_experiment(path, ["policy.sanction.amount=3"]).experiment.policy.sources) == {"monitoring.rate"}
    assert set(load_experiment(path, ["policy.sanction={kind: fixed, amount: 3}"]).experiment.policy.sources) == {
        "monitoring.rate"
    }


def test_an_overridden_item_of_a_list_has_no_source(write: Write) -> None:
    text = BASE.replace("kind: fixed, amount: 5", "kind: escalating, amounts: [1, 2]").replace(
        "sanction.amount:", "sanction.amounts:"
    )
    write("base.yaml", text)
    found = load_experiment(write("x.yaml", experiment()), ["policy.sanction.amounts.1=3"]).experiment.policy
    assert found.sanction.amounts == (1, 3)
    assert set(found.sources) == {"monitoring.rate"}


def test_a_mapping_is_as_good_as_a_file(write: Write) -> None:
    write("base.yaml", BASE)
    from_file = load_experiment(write("x.yaml", experiment())).experiment
    mapping = from_file.model_dump(mode="json", by_alias=True, exclude_none=True)
    assert load_experiment(mapping).experiment.model_dump() == from_file.model_dump()


def test_empirical_values_of_a_column(write: Write) -> None:
    write("base.yaml", BASE)
    write("gains.csv", "g,h\n1,2\n3,4\n")
    text = experiment().replace("size: 1e2", "size: 2, gain: {kind: empirical, file: gains.csv, column: h}")
    assert load_experiment(write("x.yaml", text)).experiment.population[0].gain.observed == (2, 4)
