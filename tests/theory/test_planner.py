"""The planner's optimum and the price of anarchy, against closed forms and brute force."""

from __future__ import annotations

from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import oversight
from oversight.equilibrium import Optimum, Price, optimum
from oversight.equilibrium.anarchy import anarchy
from oversight.scenario import load_experiment


def spec(monitoring: Any, sanction: Any, *population: Any, detector: Any = None, weight: float = 0) -> dict[str, Any]:
    entries = [
        {"kind": "rational", "size": 1000, "name": f"e{i}", "gain": {"kind": "uniform", "low": 0, "high": 1}, **entry}
        for i, entry in enumerate(population)
    ]
    return {
        "name": "planner",
        "policy": {"monitoring": monitoring, "sanction": sanction, "detector": detector or {}},
        "population": entries,
        "social_cost": {"gain_weight": weight},
    }


def best(experiment: dict[str, Any]) -> Optimum:
    return optimum(load_experiment(experiment).experiment)


AUDITS = {"kind": "random_audit", "rate": 0.2}
FINE = {"kind": "fixed", "amount": 2}


def test_first_best_of_becker() -> None:
    """B2: with g ~ U[0, 1] and harm .6, violating is efficient for g > .6: welfare (1 - .6)^2 / 2 = .08."""
    found = best(spec(AUDITS, FINE, {"harm": {"kind": "constant", "value": 0.6}}, weight=1))
    assert found.social_cost == pytest.approx(-0.08, abs=1e-5)
    assert found.misconduct_rate == pytest.approx(0.4, abs=1e-3)


def test_random_harm() -> None:
    """g, h ~ U[0, 1] independent: E max(g - h, 0) = 1/6."""
    found = best(spec(AUDITS, FINE, {"harm": {"kind": "uniform", "low": 0, "high": 1}}, weight=1))
    assert found.social_cost == pytest.approx(-1 / 6, abs=2e-4)


def test_random_harm_where_gains_do_not_count() -> None:
    """h ~ U[-.5, 1]: a violation that helps is dictated, E min(h, 0) = -.5^2 / 3 = -.0833."""
    found = best(spec(AUDITS, FINE, {"harm": {"kind": "uniform", "low": -0.5, "high": 1}}))
    assert found.social_cost == pytest.approx(-1 / 12, abs=1e-4)
    assert found.misconduct_rate == pytest.approx(1 / 3, abs=2e-3)


def test_violators_may_escape_the_suspension_of_innocents() -> None:
    """Only innocents are flagged and lose five periods of work worth 10: all violating costs the harm alone."""
    found = best(
        spec(
            {"kind": "random_audit", "rate": 0.5},
            {**FINE, "suspension": 5},
            {"value": 10, "harm": {"kind": "constant", "value": 0.01}},
            detector={"sensitivity": 0.0, "false_positive_rate": 0.5},
        )
    )
    assert (found.social_cost, found.misconduct_rate) == (pytest.approx(0.01), 1.0)


def test_suspensions_may_save_inspections() -> None:
    """Everyone is inspected at a cost of 10 and a violator sits out 9 periods: .1 (10 + .01 harm) beats 10."""
    found = best(
        spec(
            {"kind": "random_audit", "rate": 1, "cost_per_inspection": 10},
            {**FINE, "suspension": 9},
            {"harm": {"kind": "constant", "value": 0.01}},
        )
    )
    assert (found.social_cost, found.misconduct_rate) == (pytest.approx(1.001), 1.0)


def test_nobody_violates_where_gains_do_not_count() -> None:
    found = best(spec({**AUDITS, "cost_per_inspection": 0.5}, FINE, {}))
    assert found == Optimum(social_cost=pytest.approx(0.1), misconduct_rate=0.0)


def test_false_sanctions_cost_even_the_planner() -> None:
    """Complying actors are sanctioned with probability .2 x .1, each at a cost of 3."""
    sanction = {**FINE, "cost_per_sanction": 3}
    assert best(spec(AUDITS, sanction, {}, detector={"false_positive_rate": 0.1})).social_cost == pytest.approx(0.06)


def test_suspended_innocents_lose_their_work() -> None:
    """Active for 1 / (1 + D q) of the time, q = .2 x .5, D = 3; the rest of the time work worth 5 is lost."""
    sanction = {**FINE, "suspension": 3}
    found = best(spec(AUDITS, sanction, {"value": 5}, detector={"false_positive_rate": 0.5}))
    assert found.social_cost == pytest.approx(5 * (1 - 1 / 1.3))


