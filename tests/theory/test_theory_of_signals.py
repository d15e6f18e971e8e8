"""Theory of signals and honeypots: closed forms, certificates, and simulation of policies that have no closed form."""

from __future__ import annotations

import json
from math import exp, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oversight
from oversight.games import audit_awareness

Mapping = dict[str, Any]
share = st.floats(0, 1).map(lambda x: round(x, 3))
amounts = st.floats(0, 4).map(lambda x: round(x, 3))


def experiment(
    monitoring: Mapping, signal: tuple[float, float] | None, sanction: Mapping, *entries: Mapping, **policy: Any
) -> Mapping:
    rates = {} if signal is None else {"signal": dict(zip(("hit_rate", "false_alarm_rate"), signal, strict=True))}
    return {
        "name": "signals",
        "policy": {"monitoring": {**monitoring, **rates}, "sanction": sanction, **policy},
        "population": [{"kind": "rational", "size": 1000, **entry} for entry in entries or ({},)],
    }


def audit(rate: float, **keys: Any) -> Mapping:
    return {"kind": "random_audit", "rate": rate, **keys}


def fine(amount: float, **keys: Any) -> Mapping:
    return {"kind": "fixed", "amount": amount, **keys}


def solved(*args: Any, **keys: Any) -> Any:
    """The one equilibrium, certified, and the solution."""
    solution = oversight.solve(experiment(*args, **keys))
    (found,) = solution.equilibria
    assert found.certificate.holds, found.certificate
    return found, solution


@settings(max_examples=40, deadline=None)
@given(rate=share, hit=share, alarm=share, amount=amounts)
def test_theory_is_the_closed_form(rate: float, hit: float, alarm: float, amount: float) -> None:
    found, solution = solved(audit(rate), (hit, alarm), fine(amount))
    game = audit_awareness(rate, amount, hit, alarm)
    assert found.misconduct_rate == pytest.approx(game.violation, abs=1e-9)
    if game.violation > 1e-9:
        assert found.detection_probability == pytest.approx(game.detection, abs=1e-9)
    assert found.inspection_rate == pytest.approx(rate, abs=1e-12)
    assert found.social_cost == pytest.approx(game.violation, abs=1e-9)
    if 0.001 < rate < 0.999:
        expected = (game.watched, game.unwatched, game.gap, game.apparent)
        assert list(found.measures.values()) == pytest.approx(expected, abs=1e-6)
    assert [path.misconduct_rate for path in solution.paths] == pytest.approx([game.violation] * 2, abs=1e-9)
    assert solution.optimum.social_cost == 0


def honest_by_hand(planted: float, rate: float, hit: float, alarm: float, amount: float, void: bool) -> float:
    """Misconduct at real opportunities, by going through what may have been noticed; gains U[0, 1]."""
    total = 0.0
    for inspected, not_inspected in ((hit, alarm), (1 - hit, 1 - alarm)):
        trap, look, none = (
            planted * inspected,
            (1 - planted) * rate * inspected,
            (1 - planted) * (1 - rate) * not_inspected,
        )
        reached = trap + look + none
        if reached:
            worth = (look + none) / reached if void else 1.0
            due = amount * (trap + look) / reached
            total += (look + none) * (max(0.0, 1 - due / worth) if worth else 0.0)
    return total / (1 - planted)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    planted=share.filter(lambda x: x < 0.999),
    rate=share,
    hit=share,
    alarm=share,
    amount=amounts,
    void=st.booleans(),
)
def test_honeypots_with_a_signal(
    planted: float, rate: float, hit: float, alarm: float, amount: float, void: bool
) -> None:
    honeypots = {"rate": planted, "gain": "void" if void else "kept", "cost": 0.5}
    found, solution = solved(audit(rate, cost_per_inspection=0.25), (hit, alarm), fine(amount), honeypots=honeypots)
    expected = honest_by_hand(planted, rate, hit, alarm, amount, void)
    assert found.misconduct_rate == pytest.approx(expected, abs=1e-9)
    looks = planted + (1 - planted) * rate
    assert found.inspection_rate == pytest.approx(looks, abs=1e-9)
    spent = 0.5 * planted + 0.25 * looks
    assert found.social_cost == pytest.approx((1 - planted) * expected + spent, abs=1e-9)
    assert solution.optimum.social_cost == pytest.approx(spent, abs=1e-12)


@pytest.mark.parametrize(
    ("signal", "gain", "misconduct"),
    [(None, "kept", 0.44), (None, "void", 0.377778), ((0.8, 0.1), "kept", 0.639091)],
)
def test_known_cases(signal: tuple[float, float] | None, gain: str, misconduct: float) -> None:
    found, _ = solved(audit(0.2), signal, fine(2), honeypots={"rate": 0.1, "gain": gain})
    assert found.misconduct_rate == pytest.approx(misconduct, abs=5e-7)


def test_quantal_actors_weigh_the_posterior() -> None:
    """Chance 1 / (1 + exp(-2 (1 - p s))) at p = 24/31 on the signal, 6/69 off it."""
    gain = {"kind": "constant", "value": 1.0}
    found, _ = solved(audit(0.3), (0.8, 0.1), fine(2), {"kind": "quantal", "precision": 2.0, "gain": gain})
    expected = sum(often / (1 + exp(-2 * (1 - 2 * due))) for often, due in ((0.31, 24 / 31), (0.69, 6 / 69)))
    assert found.misconduct_rate == pytest.approx(expected, abs=1e-9)


