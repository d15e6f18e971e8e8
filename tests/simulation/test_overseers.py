"""Overseers that inspect because it pays, held against the inspection game's closed forms."""

from __future__ import annotations

import json
from math import comb, exp, log, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq

import oversight
from helpers import Command
from oversight.errors import InputError
from oversight.policy import Detector
from oversight.policy.monitoring.strategic import Overseers, Strategic
from statistical import assert_mean


def game(response: Any, *population: dict[str, Any], fine: float = 2.0, **keys: Any) -> dict[str, Any]:
    """Tsebelis's inspection game with k = 1 and r = 4; `keys` are those of the experiment, or of the monitoring."""
    horizon = {
        name: keys.pop(name) for name in ("periods", "burn_in", "start", "replicates", "detector") if name in keys
    }
    policy = {
        "monitoring": {"kind": "strategic", "inspection_cost": 1, "bounty": 4, "response": response, **keys},
        "detector": horizon.pop("detector", {}),
        "sanction": {"kind": "fixed", "amount": fine},
    }
    gain = {"gain": {"kind": "constant", "value": 1}}
    entries = [{"kind": "rational", "size": 100, "name": f"e{i}", **gain, **e} for i, e in enumerate(population)]
    return {"name": "game", "policy": policy, "population": entries, **horizon}


def always(rate: float) -> dict[str, Any]:
    return {"kind": "unconditional", "rate": rate}


def logistic(x: float) -> float:
    return 1 / (1 + exp(-x))


@pytest.mark.parametrize(
    ("start", "first"),
    [("compliant", [(1, 0), (1, 1), (0, 1), (0, 0)]), ("violating", [(0, 1), (0, 0), (1, 0), (1, 1)])],
)
def test_best_responses_cycle_around_the_mixed_equilibrium(start: str, first: list[tuple[int, int]]) -> None:
    """Lagged best responses: (0, 0), (1, 0), (1, 1), (0, 1) and again, with averages of one half."""
    actors = {"gain": {"kind": "constant", "value": 50}}
    found = oversight.run(game("best", actors, fine=100, periods=400, start=start))
    played = list(zip(found.series["misconduct_rate"], found.series["inspection_rate"], strict=True))
    assert played == first * 100
    assert found.metrics["misconduct_rate"] == found.metrics["inspection_rate"] == 0.5


def test_an_overseer_that_breaks_even_goes_on_as_before() -> None:
    """With r = k everyone violating makes inspections break even; nobody violating makes them a loss."""
    for start, rate in (("violating", 0), ("compliant", 0)):
        found = oversight.run(game("best", always(1), bounty=1, start=start))
        assert found.metrics["inspection_rate"] == rate
    slow = oversight.run(game({"kind": "hedge", "rate": 1, "start": 0.3}, always(1), bounty=1, start="violating"))
    assert slow.series["perceived_detection"].to_numpy() == pytest.approx(0.3, abs=1e-15)


@pytest.mark.parametrize(("precision", "x", "y"), [(1, 0.419202, 0.663026), (5, 0.270146, 0.599388)])
def test_logit_players_settle_where_both_respond(tmp_path: Path, precision: float, x: float, y: float) -> None:
    """I7: x = s(l(g - p y)), y = s(l(r x - k)); overseers that move slowly enough find it."""
    spec = game(
        {"kind": "logit", "precision": precision},
        {"kind": "quantal", "precision": precision, "size": 20_000},
        adjustment=0.1,
        periods=130,
        burn_in=80,
        replicates=10,
    )
    found = oversight.sweep(spec, out=tmp_path, workers=1).runs()
    assert_mean(found["metric.misconduct_rate"], x)
    assert_mean(found["metric.inspection_rate"], y)
    assert logistic(precision * (1 - 2 * y)) == pytest.approx(x, abs=1e-5)


