"""Penalties after the act: who is caught is trained again, in files, simulation and theory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import oversight
from oversight.errors import InputError
from oversight.games import resetting_retraining, stepwise_retraining
from posed import constant, rates

Mapping = dict[str, Any]


def spec(retrain: Mapping | None, rate: float, entry: Mapping, policy: Mapping | None = None, **keys: Any) -> Mapping:
    """Violating earns 1 a period, which is what policy gradients learn from; fines are 0."""
    sanction = {"kind": "fixed", "amount": 0.0, "retrain": retrain}
    said = {"monitoring": {"kind": "random_audit", "rate": rate}, "sanction": sanction} | (policy or {})
    actors = {"kind": "policy_gradient", "size": 1_000, "gain": constant(1.0)} | entry
    return {"name": "retrained", "policy": said, "population": [actors], "periods": 600, "burn_in": 300, **keys}


def test_a_reset_when_caught() -> None:
    """Base .05, u = .5, p = .2: misconduct .468711 and 10.667561 periods between resets, by renewal."""
    known = resetting_retraining(0.05, 0.5, 0.2)
    assert (known.misconduct, known.periods) == pytest.approx((0.468711, 10.667561), abs=5e-7)
    posed = spec({"kind": "reset"}, 0.2, {"rate": 0.5, "start": 0.05})
    solved = oversight.solve(posed)
    assert rates(solved) == pytest.approx([known.misconduct], abs=1e-9)
    run = oversight.run(posed).metrics
    assert run["misconduct_rate"] == pytest.approx(known.misconduct, abs=0.005)
    assert run["misconduct_rate"] * run["detection_rate"] == pytest.approx(1 / known.periods, abs=0.002)


def test_a_step_down_when_caught() -> None:
    """u = .02, p = .3, k = .4: u / (p k) = .166667 exactly, whatever the actor starts from."""
    known = stepwise_retraining(0.02, 0.3, 0.4)
    assert known == pytest.approx(0.166667, abs=5e-7)
    for start in (0.1, 0.3):
        posed = spec({"kind": "step", "size": 0.4}, 0.3, {"rate": 0.02, "start": start}, periods=900)
        assert rates(oversight.solve(posed)) == pytest.approx([known], abs=1e-9)
        assert oversight.run(posed).metrics["misconduct_rate"] == pytest.approx(known, abs=0.005)


def test_what_catches_too_little_holds_no_drift() -> None:
    """u / (p k) = 2 / 3 . 2: all violate."""
    posed = spec({"kind": "step", "size": 0.2}, 0.3, {"rate": 0.08, "start": 0.3})
    assert stepwise_retraining(0.08, 0.3, 0.2) == 1
    assert rates(oversight.solve(posed)) == pytest.approx([1.0])
    assert oversight.run(posed).metrics["misconduct_rate"] > 0.98


def test_innocents_are_trained_again_too() -> None:
    """u = k (p x + q (1 - x)), with p = .5 x .9 and q = .5 x .1."""
    policy = {"detector": {"sensitivity": 0.9, "false_positive_rate": 0.1}}
    posed = spec({"kind": "step", "size": 0.4}, 0.5, {"rate": 0.06, "start": 0.2}, policy)
    expected = (0.06 / 0.4 - 0.05) / (0.45 - 0.05)
    assert rates(oversight.solve(posed)) == pytest.approx([expected], abs=1e-9)
    assert oversight.run(posed).metrics["misconduct_rate"] == pytest.approx(expected, abs=0.004)


@pytest.mark.parametrize(
    "entry",
    [
        {"rate": 0.3, "start": 0.1, "method": "vanilla"},
        {"rate": 0.3, "start": 0.1, "entropy": 0.4},
        {"rate": 0.3, "start": 0.4, "gain": constant(-0.5)},
    ],
    ids=["vanilla", "entropy", "unlearnt"],
)
def test_resets_of_whatever_is_learnt(entry: Mapping) -> None:
    """The chain of log-odds and resets, played as a distribution over the periods since the last."""
    policy = {"detector": {"sensitivity": 0.8, "false_positive_rate": 0.05}}
    posed = spec({"kind": "reset"}, 0.3, entry, policy)
    gain, tau = entry.get("gain", constant(1.0))["value"], entry.get("entropy", 0.0)
    chances, begun = [], np.log(entry["start"] / (1 - entry["start"]))
    odds = begun
    for _ in range(1_500):
        x = 1 / (1 + np.exp(-odds))
        chances.append(x)
        odds += entry["rate"] * (gain - tau * (odds - begun)) * (x * (1 - x) if "method" in entry else 1)
    x = np.array(chances)
    caught, law = 0.3 * (0.8 * x + 0.05 * (1 - x)), np.eye(1, len(x))[0]
    for _ in range(1_500):
        law = np.concatenate([[law @ caught], (law * (1 - caught))[:-1]])
    assert rates(oversight.solve(posed)) == pytest.approx([law @ x / law.sum()], abs=1e-6)
    assert oversight.run(posed).metrics["misconduct_rate"] == pytest.approx(law @ x, abs=0.005)


def test_a_fine_in_training_beside_a_reset_after_it() -> None:
    """What is learnt is g - p s: at s = 4 nothing drifts, and with s = 5 it is unlearnt."""
    entry = {"rate": 0.5, "start": 0.05}
    for amount, drift in ((2.0, 0.25), (4.0, 0.0)):
        sanction = {"kind": "fixed", "amount": amount, "retrain": {}}
        solved = rates(oversight.solve(spec(None, 0.25, entry, {"sanction": sanction})))
        known = resetting_retraining(0.05, drift, 0.25).misconduct if drift else 0.05
        assert solved == pytest.approx([known], abs=1e-9)
    sanction["amount"] = 5.0
    assert rates(oversight.solve(spec(None, 0.25, entry, {"sanction": sanction})))[0] < 1e-3


STEP = {"kind": "fixed", "amount": 0.0, "retrain": {"kind": "step", "size": 0.5}}
LOGIT = {"kind": "strategic", "inspection_cost": 1.0, "bounty": 2.0, "response": {"kind": "logit", "precision": 3.0}}


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({"monitoring": {"kind": "investigation_capacity", "investigators": 250}, "sanction": STEP}, 0.2),
        ({"monitoring": {"kind": "investigation_capacity", "investigators": 150}, "sanction": STEP}, 1.0),
        ({"monitoring": LOGIT, "sanction": STEP}, None),
        ({"sanction": {"kind": "fixed", "amount": 0.0, "retrain": {}, "suspension": 3}}, None),
    ],
    ids=["capacity", "too little capacity", "strategic", "suspension"],
)
def test_what_answers_misconduct_and_what_suspends(policy: Mapping, expected: float | None) -> None:
    """Who is surely caught has x = u / k; 150 cases of 1 000 a period hold 150 k, less than the drift."""
    posed = spec(None, 0.3, {"rate": 0.1, "start": 0.2}, policy, periods=500)
    (found,) = oversight.solve(posed).equilibria
    if expected is not None:
        assert found.misconduct_rate == pytest.approx(expected, abs=1e-7)
    run = oversight.run(posed).metrics
    for name in ("misconduct_rate", "inspection_rate", "active_share"):
        assert run[name] == pytest.approx(getattr(found, name), abs=0.01)


def test_runs_of_a_sweep_are_those_that_stand_alone() -> None:
    sweep = {"kind": "grid", "parameters": {"policy.sanction.retrain.size": {"values": [0.3, 0.9]}}}
    posed = spec({"kind": "step", "size": 0.5}, 0.3, {"rate": 0.1}, periods=40, burn_in=0, replicates=2)
    runs = oversight.sweep(posed | {"sweep": sweep}).runs()
    for _, row in runs.iterrows():
        alone = oversight.run(
            posed,
            {"policy.sanction.retrain.size": row["param.policy.sanction.retrain.size"]},
            replicate=int(row["replicate"]),
        ).metrics
        assert alone["misconduct_rate"] == row["metric.misconduct_rate"]


def test_what_is_learnt_from_random_gains_is_simulated_alone() -> None:
    entry = {"rate": 0.1, "gain": {"kind": "uniform", "low": 0.0, "high": 2.0}}
    assert "differs by chance" in oversight.solve(spec({"kind": "reset"}, 0.2, entry)).not_covered
    by_steps = spec({"kind": "step", "size": 1.0}, 0.2, {"rate": 0.1, "method": "vanilla"})
    assert "learns by a rule of its own" in oversight.solve(by_steps).not_covered


def test_penalties_that_teach_are_as_they_say() -> None:
    """A fine of 5: nothing; a step of .5: 1 / (5 p); a reset: by renewal; a filter: all of the 1 - p not audited."""
    table = oversight.sweep("penalties_that_teach", {"replicates": 1}).summary
    found = {(row["param.policy"], row["param.policy.monitoring.rate"]): row for _, row in table.iterrows()}
    assert len(found) == 12
    for rate in (0.3, 0.5, 0.9):
        reset = resetting_retraining(0.2, 0.1, rate).misconduct
        expected = {"correction_when_caught": 1 / (5 * rate), "reset_when_caught": reset}
        for name, known in expected.items():
            assert found[name, rate]["theory.misconduct_rate"] == pytest.approx(known, abs=1e-9)
        for name, known in {**expected, "fine_in_training": 0.0, "answers_drawn_again": 1 - rate}.items():
            assert found[name, rate]["metric.misconduct_rate.mean"] == pytest.approx(known, abs=0.01)


@pytest.mark.parametrize(
    ("retrain", "entry", "where"),
    [
        ({"kind": "step"}, {}, "policy.sanction.retrain.size"),
        ({"kind": "reset", "size": 1.0}, {}, "policy.sanction.retrain.size"),
        ({"kind": "reset"}, {"kind": "rational"}, "policy.sanction.retrain"),
    ],
    ids=["no size", "a size", "nobody learns"],
)
def test_what_says_nothing_is_refused(retrain: Mapping, entry: Mapping, where: str) -> None:
    with pytest.raises(InputError) as refused:
        oversight.solve(spec(retrain, 0.2, entry))
    problem = refused.value.problems[0]
    assert problem.path == where
    assert problem.remedy
