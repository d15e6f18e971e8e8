"""Principals that try policies in blocks: exact regrets, bounds, and what fixed arms come to on the same draws."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest

import oversight
from oversight.errors import InputError
from oversight.games import exp3_bound, halving, lai_robbins, thompson_regret, ucb_bound, ucb_regret
from oversight.scenario import load_experiment
from oversight.scenario.governed import governing
from oversight.simulation import Run, simulate

RATE = "policy.monitoring.rate"


def trials(principal: dict[str, Any], losses: tuple[float, ...], blocks: int, **more: Any) -> dict[str, Any]:
    """One actor with a gain on [0, 1] and a fine of 1: audits at a rate r leave a chance of 1 - r of a violation."""
    rates = [1 - loss for loss in losses]
    return {
        "name": "trials",
        "policy": {"monitoring": {"kind": "random_audit", "rate": 0.5}, "sanction": {"kind": "fixed", "amount": 1}},
        "population": [{"kind": "rational", "size": 1, "gain": {"kind": "uniform", "low": 0, "high": 1}}],
        "principal": {"arms": {RATE: rates}, "observes": True, **principal},
        "periods": blocks,
        **more,
    }


def regrets(experiment: dict[str, Any], runs: int) -> Any:
    """Expected losses of the arms tried less those of the best, over all blocks, (runs,)."""
    made: Any = load_experiment(experiment).experiment
    rates = experiment["principal"]["arms"][RATE]
    found = simulate([Run(made, replicate, "compliant") for replicate in range(runs)])[f"lever.{RATE}"]
    return made.periods * (max(rates) - found)


def assert_mean(found: Any, expected: float, errors: float = 4) -> None:
    assert found.mean() == pytest.approx(expected, abs=errors * found.std() / sqrt(len(found)))


@pytest.mark.parametrize(
    ("losses", "blocks", "thompson", "ucb"),
    [((0.6, 0.3), 20, 1.747744, 2.025825), ((0.5, 0.4), 30, 1.218944, 1.298062)],
)
def test_exact_regret(losses: tuple[float, float], blocks: int, thompson: float, ucb: float) -> None:
    """Row P1, by dynamic programming, and as it is played through a file."""
    assert thompson_regret(losses, blocks) == pytest.approx(thompson, abs=1e-6)
    assert ucb_regret(losses, blocks) == pytest.approx(ucb, abs=1e-6)
    assert_mean(regrets(trials({"kind": "thompson"}, losses, blocks), 20_000), thompson)
    assert_mean(regrets(trials({"kind": "ucb"}, losses, blocks), 20_000), ucb)


FIVE = (0.5, 0.4, 0.3, 0.2, 0.1)


def test_bounds_of_regret() -> None:
    """Row P2: five policies over 2000 blocks."""
    assert lai_robbins(FIVE) == pytest.approx(5.300581, abs=1e-6)
    assert ucb_bound(FIVE, 2000) == pytest.approx(1271.106945, abs=1e-6)
    assert exp3_bound(5, 2000) == pytest.approx(332.593922, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "expected", "known"), [("thompson", 20.8097, 0.18), ("ucb", 119.36365, 0.21)])
def test_mean_regret_of_five_policies(kind: str, expected: float, known: float) -> None:
    """Row P2: itself by 4000 runs of another program, with standard errors of .18 and .21."""
    found = regrets(trials({"kind": kind}, FIVE, 2000), 2_000)
    assert found.mean() == pytest.approx(expected, abs=4 * sqrt(found.var() / len(found) + known**2))


def test_exponential_weights_keep_to_their_bound() -> None:
    """At the exploration that the bound is of; uniform play would come to T times the mean gap."""
    exploration = min(1.0, sqrt(5 * np.log(5) / ((np.e - 1) * 600)))
    found = regrets(trials({"kind": "exp3", "exploration": float(exploration)}, FIVE, 600), 400)
    assert found.mean() < min(exp3_bound(5, 600), 600 * 0.2)


def test_successive_halving_recommends_the_best_as_often_as_it_should() -> None:
    """Row P3: four policies, ten blocks each, the better two twenty more; what is played then is recommended."""
    losses = (0.4, 0.35, 0.3, 0.2)
    assert halving(losses, 10, 20) == pytest.approx((0.61026, 0.251323), abs=1e-6)
    experiment = trials({"kind": "halving", "rounds": [10, 20]}, losses, 81, burn_in=80)
    regret = regrets(experiment, 20_000) / 81
    assert_mean(np.isclose(regret, 0), 0.61026)
    assert_mean(0.2 + regret, 0.251323)


def test_blocks_carry_over_and_settle() -> None:
    """Capacity .3 scores .436 in ten periods from a violating past and .1 from a compliant one; the last period .1."""
    monitoring = {"kind": "investigation_capacity", "investigators": 2000.0}
    uniform = {"kind": "uniform", "low": 0, "high": 1}
    experiment = {
        "name": "blocks",
        "policy": {"monitoring": monitoring, "sanction": {"kind": "fixed", "amount": 0.9}},
        "population": [{"kind": "rational", "size": 10_000, "gain": uniform}],
        "principal": {"kind": "ucb", "observes": True, "every": 10}
        | {"arms": {"policy.monitoring.investigators": [3000.0, 3000.0]}},
        "periods": 20,
        "start": "violating",
    }
    series = oversight.run(experiment).series["misconduct_rate"]
    assert series[:10].mean() == pytest.approx(0.435964, abs=0.01)
    assert series[10:].mean() == pytest.approx(0.1, abs=0.005)


@pytest.mark.parametrize(("start", "low", "high"), [("violating", 0.772401, 0.435964), ("compliant", 0.1, 0.1)])
def test_blocks_that_begin_anew_score_as_from_the_start(start: str, low: float, high: float) -> None:
    """Row P11: a block's score is that of its arm from where the run began, whatever came before it."""
    arms = {"policy.monitoring.investigators": [20_000.0, 30_000.0]}
    experiment = {
        "name": "blocks",
        "policy": {
            "monitoring": {"kind": "investigation_capacity", "investigators": 20_000.0},
            "sanction": {"kind": "fixed", "amount": 0.9},
        },
        "population": [{"kind": "rational", "size": 100_000, "gain": {"kind": "uniform", "low": 0, "high": 1}}],
        "principal": {"kind": "halving", "rounds": [2], "observes": True, "every": 10, "reset": True, "arms": arms},
        "periods": 50,
        "start": start,
    }
    means = oversight.run(experiment).series["misconduct_rate"].to_numpy().reshape(5, 10).mean(axis=1)
    best = low if low == high else high
    assert means == pytest.approx([low, low, high, high, best], abs=0.01)