def test_hedge_moves_the_log_odds_by_the_net_benefit() -> None:
    """Where everyone violates an inspection nets q (bounty + stake) - k each period, and no rate is ever stuck."""
    response = {"kind": "hedge", "rate": 0.5, "start": 0.2}
    spec = game(response, always(1), stake=1, detector={"sensitivity": 0.8}, periods=60, start="violating")
    steps = np.arange(60) * 0.5 * (0.8 * (4 + 1) - 1)
    assert oversight.run(spec).series["perceived_detection"].to_numpy() == pytest.approx(
        0.8 / (1 + np.exp(-log(0.2 / 0.8) - steps)), abs=1e-12
    )


def test_a_paid_false_flag_is_a_reason_to_look() -> None:
    """Nobody violates; an inspection costs 1 and flags an innocent half of the time."""
    for paid, rate in ((-2.5, 1), (-1.5, 0), (2.5, 0)):
        found = oversight.run(game("best", always(0), false_flag_cost=paid, detector={"false_positive_rate": 0.5}))
        assert found.metrics["inspection_rate"] == rate


def test_adjustment_goes_a_share_of_the_way() -> None:
    """Inspections never pay: from 1 the rate falls by a quarter each period."""
    spec = game("best", always(0.1), adjustment=0.25, start="violating", periods=20)
    expected = np.concatenate([[1.0, 1.0], 0.75 ** np.arange(1, 19)])
    assert oversight.run(spec).series["perceived_detection"].to_numpy() == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("share_bounty", [True, False])
def test_a_look_is_worth_its_part_of_the_bounty(share_bounty: bool) -> None:
    """Summed over how many of the m - 1 others look at the same actor, each with probability y."""
    m, y, x = 4, 0.3, 0.2
    others = [comb(m - 1, j) * y**j * (1 - y) ** (m - 1 - j) for j in range(m)]
    part = sum(chance / (1 + j if share_bounty else 1) for j, chance in enumerate(others))
    expected = x * 0.9 * (4 * part + 1.5 * others[0]) - (1 - x) * 0.1 * 2 * part - 1
    overseers = Overseers(size=m, share_bounty=share_bounty)
    monitoring = Strategic(
        inspection_cost=1, bounty=4, stake=1.5, false_flag_cost=2, response="best", overseers=overseers
    )
    detector = Detector(sensitivity=0.9, false_positive_rate=0.1)
    rate = np.array([[1 - (1 - y) ** m]])
    assert monitoring.net_benefit(np.array([[x]]), rate, detector) == pytest.approx(expected, abs=1e-14)


def test_several_overseers_who_share_a_bounty_each_look_less_and_cost_every_look() -> None:
    """Everyone violates. Logit overseers: y = s(l (bounty D / (m y) - k)), D = 1 - (1 - y)^m; an actor costs k m y."""
    found = oversight.run(
        game(
            {"kind": "logit", "precision": 0.5},
            always(1),
            overseers={"size": 3},
            adjustment=0.5,
            start="violating",
            periods=200,
            burn_in=150,
        )
    )
    y = brentq(lambda y: logistic(0.5 * (4 * (1 - (1 - y) ** 3) / (3 * y) - 1)) - y, 1e-9, 1)
    rate = 1 - (1 - y) ** 3
    assert found.metrics["perceived_detection"] == pytest.approx(rate, abs=1e-9)
    looks = found.metrics["oversight_cost"] / found.metrics["inspection_rate"]
    assert looks == pytest.approx(3 * y / rate, abs=1e-9)
    assert found.metrics["inspection_rate"] == pytest.approx(rate, abs=5 * sqrt(rate * (1 - rate) / 5000))


def test_the_violations_that_pay_several_overseers_rise_with_their_number() -> None:
    """An interior equilibrium has x = k m y / (bounty D), where m overseers break even."""
    rate, shares = np.array([[0.2]]), []
    for m in (1, 2, 5, 50):
        y = 1 - 0.8 ** (1 / m)
        shares.append(1 * m * y / (4 * 0.2))
        monitoring = Strategic(inspection_cost=1, bounty=4, response="best", overseers=Overseers(size=m))
        assert monitoring.net_benefit(shares[-1], rate, Detector()) == pytest.approx(0, abs=1e-12)
    assert shares == sorted(shares)
    assert shares[0] == pytest.approx(0.25)


