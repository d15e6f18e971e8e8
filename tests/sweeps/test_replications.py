"""Replications: the verdict, the files, the table, and the bundled ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from math import nan, sqrt
from pathlib import Path

import pandas as pd
import pytest
from scipy.stats import norm, t

import oversight
from helpers import ROOT, Command
from oversight.replications import CONFIDENCE, load_replication
from oversight.replications.verdict import Estimate, allowed, estimated, verdict

BUNDLED = sorted((ROOT / "experiments" / "replications").glob("*.yaml"))

FILE = """\
name: trial
title: A trial
source: {reference: A paper}
experiments:
  audits:
    policy:
      monitoring: {kind: random_audit, rate: 0.2}
      sanction: {kind: fixed, amount: 2}
    population:
      - {name: actors, kind: rational, size: 500, gain: {kind: uniform, low: 0, high: 1},
         harm: {kind: constant, value: 0.6}}
    periods: 40
    replicates: 20
    social_cost: {gain_weight: 1}
quick:
  audits: {replicates: 5}
claims:
  - name: right
    claim: The share 1 - p f violates
    published: {kind: recomputed, value: 0.6, decimals: 6, formula: 1 - p f}
    ours: {kind: simulated, experiment: audits, measure: misconduct_rate}
  - name: wrong
    claim: A number that is not so
    published: {kind: printed, value: 0.65, decimals: 2, where: Table 1}
    ours: {kind: simulated, experiment: audits, measure: misconduct_rate}
  - name: changed
    claim: Twice the inspections
    published: {kind: recomputed, value: 0.2, decimals: 6, formula: 1 - 2 p f}
    ours: {kind: simulated, experiment: audits, set: {policy.monitoring.rate: 0.4}, measure: misconduct_rate}
  - name: product
    claim: Scaled products of measures
    published: {kind: recomputed, value: 36, decimals: 6, formula: 100 x 0.6 x 0.6 at h = 0.6}
    ours: {kind: simulated, experiment: audits, measure: misconduct_rate, times: harm, scale: 166.66666666666666}
  - name: best
    claim: The optimal fine
    published: {kind: recomputed, value: 3, decimals: 6, formula: h / p}
    ours:
      kind: cheapest
      experiment: audits
      over: {policy.sanction.amount: {start: 2, stop: 4, num: 9}}
      report: policy.sanction.amount
  - name: exact
    claim: Value of a game
    published: {kind: recomputed, value: -0.333, decimals: 3, formula: -1 / 3}
    ours: {kind: game, function: recursive_inspection, arguments: {periods: 2, inspections: 1}, result: value}
  - name: inexact
    claim: Value of a game, a digit wrong
    published: {kind: recomputed, value: -0.334, decimals: 3, formula: -1 / 3}
    ours: {kind: game, function: recursive_inspection, arguments: {periods: 2, inspections: 1}, result: value}
