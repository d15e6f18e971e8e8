"""The off-switch game: rows of Hadfield-Menell et al. (2017), sums over quantiles, and runs."""

from __future__ import annotations

from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

import oversight
from oversight.errors import InputError
from oversight.games import OffSwitch

SIGMAS = 5
QUANTILES = stats.norm.ppf((np.arange(400_000) + 0.5) / 400_000)


def spec(mean: float, sd: float = 1.0, **changes: Any) -> dict[str, Any]:
    return {"name": "off", "game": {"kind": "off_switch", "mean": mean, "sd": sd, **changes}, "replicates": 3}


@pytest.mark.parametrize(
    ("mean", "precision", "rational", "tolerated", "logistic", "needed"),
    [(0.5, 2.0, 0.197797, 0.220855, 0.10486, 1.0), (0.0, 1.0, 0.398942, 0.5, 0.206621, 0.0)],
)
def test_published_values_of_deferring(
    mean: float, precision: float, rational: float, tolerated: float, logistic: float, needed: float
) -> None:
    solution = oversight.solve(spec(mean, human={"kind": "logistic", "precision": precision}))
    facts = solution.to_data()["facts"]
    assert facts["incentive"] == pytest.approx(rational, abs=1e-6)
    assert facts["error_tolerated"] == pytest.approx(tolerated, abs=1e-6)
    assert facts["incentive_here"] == pytest.approx(logistic, abs=1e-6)
    assert facts["precision_needed"] == pytest.approx(needed)
    assert "Certified" in str(solution)


@pytest.mark.parametrize("mean", [-2.0, -0.3, 0.0, 0.5, 3.0])
@pytest.mark.parametrize("precision", [0.2, 1.0, 30.0])
def test_what_errors_cost_is_what_quantiles_say(mean: float, precision: float) -> None:
    worth = mean + 0.7 * QUANTILES
    errs = 1 / (1 + np.exp(precision * np.abs(worth)))
    found = OffSwitch(mean, 0.7).logistic(precision)
    assert found.harm == pytest.approx((np.maximum(-worth, 0) * errs).mean(), abs=1e-6)
    assert found.foregone == pytest.approx((np.maximum(worth, 0) * errs).mean(), abs=1e-6)


@pytest.mark.parametrize("mean", [-0.8, 0.3, 1.5])
def test_thresholds_are_where_deferring_ceases_to_pay(mean: float) -> None:
    game = OffSwitch(mean, 1.3)
    for came in (game.logistic(game.precision_needed), game.erring(game.error_tolerated)):
        assert came.harm + came.foregone == pytest.approx(game.incentive, rel=1e-9)


@pytest.mark.parametrize("mean", [-1e40, -1.0, 0.0, 1e-30, 1e40])
@pytest.mark.parametrize("sd", [1e-40, 1.0, 1e40])
@pytest.mark.parametrize("precision", [1e-40, 1.0, 1e40])
def test_any_scale(mean: float, sd: float, precision: float) -> None:
    game = OffSwitch(mean, sd)
    found = game.logistic(precision)
    assert 0 <= found.harm <= game.bad / 2 * (1 + 1e-9) + 1e-9 * sd
    assert 0 <= found.foregone <= game.good / 2 * (1 + 1e-9) + 1e-9 * sd
    assert np.isfinite(game.precision_needed)


@pytest.mark.parametrize(
    ("mean", "human", "does"),
    [
        (0.5, {"kind": "rational"}, "deferred"),
        (0.5, {"kind": "erring", "error": 0.22}, "deferred"),
        (0.5, {"kind": "erring", "error": 0.222}, "acted"),
        (-0.5, {"kind": "erring", "error": 0.222}, "switched_off"),
        (0.5, {"kind": "logistic", "precision": 1.01}, "deferred"),
        (0.5, {"kind": "logistic", "precision": 0.99}, "acted"),
        (-0.5, {"kind": "logistic", "precision": 0.99}, "switched_off"),
    ],
)
def test_the_robot_does_what_pays_and_runs_come_to_its_value(mean: float, human: dict[str, Any], does: str) -> None:
    decisions = 40_000
    experiment = spec(mean, human=human, rounds=decisions)
    (only,) = oversight.solve(experiment).equilibria
    assert [name for name in ("deferred", "acted", "switched_off") if only[name]] == [does]
    found = oversight.run(experiment).metrics
    near = SIGMAS * sqrt(1 + mean**2) / sqrt(decisions)
    assert {name: found[name] for name in only} == pytest.approx(dict(only), abs=near)
    assert only["utility"] == pytest.approx(max(only["act"], only["off"], only["defer"]))
    assert found["lost"] == pytest.approx(found["harm"] + found["foregone"])


def test_a_sweep_and_its_report(tmp_path: Path) -> None:
    """The incentive falls with the robot's certainty, sd (phi(z) - z Phi(-z)): Theorem 1 and what follows of it."""
    sds = [0.1, 0.5, 1.0]
    experiment = spec(0.5) | {"sweep": {"kind": "grid", "parameters": {"game.sd": {"values": sds}}}}
    rows = oversight.sweep(experiment, out=tmp_path, workers=1).summary
    expected = [float(np.maximum(0.5 + sd * QUANTILES, 0).mean()) - 0.5 for sd in sds]
    assert rows["theory.incentive"].to_numpy() == pytest.approx(expected, abs=1e-5)
    assert rows["metric.harm.mean"].tolist() == [0.0] * 3
    assert "the off-switch game" in (tmp_path / "report.html").read_text().lower()


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"sd": 0}, "game.sd"),
        ({"human": {"kind": "erring", "error": 2}}, "game.human.error"),
        ({"human": {"kind": "logistic"}}, "game.human.precision"),
        ({"human": {"kind": "perfect"}}, "game.human"),
    ],
)
def test_a_wrong_number_is_told_where_it_stands(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(InputError) as told:
        oversight.solve(spec(0.5, **changes))
    (problem,) = told.value.problems
    assert problem.path == path


def test_the_bundled_experiment_defers_where_uncertainty_or_the_human_is_enough() -> None:
    """At precision > 2 mean / sd^2, and in the tie at sd 1, precision 1; everywhere else the robot acts."""
    rows = oversight.sweep("who_holds_the_switch", {"replicates": 2, "game.rounds": 50}, workers=1).summary
    sd, precision = rows["param.game.sd"], rows["param.game.human.precision"]
    told = precision != 1 / sd**2  # in the tie either is as good
    assert rows["metric.deferred.mean"][told].eq((precision > 1 / sd**2)[told]).all()
    assert (rows["metric.acted.mean"] + rows["metric.deferred.mean"]).eq(1).all()
