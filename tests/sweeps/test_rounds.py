"""Replicates in rounds: runs where the noise is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy import stats

import oversight
from helpers import Command
from oversight.errors import ChangedExperimentError, InputError
from oversight.report import write_report
from oversight.scenario import load_experiment
from oversight.sweeps import check, cluster, run_sweep
from oversight.sweeps.plan import Plan
from oversight.sweeps.rounds import Need
from oversight.sweeps.store import Store

HALF, MOST, FIRST = 0.02, 50, 5
UNTIL = {"metric": "misconduct_rate", "half_width": HALF, "max": MOST, "first": FIRST}
ROW = ["point", "replicate", "start"]


def spec(replicates: Any = None, **changes: Any) -> dict[str, Any]:
    """Capacity that tips or does not, so that some points are certain and some are noise."""
    return {
        "name": "rounds",
        "policy": {
            "monitoring": {"kind": "investigation_capacity", "investigators": 6},
            "sanction": {"kind": "fixed", "amount": 0.9},
        },
        "population": [{"kind": "rational", "size": 20}],
        "periods": 20,
        "start": "both",
        "replicates": {"until": UNTIL} if replicates is None else replicates,
        "sweep": {"kind": "grid", "parameters": {"policy.sanction.amount": {"start": 0, "stop": 2, "num": 21}}},
        "theory": False,
        **changes,
    }


def go(replicates: Any, folder: Path, workers: int = 1, **changes: Any) -> oversight.Results:
    run_sweep(check(load_experiment(spec(replicates, **changes))), folder, workers)
    return oversight.load_results(folder)


def sorted_runs(results: oversight.Results) -> pd.DataFrame:
    return results.runs().sort_values(ROW, ignore_index=True)


@pytest.fixture(scope="module")
def everything() -> pd.DataFrame:
    """All replicates that there may be, of every point."""
    return sorted_runs(oversight.sweep(spec(MOST)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("rounds")
    go(None, place)
    return place


def needed(runs: pd.DataFrame) -> dict[int, int]:
    """Replicates of each point by the rule, one point at a time, with scipy's intervals."""
    found = {}
    for point, rows in runs.groupby("point"):
        many = FIRST
        while many < MOST:
            halves = []
            for _, rates in rows[rows["replicate"] < many].groupby("start")["metric.misconduct_rate"]:
                low, high = stats.t.interval(0.95, many - 1, rates.mean(), stats.sem(rates)) if rates.std() else (0, 0)
                halves.append((high - low) / 2)
            if max(halves) <= HALF:
                break
            many = min(MOST, 2 * many)
        found[int(str(point))] = many
    return found


def test_points_get_the_replicates_that_the_rule_gives_them(folder: Path, everything: pd.DataFrame) -> None:
    runs = sorted_runs(oversight.load_results(folder))
    expected = needed(everything)
    assert len(set(expected.values())) > 3  # certain points, and noisy ones
    assert runs.groupby("point")["replicate"].nunique().to_dict() == expected
    wanted = everything[everything["replicate"] < everything["point"].map(expected)].reset_index(drop=True)
    pd.testing.assert_frame_equal(runs, wanted)


def test_the_summary_and_points_say_how_many(folder: Path, everything: pd.DataFrame) -> None:
    summary = oversight.load_results(folder).summary
    expected = needed(everything)
    counts = summary.groupby("point")["metric.misconduct_rate.n"]
    assert counts.min().to_dict() == counts.max().to_dict() == expected
    assert pd.read_parquet(folder / "points.parquet")["replicates"].to_dict() == expected
    half = summary["metric.misconduct_rate.ci_high"] - summary["metric.misconduct_rate.mean"]
    assert (half[summary["metric.misconduct_rate.n"] < MOST] <= HALF).all()
    page = write_report(folder).read_text()
    assert "5 to 50 independent runs of each point and start, in rounds, until the mean of “Misconduct rate”" in page


def parts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "runs.parquet").iterdir()}


@pytest.mark.parametrize("which", [slice(0, 1), slice(20, 30), slice(-1, None), slice(1, None, 2), slice(10, None)])
def test_what_is_lost_is_run_again_and_nothing_else(folder: Path, which: slice) -> None:
    before = parts(folder)
    lost = sorted(before)[which]
    for name in lost:
        (folder / "runs.parquet" / name).unlink()
    (folder / "runs.parquet" / "part-00009999.parquet").write_bytes(b"stray")
    go(None, folder)
    assert parts(folder) == before
    assert (folder / "runs.set_aside" / "part-00009999.parquet").exists()
    (folder / "runs.set_aside" / "part-00009999.parquet").unlink()


