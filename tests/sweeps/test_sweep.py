"""A sweep loses nothing, repeats nothing, and gives the same rows however it was run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import oversight.sweeps.plan as plan_module
from oversight.errors import ChangedExperimentError, InputError
from oversight.scenario import load_experiment
from oversight.simulation import Engine
from oversight.sweeps import check, load_results, run_sweep
from oversight.sweeps.identity import spelled
from oversight.sweeps.states import states

EXPERIMENT: dict[str, Any] = {
    "name": "sweep",
    "policy": {
        "monitoring": {"kind": "record_based", "base_rate": 0.2, "rate_per_record": 0.1},
        "detector": {"sensitivity": 0.9, "false_positive_rate": 0.05},
        "sanction": {"kind": "escalating", "amounts": [1, 2], "suspension": 1},
    },
    "population": [{"kind": "quantal", "size": 20}, {"kind": "rational", "size": 10, "name": "others"}],
    "periods": 12,
    "burn_in": 2,
    "replicates": 6,
    "start": "both",
    "sweep": {
        "kind": "grid",
        "parameters": {
            "policy.monitoring.base_rate": {"values": [0.1, 0.3]},
            "policy.sanction.suspension": {"values": [0, 2]},
        },
    },
}


def go(folder: Path, experiment: dict[str, Any] = EXPERIMENT, **keys: Any) -> Any:
    return run_sweep(check(load_experiment(experiment)), folder, **keys)


def rows(folder: Path) -> pd.DataFrame:
    return pd.read_parquet(folder / "runs.parquet")


def same(one: Path, other: Path) -> None:
    """Rows and summary are equal to the bit, order and types included."""
    pd.testing.assert_frame_equal(rows(one), rows(other), check_exact=True)
    for name in ("summary.csv",):
        assert (one / name).read_bytes() == (other / name).read_bytes()


def test_a_row_a_run(tmp_path: Path) -> None:
    finished = go(tmp_path)
    table = rows(tmp_path)
    assert len(table) == finished.runs == 4 * 6 * 2
    assert not table.duplicated(["point", "replicate", "start"]).any()
    assert {"param.policy.monitoring.base_rate", "metric.misconduct_rate.others", "status", "error"} <= set(table)
    assert set(table["start"]) == {"compliant", "violating"}
    assert set(table["status"]) == {"ok"}
    assert table.filter(like="metric.").notna().all().all()


def test_workers_and_shards_do_not_change_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go(tmp_path / "one", workers=1)
    monkeypatch.setattr("oversight.sweeps.runner.ACTOR_PERIODS", 0)  # a pool even for a small sweep
    go(tmp_path / "two", workers=2)
    same(tmp_path / "one", tmp_path / "two")
    monkeypatch.setattr(plan_module, "LEAST_SHARDS", 1)
    go(tmp_path / "three", workers=1)
    pd.testing.assert_frame_equal(rows(tmp_path / "one"), rows(tmp_path / "three"), check_exact=True)


def test_a_finished_sweep_runs_nothing_again(tmp_path: Path) -> None:
    go(tmp_path)
    assert go(tmp_path).simulated == 0


def test_a_lost_part_is_run_again(tmp_path: Path) -> None:
    go(tmp_path / "whole")
    go(tmp_path / "torn")
    parts = sorted((tmp_path / "torn" / "runs.parquet").iterdir())
    parts[3].unlink()
    parts[5].unlink()
    (parts[0].parent / ".part-00000003-99.tmp").write_bytes(b"half")
    finished = go(tmp_path / "torn")
    assert 0 < finished.simulated < finished.runs
    same(tmp_path / "whole", tmp_path / "torn")
    assert not list(parts[0].parent.glob(".*"))


@pytest.mark.parametrize(
    ("changes", "simulated"),
    [
        ({"replicates": 9}, 4 * 3 * 2),
        ({"points": [0.05, 0.1, 0.2, 0.3]}, 4 * 6 * 2),
        ({"points": [0.1, 0.3, 0.4], "replicates": 7}, 6 * 7 * 2 - 4 * 6 * 2),
    ],
)
def test_more_replicates_or_points_reuse_what_exists(tmp_path: Path, changes: dict[str, Any], simulated: int) -> None:
    larger = json.loads(json.dumps(EXPERIMENT))
    larger["replicates"] = changes.get("replicates", 6)
    values = changes.get("points", [0.1, 0.3])
    larger["sweep"]["parameters"]["policy.monitoring.base_rate"] = {"values": values}
    go(tmp_path / "grown")
    assert go(tmp_path / "grown", larger).simulated == simulated
    go(tmp_path / "direct", larger)
    same(tmp_path / "direct", tmp_path / "grown")
    assert not (tmp_path / "grown" / "runs.previous").exists()


def test_the_second_start_reuses_the_first(tmp_path: Path) -> None:
    go(tmp_path / "grown", {**EXPERIMENT, "start": "compliant"})
    assert go(tmp_path / "grown").simulated == 4 * 6
    go(tmp_path / "direct")
    same(tmp_path / "direct", tmp_path / "grown")


def test_interrupted_growth_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    larger = {**EXPERIMENT, "replicates": 9}
    go(tmp_path / "grown")

    def stop_half_way(done: int, runs: int, left: float) -> None:
        if done > 0.85 * runs:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        go(tmp_path / "grown", larger, workers=1, progress=stop_half_way)
    with pytest.raises(InputError, match="unfinished"):
        load_results(tmp_path / "grown")
    assert go(tmp_path / "grown", larger).simulated < 4 * 3 * 2
    go(tmp_path / "direct", larger)
    same(tmp_path / "direct", tmp_path / "grown")


def test_a_changed_experiment_is_refused_with_what_changed(tmp_path: Path) -> None:
    go(tmp_path)
    before = rows(tmp_path)
    changed = json.loads(json.dumps(EXPERIMENT))
    changed["policy"]["detector"]["sensitivity"] = 0.7
    with pytest.raises(ChangedExperimentError, match=r"policy\.detector\.sensitivity: was 0\.9, is 0\.7"):
        go(tmp_path, changed)
    pd.testing.assert_frame_equal(before, rows(tmp_path))
    assert go(tmp_path, changed, fresh=True).simulated == 48


@pytest.mark.parametrize("fewer", [{"replicates": 3}, {"start": "compliant"}])
def test_fewer_runs_are_refused_because_rows_would_be_lost(tmp_path: Path, fewer: dict[str, Any]) -> None:
    go(tmp_path)
    with pytest.raises(ChangedExperimentError, match="would be lost"):
        go(tmp_path, {**EXPERIMENT, **fewer})
    assert len(rows(tmp_path)) == 48


def test_words_may_change(tmp_path: Path) -> None:
    go(tmp_path)
    assert go(tmp_path, {**EXPERIMENT, "question": "A better question?"}).simulated == 0


def test_a_run_that_raises_becomes_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = Engine.step

    def step(model: Engine) -> None:
        bad = [replicate == 2 for replicate in model.stacked.replicates]
        if any(bad) and float(np.max(model.policy.monitoring.base_rate)) > 0.2:
            raise ArithmeticError("the model broke")
        original(model)

    go(tmp_path / "good")
    monkeypatch.setattr(Engine, "step", step)
    finished = go(tmp_path / "bad", workers=1)
    good, bad = rows(tmp_path / "good"), rows(tmp_path / "bad")
    failed = bad["status"] == "failed"
    assert finished.failed == failed.sum() == 4
    assert set(bad.loc[failed, "error"]) == {"ArithmeticError: the model broke"}
    assert bad.loc[failed, "metric.harm"].isna().all()
    pd.testing.assert_frame_equal(good[~failed], bad[~failed], check_exact=True)
    summary = pd.read_parquet(tmp_path / "bad" / "summary.parquet")
    assert summary["metric.harm.n"].tolist() == [6, 6, 6, 6, 5, 5, 5, 5]


SCRIPT = """
import json, signal, sys
from pathlib import Path
from oversight.scenario import load_experiment
from oversight.sweeps import check, run_sweep
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which a background job starts without
    run_sweep(check(load_experiment(json.loads(sys.argv[1]))), Path(sys.argv[2]), workers=2)
