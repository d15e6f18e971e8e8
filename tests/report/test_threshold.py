"""The threshold of deterrence in reports, checked by hand: p s = g."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oversight.equilibrium.threshold import expected_sanction, over_one, over_two
from oversight.scenario import load_experiment

CHROMIUM = Path("/usr/bin/chromium")

BECKER: dict[str, Any] = {
    "name": "becker",
    "policy": {
        "monitoring": {"kind": "random_audit", "rate": 0.2},
        "detector": {"sensitivity": 0.5},
        "sanction": {"kind": "turnover_cap", "amount": 15, "share": 0.03},
    },
    "population": [
        {
            "kind": "rational", "size": 9,
            "turnover": {"kind": "constant", "value": 1000}, "gain": {"kind": "constant", "value": 6},
        }
    ],
}  # fmt: skip


def test_the_threshold_over_two_parameters_is_the_hyperbola_of_becker() -> None:
    axes = (
        ("policy.monitoring.rate", np.linspace(0, 1, 11)),
        ("policy.sanction.share_of_maximum", np.linspace(0, 1, 11)),
    )
    (line,) = over_two(load_experiment(BECKER), 0, {}, *axes)
    assert line.x * 0.5 * line.y * 30 == pytest.approx(np.full(len(line.x), 6.0))
    assert line.x.min() == pytest.approx(0.4, abs=0.0125)


def test_the_threshold_over_one_parameter() -> None:
    (line,) = over_one(load_experiment(BECKER), 0, {}, ("policy.monitoring.rate", np.array([0.0, 0.25, 1.0])))
    assert line.x == pytest.approx([0.4])


@pytest.mark.parametrize(
    "changes",
    [
        {"population.0.kind": "quantal", "population.0.precision": 2.0},
        {"population.0.belief": {"kind": "moving_average", "start": 0.5, "rate": 0.1}},
        {"population.0.turnover": {"kind": "uniform", "low": 1, "high": 2}},
        {"policy.sanction.suspension": 1},
        {"policy.monitoring": {"kind": "investigation_capacity", "investigators": 3}},
    ],
    ids=["not rational", "learns", "turnovers differ", "suspension", "depends on others"],
)
def test_no_threshold_where_it_does_not_apply(changes: dict[str, Any]) -> None:
    assert np.isnan(expected_sanction(load_experiment(BECKER, changes).experiment, 0, 6.0))


def test_errors_against_innocents_weaken_the_threshold() -> None:
    changed = load_experiment(BECKER, {"policy.detector.false_positive_rate": 0.1}).experiment
    assert expected_sanction(changed, 0, 6.0) == pytest.approx(0.2 * (0.5 - 0.1) * 30)


def test_over_whole_numbers_the_threshold_goes_through_their_values() -> None:
    """n reviewers who each detect one violation in two, audits of one half: f = 0.5 / (0.5 (1 - 0.5^n))."""
    source = load_experiment(
        {
            "name": "panels",
            "policy": {
                "monitoring": {"kind": "random_audit", "rate": 0.5},
                "detector": {"sensitivity": 0.5, "panel": {"reviewers": 1}},
                "sanction": {"kind": "fixed", "amount": 1.0},
            },
            "population": [{"kind": "rational", "size": 10, "gain": {"kind": "uniform", "low": 0, "high": 1}}],
        }
    )
    numbers, fines = np.array([1.0, 2.0, 3.0]), np.linspace(0, 4, 401)
    reviewers, fine = "policy.detector.panel.reviewers", "policy.sanction.amount"
    (line,) = over_two(source, 0, {}, (reviewers, numbers), (fine, fines))
    assert line.x.tolist() == numbers.tolist()
    np.testing.assert_allclose(line.y, 1 / (1 - 0.5**numbers), atol=1e-3)
