"""What may change between two calls of a sweep, and what may not; results that travel."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import oversight
from oversight.errors import ChangedExperimentError
from oversight.scenario import load_experiment
from oversight.sweeps import Finished, check, run_sweep

EXPERIMENT: dict[str, Any] = {
    "name": "resumed",
    "policy": {"monitoring": {"kind": "random_audit", "rate": 0.2}, "sanction": {"kind": "fixed", "amount": 2}},
    "population": [{"kind": "rational", "size": 20}],
    "periods": 4,
    "replicates": 3,
    "sweep": {
        "kind": "grid",
        "parameters": {"policy.sanction.amount": {"values": [0.5, 1]}, "population.rational.size": {"values": [5, 9]}},
    },
}


def go(folder: Path, experiment: dict[str, Any]) -> Finished:
    return run_sweep(check(load_experiment(experiment)), folder, 1)


def with_base(amount: float = 2, size: int = 20, rate: float = 0.2) -> dict[str, Any]:
    changed = copy.deepcopy(EXPERIMENT)
    changed["policy"]["sanction"]["amount"] = amount
    changed["policy"]["monitoring"]["rate"] = rate
    changed["population"][0]["size"] = size
    return changed


def test_the_base_value_of_a_swept_parameter_may_change(tmp_path: Path) -> None:
    go(tmp_path, EXPERIMENT)
    assert go(tmp_path, with_base(amount=7, size=3)).simulated == 0
    larger = with_base(amount=8)
    larger["sweep"]["parameters"]["policy.sanction.amount"]["values"].append(3)
    assert go(tmp_path, larger).simulated == 2 * 3


def test_what_is_said_to_have_changed_is_not_the_base_value_of_a_swept_parameter(tmp_path: Path) -> None:
    go(tmp_path, EXPERIMENT)
    with pytest.raises(ChangedExperimentError, match=r"policy\.monitoring\.rate: was 0\.2, is 0\.3") as refused:
        go(tmp_path, with_base(amount=7, size=3, rate=0.3))
    assert "amount" not in str(refused.value)
    assert "size" not in str(refused.value)
    fewer = with_base(amount=7)
    fewer["sweep"]["parameters"]["policy.sanction.amount"]["values"] = [0.5, 2]
    with pytest.raises(ChangedExperimentError, match=r"points \(2 of 4\) would be lost"):
        go(tmp_path, fewer)


def test_results_travel(tmp_path: Path) -> None:
    (tmp_path / "traveller.py").write_text(
        "from oversight import Actor\n\n\nclass Traveller(Actor):\n"
        "    def violates(self, now):\n        return now.gain > now.expected_sanction\n"
    )
    mine = {**with_base(), "population": [{"kind": "traveller:Traveller", "size": 20}], "sweep": None}
    results = oversight.sweep(mine, out=tmp_path / "out", plugins=[tmp_path / "traveller.py"], workers=1)
    for twin in (pickle.loads(pickle.dumps(results)), copy.deepcopy(results)):
        pd.testing.assert_frame_equal(twin.summary, results.summary)
        pd.testing.assert_frame_equal(twin.runs(), results.runs())
        assert twin.experiment == results.experiment
        assert twin.manifest == results.manifest