def test_capacity_is_spent_whoever_violates() -> None:
    monitoring = {"kind": "investigation_capacity", "investigators": 200, "cost_per_investigator": 3}
    assert best(spec(monitoring, FINE, {})).social_cost == pytest.approx(0.6)


def test_congestion_against_brute_force() -> None:
    """Harm is averted in caught violations, and capacity thins out: the best share is found by a fine search here."""
    capacity, harm, averted = 0.3, 0.8, 0.9
    monitoring = {"kind": "investigation_capacity", "investigators": 1000 * capacity}
    found = best(
        spec(
            monitoring,
            FINE,
            {"harm": {"kind": "constant", "value": harm}},
            detector={"harm_averted": averted},
            weight=1,
        )
    )
    share = np.linspace(1e-9, 1, 200_001)
    gains = share - share**2 / 2  # the highest gains are taken first
    costs = harm * share * (1 - averted * np.minimum(1, capacity / share)) - gains
    assert found.social_cost == pytest.approx(costs.min(), abs=1e-5)
    assert found.misconduct_rate == pytest.approx(share[costs.argmin()], abs=2e-3)


def test_suspension_when_gains_count_against_brute_force() -> None:
    """One actor, renewal theory: violate above a threshold T, cost per period a (cost - benefit) + (1 - a) value."""
    sanction = {**FINE, "suspension": 2}
    found = best(
        spec(
            {"kind": "random_audit", "rate": 0.5},
            sanction,
            {"value": 0.3, "harm": {"kind": "constant", "value": 0.2}},
            weight=1,
        )
    )
    share = np.linspace(0, 1, 100_001)
    active = 1 / (1 + 2 * 0.5 * share)
    costs = active * (0.2 * share - (share - share**2 / 2)) + (1 - active) * 0.3
    assert found.social_cost == pytest.approx(costs.min(), abs=1e-5)


def test_it_says_where_it_does_not_apply() -> None:
    monitoring = {"kind": "record_based", "base_rate": 0.1, "rate_per_record": 0.1}
    found = best(spec(monitoring, FINE, {}, detector={"false_positive_rate": 0.1}))
    assert np.isnan(found.social_cost)
    assert "records" in found.note


@pytest.mark.parametrize(
    ("costs", "least", "price", "note"),
    [
        ([3.0, 1.0], 0.5, 6.0, ""),
        ([3.0, 1.0], 0.0, np.nan, "infinite"),
        ([0.0, 0.0], 0.0, 1.0, ""),
        ([3.0, -1.0], -0.5, np.nan, "undefined"),
    ],
)
def test_price_of_anarchy(costs: list[float], least: float, price: float, note: str) -> None:
    found = anarchy(costs, Optimum(social_cost=least, misconduct_rate=0.0), Price(4.0))
    assert found.price == pytest.approx(price, nan_ok=True)
    assert (found.worst, found.best, found.gap) == (max(costs), min(costs), max(costs) - least)
    assert note in found.note


def test_p1b_in_a_sweep(tmp_path: Path) -> None:
    """Social cost m + m^2 / 2 in the two stable equilibria; the optimum is 0, so the gap is the number to read."""
    experiment = spec(
        {"kind": "investigation_capacity", "investigators": 4000},
        {"kind": "fixed", "amount": 0.9},
        {"size": 20_000, "harm": {"kind": "constant", "value": 2}},
        weight=1,
    )
    keys = {"start": "both", "burn_in": 60, "replicates": 5}
    row = oversight.sweep({**experiment, **keys}, out=tmp_path, workers=1).summary.iloc[0]
    high = (1 + sqrt(1 - 4 * 0.9 * 0.2)) / 2
    assert row["anarchy.worst"] == pytest.approx(high + high**2 / 2, abs=2e-3)
    assert row["anarchy.best"] == pytest.approx(0.1 + 0.1**2 / 2, abs=2e-3)
    assert row["anarchy.optimum"] == 0
    assert np.isnan(row["anarchy.price"])
    assert row["anarchy.note"].startswith("infinite")
    written = pd.read_csv(tmp_path / "summary.csv")
    assert written["anarchy.price"].isna().all()
    assert written["anarchy.gap"][0] == pytest.approx(row["anarchy.gap"])