@pytest.mark.slow
def test_a_narrower_interval_takes_on_what_is_there(tmp_path: Path, everything: pd.DataFrame) -> None:
    plain = go(FIRST, tmp_path).manifest
    rounds = go(None, tmp_path).manifest
    assert rounds["simulated_runs"] == rounds["design"]["runs"] - plain["design"]["runs"]
    narrower = go({"until": UNTIL | {"half_width": HALF / 2}}, tmp_path)
    assert narrower.manifest["simulated_runs"] == len(narrower.runs()) - rounds["design"]["runs"] > 0
    runs = sorted_runs(narrower)
    wanted = everything.merge(runs[ROW])
    pd.testing.assert_frame_equal(runs, wanted)


@pytest.mark.parametrize(
    ("replicates", "reason"),
    [
        (FIRST, "replicates would be lost"),
        ({"until": UNTIL | {"half_width": 0.1}}, "a wider `half_width`"),
        ({"until": UNTIL | {"metric": "social_cost"}}, "another `metric`"),
        ({"until": UNTIL | {"max": 20}}, "`max` is smaller"),
    ],
)
def test_runs_are_not_lost(folder: Path, replicates: Any, reason: str) -> None:
    before = parts(folder)
    with pytest.raises(ChangedExperimentError, match=reason):
        go(replicates, folder)
    assert parts(folder) == before


@pytest.fixture
def stopped(tmp_path: Path) -> Path:
    """A sweep that was interrupted in its third round."""

    def interrupting(done: int, known: int, left: float) -> None:
        if known > 21 * 2 * FIRST and (tmp_path / "stopped/runs.parquet/part-00000035.parquet").exists():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_sweep(check(load_experiment(spec())), tmp_path / "stopped", 1, progress=interrupting)
    return tmp_path / "stopped"


def test_of_a_stopped_sweep_all_rounds_are_compared(command: Command, stopped: Path, folder: Path) -> None:
    there = len(pd.read_parquet(stopped / "runs.parquet"))
    table = oversight.diff(folder, stopped, measures=["misconduct_rate"])
    assert table["n_b"].sum() == there
    assert set(table["change"]) == {"equal"}
    answer = command("diff", str(folder), str(stopped))
    assert f"B is unfinished: {there} of its " in answer.out
    assert "runs in the rounds so far are there" in answer.out
    assert "paired are those that both have of a point" in answer.out
    assert "A has 50 replicates" not in answer.out


def test_a_stopped_sweep_loses_no_runs_to_fewer_replicates(stopped: Path, folder: Path) -> None:
    before = parts(stopped)
    for fewer in (FIRST, {"until": UNTIL | {"max": 2 * FIRST}}):
        with pytest.raises(ChangedExperimentError, match="would be lost"):
            oversight.sweep(spec(fewer), out=stopped)
    assert parts(stopped) == before
    oversight.sweep(spec(), out=stopped)
    assert parts(stopped) == parts(folder)


def test_interrupted_anew_before_its_rounds_are_decided_it_still_says_which_it_has(stopped: Path, folder: Path) -> None:
    def at_once(done: int, known: int, left: float) -> None:
        raise KeyboardInterrupt

    before = parts(stopped)
    points = (stopped / "points.parquet").read_bytes()
    with pytest.raises(KeyboardInterrupt):
        run_sweep(check(load_experiment(spec())), stopped, 1, progress=at_once)
    assert (stopped / "points.parquet").read_bytes() == points
    with pytest.raises(ChangedExperimentError, match="would be lost"):
        go(FIRST, stopped)
    assert parts(stopped) == before
    go(None, stopped)
    assert parts(stopped) == parts(folder)


def test_fewer_in_the_first_round_would_lose_runs(tmp_path: Path) -> None:
    go(FIRST + 1, tmp_path)
    with pytest.raises(ChangedExperimentError, match="replicates would be lost"):
        go(None, tmp_path)


