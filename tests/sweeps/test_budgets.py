"""Bundled comparisons at one budget spend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from oversight.scenario import load_experiment
from oversight.sweeps import check, load_results, run_sweep


def test_policies_that_are_compared_at_one_budget_spend_it(tmp_path: Path) -> None:
    """Each but `no_oversight` spends 30 a period on 1,000 actors, to within a tenth."""
    run_sweep(check(load_experiment("compare_policies", {"replicates": 2, "start": "compliant"})), tmp_path, workers=1)
    spent = load_results(tmp_path).summary.set_index("param.policy")["metric.oversight_cost.mean"] * 1000
    assert spent.pop("no_oversight") == 0
    assert spent.to_numpy() == pytest.approx(30, rel=0.1)


def test_intervals_end_at_what_is_possible(tmp_path: Path) -> None:
    """Student's interval of two replicates is 12.7 standard errors to either side, and so beyond 0 and 1."""
    few = {
        "name": "few",
        "policy": {"monitoring": {"kind": "random_audit", "rate": 0.5, "cost_per_inspection": 1}},
        "population": [{"kind": "quantal", "size": 3, "precision": 1}],
        "periods": 4,
        "replicates": 2,
    }
    run_sweep(check(load_experiment(few)), tmp_path, workers=1)
    row = load_results(tmp_path).summary.iloc[0]
    half = 12.706 * row["metric.misconduct_rate.sd"] / 2**0.5
    assert row["metric.misconduct_rate.mean"] + half > 1
    assert row["metric.misconduct_rate.ci_high"] == 1
    lows = [row[f"metric.{name}.ci_low"] for name in ("misconduct_rate", "inspection_rate", "oversight_cost")]
    assert min(lows) >= 0
