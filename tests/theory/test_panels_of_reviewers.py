"""Panels of reviewers who are copies of one monitor: they miss together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

import oversight
from oversight.errors import InputError
from oversight.policy.panel import Panel
from oversight.report import write_report
from oversight.scenario import load_experiment
from oversight.sweeps import check, run_sweep


def spec(panel: dict[str, Any] | None, **changes: Any) -> dict[str, Any]:
    """Gains U[0, 1], audits of one half, a fine of 1: misconduct is 1 less half of what the panel detects."""
    detector = {"sensitivity": 0.7, "false_positive_rate": 0.0, **changes.pop("detector", {})}
    return {
        "name": "panel",
        "policy": {
            "monitoring": changes.pop("monitoring", {"kind": "random_audit", "rate": 0.5}),
            "detector": detector | ({} if panel is None else {"panel": panel}),
            "sanction": {"kind": "fixed", "amount": 1.0},
        },
        "population": [{"kind": "rational", "size": 50_000, "gain": {"kind": "uniform", "low": 0, "high": 1}}],
        "periods": 4,
        "replicates": 2,
        **changes,
    }


def test_one_of_five_detects_less_where_they_miss_together() -> None:
    """d = 0.7, n = 5: 0.99757 independent, 1 - 0.3^5; 0.944852 at correlation 0.5."""
    assert Panel(reviewers=5).flags(0.7) == pytest.approx(1 - 0.3**5, rel=1e-12)
    assert Panel(reviewers=5, correlation=0.5).flags(0.7) == pytest.approx(0.944852, abs=1e-6)
    assert Panel(reviewers=5, correlation=1.0).flags(0.7) == pytest.approx(0.7, rel=1e-12)


@pytest.mark.parametrize("needed", [1, 2, 4])
@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.8])
def test_a_panel_flags_as_often_as_reviewers_that_are_drawn_one_by_one(needed: int, correlation: float) -> None:
    draws = np.random.default_rng(3)
    cases, reviewers, alone = 400_000, 4, 0.35
    factor, own = draws.standard_normal((cases, 1)), draws.standard_normal((cases, reviewers))
    flagged = np.sqrt(correlation) * factor + np.sqrt(1 - correlation) * own > stats.norm.ppf(1 - alone)
    share = (flagged.sum(axis=1) >= needed).mean()
    panel = Panel(reviewers=reviewers, needed=needed, correlation=correlation)
    assert panel.flags(alone) == pytest.approx(share, abs=5 * np.sqrt(share * (1 - share) / cases))


def test_simulation_theory_and_closed_form_agree() -> None:
    experiment = spec({"reviewers": 5, "correlation": 0.5})
    solution = oversight.solve(experiment)
    (equilibrium,) = solution.equilibria
    assert equilibrium.misconduct_rate == pytest.approx(1 - 0.5 * 0.944852, abs=1e-6)
    assert equilibrium.certificate is not None
    assert equilibrium.certificate.holds
    row = oversight.sweep(experiment).summary.iloc[0]
    assert row["metric.misconduct_rate.mean"] == pytest.approx(equilibrium.misconduct_rate, abs=0.004)
    assert row["metric.detection_rate.mean"] == pytest.approx(0.5 * 0.944852, abs=0.005)


def test_innocents_are_flagged_together_too() -> None:
    """A panel of three that must agree, e = 0.1: an innocent is flagged with 0.001 if they err alone."""
    panel = {"reviewers": 3, "needed": 3}
    detector = {"sensitivity": 1.0, "false_positive_rate": 0.1}
    row = oversight.sweep(spec(panel, detector=detector, theory=False)).summary.iloc[0]
    assert row["metric.false_sanction_rate.mean"] == pytest.approx(0.5 * 0.001, abs=0.0003)
    together = oversight.sweep(spec({**panel, "correlation": 1.0}, detector=detector, theory=False)).summary.iloc[0]
    assert together["metric.false_sanction_rate.mean"] == pytest.approx(0.05, abs=0.002)


def test_one_reviewer_is_no_key_at_all() -> None:
    def runs(panel: dict[str, Any] | None) -> Any:
        experiment = spec(panel, detector={"false_positive_rate": 0.1}, theory=False)
        experiment["population"][0]["size"] = 40
        return oversight.sweep(experiment).runs().filter(like="metric.")

    assert runs(None).equals(runs({"reviewers": 1, "correlation": 0.4}))


def test_what_a_panel_is_made_of_can_be_swept(tmp_path: Path) -> None:
    parameters = {
        "policy.detector.panel.reviewers": {"values": [1, 3, 9]},
        "policy.detector.panel.correlation": {"values": [0, 0.5, 1]},
        "policy.detector.sensitivity": {"values": [0.3, 0.7]},
    }
    experiment = spec({"reviewers": 1}, sweep={"kind": "grid", "parameters": parameters})
    experiment["population"][0]["size"] = 20
    run_sweep(check(load_experiment(experiment)), tmp_path, 1)
    summary = oversight.load_results(tmp_path).summary
    for row in summary.to_dict("records"):
        n, rho, one = (row[f"param.{path}"] for path in parameters)
        detects = Panel(reviewers=n, correlation=rho).flags(one)
        assert row["theory.misconduct_rate"] == pytest.approx(1 - 0.5 * detects, abs=1e-12)
    assert "Reviewers" in write_report(tmp_path).read_text()


def test_a_strategic_overseer_counts_on_what_the_panel_finds() -> None:
    """It rests where an inspection pays its cost: misconduct is cost / (detection x bounty)."""
    monitoring = {"kind": "strategic", "inspection_cost": 0.2, "bounty": 1.0, "response": "best"}
    solution = oversight.solve(spec({"reviewers": 5, "correlation": 0.5}, monitoring=monitoring))
    assert [each.misconduct_rate for each in solution.equilibria] == pytest.approx([0.2 / 0.944852], abs=1e-6)


@pytest.mark.parametrize(
    ("panel", "said"),
    [
        ({"reviewers": 0}, "policy.detector.panel.reviewers"),
        ({"reviewers": 3, "needed": 4}, "policy.detector.panel.needed: 4 is more than the 3 reviewers"),
        ({"reviewers": 3, "correlation": -0.1}, "policy.detector.panel.correlation"),
        ({"reviewer": 3}, "policy.detector.panel.reviewer: .*reviewers"),
    ],
)
def test_mistakes_are_told(panel: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        load_experiment(spec(panel))