"""
Write = Callable[..., Path]


# The verdict


def test_an_exact_number_is_held_to_the_last_printed_digit() -> None:
    for ours, expected in ((0.3749, "reproduces"), (0.37551, "does not reproduce"), (0.3755, "reproduces")):
        margin = allowed(Estimate(ours), 3, 0.0, 0.375)
        assert margin == pytest.approx(0.0005, abs=2e-9)
        assert verdict(Estimate(ours), 0.375, margin) == expected


def test_a_simulated_number_is_held_to_its_standard_error() -> None:
    values = [1.0, 2.0, 3.0, 4.0, 5.0]
    ours = estimated(values)
    assert (ours.value, ours.replicates) == (3.0, 5)
    assert ours.standard_error == pytest.approx(sqrt(2.5 / 5))
    margin = allowed(ours, 1, 0.0, 3.0)
    assert margin == pytest.approx(0.05 + t.ppf(0.9995, 4) * sqrt(0.5))
    assert CONFIDENCE == 0.999
    assert verdict(ours, 3 + margin - 1e-6, margin) == "reproduces"
    assert verdict(ours, 3 + margin + 1e-6, margin) == "does not reproduce"


def test_errors_of_both_numbers_add_in_squares_and_a_grid_adds_half_a_step() -> None:
    both = allowed(Estimate(1.0, 0.3, 11, resolution=0.25), 2, 0.4, 1.0)
    assert both == pytest.approx(0.005 + 0.25 + t.ppf(0.9995, 10) * 0.5)
    assert allowed(Estimate(1.0), 2, 0.4, 1.0) == pytest.approx(0.005 + norm.ppf(0.9995) * 0.4)


@pytest.mark.parametrize("values", [[1.0, nan], [1.0]])
def test_missing_runs_have_no_verdict(values: list[float]) -> None:
    ours = estimated(values)
    assert verdict(ours, 1.0, allowed(ours, 2, 0.0, 1.0)) == "no number"


# The command

VERDICTS = {
    "right": "reproduces",
    "wrong": "does not reproduce",
    "changed": "reproduces",
    "product": "reproduces",
    "best": "reproduces",
    "exact": "reproduces",
    "inexact": "does not reproduce",
}


def test_table_of_a_file(command: Command, write: Write) -> None:
    """A claim that does not reproduce is told, and does not change the exit code."""
    answer = command("replicate", write("trial.yaml", FILE).name, "--workers", "1")
    assert answer.code == 0, answer.err
    told = [line for line in answer.out.splitlines() if line.strip().endswith("reproduce")]
    assert len(told) == 2
    assert "0.65" in told[0]
    assert "5 of 7 claims reproduce, 2 do not." in answer.out
    assert "trial: audits" in answer.err


def test_json_and_csv(command: Command, write: Write) -> None:
    answer = command("replicate", write("trial.yaml", FILE).name, "--workers", "1", "--json", "--out", "here")
    found = json.loads(answer.out)
    assert found["verdicts"] == {"reproduces": 5, "does not reproduce": 2}
    rows = {row["claim"]: row for row in found["rows"]}
    assert {name: row["verdict"] for name, row in rows.items()} == VERDICTS
    assert rows["right"]["basis"] == "recomputed"
    assert rows["wrong"]["where"] == "Table 1"
    assert rows["right"]["replicates"] == 20
    assert rows["right"]["ours"] == pytest.approx(0.6, abs=0.02)
    assert rows["best"]["ours"] == pytest.approx(3, abs=0.26)
    assert rows["best"]["allowed"] >= 0.125
    assert rows["exact"]["standard_error"] == 0
    table = pd.read_csv("here/replications.csv")
    assert table["claim"].tolist() == list(VERDICTS)
    assert table["ours"].tolist() == pytest.approx([row["ours"] for row in found["rows"]])


def test_quick_and_resumed(command: Command, write: Write) -> None:
    name = write("trial.yaml", FILE).name
    words = ("replicate", name, "--quick", "--json", "--out", "here")
    first = command(*words, "--workers", "1").out
    assert json.loads(first)["rows"][0]["replicates"] == 5
    began = {path: path.stat().st_mtime_ns for path in Path("here").rglob("runs.parquet")}
    assert command(*words).out == first, "the same for any number of workers"
    assert {path: path.stat().st_mtime_ns for path in Path("here").rglob("runs.parquet")} == began
    # The full runs stand beside the quick ones.
    assert json.loads(command("replicate", name, "--json", "--out", "here").out)["rows"][0]["replicates"] == 20


def test_from_python(write: Write) -> None:
    table = oversight.replicate([write("trial.yaml", FILE)], quick=True, workers=1)
    assert table.set_index("claim")["verdict"].to_dict() == VERDICTS


def test_an_experiment_may_stand_in_a_file_of_its_own(command: Command, write: Write) -> None:
    trial = write()
    start, end = FILE.index("  audits:\n"), FILE.index("quick:")
    text = FILE[:start] + f"  audits: {trial.name}\n" + FILE[end : FILE.index("  - name: wrong")]
    write("other.yaml", text)
    assert command("validate", "other.yaml").out == "other.yaml: a valid replication, 1 claims\n"
    rows = json.loads(command("replicate", "other.yaml", "--json", "--workers", "1").out)["rows"]
    assert rows[0]["verdict"] == "reproduces"


def test_turns_of_a_cycle(command: Command, write: Write) -> None:
    """Best responses go round in four periods: violate, be inspected, comply, be left alone."""
    text = """\
