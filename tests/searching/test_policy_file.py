"""The policy that a search leaves extends the file that it began with, and is exactly what was found."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import oversight
from oversight.documents.yaml_file import read_yaml
from oversight.scenario import load_policy
from oversight.searching import Found

MINE = """\
name: mine
sources:
  sanction.amount: {kind: data, reference: A register}
  monitoring.rate: {kind: data, reference: A register}
monitoring: {kind: random_audit, rate: 0.1, cost_per_inspection: 0.1}
sanction: {kind: fixed, amount: 0.8}
"""
EXPERIMENT = """\
name: trial
policy: ../policies/mine.yaml
population: [{kind: rational, size: 10, gain: {kind: uniform, low: 0, high: 1}}]
search:
  levers: LEVERS
  minimise: misconduct_rate
"""


def searched(write: Callable[..., Path], levers: str, **overrides: Any) -> tuple[Found, Path]:
    """What is found with these levers, and the file that is left."""
    write("policies/mine.yaml", MINE)
    experiment = write("experiments/trial.yaml", EXPERIMENT.replace("LEVERS", levers))
    out = experiment.parents[1] / "results" / "found"
    return oversight.search(experiment, overrides, out=out, confirm=False), out / "trial_found.yaml"


def same(found: Found, file: Path) -> bool:
    """Whether the file loads as the policy that was found, but for its name and sources."""
    wanted, came = found.branches[found.best.branch].source.at(found.best.point).policy, load_policy(file)
    return bool(wanted.model_dump(exclude={"name", "sources"}) == came.model_dump(exclude={"name", "sources"}))


def test_it_extends_a_file_of_ones_own(write: Callable[..., Path]) -> None:
    found, file = searched(write, "{policy.monitoring.rate: {values: [0.3, 0.4]}}")
    written = read_yaml(file).data
    assert written["extends"] == "../../policies/mine.yaml"
    assert written["monitoring"] == {"rate": 0.4}
    assert same(found, file)
    sources = load_policy(file).sources
    assert sources["sanction.amount"].reference == "A register"
    assert sources["monitoring.rate"].note.startswith("Chosen by the search")


def test_it_extends_a_bundled_one_by_its_name(write: Callable[..., Path]) -> None:
    levers = "{policy: {values: [no_oversight, random_audit]}, policy.monitoring.rate: {values: [0.1, 0.7]}}"
    found, file = searched(write, levers)
    assert read_yaml(file).data["extends"] == "random_audit"
    assert same(found, file)


def test_another_kind_replaces_the_section(write: Callable[..., Path]) -> None:
    section = {"kind": "investigation_capacity", "investigators": 4}
    found, file = searched(write, "{policy.sanction.amount: {values: [0.9, 2]}}", **{"policy.monitoring": section})
    written = read_yaml(file).data
    assert written["extends"] == "../../policies/mine.yaml"
    assert written["monitoring"] == section
    assert same(found, file)
    assert "monitoring.rate" not in load_policy(file).sources


def test_what_no_difference_can_say_is_written_whole(write: Callable[..., Path]) -> None:
    """A key that the file has and the policy that was found has not would come back."""
    section = {"kind": "random_audit", "rate": 0.5}
    found, file = searched(write, "{policy.sanction.amount: {values: [0.9, 2]}}", **{"policy.monitoring": section})
    assert "extends" not in read_yaml(file).data
    assert same(found, file)


def test_what_is_downloaded_is_whole(write: Callable[..., Path]) -> None:
    found, file = searched(write, "{policy.monitoring.rate: {values: [0.3, 0.4]}}")
    address = re.search(r"data:text/yaml;base64,([^\"]+)", (file.parent / "report.html").read_text())
    assert address
    whole = file.parent / "elsewhere.yaml"
    whole.write_bytes(base64.b64decode(address[1]))
    assert "extends" not in read_yaml(whole).data
    assert same(found, whole)
