"""Gains that drift from period to period: actors weigh what they gain now, and charts notice what comes of it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

import oversight
from oversight.errors import InputError
from oversight.games import binomial_cusum
from oversight.scenario import load_experiment
from oversight.simulation import Engine, Run, batch, simulate

STEP = "population.0.drift.gain.per_period"
CHART = {
    "kind": "cusum",
    "reference": 0.1,
    "threshold": 5,
    "then": {"set": {"policy.sanction.amount": 0.5}, "periods": 1000},
}


def drifting(per_period: float | None, size: int = 20_000, **more: Any) -> dict[str, Any]:
    """U[0, 1] gains that move, and a fine of 1 that half of all violators pay: at first half of them violate."""
    entry = {"kind": "rational", "size": size, "gain": {"kind": "uniform", "low": 0, "high": 1}}
    return {
        "name": "drifting",
        "policy": {"monitoring": {"kind": "random_audit", "rate": 0.5}, "sanction": {"kind": "fixed", "amount": 1}},
        "population": [entry if per_period is None else entry | {"drift": {"gain": {"per_period": per_period}}}],
        "periods": 40,
        **more,
    }


def experiment(of: dict[str, Any]) -> Any:
    return load_experiment(json.loads(json.dumps(of))).experiment


@pytest.mark.parametrize("per_period", [0.02, -0.01])
def test_misconduct_follows_the_shifted_distribution(per_period: float) -> None:
    """P(g + d t > .5) = .5 + d t in period t from 0, and no further than 0 and 1."""
    rates = oversight.run(drifting(per_period)).series["misconduct_rate"].to_numpy()
    expected = np.clip(0.5 + per_period * np.arange(40), 0, 1)
    spread = np.sqrt(expected * (1 - expected) / 20_000)
    assert np.all(np.abs(rates - expected) <= 5 * spread)


def test_what_goes_with_the_gain_moves_along() -> None:
    """Of three times a constant gain of .4 + .05 t, and half of it in harm: above the fine from the third period on."""
    made = drifting(0.05, 10, periods=5)
    harm = {"kind": "proportional", "factor": 0.5}
    entry = made["population"][0] | {"gain": {"kind": "constant", "value": 0.4}, "harm": harm}
    series = oversight.run(made | {"population": [entry]}).series
    assert series["gain"].to_numpy() == pytest.approx([0, 0, 0, 0.55, 0.6])
    assert series["harm"].to_numpy() == pytest.approx([0, 0, 0, 0.275, 0.3])
    options = [{"name": "large", "gain": 3.0}, {"name": "none", "gain": 0.0, "violation": False}]
    several = oversight.run(made | {"population": [entry | {"options": options}]}).series
    assert several["gain"].to_numpy() == pytest.approx(3 * np.array([0.4, 0.45, 0.5, 0.55, 0.6]))


def test_gains_that_drift_by_nothing_are_those_that_do_not() -> None:
    one, other = (oversight.run(drifting(step, 300)).series for step in (None, 0.0))
    assert one.equals(other)


def test_each_run_of_a_batch_drifts_by_its_own_step() -> None:
    runs = [Run(experiment(drifting(step, 50)), 3, "compliant") for step in (0.01, -0.02, 0.0)]
    together = simulate(runs)["misconduct_rate"]
    alone = [simulate([run])["misconduct_rate"][0] for run in runs]
    assert together.tolist() == alone
    assert len(set(alone)) == 3
    each = [Engine(batch(runs), granularity) for granularity in ("entry", "actor")]
    for engine in each:
        engine.play()
    np.testing.assert_array_equal(each[0].gain, each[1].gain)


def test_the_step_can_be_swept() -> None:
    grid = {"kind": "grid", "parameters": {STEP: {"values": [0.0, 0.02]}}}
    made = drifting(0.01, 2000, replicates=2, sweep=grid)
    means = oversight.sweep(made).summary["metric.misconduct_rate.mean"]
    assert means.to_numpy() == pytest.approx([0.5, np.clip(0.5 + 0.02 * np.arange(40), 0, 1).mean()], abs=0.01)


def test_a_chart_sounds_as_late_as_its_chain_says() -> None:
    """20 audits of whom .05 + .002 t violate in period t: the chain of S = max(0, S + found - 2), period by period."""
    made = drifting(0.002, 20, principal=CHART, periods=400)
    made["policy"]["monitoring"]["rate"] = 1.0
    made["policy"]["sanction"]["amount"] = 0.95
    law, waits, number = np.eye(5)[0], 0.0, np.arange(21)
    for period in range(400):
        waits += law.sum()
        after = np.zeros(5)
        for chance, found in zip(binom.pmf(number, 20, min(0.05 + 0.002 * period, 1)), number, strict=True):
            for state in range(5):
                there = max(0, state + found - 2)
                after[min(there, 4)] += (there < 5) * chance * law[state]
        law = after
    assert law.sum() < 1e-12
    assert waits < binomial_cusum(0.05, 20, 2, 5) / 50
    whole, found = experiment(made), []
    engine = Engine(batch([Run(whole, replicate, "compliant") for replicate in range(600)]))
    engine.play(lambda each: found.append(np.array(each.governing.memory.sounded)))  # type: ignore[union-attr]
    first = 1 + np.concatenate(found, axis=1).argmax(axis=1)
    assert first.mean() == pytest.approx(waits, abs=4 * first.std() / np.sqrt(600))


def test_theory_says_that_it_does_not_follow() -> None:
    solution = oversight.solve(drifting(0.01, 100))
    assert "Gains drift" in solution.not_covered
    assert not solution.equilibria
    swept = drifting(0.01, 100, replicates=2, sweep={"kind": "grid", "parameters": {STEP: {"values": [0.0, 0.02]}}})
    summary = oversight.sweep(swept).summary
    assert summary["theory.note"].str.contains("Gains drift").all()
    assert summary.filter(like="anarchy.").select_dtypes("number").isna().all(axis=None)


LEADER = {"kind": "strategic", "response": "leadership", "inspection_cost": 0.1, "bounty": 1.0}
LEVELS = {
    "policy.training": {"kind": "palette", "targets": {"honesty": -0.1}},
    "population.0.kind": "trained",
    "population.0.temperature": 1.0,
    "population.0.violating": {"values": {"honesty": -1.0}},
}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"population.0.kind": "forward_looking", "population.0.discount": 0.9}, "looks ahead over opportunities"),
        ({"policy.monitoring": LEADER}, "in which no gains drift"),
        (LEVELS, "at gains that stay as they are"),
        ({STEP: "fast"}, "number"),
        ({"population.0.drift": {}}, "missing"),
    ],
)
def test_what_drift_does_not_go_with_is_refused_where_it_stands(change: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError) as refused:
        oversight.run(drifting(0.01, 100), change)
    (problem,) = refused.value.problems
    assert problem.path.startswith("population.0.drift")
    assert says in problem.message
    assert problem.remedy