name: trial
title: A trial
source: {reference: A paper}
experiments:
  best:
    policy:
      monitoring: {kind: strategic, inspection_cost: 1, bounty: 4, response: best}
      sanction: {kind: fixed, amount: 2}
    population: [{kind: rational, size: 10, gain: {kind: constant, value: 1}}]
    periods: 30
    replicates: 2
claims:
  - name: turn
    claim: Four periods
    published: {kind: recomputed, value: 4, decimals: 6, formula: four}
    ours: {kind: turns, experiment: best, measure: inspection_rate, level: 0.5}
  - name: never
    claim: Never comes round
    published: {kind: recomputed, value: 4, decimals: 6, formula: four}
    ours: {kind: turns, experiment: best, measure: inspection_rate, level: 2}
"""
    write("trial.yaml", text)
    answer = command("replicate", "trial.yaml", "--json")
    assert [row["verdict"] for row in json.loads(answer.out)["rows"]] == ["reproduces", "no number"]
    assert answer.code == 1


def test_numbers_of_the_solver(command: Command, write: Write) -> None:
    start = FILE.index("claims:")
    claims = """\
claims:
  - name: rate
    claim: "1 - p f"
    published: {kind: recomputed, value: 60, decimals: 6, formula: 100 (1 - p f)}
    ours: {kind: solved, experiment: audits, result: equilibria.0.misconduct_rate, scale: 100}
  - name: count
    claim: One equilibrium
    published: {kind: recomputed, value: 1, decimals: 0, formula: one}
    ours: {kind: solved, experiment: audits, result: equilibria}
  - name: price
    claim: "Price of anarchy, negative costs"
    published: {kind: recomputed, value: 1, decimals: 0, formula: undefined}
    ours: {kind: solved, experiment: audits, result: price_of_anarchy}
  - name: second
    claim: There is no second one
    published: {kind: recomputed, value: 1, decimals: 0, formula: none}
    ours: {kind: solved, experiment: audits, result: equilibria.1.misconduct_rate}
