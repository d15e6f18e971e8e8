"""A sweep does what it says, whatever is put together in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers import EXPERIMENT, Command
from oversight.documents.overrides import Override, overridden
from oversight.documents.yaml_file import Mark
from oversight.errors import InputError
from oversight.scenario import load_experiment
from oversight.sweeps import check, load_results, run_sweep

Write = Callable[..., Path]
POLICY = {"monitoring": {"kind": "random_audit", "rate": 0.5}, "sanction": {"kind": "fixed", "amount": 1}}
BASE: dict[str, Any] = {
    "name": "sense",
    "policy": POLICY,
    "population": [{"kind": "rational", "size": 400, "name": "them"}],
    "periods": 4,
    "replicates": 2,
}


def grid(**parameters: Any) -> dict[str, Any]:
    axes = {path.replace("__", "."): {"values": values} for path, values in parameters.items()}
    return {**BASE, "sweep": {"kind": "grid", "parameters": axes}}


def listed(*points: dict[str, Any]) -> dict[str, Any]:
    return {**BASE, "sweep": {"kind": "list", "points": list(points)}}


def summary(experiment: Any, folder: Path, overrides: Any = ()) -> pd.DataFrame:
    run_sweep(check(load_experiment(experiment, overrides)), folder, workers=1)
    return pd.read_parquet(folder / "summary.parquet")


def rates(table: pd.DataFrame) -> list[float]:
    return table["metric.misconduct_rate.mean"].round(1).tolist()


def policy(name: str, rate: float) -> dict[str, Any]:
    return {"name": name, **POLICY, "monitoring": {"kind": "random_audit", "rate": rate}}


@pytest.mark.parametrize("policy_first", [True, False])
def test_a_part_of_something_swept_is_swept_too(tmp_path: Path, policy_first: bool) -> None:
    """1 - p f for p in .2, .4 and f in 1, 2, whichever stands first."""
    axes = {"policy": [policy("a", 0.2), policy("b", 0.4)], "policy__sanction__amount": [1, 2]}
    table = summary(grid(**dict(axes.items() if policy_first else reversed(axes.items()))), tmp_path)
    found = {
        (row["param.policy"], row["param.policy.sanction.amount"]): rate
        for (_, row), rate in zip(table.iterrows(), rates(table), strict=True)
    }
    assert found == {("a", 1): 0.8, ("a", 2): 0.6, ("b", 1): 0.6, ("b", 2): 0.2}


def test_an_override_reaches_every_swept_policy(tmp_path: Path) -> None:
    table = summary(grid(policy=[policy("a", 0.2), policy("b", 0.4)]), tmp_path, {"policy.sanction.amount": 2})
    assert rates(table) == [0.6, 0.2]


def test_two_names_of_one_value_are_refused() -> None:
    with pytest.raises(InputError, match="name the same value"):
        check(load_experiment(grid(population__0__size=[1, 2], population__them__size=[5, 7])))


@pytest.mark.parametrize(
    ("path", "values", "remedy"),
    [
        ("start", ["compliant", "violating"], "start: both"),
        ("replicates", [2, 5], "replicates"),
        ("title", ["a"], "no run"),
    ],
)
def test_what_changes_no_run_cannot_be_swept(path: str, values: list[Any], remedy: str) -> None:
    with pytest.raises(InputError, match=f"cannot be swept.*{remedy}"):
        check(load_experiment(grid(**{path: values})))


def test_setting_a_swept_value_is_refused(command: Command, write: Write) -> None:
    answer = command("sweep", write().name, "--set", "policy.monitoring.rate=0.9")
    assert answer.code == 2
    assert "--set sweep.parameters.policy.monitoring.rate.values" in answer.err
    assert command("sweep", "trial.yaml", "--set", "sweep.parameters.policy.monitoring.rate.values=[0.3]").code == 0
    assert len(pd.read_csv("results/trial/summary.csv")) == 1


def test_policies_of_one_name_are_refused() -> None:
    with pytest.raises(InputError, match="two swept policies are called `a`"):
        check(load_experiment(grid(policy=[policy("a", 0.2), policy("a", 0.4)])))


def test_inline_policies_need_no_name_and_may_extend(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("base.yaml", json.dumps({"name": "base", **POLICY}))
    monkeypatch.chdir(tmp_path)
    nameless = {key: value for key, value in policy("", 0.2).items() if key != "name"}
    inline = {"extends": "base.yaml", "name": "c", "monitoring": {"rate": 0.1}}
    table = summary(grid(policy=[nameless, inline, "base.yaml"]), tmp_path / "out")
    assert rates(table) == [0.8, 0.9, 0.5]
    assert table["param.policy"].tolist()[1:] == ["c", "base"]
    assert load_experiment(BASE, {"policy": nameless}).experiment.policy.monitoring.rate == 0.2


def test_listed_points_show_what_they_leave_alone(tmp_path: Path) -> None:
    table = summary(listed({"policy.sanction.amount": 2}, {"population.them.size": 300}), tmp_path)
    assert table["param.policy.sanction.amount"].tolist() == [2, 1]
    assert table["param.population.them.size"].tolist() == [400, 300]


def test_columns_keep_their_type(tmp_path: Path) -> None:
    table = summary(grid(policy__sanction__record_lifetime=[1, None, 3]), tmp_path / "a")
    assert table["param.policy.sanction.record_lifetime"].tolist() == [1, pytest.approx(np.nan, nan_ok=True), 3]
    table = summary(grid(policy__monitoring__rate=list(np.linspace(0, 1, 3))), tmp_path / "b")
    assert table["param.policy.monitoring.rate"].tolist() == [0, 0.5, 1]
    assert summary(grid(policy__monitoring__rate=np.linspace(0, 1, 3)), tmp_path / "c").shape == table.shape


def test_spelling_out_a_default_is_no_change(tmp_path: Path) -> None:
    summary(BASE, tmp_path)
    again = run_sweep(check(load_experiment({**BASE, "burn_in": 0, "start": "compliant"})), tmp_path, workers=1)
    assert again.simulated == 0


def test_a_design_point_copies_no_marks() -> None:
    """There is a mark for every value of every listed point: copying them for each point took quadratic time."""
    source = load_experiment(listed({"policy.sanction.amount": 2}, {"policy.sanction.amount": 3}))
    laid_over = overridden(source.model, source.document, [Override("policy.sanction.amount", 2, Mark("x.yaml", 7))])
    assert laid_over.marks is source.document.marks
    assert laid_over.mark(("policy", "sanction", "amount")) == Mark("x.yaml", 7)


def test_a_mistake_in_a_listed_point_names_its_line(command: Command, write: Write) -> None:
    text = (
        "name: x\npopulation: [{kind: rational, size: 3}]\n"
        "policy:\n  monitoring: {kind: random_audit, rate: 0.1}\n"
        "sweep:\n  kind: list\n  points:\n    - policy.monitoring.rate: 0.5\n    - policy.monitoring.rate: 1.5\n"
    )
    answer = command("validate", write("x.yaml", text).name)
    assert answer.code == 2
    assert "x.yaml:9: policy.monitoring.rate: 1.5 is above" in answer.err


def test_one_bad_value_is_told_once(command: Command, write: Write) -> None:
    name = write().name
    axes = "{policy.monitoring.rate: {values: [0.1, 1.5]}, policy.sanction.amount: {start: 1, stop: 9, num: 9}}"
    answer = command("validate", name)
    assert answer.code == 0
    answer = command("sweep", name, "--set", f"sweep.parameters={axes}")
    assert answer.code == 2
    assert answer.err.count("error:") == 1


@pytest.mark.parametrize(
    ("axis", "says"),
    [
        ("values: []", "is empty"),
        ("start: 0, stop: 1", "num: is missing"),
        ("vlaues: [1]", "`values`"),
        ("", "values: is missing"),
    ],
)
def test_one_message_for_a_broken_axis(axis: str, says: str, command: Command, write: Write) -> None:
    answer = command("validate", write(text=EXPERIMENT.replace("values: [0.1, 0.5]", axis)).name)
    assert answer.code == 2
    assert says in answer.err
    assert answer.err.count("error:") <= 2


def test_a_policy_is_no_experiment(command: Command, write: Write) -> None:
    answer = command("sweep", write("p.yaml", json.dumps({"name": "p", **POLICY})).name)
    assert answer.code == 2
    assert answer.err.count("error:") == 1
    assert "is a policy" in answer.err


# Folders that come from elsewhere


def test_a_results_folder_imports_nothing(command: Command, write: Write, tmp_path: Path) -> None:
    """Not even after someone edits the manifest."""
    write(
        "own.py",
        "from oversight import Actor\nclass Own(Actor):\n    def violates(self, now): return now.gain >= 0\n",
    )
    write("x.yaml", json.dumps({**BASE, "population": [{"kind": "own:Own", "size": 5}]}))
    assert command("sweep", "x.yaml", "--actors", "own.py", "--workers", "1", "--out", "res").code == 0
    write("evil.py", f"open({str(tmp_path / 'ran')!r}, 'w').close()\n")
    manifest = json.loads(Path("res/manifest.json").read_text())
    Path("res/manifest.json").write_text(json.dumps({**manifest, "actors": {"evil.py": None}}))
    Path("own.py").unlink()
    answer = command("report", "res")
    assert answer.code == 0, answer.err
    assert not (tmp_path / "ran").exists()
    assert load_results("res").experiment.population[0].size == 5


@pytest.mark.parametrize("content", ["{}", "not json", "[1]"])
def test_a_broken_manifest(content: str, command: Command, write: Write) -> None:
    write()
    write("results/trial/manifest.json", content)
    for words in (("sweep", "trial.yaml"), ("report", "results/trial")):
        answer = command(*words)
        assert answer.code == 2
        assert "is no manifest of a sweep" in answer.err
        assert "Field" not in answer.err
    assert Path("results/trial/manifest.json").read_text() == content


@pytest.mark.parametrize("what", ["results/trial/runs.parquet/mine.txt", "results/trial/runs.parquet"])
def test_files_that_no_manifest_explains_are_kept(what: str, command: Command, write: Write) -> None:
    write()
    write(what, "precious")
    answer = command("sweep", "trial.yaml")
    assert answer.code == 2
    assert "--fresh" in answer.err
    assert Path(what).read_text() == "precious"


def test_a_folder_that_cannot_be_made(command: Command, write: Write) -> None:
    write()
    write("afile", "x")
    answer = command("sweep", "trial.yaml", "--out", "afile/inside")
    assert answer.code == 2
    assert "cannot be made" in answer.err


@pytest.mark.parametrize("path", ["sanction.amounts.7", "heading", "sanction.taken", "sanction", "sanction.²"])
def test_sources_name_numbers(path: str) -> None:
    with pytest.raises(InputError, match="names no number"):
        load_experiment({**BASE, "policy": {**POLICY, "sources": {path: {"kind": "assumption"}}}})


def test_absurd_suspension_and_binary_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="at most"):
        load_experiment(BASE, {"policy.sanction.suspension": 1e30})
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not a text file"):
        load_experiment(BASE, {"population.0.gain": {"kind": "empirical", "file": "x.csv", "column": "g"}})
