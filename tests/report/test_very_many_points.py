"""Summaries and reports of more design points than memory or a reader holds."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from written import EXPERIMENT, TIPPING, page, swept

import oversight.sweeps.results
from oversight.report import Study, ranking, study
from oversight.report.findings import further, headline
from oversight.report.frontier import frontier
from oversight.report.worlds import worlds
from oversight.scenario import load_experiment
from oversight.sweeps import Design, load_results, summary
from oversight.sweeps.plan import Plan

NESTED: dict[str, Any] = {
    "kind": "nested",
    "levers": {"policy.monitoring.rate": {"values": [0.1, 0.2, 0.7]}, "policy.sanction.amount": {"values": [1, 2]}},
    "uncertain": {"policy.detector.sensitivity": {"kind": "uniform", "low": 0, "high": 1}},
    "worlds": 40,
}


@pytest.fixture
def few_in_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Blocks of three design points, or of two where there are many replicates."""
    with monkeypatch.context() as changed:
        changed.setattr(summary, "_POINTS", 3)
        changed.setattr(summary, "_RATES", 16)
        yield


@pytest.mark.slow
@pytest.mark.parametrize("experiment", [EXPERIMENT, TIPPING], ids=["one start", "both starts"])
@pytest.mark.parametrize("missing", [False, True])
def test_a_summary_in_blocks_is_that_of_all_at_once(
    experiment: dict[str, Any], missing: bool, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    def change(changed: dict[str, Any]) -> None:
        if missing:  # a parameter that some points leave alone, and theory that covers only some
            point = {"policy.monitoring": {"kind": "random_audit", "rate": 0.4}}
            points = [{"policy.detector.sensitivity": 0.5}, point, {"policy.sanction.suspension": 2}, {"periods": 9}]
            changed["sweep"] = {"kind": "list", "points": [*points, point]}

    whole = swept(tmp_path / "whole", experiment, change)
    request.getfixturevalue("few_in_memory")
    blocks = swept(tmp_path / "blocks", experiment, change)
    one, other = load_results(whole).summary, load_results(blocks).summary
    played = [name for name in one if not name.startswith(("theory.", "anarchy."))]
    pd.testing.assert_frame_equal(one[played], other[played])
    # A path of theory is followed until those of its block have all settled, to 1e-11.
    beside = one.columns.difference(played)
    pd.testing.assert_frame_equal(_numbers(one[beside]), _numbers(other[beside]), rtol=1e-10, atol=1e-10)
    for folder in (whole, blocks):
        written = pd.read_csv(folder / "summary.csv")
        assert list(written) == list(one)
        numbers = _numbers(load_results(folder).summary)
        pd.testing.assert_frame_equal(written[list(numbers)], numbers, check_dtype=False)


def _numbers(table: pd.DataFrame) -> pd.DataFrame:
    return table.select_dtypes("number").drop(columns="theory.certified", errors="ignore")


@pytest.mark.parametrize(("points", "replicates", "starts"), [(7, 5, 2), (1, 40, 1), (300, 2, 1), (41, 3, 2)])
def test_shards_of_points_are_those_that_hold_their_runs(points: int, replicates: int, starts: int) -> None:
    plan = Plan.of(points, replicates, starts, 3_000_000)
    plan = plan.further(np.arange(0, points, 2), 2 * replicates)
    held = {shard: set(plan.slots(shard).point.tolist()) for shard in range(plan.shards)}
    assert sum(map(plan.size, held)) == plan.runs
    for first in range(points):
        for last in range(first + 1, min(points, first + 4) + 1):
            asked = range(first, last)
            assert plan.shards_of(asked) == [shard for shard, found in held.items() if found & set(asked)]


@pytest.mark.parametrize("most", [1, 7, 50, 239, 240])
def test_a_coarser_design_is_a_grid_too(most: int) -> None:
    design = Design(load_experiment({**EXPERIMENT, "sweep": NESTED}))
    points = design.coarse(most)
    assert 1 <= len(points) <= most
    assert len(points) > most // 4
    assert np.array_equal(points, np.unique(points))
    settings = {tuple(list(design[point].values())[:2]) for point in points.tolist()}
    met = {design[point]["policy.detector.sensitivity"] for point in points.tolist()}
    assert len(settings) * len(met) == len(points)


def test_a_coarse_report_says_so_and_ranks_all_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = deepcopy(EXPERIMENT)
    experiment["sweep"]["parameters"] = {
        "policy.monitoring.rate": {"start": 0.0, "stop": 1.0, "num": 12},
        "policy.sanction.amount": {"start": 0.1, "stop": 3.1, "num": 10},
    }
    folder = swept(tmp_path, experiment)
    fine = Study(load_results(folder))
    best = ranking(fine)
    assert "evenly chosen" not in page(folder).text
    monkeypatch.setattr(study, "SHOWN", 40)
    coarse = Study(load_results(folder))
    assert coarse.is_grid
    assert coarse.summary["point"].nunique() == 30
    assert len(coarse.whole) == 120
    again = ranking(coarse)
    assert best is not None
    assert again is not None
    assert again.rows == best.rows
    assert "Of 120 design points, figures, tables, counts and theory show 30, evenly chosen" in page(folder).text
    assert headline(coarse, frontier(coarse)) == headline(fine, frontier(fine))
    assert headline(coarse, None) == headline(fine, None)


def test_a_coarse_report_says_of_all_points_only_what_is_true_of_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = deepcopy(EXPERIMENT)
    entry = experiment["population"][0]
    experiment["population"] = [{**entry, "name": "some"}, {**entry, "name": "others"}]
    experiment["sweep"]["parameters"] = {"policy.monitoring.rate": {"start": 0.0, "stop": 0.5, "num": 12}}
    folder = swept(tmp_path, experiment)
    rates = load_results(folder).summary["metric.misconduct_rate.some.mean"]
    monkeypatch.setattr(study, "SHOWN", 3)
    coarse = Study(load_results(folder))
    assert rates.min() < coarse.summary["metric.misconduct_rate.some.mean"].min()
    low, high = (coarse.measure("misconduct_rate").text(rate) for rate in (rates.min(), rates.max()))
    said = further(coarse, None)
    assert any(f"{low} to {high} (some)" in sentence for sentence in said)
    assert any(sentence.startswith("Of the points that are shown, with rising") for sentence in said)


def test_in_a_coarse_report_every_setting_meets_its_own_worlds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = swept(tmp_path, {**EXPERIMENT, "sweep": NESTED})
    monkeypatch.setattr(study, "SHOWN", 100)
    table = worlds(Study(load_results(folder)))
    assert table is not None
    shown = Design(load_results(folder).source).coarse(100)
    assert len(shown) == 6 * 10
    costs = load_results(folder).summary.groupby("point")["metric.social_cost.mean"].max().to_numpy().reshape(6, 40)
    seen = costs[:, np.unique(shown % 40)]
    shares = np.isclose(seen, seen.min(axis=0), rtol=1e-9).mean(axis=1)
    said = sorted(float(row[-1].split("\u00a0")[0]) / 100 for row in table.rows)
    assert said == pytest.approx(sorted(shares), abs=1e-9)
    assert "same 10 worlds" in table.notes[-1]


def test_a_large_summary_is_read_when_it_is_asked_for(trial: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "summary" in vars(load_results(trial))
    monkeypatch.setattr(oversight.sweeps.results, "_AT_ONCE", 3)
    results = load_results(trial)
    some = results.read(np.array([2, 5]), ["point", "metric.harm.mean"])
    assert list(some) == ["point", "metric.harm.mean"]
    assert some["point"].tolist() == [2, 5]
    assert "summary" not in vars(results)
    kept = results.in_memory()
    pd.testing.assert_frame_equal(some, kept.read(np.array([2, 5]), list(some)).reset_index(drop=True))
    assert results.columns == kept.columns == list(results.summary)
    assert results.errors(3) == kept.errors(3) == []