"""
    write("trial.yaml", FILE[:start] + claims)
    rows = json.loads(command("replicate", "trial.yaml", "--json").out)["rows"]
    assert [row["verdict"] for row in rows] == ["reproduces", "reproduces", "no number", "no number"]
    assert rows[0]["standard_error"] == 0
    write("trial.yaml", FILE[:start] + claims.replace("result: equilibria}", "result: equilibrium}"))
    assert "a solution has no `equilibrium`. Did you mean `equilibria`?" in command("validate", "trial.yaml").err


# Wrong files


@dataclass
class Mistake:
    """A replacement in a valid file, and what the message must hold."""

    old: str
    new: str
    says: str


MISTAKES = {
    "misspelt key": Mistake(
        "scale:", "scael:", "trial.yaml:33: claims.3.ours.scael: unknown key. Did you mean `scale`?"
    ),
    "unknown kind": Mistake("kind: game", "kind: gaem", "trial.yaml:45: claims.5.ours: unknown kind `gaem`"),
    "mistake in an experiment": Mistake(
        "amount: 2", "ammount: 2", "trial.yaml:8: experiments.audits.policy.sanction.ammount: unknown key"
    ),
    "bad value in an experiment": Mistake(
        "rate: 0.2", "rate: 1.2", "trial.yaml:7: experiments.audits.policy.monitoring.rate"
    ),
    "no such experiment": Mistake(
        "experiment: audits, measure: misconduct_rate, times",
        "experiment: audit, measure: misconduct_rate, times",
        "claims.3.ours.experiment: there is no experiment `audit`; one of: audits",
    ),
    "no such path": Mistake("policy.monitoring.rate: 0.4", "policy.monitoring.raet: 0.4", "policy.monitoring.raet"),
    "value out of range": Mistake(
        "policy.monitoring.rate: 0.4", "policy.monitoring.rate: 4", "policy.monitoring.rate = 4"
    ),
    "no such path to vary": Mistake("over: {policy.sanction.amount", "over: {policy.sanction.amuont", "report"),
    "no such measure": Mistake(
        "times: harm", "times: harmm", "claims.3.ours.measure: there is no measure `harmm`. Did you mean `harm`?"
    ),
    "no such function": Mistake(
        "recursive_inspection, arguments: {periods: 2, inspections: 1}, result: value}\n  - name: inexact",
        "recursive, arguments: {}, result: value}\n  - name: inexact",
        "there is no function `recursive`. Did you mean `recursive_inspection`?",
    ),
    "wrong argument": Mistake(
        "{periods: 2, inspections: 1}, result: value}\n  - name: inexact",
        "{period: 2}, result: value}\n  - name: inexact",
        "claims.5.ours.arguments: recursive_inspection refuses them",
    ),
    "argument out of range": Mistake(
        "{periods: 2, inspections: 1}, result: value}\n  - name: inexact",
        "{periods: 0, inspections: 1}, result: value}\n  - name: inexact",
        "at least one period",
    ),
    "no such result": Mistake(
        "result: value}\n  - name: inexact",
        "result: valu}\n  - name: inexact",
        "no result `valu`. Did you mean `value`?",
    ),
    "printed where": Mistake(", where: Table 1", "", "claims.1.published.where: is missing"),
    "formula": Mistake(", formula: 1 - p f}", "}", "claims.0.published.formula: is missing"),
    "two of a name": Mistake("name: changed", "name: right", "two claims are called `right`"),
    "quick of nothing": Mistake("quick:\n  audits", "quick:\n  audit", "quick.audit: there is no experiment `audit`"),
    "start that is not run": Mistake(
        "measure: misconduct_rate, times",
        "start: violating, measure: misconduct_rate, times",
        "no run starts violating",
    ),
    "no such file": Mistake(
        "quick:",
        "  spare: nowhere.yaml\nquick:",
        "trial.yaml:15: experiments.spare: there is no experiment file `nowhere.yaml`",
    ),
    "unused experiment": Mistake(
        "quick:",
        "  spare: {policy: {monitoring: {kind: random_audit, rate: 0.2}, sanction: {kind: fixed, amount: 2}},\n"
        "    population: [{kind: rational, size: 9}]}\nquick:",
        "trial.yaml:15: experiments.spare: is used by no claim",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=list(MISTAKES))
def test_mistakes_are_told_where_they_are(mistake: Mistake, command: Command, write: Write) -> None:
    assert mistake.old in FILE
    write("trial.yaml", FILE.replace(mistake.old, mistake.new, 1))
    for words in (("validate",), ("replicate", "--quick")):
        answer = command(*words, "trial.yaml")
        assert answer.code == 2
        assert mistake.says in answer.err
        assert "trial.yaml" in answer.err
        assert answer.out == ""


def test_a_replication_is_no_experiment(command: Command, write: Write) -> None:
    answer = command("replicate", write().name)
    assert answer.code == 2
    assert "claims: is missing" in answer.err


# The bundled replications


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_bundled_replication_is_valid_and_says_where_its_numbers_are_from(path: Path) -> None:
    for quick in (False, True):
        replication = load_replication(path, quick).replication
    assert replication.name == path.stem
    assert replication.source.reference
    assert len(replication.description.split()) >= 20
    assert set(replication.quick) == set(replication.experiments), "every experiment has a quick version"


def test_replications_without_simulation(command: Command) -> None:
    names = ("dresher", "nested_oversight")
    files = [str(path) for path in BUNDLED if path.stem in names]
    assert len(files) == len(names)
    rows = json.loads(command("replicate", *files, "--json").out)["rows"]
    assert {row["claim"] for row in rows if row["verdict"] != "reproduces"} == DIFFER
    assert {row["basis"] for row in rows} == {"printed", "recomputed"}


DIFFER = {"mafia", "debate", "backdoor_code", "wargames"}
"""Rates in an abstract that do not follow from the fits in the authors' notebook."""
FALSE = {"additions_in_turn", "theorem_6"}
"""Theorems that fail as printed: see docs/values.md."""


@pytest.mark.slow
def test_every_bundled_replication_quickly(command: Command) -> None:
    answer = command("replicate", *map(str, BUNDLED), "--quick", "--json")
    assert answer.code == 0, answer.err
    rows = json.loads(answer.out)["rows"]
    assert {row["claim"] for row in rows if row["verdict"] != "reproduces"} == DIFFER | FALSE
