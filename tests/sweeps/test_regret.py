"""Regret of principals that try policies: exact where it is known, and replayed by hand where it is not."""

from __future__ import annotations

import json
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import oversight
from helpers import Command
from oversight.errors import InputError
from oversight.report.regret import said
from oversight.scenario import load_experiment
from oversight.simulation import Engine, Run, batch

RATE = "policy.monitoring.rate"


def trials(kind: str, losses: tuple[float, ...], blocks: int, **more: Any) -> dict[str, Any]:
    """One actor with a gain on [0, 1] and a fine of 1: audits at a rate r leave a chance of 1 - r of a violation."""
    return {
        "name": "trials",
        "policy": {"monitoring": {"kind": "random_audit", "rate": 0.5}, "sanction": {"kind": "fixed", "amount": 1}},
        "population": [{"kind": "rational", "size": 1, "gain": {"kind": "uniform", "low": 0, "high": 1}}],
        "principal": {"kind": kind, "observes": True, "arms": {RATE: [1 - loss for loss in losses]}},
        "periods": blocks,
        **more,
    }


def blocks_of(kind: str = "ucb", **principal: Any) -> dict[str, Any]:
    """Blocks of five periods, of which three are scored, of a policy whose inspections cost something."""
    made = trials(kind, (0.7, 0.3, 0.5), 33, replicates=4)
    made["policy"]["monitoring"]["cost_per_inspection"] = 0.4
    made["policy"]["detector"] = {"sensitivity": 0.8, "false_positive_rate": 0.1}
    made["population"][0]["size"] = 20
    made["principal"] |= {"every": 5, "settle": 2, "score": {"misconduct": 0.8, "spent": 0.7}, **principal}
    return made


@pytest.mark.parametrize(("kind", "expected"), [("thompson", 1.747744), ("ucb", 2.025825)])
def test_regret_is_that_of_dynamic_programming(kind: str, expected: float) -> None:
    """Exact expected regret of two Bernoulli policies, .6 and .3, after 20 blocks."""
    found = oversight.regret(trials(kind, (0.6, 0.3), 20, replicates=1500), workers=1)
    best = found.best("compliant")
    assert best["policy"] == "arm 2"
    assert best["ci_low"] - best["regret"] == pytest.approx(best["regret"] - best["ci_high"])
    error = (best["ci_high"] - best["regret"]) / 1.96
    assert best["regret"] == pytest.approx(expected, abs=4 * error)
    assert error < 0.1
    course = found.over_time[found.over_time["policy"] == "arm 2"]
    assert course["regret"].iloc[-1] == pytest.approx(best["regret"])
    assert len(course) == found.blocks == 20


@pytest.mark.parametrize("observes", [True, "apparent"])
def test_losses_are_what_the_principal_charged_itself_and_what_arms_come_to_by_hand(observes: Any) -> None:
    made = blocks_of(observes=observes)
    found = oversight.regret(made, workers=1)
    engine = Engine(batch([Run(load_experiment(made).experiment, each, "compliant") for each in range(4)]))
    for _ in range(30):
        engine.step()
    assert engine.governing is not None
    charged = engine.governing.memory.losses.sum(axis=1)
    assert found.table["loss"].iloc[0] == pytest.approx(charged.mean() / 6)

    name = "misconduct_rate" if observes is True else "apparent_misconduct_rate"
    by_hand = []
    for rate in (0.3, 0.7, 0.5, 0.5):
        fixed = {**made, "principal": {"kind": "schedule", "steps": [{"at": 0, "set": {RATE: rate}}]}}
        totals = []
        for replicate in range(4):
            series = oversight.run(fixed, replicate=replicate).series
            each = (0.8 * series[name] + 0.7 * series["oversight_cost"]).to_numpy()[:30].reshape(6, 5)[:, 2:]
            totals.append(np.clip(np.nanmean(each, axis=1), 0, 1).sum())
        by_hand.append(charged - totals)
    table = found.table.iloc[1:]
    assert table["regret"].to_numpy() == pytest.approx([each.mean() for each in by_hand])
    half = [3.182446305284263 * each.std(ddof=1) / sqrt(4) for each in by_hand]
    assert (table["ci_high"] - table["regret"]).to_numpy() == pytest.approx(half)
    assert list(table["policy"]) == ["arm 1", "arm 2", "arm 3", "default"]
    assert table["best"].sum() == 1


def test_there_is_no_regret_where_all_policies_are_one() -> None:
    found = oversight.regret(trials("thompson", (0.4, 0.4), 12, replicates=5, start="both"), workers=1)
    arms = found.table[found.table["policy"].str.startswith("arm")]
    assert len(arms) == 4
    assert (arms[["regret", "ci_low", "ci_high"]] == 0).all(axis=None)


def test_what_is_called_best_is_an_arm_also_where_the_files_own_policy_does_better() -> None:
    made = trials("ucb", (0.9, 0.8), 12, replicates=2)
    made["policy"]["monitoring"]["rate"] = 0.9
    found = oversight.regret(made, workers=1)
    assert found.best("compliant")["policy"] == "arm 2"
    assert found.best("compliant")["loss"] > found.table["loss"].iloc[-1]
    assert "the best arm (arm 2)" in said(found)[1]
    assert "best fixed" not in " ".join(said(found))


def test_what_is_no_principal_that_tries_policies_is_refused_with_a_remedy() -> None:
    made = blocks_of()
    steady = {"kind": "schedule", "steps": [{"at": 0, "set": {RATE: 0.3}}]}
    for changed, words in (
        ({**made, "principal": None}, "there is none"),
        ({**made, "principal": steady}, "kind schedule tries none"),
        ({**made, "periods": 4}, "not one whole block"),
    ):
        with pytest.raises(InputError, match=words) as caught:
            oversight.regret(changed)
        assert caught.value.problems[0].remedy


def test_the_command_says_it_and_leaves_tables(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "trials.yaml"
    file.write_text(json.dumps(blocks_of()))
    told = command("regret", str(file), "--workers", "1", "--out", str(tmp_path / "out")).out
    assert "the best" in told
    data = json.loads(command("regret", str(file), "--workers", "1", "--json").out)
    assert data["blocks"] == 6
    points = pd.read_parquet(tmp_path / "out" / "runs.parquet")["param.principal"].map(json.loads)
    assert all(set(point) <= set(blocks_of()["principal"]) for point in points)
    longer = command("regret", str(file), "--workers", "1", "--json", "--set", "principal.every=10", "--set", "seed=3")
    assert json.loads(longer.out)["blocks"] == 3
    assert [each["policy"] for each in data["policies"]] == ["ucb", "arm 1", "arm 2", "arm 3", "default"]
    assert (tmp_path / "out" / "regret.csv").read_text().count("\n") == 6
    assert (tmp_path / "out" / "regret_over_time.csv").read_text().count("\n") == 1 + 4 * 6
    again = ("regret", str(file), "--workers", "1", "--set", "replicates=2", "--out", str(tmp_path / "out"))
    assert "--fresh" in command(*again).err
    assert "replicates: 2;" in command(*again, "--fresh").out
