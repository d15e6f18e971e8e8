"""The Compare tab's numbers: against a sweep over the two policies, and a paired interval worked out here."""

from __future__ import annotations

import math
from io import StringIO
from pathlib import Path
from statistics import mean, stdev

import pandas as pd
import pytest
import solara
from scipy import stats

import oversight
from oversight.app.compare.compare import Charts, Found, Work, as_csv, rows
from oversight.app.compare.paired import Comparison, compare
from oversight.app.latest import Cancelled
from oversight.equilibrium import Solution, solve_all
from oversight.scenario import load_experiment

EXPERIMENT = {
    "name": "pair",
    "periods": 12,
    "burn_in": 2,
    "replicates": 7,
    "population": [{"kind": "rational", "size": 60, "gain": {"kind": "exponential", "mean": 1.0}}],
    "policy": {
        "monitoring": {"kind": "random_audit", "rate": 0.3, "cost_per_inspection": 0.1},
        "detector": {"sensitivity": 0.8, "false_positive_rate": 0.1},
        "sanction": {"kind": "fixed", "amount": 1.5},
    },
}
REFORM = {"policy.sanction.amount": 3.0}


def test_means_are_those_of_a_sweep_and_intervals_are_paired(tmp_path: Path) -> None:
    baseline, reform = (load_experiment(EXPERIMENT, change).experiment for change in ({}, REFORM))
    found = compare([baseline, reform], lambda share: None)
    swept = {**EXPERIMENT, "sweep": {"kind": "grid", "parameters": {"policy.sanction.amount": {"values": [1.5, 3.0]}}}}
    results = oversight.sweep(swept, out=tmp_path, workers=1)
    runs = results.runs().sort_values(["point", "replicate"])
    for row in found.differences[0]:
        column = f"metric.{row.measure}"
        before, after = (list(runs.loc[runs["point"] == point, column]) for point in (0, 1))
        gaps = [b - a for a, b in zip(before, after, strict=True)]
        assert math.isclose(row.baseline, mean(before), rel_tol=1e-12)
        assert math.isclose(row.reform, mean(after), rel_tol=1e-12)
        assert math.isclose(row.difference, mean(gaps), rel_tol=1e-9, abs_tol=1e-12)
        half = stats.t.ppf(0.975, 6) * stdev(gaps) / math.sqrt(7)
        assert math.isclose(row.high - row.difference, half, rel_tol=1e-6, abs_tol=1e-12)
    once = oversight.run(EXPERIMENT, REFORM)
    assert list(found.series[1]) == list(once.series["misconduct_rate"])
    assert found.replicates == 7


def test_the_same_policy_twice_differs_nowhere() -> None:
    experiment = load_experiment(EXPERIMENT).experiment
    found = compare([experiment, experiment], lambda share: None)
    assert all(row.low == row.difference == row.high == 0 for row in found.differences[0])


def test_it_tells_how_far_it_is_and_can_be_cancelled() -> None:
    experiment = load_experiment(EXPERIMENT).experiment
    shares: list[float] = []

    def stop_half_way(share: float) -> None:
        shares.append(share)
        if share >= 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        compare([experiment, experiment], stop_half_way)
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] == 0.5


def test_a_cancelled_comparison_is_forgotten() -> None:
    work = Work()
    work.found.value = Found(failure="of another policy")
    work.cancel()
    assert work.found.value is None


def test_charts_have_a_scale_where_nobody_was_in_play() -> None:
    experiment = load_experiment(EXPERIMENT).experiment
    nothing = (math.nan, math.nan)
    comparison = Comparison((experiment, experiment), ((),), (nothing, nothing), 1)
    _, context = solara.render(
        Charts(Found(("Baseline", "Reform"), comparison, (Solution(), Solution()))), handle_error=False
    )
    context.close()


def test_a_third_policy_changes_nothing_of_the_first_two() -> None:
    one, two, three = (load_experiment(EXPERIMENT, {"policy.sanction.amount": fine}).experiment for fine in (1, 2, 3))
    found = compare([one, two, three], lambda share: None)
    assert found.differences[0] == compare([one, two], lambda share: None).differences[0]
    assert found.differences[1] == compare([one, three], lambda share: None).differences[0]


def test_differences_of_percentages_are_in_points_and_the_file_has_every_digit() -> None:
    one, two = (load_experiment(EXPERIMENT, change).experiment for change in ({}, REFORM))
    comparison = compare([one, two], lambda share: None)
    found = Found(("Baseline", "Reform"), comparison, tuple(solve_all([one, two])))
    (row,) = (row for row in rows(found) if row[0].startswith("Misconduct rate"))
    rate = next(each for each in comparison.differences[0] if each.measure == "misconduct_rate")
    assert row[1].endswith("%")
    assert row[2].endswith("%")
    assert row[3].endswith("points")
    assert float(row[3].split("\u00a0")[0].replace("−", "-")) == pytest.approx(100 * rate.difference, rel=5e-3)
    (share,) = (row for row in rows(found) if row[0] == "Anarchy share")
    assert share[3].endswith("points")
    table = pd.read_csv(StringIO(as_csv(found))).set_index("measure")
    assert table.loc["misconduct_rate", "difference"] == rate.difference
    assert table.loc["price_of_anarchy", "value"] == found.theory[1].price_of_anarchy.value