ERRS = {"sensitivity": 0.9, "false_positive_rate": 0.1, "harm_averted": 0.5}
TWO = (
    {
        "name": "some",
        "size": 30_000,
        "gain": {"kind": "exponential", "mean": 0.8},
        "harm": {"kind": "proportional", "factor": 2.0},
    },
    {"name": "others", "size": 20_000, "kind": "quantal", "precision": 3.0, "value": 0.5},
)
WORLDS = [
    (audit(0.3, cost_per_inspection=0.2), (0.8, 0.1), fine(2, cost_per_sanction=0.3), {}),
    (audit(0.2, cost_per_inspection=0.2), (0.7, 0.2), fine(1.5), {"honeypots": {"rate": 0.15, "cost": 0.4}}),
    (
        audit(0.2),
        (0.7, 0.2),
        {"kind": "proportional", "factor": 2.0, "base": "harm"},
        {"honeypots": {"rate": 0.2, "gain": "void"}},
    ),
    (
        {"kind": "audit_capacity", "inspections": 10_000, "cost_per_inspection": 0.1},
        (0.9, 0.3),
        fine(1, suspension=2),
        {"honeypots": {"rate": 0.05, "cost": 1.0}},
    ),
]


@pytest.mark.parametrize(
    ("monitoring", "signal", "sanction", "policy"), WORLDS, ids=["plain", "kept", "void", "suspended"]
)
def test_simulation_meets_theory(
    monitoring: Mapping, signal: tuple[float, float], sanction: Mapping, policy: Mapping
) -> None:
    """Six standard errors of the share of 800,000 opportunities, times what one of them may come to."""
    made = experiment(monitoring, signal, sanction, *TWO, detector=ERRS, **policy)
    (found,) = oversight.solve(made).equilibria
    assert found.certificate.holds
    assert found.stable
    came = oversight.run({**made, "periods": 26, "burn_in": 10}).metrics
    near = 6 * sqrt(0.25 / 800_000)
    for name in ("misconduct_rate", "inspection_rate", "false_sanction_rate", "active_share"):
        assert came[name] == pytest.approx(getattr(found, name), abs=2 * near), name
    assert came["detection_rate"] == pytest.approx(found.detection_probability, abs=2 * near)
    assert came["social_cost"] == pytest.approx(found.social_cost, abs=6 * near)
    for name, value in found.measures.items():
        assert came[name] == pytest.approx(value, abs=6 * near), name
    for name in ("some", "others"):
        assert came[f"misconduct_rate.{name}"] == pytest.approx(found.misconduct_rates[name], abs=2 * near)


def test_rows_of_a_sweep_have_their_own_signals() -> None:
    made = experiment(
        {"kind": "audit_capacity", "inspections": 300}, (0.8, 0.1), fine(1.5, suspension=1), honeypots={"rate": 0.1}
    )
    parameters = {
        "policy.monitoring.signal.hit_rate": {"values": [0.1, 0.5, 0.9]},
        "policy.honeypots.rate": {"values": [0.0, 0.2]},
    }
    rows = oversight.sweep({**made, "periods": 2, "sweep": {"kind": "grid", "parameters": parameters}}).summary
    for _, row in rows.iterrows():
        path = {name: float(row[f"param.{name}"]) for name in parameters}
        (alone,) = oversight.solve(made, path).equilibria
        assert row["theory.misconduct_rate"] == pytest.approx(alone.misconduct_rate, abs=1e-8)
    assert rows["theory.misconduct_rate"].nunique() == 6


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"population.0.options": [{"name": "shortcut"}]}, "choose between options by a signal"),
        ({"policy.sanction": {"kind": "escalating", "amounts": [1, 2]}}, "no signals or honeypots over records"),
    ],
)
def test_what_theory_does_not_follow_it_says(changes: Mapping, says: str) -> None:
    solution = oversight.solve(experiment(audit(0.3), (0.8, 0.1), fine(2)), changes)
    assert says in solution.not_covered
    assert not solution.equilibria


def test_gains_that_count_leave_the_optimum_open() -> None:
    made = experiment(audit(0.3), (0.8, 0.1), fine(2)) | {"social_cost": {"gain_weight": 0.5}}
    solution = oversight.solve(made)
    assert np.isnan(solution.optimum.social_cost)
    assert "a planner could go by the signal" in solution.optimum.note


def test_what_audits_report_stands_beside_the_equilibrium() -> None:
    """.165217 where misconduct is .57, in the text, the table and the cells that reports are drawn from."""
    made = experiment(audit(0.3), (0.8, 0.1), fine(2))
    solution = oversight.solve(made)
    assert "apparent misconduct 16.5217%" in str(solution)
    assert solution.to_frame()["apparent_misconduct_rate"].tolist() == pytest.approx([0.165217], abs=1e-6)
    (state,) = json.loads(oversight.sweep({**made, "periods": 1}).summary["theory.states"][0])
    assert state["gaming_gap"] == pytest.approx(0.578261, abs=1e-6)
    assert oversight.solve(experiment(audit(0.3), None, fine(2))).equilibria[0].measures == {}


def test_without_inspections_they_report_nothing() -> None:
    found, solution = solved(audit(0.0), (0.8, 0.1), fine(2))
    assert np.isnan(found.measures["apparent_misconduct_rate"])
    assert "apparent misconduct -" in str(solution)
