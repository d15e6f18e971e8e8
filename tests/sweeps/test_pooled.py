"""Quantiles of single periods, pooled over replicates in a summary: the tails of actors who are copies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

import oversight
from oversight.sweeps import load_results
from oversight.sweeps.checksum import is_genuine, stamped

LEVELS = {"misconduct_q95": 0.95, "misconduct_q99": 0.99}
Mapping = dict[str, Any]


def spec(**changes: Any) -> Mapping:
    """Audits that leave 5 % of misconduct on average; the copies of a model have a correlation of .2."""
    entry = {"kind": "rational", "size": 400, "copies": {"correlation": 0.2, **changes.pop("copies", {})}}
    policy = {"monitoring": {"kind": "random_audit", "rate": 0.95}, "sanction": {"kind": "fixed", "amount": 1.0}}
    sweep = {"kind": "grid", "parameters": {"policy.monitoring.rate": {"values": [0.9, 0.95]}}}
    whole = {"name": "tails", "policy": policy, "population": [entry], "periods": 6, "burn_in": 2, "sweep": sweep}
    return {**whole, "replicates": 5, "theory": False, **changes}


def alone(point: float, replicate: int, **changes: Any) -> list[float]:
    """Misconduct in the measured periods of one run, played by itself."""
    one = spec(**changes)
    one["policy"]["monitoring"]["rate"] = point
    del one["sweep"]
    return oversight.run(one, replicate=replicate).series["misconduct_rate"].tolist()[2:]


def pooled(summary: pd.DataFrame) -> list[list[float]]:
    return summary[[f"metric.{measure}.mean" for measure in LEVELS]].to_numpy().tolist()


def test_they_are_those_of_all_periods_of_all_replicates(tmp_path: Path) -> None:
    results = oversight.sweep(spec(), out=tmp_path / "out")
    for row, rate in enumerate((0.9, 0.95)):
        rates = np.concatenate([alone(rate, replicate) for replicate in range(5)])
        expected = [np.quantile(rates, level, method="inverted_cdf") for level in LEVELS.values()]
        assert pooled(results.summary)[row] == expected
    # Runs have quantiles of their own, and no interval can be made of pooled ones.
    own = results.runs().query("point == 1 and replicate == 0").iloc[0]
    assert own["metric.misconduct_q95"] == max(alone(0.95, 0))
    spread = [f"metric.{measure}.{part}" for measure in LEVELS for part in ("sd", "ci_low", "ci_high")]
    assert results.summary[spread].isna().all(axis=None)
    assert not any(name.startswith("path.") for name in results.runs())


def test_one_period_a_run_is_enough_of_many_runs() -> None:
    """Where .05 violate on average, Vasicek's .99 quantile at a correlation of .2 is .249575; the mean of runs' own
    quantiles would be .05."""
    many = spec(periods=1, burn_in=0, replicates=4_000)
    many["population"][0]["size"] = 2_000
    many["sweep"]["parameters"] = {"policy.monitoring.rate": {"values": [0.95]}}
    summary = oversight.sweep(many).summary.iloc[0]
    assert summary["metric.misconduct_rate.mean"] == pytest.approx(0.05, abs=0.005)
    # The standard error of the quantile is sqrt(.01 .99 / 4,000) over the density there, .14: some .011.
    assert summary["metric.misconduct_q99.mean"] == pytest.approx(0.249575, abs=0.035)


def test_workers_and_more_replicates_pool_the_same(tmp_path: Path) -> None:
    whole = oversight.sweep(spec(replicates=12), out=tmp_path / "whole")
    oversight.sweep(spec(), out=tmp_path / "grown")
    grown = oversight.sweep(spec(replicates=12), out=tmp_path / "grown", workers=2)
    pd.testing.assert_frame_equal(grown.summary, whole.summary)
    again = load_results(tmp_path / "grown")
    assert pooled(again.summary) == pooled(whole.summary)
    kept = ds.dataset(tmp_path / "grown" / "runs.parquet").to_table()["path.misconduct_rate"]
    assert [len(run) for run in kept.to_pylist()] == [4] * 24


def test_a_factor_of_a_whole_run_has_none() -> None:
    table = oversight.sweep(spec(copies={"persistent": True})).summary
    assert np.isnan(pooled(table)).all()
    assert table["metric.misconduct_peak.mean"].notna().all()


def test_others_keep_no_periods(tmp_path: Path) -> None:
    plain = spec()
    del plain["population"][0]["copies"]
    oversight.sweep(plain, out=tmp_path / "out")
    names = ds.dataset(tmp_path / "out" / "runs.parquet").schema.names
    assert not [name for name in names if name.startswith("path.")]


def test_a_checksum_covers_every_period() -> None:
    def table(*runs: list[float] | None) -> pa.Table:
        return pa.table({"path.misconduct_rate": pa.array(runs, pa.list_(pa.float64()))})

    rows = stamped(table([0.1, 0.2], None, [0.3]), "code")
    assert is_genuine(rows, "code")
    for other in (table([0.1, 0.2], None, [0.4]), table([0.1], None, [0.2, 0.3]), table([0.1, 0.2], [], [0.3])):
        assert not is_genuine(other.replace_schema_metadata(rows.schema.metadata), "code")
