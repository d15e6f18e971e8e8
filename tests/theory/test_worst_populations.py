"""Rows P9 and P10: the worst population of those that what is known leaves."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

import oversight
from oversight.games import robust_audits, worst_misconduct, worst_within


def test_the_worst_population_by_its_mean_gain() -> None:
    """Row P9: mean gain .2, sanction 1, harm 1, an audit costs .8; a linear programme over populations on a grid."""
    best = robust_audits(0.2, 1, 1, 0.8)
    assert (worst_misconduct(0.2, 0.5, 1), best.rate, best.misconduct, best.cost) == pytest.approx((0.4, 0.5, 0.4, 0.8))
    gains = np.linspace(0, 1, 2001)
    worst = linprog(-1.0 * (gains >= 0.5), A_ub=[gains], b_ub=[0.2], A_eq=[np.ones(2001)], b_eq=[1])
    assert -worst.fun == pytest.approx(0.4, abs=1e-9)
    rates = np.linspace(0.001, 1, 1000)
    costs = 0.8 * rates + [worst_misconduct(0.2, rate, 1) for rate in rates]
    assert (rates[costs.argmin()], costs.min()) == pytest.approx((0.5, 0.8), abs=1e-3)


def test_where_audits_cost_too_much_none_are_best() -> None:
    assert robust_audits(0.5, 1, 1, 1).rate == 0
    assert robust_audits(0.5, 1, 1, 1).cost == 1
    assert robust_audits(0.5, 1, 10, 1).rate == 1


def test_the_worst_population_in_a_simulation() -> None:
    """Two fifths gain just above half of the sanction, the others nothing; gains on [0, 1] leave a half."""
    experiment = {
        "name": "worst",
        "policy": {"monitoring": {"kind": "random_audit", "rate": 0.5}, "sanction": {"kind": "fixed", "amount": 1}},
        "population": [
            {"name": "few", "kind": "rational", "size": 4000, "gain": {"kind": "constant", "value": 0.500001}},
            {"name": "most", "kind": "rational", "size": 6000, "gain": {"kind": "constant", "value": 0.0}},
        ],
        "periods": 3,
    }
    assert oversight.run(experiment).metrics["misconduct_rate"] == pytest.approx(0.4)
    alike = [{"kind": "rational", "size": 10_000, "gain": {"kind": "uniform", "low": 0, "high": 1}}]
    (found,) = oversight.solve(experiment | {"population": alike}).equilibria
    assert found.misconduct_rate == pytest.approx(0.5)


def test_the_worst_population_within_a_divergence() -> None:
    """Row P10: .2 assumed, .05 nats; by tilting gains on a grid exponentially towards those who violate."""
    assert worst_within(0.2, 0.05) == pytest.approx(0.335158, abs=1e-6)
    violate = np.arange(1000) < 200
    low, high = 0.0, 5.0
    for _ in range(60):
        tilt = (low + high) / 2
        weights = np.exp(tilt * violate) / np.exp(tilt * violate).sum()
        low, high = (tilt, high) if (weights * np.log(weights * 1000)).sum() < 0.05 else (low, tilt)
    assert weights[violate].sum() == pytest.approx(worst_within(0.2, 0.05), abs=1e-9)
    assert worst_within(0.2, 0) == pytest.approx(0.2)
    assert worst_within(0.2, 2) == 1


def test_what_is_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="mean_gain is 0"):
        worst_misconduct(0, 0.5, 1)
    with pytest.raises(ValueError, match="assumed is 1"):
        worst_within(1, 0.1)