"""
LONG = {**EXPERIMENT, "replicates": 4_000, "periods": 80}


def start(folder: Path, script: Path) -> subprocess.Popen[bytes]:
    script.write_text(SCRIPT)
    return subprocess.Popen([sys.executable, str(script), json.dumps(LONG), str(folder)], stderr=subprocess.DEVNULL)


def wait_for_parts(folder: Path, process: subprocess.Popen[bytes], number: int) -> None:
    deadline = time.monotonic() + 120
    while len(list((folder / "runs.parquet").glob("part-*"))) < number:
        assert process.poll() is None, "the sweep ended before it could be stopped"
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_sweep_goes_on_to_the_same_rows(tmp_path: Path, how: signal.Signals) -> None:
    for parts in (2, 5):
        process = start(tmp_path / "killed", tmp_path / "sweep.py")
        wait_for_parts(tmp_path / "killed", process, parts)
        os.kill(process.pid, how)
        assert process.wait(60) != 0
    assert start(tmp_path / "killed", tmp_path / "sweep.py").wait(300) == 0
    go(tmp_path / "whole", LONG, workers=1)
    same(tmp_path / "whole", tmp_path / "killed")


def test_summary_is_what_pandas_computes(tmp_path: Path) -> None:
    from scipy.stats import t

    go(tmp_path)
    table, summary = rows(tmp_path), pd.read_parquet(tmp_path / "summary.parquet")
    for _, line in summary.iterrows():
        mine = table[(table["point"] == line["point"]) & (table["start"] == line["start"])]["metric.social_cost"]
        half = t.ppf(0.975, len(mine) - 1) * mine.std() / np.sqrt(len(mine))
        expected = [mine.mean(), mine.std(), mine.mean() - half, mine.mean() + half, len(mine)]
        found = [line[f"metric.social_cost.{name}"] for name in ("mean", "sd", "ci_low", "ci_high", "n")]
        np.testing.assert_allclose(np.array(found, dtype=float), expected, rtol=1e-12)
    written = pd.read_csv(tmp_path / "summary.csv")
    assert written["metric.social_cost.mean"].tolist() == summary["metric.social_cost.mean"].tolist()


def test_states_are_told_apart(tmp_path: Path) -> None:
    """A small population under a capacity just above the tipping point leaves the bad state only by chance."""
    experiment = {
        "name": "states",
        "policy": {
            "monitoring": {"kind": "investigation_capacity", "investigators": 16.8},
            "sanction": {"kind": "fixed", "amount": 0.9},
        },
        "population": [{"kind": "rational", "size": 60}],
        "periods": 60,
        "burn_in": 40,
        "replicates": 40,
        "start": "violating",
    }
    go(tmp_path, experiment)
    bad = rows(tmp_path)["metric.misconduct_rate"] > 0.3
    assert 0 < bad.sum() < 40
    found = json.loads(pd.read_parquet(tmp_path / "summary.parquet")["states"][0])
    assert [state["share"] for state in found] == [pytest.approx((~bad).mean()), pytest.approx(bad.mean())]
    assert found[0]["misconduct_rate"] < 0.2 < 0.5 < found[1]["misconduct_rate"]


@pytest.mark.parametrize("sample", [np.random.default_rng(0).normal(0.5, 0.15, 12), np.linspace(0, 1, 9), [0.4], []])
def test_a_broad_spread_is_one_state(sample: Any) -> None:
    assert len(states(np.asarray(sample))) <= 1


def test_three_states() -> None:
    found = states(np.array([0.1, 0.11, np.nan, 0.5, 0.52, 0.9, 0.91, 0.92]))
    assert [round(state.mean, 3) for state in found] == [0.105, 0.51, 0.91]
    assert sum(state.share for state in found) == pytest.approx(1)


def test_manifest_says_what_was_run(tmp_path: Path) -> None:
    go(tmp_path, command="oversight sweep x.yaml")
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["status"] == "done"
    assert manifest["seed"] == 0
    assert manifest["command"] == "oversight sweep x.yaml"
    assert manifest["versions"]["mesa"].startswith("3.")
    assert manifest["experiment"]["policy"]["detector"]["sensitivity"] == 0.9
    assert manifest["timings"]["total_seconds"] > 0
    again = check(load_experiment(manifest["experiment"]))
    assert spelled(again.design.keys) == pd.read_parquet(tmp_path / "points.parquet")["point_key"].tolist()
