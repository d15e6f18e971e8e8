"""What averages hide: last states, worst windows, time near given rates, against the period by period series."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import oversight
from oversight.errors import InputError
from oversight.scenario import load_experiment
from oversight.simulation import Run, simulate

SPEC: dict[str, Any] = {
    "name": "dynamics",
    "policy": {
        "monitoring": {
            "kind": "crackdown",
            "threshold": 30,
            "investigators_low": 5,
            "investigators_high": 60,
        },
        "sanction": {"kind": "fixed", "amount": 1, "suspension": 2},
    },
    "population": [{"kind": "rational", "size": 80, "gain": {"kind": "normal", "mean": 0.6, "sd": 0.3}}],
    "periods": 60,
    "burn_in": 13,
    "dynamics": {"window": 4, "near": 0.1},
}


@pytest.mark.parametrize("window", [1, 4, 47])
def test_windows_are_those_of_the_series(window: int) -> None:
    done = oversight.run(SPEC, {"dynamics.window": window})
    measured = done.series.iloc[13:]
    active = measured["active_share"]
    rolled = {
        name: (measured[name] * active).rolling(window).sum() / active.rolling(window).sum()
        for name in ("misconduct_rate", "inspection_rate")
    }
    found = done.metrics
    assert found["worst_window_misconduct_rate"] == pytest.approx(rolled["misconduct_rate"].max(), rel=1e-12)
    assert found["worst_window_inspection_rate"] == pytest.approx(rolled["inspection_rate"].min(), rel=1e-12)
    assert found["last_misconduct_rate"] == measured["misconduct_rate"].iloc[-1]
    assert found["last_inspection_rate"] == measured["inspection_rate"].iloc[-1]
    if window == 4:
        assert found["worst_window_misconduct_rate"] > found["misconduct_rate"] + 0.1
    if window == 47:
        assert found["worst_window_misconduct_rate"] == pytest.approx(found["misconduct_rate"], rel=1e-12)


def test_time_near_given_rates_in_any_batch() -> None:
    experiment = load_experiment(SPEC).experiment
    rates = [(0.1, 0.5), (0.9,), ()]
    runs = [Run(experiment, replicate, "compliant", near) for replicate, near in enumerate(rates)]
    together = simulate(runs)
    series = oversight.run(SPEC).series.iloc[13:]["misconduct_rate"]
    for place, rate in enumerate(rates[0]):
        assert together[f"time_near.{place}"][0] == ((series - rate).abs() <= 0.1).mean()
    assert 0 < together["time_near.0"][0] < 1
    assert np.isnan(together["time_near.1"][1:]).all()
    assert np.isnan(together["time_near.0"][2])
    for place, run in enumerate(runs):
        for name, value in simulate([run]).items():
            np.testing.assert_array_equal(value[0], together[name][place])


def test_a_window_without_anyone_in_play_counts_for_nothing() -> None:
    """Everyone is caught in the first period and sits out the rest of the run."""
    policy = {
        "monitoring": {"kind": "random_audit", "rate": 1},
        "sanction": {"kind": "fixed", "amount": 0, "suspension": 9},
    }
    found = oversight.run({**SPEC, "policy": policy, "periods": 6, "burn_in": 0, "dynamics": {"window": 2}}).metrics
    assert found["worst_window_misconduct_rate"] == found["worst_window_inspection_rate"] > 0.9
    assert np.isnan(found["last_misconduct_rate"])


def test_a_sweep_has_them_and_others_do_not(tmp_path: Path) -> None:
    sweep = {"kind": "grid", "parameters": {"policy.monitoring.threshold": {"values": [5, 30]}}}
    spec = {**SPEC, "replicates": 2, "sweep": sweep}
    results = oversight.sweep(spec, out=tmp_path / "with", workers=1)
    rows = results.runs()
    assert (rows["metric.worst_window_misconduct_rate"] >= rows["metric.misconduct_rate"]).all()
    assert "metric.last_inspection_rate.ci_low" in pd.read_csv(tmp_path / "with" / "summary.csv")
    assert "Misconduct rate of the worst window" in (tmp_path / "with" / "report.html").read_text()
    del spec["dynamics"]
    plain = oversight.sweep(spec, out=tmp_path / "without", workers=1).runs()
    assert not [name for name in plain if "window" in name or "last" in name]
    pd.testing.assert_series_equal(plain["metric.misconduct_rate"], rows["metric.misconduct_rate"])


def test_a_window_longer_than_the_run_is_refused() -> None:
    with pytest.raises(InputError, match=r"dynamics\.window: a window of 48 is longer than the 47 measured periods"):
        oversight.run(SPEC, {"dynamics.window": 48})
