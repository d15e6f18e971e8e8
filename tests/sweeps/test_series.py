"""A sweep keeps what each measured period came to: the series of its runs, with bands over replicates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import oversight
from oversight.report import write_report

RATE = "policy.monitoring.rate"


def experiment(**more: Any) -> dict[str, Any]:
    uniform = {"kind": "uniform", "low": 0, "high": 1}
    return {
        "name": "kept",
        "policy": {
            "monitoring": {"kind": "random_audit", "rate": 0.2, "cost_per_inspection": 0.1},
            "sanction": {"kind": "fixed", "amount": 1, "cost_per_sanction": 0.3},
        },
        "population": [{"kind": "rational", "size": 30, "gain": uniform}],
        "principal": {"kind": "feedback", "lever": RATE, "base": 0.5, "target": 0.2, "slope": 0.3, "low": 0, "high": 1},
        "periods": 12,
        "burn_in": 3,
        "replicates": 5,
        "keep": "series",
        "sweep": {"kind": "grid", "parameters": {"principal.slope": {"values": [0.1, 0.3]}}},
        **more,
    }


def test_it_is_the_series_of_the_runs(tmp_path: Path) -> None:
    results = oversight.sweep(experiment(), out=tmp_path / "kept", workers=1)
    kept = results.series()
    assert kept.columns.tolist() == [
        *("point", "start", "measure", "period", "mean", "low", "high", "n", "param.principal.slope")
    ]
    measures = ("misconduct_rate", "inspection_rate", "oversight_cost", "social_cost", "apparent_misconduct_rate")
    assert set(kept["measure"]) == {*measures, f"lever.{RATE}"}
    alone = [oversight.run(experiment(), {"principal.slope": 0.3}, replicate=each).series.iloc[3:] for each in range(5)]
    for name, table in kept[kept["point"] == 1].groupby("measure"):
        rows = np.array([run[name] for run in alone])
        assert table["period"].tolist() == list(range(3, 12))
        assert table["mean"].to_numpy() == pytest.approx(rows.mean(axis=0), nan_ok=True)
        assert table["low"].to_numpy() == pytest.approx(rows.min(axis=0))
        assert table["high"].to_numpy() == pytest.approx(rows.max(axis=0))
        assert table["n"].eq(5).all()
    assert oversight.sweep(experiment(), workers=1).series().equals(kept)
    assert oversight.load_results(tmp_path / "kept").series().equals(kept)
    page = write_report(tmp_path / "kept").read_text()
    assert 'id="course"' in page
    assert f"feedback, which moves {RATE} by what inspections find" in page


def test_the_report_says_that_a_principal_is_unreal(tmp_path: Path) -> None:
    knowing = experiment()
    knowing["principal"] |= {"observes": True}
    oversight.sweep(knowing, out=tmp_path / "kept", workers=1)
    assert "by the misconduct rate itself, which nobody can see (unreal)" in write_report(tmp_path / "kept").read_text()


def test_nothing_is_kept_unless_it_is_asked_for(tmp_path: Path) -> None:
    results = oversight.sweep(experiment(keep=None), out=tmp_path / "bare", workers=1)
    assert results.series().empty
    assert 'id="course"' not in write_report(tmp_path / "bare").read_text()
    asked, bare = oversight.sweep(experiment(), workers=1).summary, results.summary
    assert asked.equals(bare)


def test_without_a_principal_there_are_series_too_from_both_starts() -> None:
    both = experiment(start="both", principal=None)
    both["sweep"] = {"kind": "grid", "parameters": {RATE: {"values": [0.2]}}}
    kept = oversight.sweep(both, workers=1).series()
    assert set(kept["start"]) == {"compliant", "violating"}
    assert set(kept["measure"]) == {"misconduct_rate", "inspection_rate", "oversight_cost", "social_cost"}