@pytest.mark.slow
def test_rounds_are_the_same_from_several_processes(tmp_path: Path) -> None:
    large: dict[str, Any] = {"periods": 2_000, "population": [{"kind": "rational", "size": 200}]}
    alone, together = (go(None, tmp_path / str(n), n, **large) for n in (1, 2))
    pd.testing.assert_frame_equal(alone.runs(), together.runs())
    assert parts(tmp_path / "1") == parts(tmp_path / "2")


@pytest.mark.slow
def test_all_rounds_are_run_on_one_cluster(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []

    @contextmanager
    def one(address: str, workers: int) -> Iterator[Executor]:
        begun.append(address)
        with ThreadPoolExecutor(1) as executor:
            yield executor

    monkeypatch.setattr(cluster, "executor_at", one)
    oversight.sweep(spec(), out=tmp_path, cluster="local")
    assert parts(tmp_path) == parts(folder)
    oversight.sweep(spec(), out=tmp_path, cluster="local")  # all is there: none is begun
    assert begun == ["local"]


def test_a_measure_that_no_run_has_needs_no_more_runs() -> None:
    violators = [{"kind": "rational", "size": 20, "gain": {"kind": "constant", "value": 99}}]
    until = {"until": UNTIL | {"metric": "false_sanction_rate", "half_width": 1e-9}}
    results = oversight.sweep(spec(until, population=violators))
    assert results.summary["metric.false_sanction_rate.n"].eq(0).all()
    assert len(results.runs()) == 21 * 2 * FIRST


@pytest.mark.parametrize(
    ("until", "says"),
    [
        ({"half_width": 0.1, "max": 20, "metric": "misconduct_rat"}, "Did you mean `misconduct_rate`"),
        ({"half_width": 0.1, "max": 20, "metric": "metric.social_cost.mean"}, "Did you mean `social_cost`"),
        ({"half_width": 0.1, "max": 5}, "5 is fewer than the 10 of the first round"),
        ({"half_width": 0.1, "max": 5, "first": 1}, "at least 2"),
        ({"half_width": 0, "max": 50}, "more than 0"),
        ({"max": 50}, "half_width"),
    ],
)
def test_what_makes_no_sense_is_refused_before_the_first_run(until: dict[str, Any], says: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=says) as told:
        oversight.sweep(spec({"until": until}), out=tmp_path / "out")
    assert "replicates.until" in str(told.value)
    assert not (tmp_path / "out" / "runs.parquet").exists()


def test_shares_cannot_decide_rounds(command: Command, tmp_path: Path) -> None:
    (tmp_path / "rounds.yaml").write_text(json.dumps(spec()))
    answer = command("sweep", "rounds.yaml", "--shard", "1/2")
    assert answer.code == 2
    assert "replicates: cannot be run in shares. Give `replicates` as a number" in answer.err
    answer = command("sweep", "rounds.yaml", "--dry-run")
    assert "21 design points, at most 2,100 runs, at most" in answer.out


def test_the_intervals_of_points_that_are_done_are_nearly_true() -> None:
    """On normal numbers of mean zero: looked at again and again, intervals hold the mean a little too seldom."""
    most, half, points = 80, 0.5, 4_000
    rates = np.random.default_rng(3).normal(size=(points, most))
    sweep = {"kind": "grid", "parameters": {"policy.sanction.amount": {"start": 0, "stop": 2, "num": points}}}
    until = {"metric": "misconduct_rate", "half_width": half, "max": most, "first": 10}
    checked = check(load_experiment(spec({"until": until}, sweep=sweep, start="compliant")))
    plan: Plan = checked.plan

    class Drawn(Store):
        def tables(self, shards: Iterable[int]) -> Iterator[pa.Table]:
            for slots in map(plan.slots, shards):
                values = rates[slots.point, slots.replicate]
                yield pa.table({"point": slots.point, "metric.misconduct_rate": values})

    need, store = Need(checked.design), Drawn(Path(), "")
    while further := need.further(plan, store):
        plan = further
    held = []
    for values, many in zip(rates, plan.counts().tolist(), strict=True):
        low, high = stats.t.interval(0.95, many - 1, values[:many].mean(), stats.sem(values[:many]))
        assert many == most or (high - low) / 2 <= half
        held.append(low <= 0 <= high)
    assert 0.91 < np.mean(held) < 0.95
