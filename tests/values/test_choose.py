"""Stakeholders of an experiment or a file: what each rule chooses of a sweep, where it stands, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import oversight
from helpers import EXPERIMENT, Command
from oversight.choice import RULES
from oversight.scenario.stakeholders import ALL_RULES

EVERYONE = """\
stakeholders:
  - {name: developers, weight: 4, utility: {gain: 4, oversight_cost: -2.5}}
  - {name: public, weight: 3, utility: {misconduct_rate: -2}}
"""
THREE = EXPERIMENT.replace("{values: [0.1, 0.5]}", "{values: [0, 0.25, 0.5]}").replace(
    "rate: 0.2", "rate: 0.2, cost_per_inspection: 0.1"
)


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Uniform gains under audits of chance p and a fine of 2: misconduct 1 - 2 p."""
    folder = tmp_path_factory.mktemp("swept")
    (folder / "trial.yaml").write_text(THREE)
    oversight.sweep(folder / "trial.yaml", out=folder / "results")
    return folder / "results"


def table(swept: Path, written: Any) -> pd.DataFrame:
    return oversight.choose(swept, written).set_index("rule")


TWO = {
    "stakeholders": [
        {"name": "developers", "weight": 4, "utility": {"gain": 4, "oversight_cost": -2.5}},
        {"name": "public", "weight": 3, "utility": {"misconduct_rate": -2}},
    ]
}


def test_every_rule_has_its_words_in_the_schema() -> None:
    assert tuple(RULES) == ALL_RULES


def test_utilities_are_sums_of_measures(swept: Path) -> None:
    found = table(swept, TWO)
    means = oversight.load_results(swept).summary.set_index("param.policy.monitoring.rate")
    for _, row in found[found["worst_off"].notna()].iterrows():
        at = means.loc[row["param.policy.monitoring.rate"]]
        worth = 4 * at["metric.gain.mean"] - 2.5 * at["metric.oversight_cost.mean"]
        assert row["utility.developers"] == pytest.approx(worth)
        assert row["utility.public"] == pytest.approx(-2 * at["metric.misconduct_rate.mean"])


def test_the_larger_group_and_the_worse_off_group_want_different_things(swept: Path) -> None:
    found = table(swept, TWO)["param.policy.monitoring.rate"]
    assert found["plurality"] == found["condorcet"] == found["weighted_median"] == 0
    assert found["leximin"] == 0.5
    both = table(swept, TWO)
    assert both.loc["plurality", "worst_off"] == "public"
    assert both.loc["plurality", "relative.public"] == 0
    assert both.loc["leximin", "relative.public"] == 1


def test_the_status_quo_is_what_nash_falls_back_on(swept: Path) -> None:
    choice = {"choice": {"rules": ["nash"], "status_quo": 0.5}}
    found = table(swept, {**TWO, **choice})
    assert list(found.index) == ["nash"]
    assert found.loc["nash", "param.policy.monitoring.rate"] == 0.5
    other = table(swept, {**TWO, "choice": {"rules": ["nash"], "status_quo": {"policy.monitoring.rate": 0.5}}})
    pd.testing.assert_frame_equal(found, other)


def test_the_command_says_what_the_report_shows(command: Command, write: Callable[..., Path], tmp_path: Path) -> None:
    write(text=THREE + EVERYONE)
    assert command("sweep", "trial.yaml", "--out", "out").code == 0
    page = (tmp_path / "out" / "report.html").read_text()
    done = command("choose", "out", "--out", "chosen")
    assert done.code == 0
    assert "“inspection rate 0 %” beats every other policy by majority." in done.out.replace("\u00a0", " ")
    assert 'id="choice"' in page
    assert "beats every other policy by majority." in page
    rows = pd.read_csv(tmp_path / "chosen" / "choice.csv")
    assert list(rows["rule"].unique()) == list(ALL_RULES)
    data = json.loads(command("choose", "out", "--json").out)
    assert data["cycle"] == []
    assert [row["rule"] for row in data["choices"]] == list(rows["rule"])


def test_a_cycle_is_told(command: Command) -> None:
    assert command("sweep", "who_chooses", "--set", "replicates=2", "--set", "periods=30", "--out", "out").code == 0
    done = command("choose", "out")
    assert (
        "“No oversight” beats “Light audits”, “Light audits” beats “Strict audits” and “Strict audits” beats"
        in done.out
    )
    assert "make 4 different choices among 5 policies" in done.out