def test_a_report_says_how_long_blocks_are_and_how_they_begin() -> None:
    bandit: Any = {"kind": "ucb", "arms": {RATE: [0.2, 0.6]}, "every": 10, "settle": 4}
    made: Any = load_experiment(trials(bandit, (0.5, 0.5), 40)).experiment.principal
    told = governing(made, {})["Principal"]
    assert told.endswith(
        "in blocks of 10 periods, the first 4 not scored; each goes on from where the one before left off"
    )
    anew: Any = load_experiment(trials(bandit | {"reset": True}, (0.5, 0.5), 40)).experiment.principal
    assert governing(anew, {"principal.every": "5 and 10"})["Principal"].endswith(
        "in blocks of 5 and 10 periods, the first 4 not scored; each begins where the run began"
    )
    assert "blocks" not in governing(made, {"principal": "ucb and thompson"})["Principal"]


def test_fixed_arms_replayed_on_the_same_draws_give_regret_run_by_run() -> None:
    """A bandit beside each of its arms in one sweep: what it does in a period is what that arm does in it."""
    bandit = {"kind": "ucb", "arms": {RATE: [0.2, 0.6]}, "observes": True}
    fixed = [{"kind": "schedule", "steps": [{"at": 0, "set": {RATE: rate}}]} for rate in (0.2, 0.6)]
    experiment = trials({}, (0.5, 0.5), 40, replicates=3, theory=False)
    experiment["sweep"] = {"kind": "list", "points": [{"principal": each} for each in (bandit, *fixed)]}
    experiment["principal"] = bandit
    found = oversight.sweep(experiment, workers=1).runs().pivot(index="replicate", columns="point")
    rates, levers = found["metric.misconduct_rate"], found[f"metric.lever.{RATE}"]
    regret = 40 * (rates[0] - rates[2])
    assert regret.to_numpy() == pytest.approx(regret.round(), abs=1e-9)
    assert regret.mean() > 0
    assert (rates[0] <= rates[1]).all()
    assert ((levers[0] > 0.2) & (levers[0] < 0.6)).all()


def test_a_block_that_shows_nothing_counts_as_the_worst() -> None:
    """Nobody is inspected in the first arm: it is not the best because nobody saw anything."""
    bandit = {"kind": "ucb", "arms": {RATE: [0.0, 0.9]}, "observes": "apparent"}
    found = oversight.run(trials(bandit, (0.5, 0.5), 60)).metrics
    assert found[f"lever.{RATE}"] > 0.45


@pytest.mark.parametrize(
    ("change", "where", "says"),
    [
        ({"arms": {RATE: [0.1, 1.2]}}, "principal.arms", "above the most allowed"),
        ({"arms": {RATE: [0.1, 0.2], "policy.sanction.amount": [1, 2, 3]}}, f"principal.arms.{RATE}", "has 2 values"),
        ({"every": 10, "settle": 10}, "principal.settle", "none of a block"),
        ({"arms": {RATE: [0.1]}}, "principal.arms", ""),
    ],
)
def test_wrong_arms_are_told(change: dict[str, Any], where: str, says: str) -> None:
    with pytest.raises(InputError) as refused:
        oversight.run(trials({"kind": "ucb", **change}, (0.5, 0.4), 10))
    assert refused.value.problems[0].path.startswith(where)
    assert says in refused.value.problems[0].message
    assert refused.value.problems[0].remedy