def test_leadership_inspects_just_enough_to_deter() -> None:
    """I2: g = 1, p = 10, k = 1, harm 10: inspect .1, and a tie complies."""
    found = oversight.run(game("leadership", {"harm": {"kind": "constant", "value": 10}}, fine=10, periods=200))
    assert found.metrics["perceived_detection"] == pytest.approx(0.1, abs=1e-9)
    assert found.metrics["misconduct_rate"] == 0
    assert found.metrics["oversight_cost"] == found.metrics["inspection_rate"]
    lax = oversight.run(game("leadership", {"harm": {"kind": "constant", "value": 0.05}}, fine=10))
    assert lax.metrics["inspection_rate"] == 0


def test_leadership_weighs_inspections_against_harm_at_the_margin() -> None:
    """B4 with cost c a share p: p* = (h w - c) / w^2 for g ~ U[0,1] and gains that count."""
    spec = game(
        "leadership",
        {"gain": {"kind": "uniform", "low": 0, "high": 1}, "harm": {"kind": "constant", "value": 0.6}},
        inspection_cost=0.1,
    )
    found = oversight.run({**spec, "social_cost": {"gain_weight": 1}})
    assert found.metrics["perceived_detection"] == pytest.approx(0.275, abs=1e-3)


def test_the_planner_sends_an_idle_overseer_home(tmp_path: Path) -> None:
    """Nobody violates, nobody looks: the optimum is 0 and the gap is what the cycle costs, harm 1/2 and looks 1/2."""
    spec = game("best", {}, periods=40, start="both", replicates=2)
    found = oversight.sweep(spec, out=tmp_path, workers=1).summary
    assert set(found["anarchy.optimum"]) == {0}
    assert set(found["anarchy.gap"]) == {1}


WRONG = [
    ({"response": "bset"}, "policy.monitoring.response", "Did you mean `best`?"),
    ({"response": "logit"}, "policy.monitoring.response", "write {kind: logit, ...}"),
    ({"response": {"kind": "logit"}}, "policy.monitoring.response.precision", "is missing"),
    ({"response": {"kind": "hedge", "rate": 0}}, "policy.monitoring.response.rate", "more than 0"),
    ({"response": {"kind": "hedge", "rate": 1, "start": 1}}, "policy.monitoring.response.start", "less than 1"),
    ({"response": {"kind": "hedge", "rate": 1}, "adjustment": 0.5}, "policy.monitoring.adjustment", "does nothing"),
    ({"response": "leadership", "adjustment": 0.5}, "policy.monitoring.adjustment", "does nothing"),
    ({"response": "leadership", "overseers": {"size": 2}}, "policy.monitoring.overseers", "do nothing"),
    ({"response": "best", "adjustment": 0}, "policy.monitoring.adjustment", "more than 0"),
    ({"response": "best", "bounty": -1}, "policy.monitoring.bounty", "at least 0"),
    ({"response": "best", "overseers": {"share_bounty": True}}, "policy.monitoring.overseers.size", "is missing"),
    ({"response": "best", "overseers": {"size": 0}}, "policy.monitoring.overseers.size", "at least 1"),
]


@pytest.mark.parametrize(("keys", "path", "says"), WRONG)
def test_a_wrong_overseer_is_told_where(keys: dict[str, Any], path: str, says: str) -> None:
    spec = game("best", {})
    spec["policy"]["monitoring"] |= keys
    with pytest.raises(InputError) as found:
        oversight.run(spec)
    (problem,) = found.value.problems
    assert problem.path == path
    assert says in str(problem)


def test_editors_accept_a_response_by_its_bare_word(command: Command) -> None:
    schema = json.loads(command("schema", "policy").out)
    choices = json.dumps(schema["$defs"]["Strategic"]["properties"]["response"])
    assert '"best", "leadership"' in choices