def test_rules_that_choose_nothing_leave_no_figure(command: Command, tmp_path: Path) -> None:
    assert command("sweep", "who_chooses", "--set", "replicates=1", "--set", "periods=30", "--out", "out").code == 0
    (tmp_path / "who.yaml").write_text(
        "stakeholders:\n"
        "  - {name: a, weight: 4, utility: {gain: 4, oversight_cost: -2.5, training_cost: -2.5}}\n"
        "  - name: b\n    weight: 3\n"
        "    utility: {misconduct_rate: -2, gain: 2.5, oversight_cost: -2.5, training_cost: -2.5}\n"
        "  - name: c\n    weight: 2\n"
        "    utility: {misconduct_rate: -1.5, gain: 0.5, oversight_cost: -3.5, training_cost: -3.5, "
        "sanctions_paid: -1}\n"
        "choice: {rules: [condorcet]}\n"
    )
    done = command("choose", "out", "--stakeholders", "who.yaml")
    assert done.code == 0
    assert "No rule chooses a policy." in done.out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("stakeholders:\n  - {name: a, utility: {gian: 1}}\n", "who.yaml:2: stakeholders.0.utility.gian: `gian` is no"),
        ("stakeholders:\n  - {name: a, utility: {gian: 1}}\n", "Did you mean `gain`?"),
        ("stakeholders:\n  - {name: a, utility: {}}\n", "who.yaml:2: stakeholders.0.utility"),
        ("stakeholders:\n  - {name: a, utility: {gain: 1}}\n  - {name: a, utility: {harm: 1}}\n", "two stakeholders"),
        (
            "stakeholders:\n  - {name: a, utility: {gain: 1}}\nchoice: {status_quo: 0.3}\n",
            "`0.3` is none of the values",
        ),
        ("stakeholders:\n  - {name: a, utility: {gain: 1}}\nchoice: {rules: [bordas]}\n", "who.yaml:3: choice.rules.0"),
        (
            "stakeholders:\n  - {name: a, utility: {gain: 1}}\n"
            "choice: {status_quo: {policy.monitoring.rate: 0, x: 1}}\n",
            "`x` is no lever",
        ),
        ("choice: {rules: [borda]}\n", "stakeholders: is missing"),
        ("stakeholders: []\n", "stakeholders"),
    ],
)
def test_what_is_wrong_in_a_file(text: str, said: str, swept: Path, command: Command, tmp_path: Path) -> None:
    (tmp_path / "who.yaml").write_text(text)
    done = command("choose", str(swept), "--stakeholders", "who.yaml")
    assert done.code == 2
    assert said in done.err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("stakeholders:\n  - {name: a, utility: {gian: 1}}\n", "`gian` is no measure of this sweep"),
        (EVERYONE + "choice: {status_quo: no_oversight}\n", "`no_oversight` is none of the values"),
        ("choice: {rules: [borda]}\n", "there are no `stakeholders`"),
    ],
)
def test_an_experiment_is_refused_before_it_runs(
    more: str, said: str, command: Command, write: Callable[..., Path], tmp_path: Path
) -> None:
    write(text=THREE + more)
    done = command("sweep", "trial.yaml", "--out", "out")
    assert done.code == 2
    assert said in done.err
    assert not (tmp_path / "out").exists()


def test_too_many_settings_are_refused_before_they_run(command: Command, write: Callable[..., Path]) -> None:
    many = THREE.replace("{values: [0, 0.25, 0.5]}", "{start: 0, stop: 0.5, num: 2001}")
    write(text=many + EVERYONE)
    done = command("sweep", "trial.yaml", "--dry-run")
    assert done.code == 2
    assert "there are 2,001 settings to choose from; at most 2,000 are compared" in done.err


def test_what_has_no_value_somewhere_is_left_out(swept: Path, command: Command, tmp_path: Path) -> None:
    """Nobody violates at the highest rate, so that nothing can be detected."""
    (tmp_path / "who.yaml").write_text("stakeholders:\n  - {name: a, utility: {detection_rate: 1}}\n")
    done = command("choose", str(swept), "--stakeholders", "who.yaml")
    assert done.code == 0
    assert "Left out, since a measure has no value there: 1." in " ".join(done.out.split())


def test_results_without_stakeholders(swept: Path, command: Command) -> None:
    done = command("choose", str(swept))
    assert done.code == 2
    assert "`trial` has no stakeholders. Name a file" in done.err
