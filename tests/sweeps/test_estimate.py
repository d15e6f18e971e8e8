"""What `--dry-run` counts, on a clock that is known, and how near it comes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from oversight.arrays import Indices
from oversight.environments.enforcement import Enforcement
from oversight.scenario import load_experiment
from oversight.scenario.family import Placed
from oversight.sweeps import estimate

MANY: dict[str, Any] = {
    "name": "many",
    "policy": {
        "monitoring": {"kind": "investigation_capacity", "investigators": 2},
        "sanction": {"kind": "fixed", "amount": 2},
    },
    "population": [{"kind": "rational", "size": 5}],
    "periods": 5,
    "replicates": 1,
    "sweep": {
        "kind": "grid",
        "parameters": {
            "policy.sanction.amount": {"start": 0, "stop": 8, "num": 30},
            "policy.monitoring.investigators": {"start": 0, "stop": 5, "num": 30},
        },
    },
}
POINTS = 900


def test_theory_summary_and_report_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Theory takes 0.2 s and 20 ms a point, and the runs nothing: the forecast is known, and takes few points."""
    clock, solved = [0.0], [0]

    def theory(self: Enforcement, design: Placed[Any], points: Indices, means: Mapping[str, Any]) -> None:
        assert len(design) == POINTS
        assert not means
        solved[0] += len(points)
        clock[0] += 0.2 + 0.02 * len(points)

    monkeypatch.setattr(Enforcement, "theory", theory)
    monkeypatch.setattr("time.perf_counter", lambda: clock[0])
    monkeypatch.setattr(estimate, "_timed_trial", lambda *_: (0.0, 30))
    found = estimate.estimate(load_experiment(MANY), 1)
    summing = estimate._REPORT + POINTS * estimate._REPORT_POINT + POINTS * 30 * estimate._CELL
    assert found["seconds"] == pytest.approx(0.2 + 0.02 * POINTS + summing)
    assert solved[0] < POINTS / 10


@pytest.mark.slow
@pytest.mark.parametrize("experiment", ["capacity_tipping", "compare_policies", "repeat_offenders"])
def test_the_forecast_comes_near_and_takes_less_than_the_sweep(experiment: str, tmp_path: Path) -> None:
    file = Path(__file__).parents[2] / "experiments" / f"{experiment}.yaml"
    began = time.perf_counter()
    forecast = estimate.estimate(load_experiment(file))["seconds"]
    took = time.perf_counter() - began
    began = time.perf_counter()
    command = [sys.executable, "-m", "oversight", "sweep", str(file), "--out", str(tmp_path / "out")]
    subprocess.run(command, check=True, capture_output=True)
    seconds = time.perf_counter() - began
    assert seconds / 5 < forecast < 3 * seconds
    assert took < seconds
