"""PRIM: a box that is planted is found, and nothing is found where there is none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import oversight
from oversight.sweeps.prim import Box, covering, prim


def _uniform(points: int, axes: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).random((points, axes))


def _found(facts: np.ndarray, wanted: np.ndarray) -> Box:
    box = prim(facts, wanted)
    assert box is not None
    return box


@pytest.mark.parametrize("seed", range(5))
def test_a_planted_box_is_found(seed: int) -> None:
    facts = _uniform(1000, 5, seed)
    box = _found(facts, (facts[:, 0] < 0.4) & (facts[:, 2] > 0.3) & (facts[:, 2] < 0.8))
    assert box.coverage > 0.9
    assert box.density > 0.9
    assert box.limited.tolist() == [True, False, True, False, False]
    assert box.high[0] == pytest.approx(0.4, abs=0.03)
    assert (box.low[2], box.high[2]) == pytest.approx((0.3, 0.8), abs=0.03)
    assert np.isneginf(box.low[0])
    assert (box.chance[box.limited] < 1e-6).all()


def test_coverage_and_density_are_of_the_points_within_the_limits() -> None:
    facts = _uniform(500, 3)
    wanted = (facts[:, 0] > 0.7) ^ (np.random.default_rng(2).random(500) < 0.1)
    box = _found(facts, wanted)
    inside = ((facts >= box.low) & (facts <= box.high)).all(axis=1)
    assert box.coverage == (wanted & inside).sum() / wanted.sum()
    assert box.density == (wanted & inside).sum() / inside.sum()
    assert box.density > 0.8
    assert box.limited.tolist() == [True, False, False]


def test_it_depends_on_the_order_of_values_alone() -> None:
    facts = _uniform(400, 2)
    wanted = (facts[:, 0] < 0.5) & (facts[:, 1] < 0.5)
    plain, bent = _found(facts, wanted), _found(np.exp(7 * facts), wanted)
    assert np.exp(7 * plain.high) == pytest.approx(bent.high)


def test_whole_numbers_are_peeled_value_by_value() -> None:
    facts = np.column_stack([np.random.default_rng(3).integers(0, 5, 600), _uniform(600, 1)]).astype(float)
    box = _found(facts, facts[:, 0] >= 3)
    assert box.low.tolist() == [3, -np.inf]
    assert (box.coverage, box.density) == (1, 1)


def test_noise_has_hardly_a_limit() -> None:
    """At most one fact of four is limited in a false alarm; the slices are chosen, so that one is no surprise."""
    wanted = np.random.default_rng(4).random(1000) < 0.5
    box = _found(_uniform(1000, 4), wanted)
    assert box.coverage > 0.8
    assert box.density < 0.6


@pytest.mark.parametrize("wanted", [np.zeros(50, bool), np.ones(50, bool)])
def test_there_is_no_box_where_all_or_none_are_wanted(wanted: np.ndarray) -> None:
    assert prim(_uniform(50, 2), wanted) is None


@pytest.mark.parametrize("seed", range(3))
def test_what_a_first_box_leaves_is_found_by_a_second(seed: int) -> None:
    """The first one goes for the larger of two planted boxes, wider than it is: the second is the other to a hair."""
    facts = _uniform(1000, 4, seed)
    one, other = (facts[:, 0] < 0.4) & (facts[:, 1] < 0.5), (facts[:, 0] > 0.7) & (facts[:, 2] > 0.6)
    wanted = one | other
    first, second = covering(facts, wanted)[:2]
    assert first.inside(facts)[one].mean() > 0.9
    assert second.limited.tolist() == [True, False, True, False]
    assert (second.low[0], second.low[2]) == pytest.approx((0.7, 0.6), abs=0.03)
    assert second.density > 0.9
    assert first.coverage + second.coverage > 0.95
    hits = (wanted & ~first.inside(facts) & second.inside(facts)).sum()
    assert second.coverage == hits / wanted.sum()


def test_one_box_is_enough_where_one_was_planted() -> None:
    facts = _uniform(1000, 4)
    assert len(covering(facts, (facts[:, 0] < 0.4) & (facts[:, 1] < 0.5))) == 1
    assert covering(facts, np.zeros(1000, bool)) == []


LAW: dict[str, Any] = {
    "name": "law",
    "policy": {"monitoring": {"kind": "random_audit", "rate": 0.5}, "sanction": {"kind": "fixed", "amount": 1}},
    "population": [{"kind": "rational", "size": 2000}],
    "periods": 1,
    "replicates": 1,
}
UNIT = {"kind": "uniform", "low": 0, "high": 1}


def test_it_finds_where_a_policy_fails() -> None:
    """Gains U[0, 1], audits .5, fine f and sensitivity d: misconduct is 1 - .5 f d, at least .9 below f d = .2."""
    parameters = {"policy.sanction.amount": UNIT, "policy.detector.sensitivity": UNIT}
    sweep = {"kind": "nested", "levers": {"policy.monitoring.rate": {"values": [0.5, 1.0]}}, "uncertain": parameters}
    results = oversight.sweep({**LAW, "sweep": {**sweep, "worlds": 200}}, out=None, progress=False)
    found = oversight.scenario_discovery(results, 0.9, policy={"policy.monitoring.rate": 0.5})
    table = results.summary[results.summary["param.policy.monitoring.rate"] == 0.5]
    inside = np.ones(len(table), bool)
    for _, row in found.iterrows():
        inside &= table[f"param.{row['parameter']}"].between(row["low"], row["high"]).to_numpy()
    fails = table["metric.misconduct_rate.mean"].to_numpy() >= 0.9
    assert found["coverage"].iloc[0] == (inside & fails).sum() / fails.sum()
    assert found["density"].iloc[0] == (inside & fails).sum() / inside.sum()
    assert found["density"].iloc[0] > fails.mean()
    assert oversight.scenario_discovery(results, 2, policy={"policy.monitoring.rate": 0.5}).empty


RATES = {"policy.monitoring.rate": {"values": [0, 1]}}
NESTED = {"kind": "nested", "levers": RATES, "uncertain": {"policy.sanction.amount": UNIT}, "worlds": 4}
SOBOL = {"kind": "sobol", "points": 4, "parameters": {"policy.monitoring.rate": UNIT}}


@pytest.mark.parametrize(
    ("sweep", "asked", "said"),
    [
        ({"kind": "grid", "parameters": RATES}, {}, "no facts that are drawn"),
        (SOBOL, {"measure": "x"}, "no measure"),
        (NESTED, {}, "does not say which `policy.monitoring.rate`"),
        (NESTED, {"policy": {"policy.monitoring.rate": 0.3}}, "no design point has these levers"),
    ],
    ids=["grid", "measure", "levers", "values"],
)
def test_what_it_cannot_answer_is_told(sweep: dict[str, Any], asked: dict[str, Any], said: str) -> None:
    results = oversight.sweep({**LAW, "sweep": sweep}, out=None, progress=False)
    with pytest.raises(oversight.InputError, match=said):
        oversight.scenario_discovery(results, 0.5, **asked)
