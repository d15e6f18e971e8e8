"""Gains in proportion to an actor's own turnover or wealth, against closed forms and against other worlds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

import oversight
from oversight.distributions.constant import Constant
from oversight.distributions.gain import ProportionalGain
from oversight.distributions.lognormal import Lognormal
from oversight.equilibrium.planner import optimum
from oversight.equilibrium.told import as_text
from oversight.errors import InputError
from oversight.loading import load

MU, SIGMA, FACTOR = 3.0, 1.0, 0.02
TURNOVER = {"kind": "lognormal", "mu": MU, "sigma": SIGMA}
EXPONENTIAL = {"kind": "exponential", "mean": 1.0}


def world(gains: dict[str, Any] | None = None, sanction: dict[str, Any] | None = None, **entry: Any) -> dict[str, Any]:
    gains = {"kind": "proportional", "to": "turnover", "factor": FACTOR, **(gains or {})}
    member: dict[str, Any] = {
        "kind": "rational",
        "size": 1_000,
        "turnover": TURNOVER,
        "gain": gains,
        "harm": HARM,
        **entry,
    }
    return {
        "name": "by_turnover",
        "policy": {
            "monitoring": {"kind": "random_audit", "rate": 0.2},
            "sanction": sanction or {"kind": "fixed", "amount": 2.0},
        },
        "population": [member],
        "periods": 60,
        "burn_in": 10,
        "replicates": 20,
    }


HARM = {"kind": "proportional", "factor": 2.0}


def over_turnover(value: Any) -> float:
    """E value(T) of a lognormal turnover, by adaptive quadrature on the normal density."""
    return float(quad(lambda z: value(np.exp(MU + SIGMA * z)) * norm.pdf(z), -12, 12, limit=500, epsabs=1e-14)[0])


def test_exponential_multiples_of_a_lognormal_turnover() -> None:
    """Misconduct E exp(-p s / (f T)) and harm 2 E (f T + p s) exp(-p s / (f T))."""
    (found,) = oversight.solve(world({"times": EXPONENTIAL})).equilibria
    assert found.misconduct_rate == pytest.approx(over_turnover(lambda t: np.exp(-0.4 / (FACTOR * t))), abs=1e-9)
    harm = over_turnover(lambda t: 2 * (FACTOR * t + 0.4) * np.exp(-0.4 / (FACTOR * t)))
    assert found.social_cost == pytest.approx(harm, rel=1e-7)
    assert found.certificate is not None
    assert found.certificate.holds


def test_a_small_jump_far_out_is_certified_too() -> None:
    """At p = .01 few are deterred, and the statutory sum leaves a small jump at the turnover that meets it."""
    fine = {"kind": "turnover_cap", "amount": 15.0, "share": 0.03, "share_of_maximum": 0.1}
    spec = world({"factor": 0.01, "times": EXPONENTIAL}, fine, turnover=TURNOVER | {"sigma": 1.5})
    spec["policy"]["monitoring"]["rate"] = 0.01
    (found,) = oversight.solve(spec).equilibria
    assert found.certificate is not None
    assert found.certificate.holds


def test_a_fixed_share_of_turnover() -> None:
    """Whoever has a turnover above p s / f violates."""
    (found,) = oversight.solve(world()).equilibria
    end = np.log(0.4 / FACTOR) - MU
    assert found.misconduct_rate == pytest.approx(norm.sf(end), abs=1e-12)
    assert found.social_cost == pytest.approx(2 * FACTOR * np.exp(MU + 0.5) * norm.sf(end - 1), rel=1e-10)
    assert found.certificate is not None
    assert found.certificate.holds


def test_few_values_of_both() -> None:
    """Three turnovers by two multiples are six gains, of which those above p s = .4 are taken."""
    gain = {"factor": 0.1, "times": {"kind": "empirical", "values": [1.0, 3.0]}}
    turnover = {"kind": "empirical", "values": [1.0, 2.0, 9.0]}
    (found,) = oversight.solve(world(gain, turnover=turnover)).equilibria
    gains = np.outer([0.1, 0.2, 0.9], [1.0, 3.0])
    assert found.misconduct_rate == pytest.approx((gains > 0.4).mean(), abs=1e-12)
    assert found.social_cost == pytest.approx(2 * gains[gains > 0.4].sum() / 6, rel=1e-12)


@pytest.mark.parametrize("whole", [True, False])
def test_a_fine_by_turnover_cancels_it(whole: bool) -> None:
    """Gain f T X against a fine of s T: X alone decides, as in a world without turnover."""
    share = 0.05 if whole else 0.025
    fine = {"kind": "turnover_cap", "amount": 0.0, "share": 0.05, "share_of_maximum": share / 0.05}
    found = oversight.solve(world({"times": EXPONENTIAL}, fine))
    assert found.equilibria[0].misconduct_rate == pytest.approx(np.exp(-0.2 * share / FACTOR), abs=1e-9)


def test_all_gains_are_those_of_the_product() -> None:
    """A lognormal times a lognormal is lognormal."""
    gain = ProportionalGain(to="turnover", factor=0.5, times=Lognormal(mu=-1.0, sigma=0.6))
    product = gain.over(Lognormal(mu=2.0, sigma=0.8))
    closed = Lognormal(mu=np.log(0.5) + 1.0, sigma=1.0)
    x = np.array([[-np.inf, -1.0, 0.0, 0.3, 1.0, 4.0, 60.0, np.inf]])
    for stated, exact in zip(product.above(x), closed.above(x), strict=True):
        np.testing.assert_allclose(np.broadcast_to(stated, x.shape), exact, atol=2e-8)
    ranks = np.array([[1e-4, 0.2, 0.5, 0.9, 1 - 1e-4]])
    np.testing.assert_allclose(product.quantile(ranks), closed.quantile(ranks), rtol=1e-6)


@pytest.mark.parametrize("kind", ["rational", "quantal", "forward_looking"])
def test_a_turnover_that_is_one_for_all_is_a_factor(kind: str) -> None:
    more = {"quantal": {"precision": 3.0}, "forward_looking": {"discount": 0.8}}.get(kind, {})
    sanction = {"kind": "fixed", "amount": 2.0, "suspension": 2}
    one = {"kind": kind, "turnover": {"kind": "constant", "value": 50.0}, **more}
    scaled = oversight.solve(world({"times": EXPONENTIAL}, sanction, **one))
    plain = oversight.solve(world(None, sanction, **{**one, "gain": {"kind": "exponential", "mean": 1.0}}))
    assert scaled.equilibria[0].misconduct_rate == pytest.approx(plain.equilibria[0].misconduct_rate, abs=1e-10)
    assert scaled.equilibria[0].social_cost == pytest.approx(plain.equilibria[0].social_cost, rel=1e-8)
    played = [
        oversight.run(world({"times": EXPONENTIAL}, sanction, **one)),
        oversight.run(world(None, sanction, **{**one, "gain": {"kind": "exponential", "mean": 1.0}})),
    ]
    assert played[0].metrics["misconduct_rate"] == pytest.approx(played[1].metrics["misconduct_rate"], abs=2e-4)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["rational", "forward_looking"])
def test_simulation_agrees(kind: str) -> None:
    more = {"discount": 0.8} if kind == "forward_looking" else {}
    sanction = {"kind": "fixed", "amount": 2.0}
    spec = world({"times": EXPONENTIAL}, sanction, kind=kind, **more)
    rates = oversight.sweep(spec, out=None, workers=1).runs()["metric.misconduct_rate"]
    (found,) = oversight.solve(spec).equilibria
    margin = 5 * rates.std(ddof=1) / np.sqrt(len(rates))
    assert rates.mean() == pytest.approx(found.misconduct_rate, abs=margin)
    assert margin < 0.01


def test_the_planner_takes_what_is_worth_more_than_it_costs() -> None:
    """With gains counted the optimum is E min(h - g, 0) = -E (f T + h) exp(-h / (f T)) + h E exp(-h / (f T))."""
    spec = world({"times": EXPONENTIAL}, harm={"kind": "constant", "value": 1.0})
    spec["social_cost"] = {"gain_weight": 1.0}
    solution = oversight.solve(spec)
    best = -over_turnover(lambda t: FACTOR * t * np.exp(-1 / (FACTOR * t)))
    assert solution.optimum.social_cost == pytest.approx(best, rel=1e-3)


def test_a_batch_is_as_its_runs() -> None:
    spec = world({"times": EXPONENTIAL}) | {"periods": 12, "burn_in": 2, "replicates": 2}
    spec["sweep"] = {
        "kind": "grid",
        "parameters": {
            "population.0.gain.factor": {"values": [0.01, 0.05]},
            "population.0.turnover.mu": {"values": [2.0, 4.0]},
        },
    }
    rows = oversight.sweep(spec, out=None, workers=1).runs()
    alone = oversight.run(
        spec, {"population.0.gain.factor": 0.05, "population.0.turnover.mu": 2.0}, replicate=1
    ).metrics["misconduct_rate"]
    chosen = rows[
        (rows["param.population.0.gain.factor"] == 0.05)
        & (rows["param.population.0.turnover.mu"] == 2.0)
        & (rows["replicate"] == 1)
    ]
    assert chosen["metric.misconduct_rate"].tolist() == [alone]


def test_it_needs_the_trait() -> None:
    spec = world()
    del spec["population"][0]["turnover"]
    with pytest.raises(InputError, match=r"population\.0\.turnover: is missing, and a gain in proportion to it needs"):
        oversight.run(spec)


def test_what_gains_are_in_proportion_to_is_not_negative() -> None:
    with pytest.raises(
        InputError, match=r"population\.0\.turnover: may be negative, and gains are in proportion to it"
    ):
        oversight.run(world(turnover={"kind": "normal", "mean": 1.0, "sd": 1.0}))


def test_distributions_are_their_own_for_everyone() -> None:
    one = Constant(value=2.0)
    assert one.of(np.ones((1, 1))) is one.over(None) is one


# Actors that differ for good, and histories

PROPORTIONAL = {"kind": "proportional", "to": "turnover", "factor": FACTOR, "times": EXPONENTIAL}
LASTING: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "gains by turnover": ({"gain": PROPORTIONAL}, {"kind": "fixed", "amount": 2.0}),
    "fines by turnover": ({"gain": EXPONENTIAL}, {"kind": "turnover_cap", "amount": 0.0, "share": 0.05}),
    "fines limited by wealth": (
        {"gain": EXPONENTIAL, "wealth": TURNOVER},
        {"kind": "fixed", "amount": 40.0, "limited_liability": True},
    ),
}


@pytest.mark.parametrize("lasting", LASTING)
@pytest.mark.parametrize("history", ["suspension", pytest.param("none", marks=pytest.mark.slow)])
def test_theory_is_silent_where_histories_sort_actors(lasting: str, history: str) -> None:
    """Whoever violates more is suspended more, so that those in play are no fair sample: theory would be wrong."""
    entry, sanction = LASTING[lasting]
    spec = world(None, sanction | ({"suspension": 4} if history == "suspension" else {}), **entry)
    solution = oversight.solve(spec)
    if history == "suspension":
        assert "differ for good" in solution.not_covered
        assert not solution.equilibria
        return
    rates = oversight.sweep(spec, out=None, workers=1).runs()["metric.misconduct_rate"]
    margin = 5 * rates.std(ddof=1) / np.sqrt(len(rates))
    assert rates.mean() == pytest.approx(solution.equilibria[0].misconduct_rate, abs=margin)


def test_the_planner_is_silent_where_suspensions_sort_gains() -> None:
    spec = world({"times": EXPONENTIAL}, {"kind": "fixed", "amount": 2.0, "suspension": 4})
    found = optimum(load(spec).experiment)
    assert np.isnan(found.social_cost)
    assert found.note == "actors whose gains differ for good are suspended"


def test_records_sort_actors_too() -> None:
    fines = {"kind": "escalating", "amounts": [1.0, 4.0]}
    risk_averse = {"kind": "risk_averse", "form": "crra", "coefficient": 0.5, "wealth": TURNOVER, "gain": EXPONENTIAL}
    assert "who has which record" in oversight.solve(world(None, fines, **risk_averse)).not_covered


@pytest.mark.parametrize("history", [{"suspension": 4}, {"kind": "escalating", "amounts": [1.0, 4.0], "amount": None}])
def test_what_is_the_same_for_all_sorts_nobody(history: dict[str, Any]) -> None:
    sanction = {name: part for name, part in ({"kind": "fixed", "amount": 2.0} | history).items() if part is not None}
    entry = {"gain": EXPONENTIAL, "turnover": TURNOVER}  # drawn, and read by nobody
    assert not oversight.solve(world(None, sanction, **entry)).not_covered


def test_where_a_start_leads_is_the_equilibrium_itself() -> None:
    solution = oversight.solve(world({"times": EXPONENTIAL}))
    (only,) = solution.equilibria
    assert [path.misconduct_rate for path in solution.paths] == [only.misconduct_rate] * 2


def test_what_has_no_mean_is_said_so() -> None:
    pareto = {"kind": "pareto", "minimum": 0.1, "shape": 0.8}
    solution = oversight.solve(world(None, gain=pareto))
    for price in (solution.price_of_anarchy, solution.price_of_stability, solution.anarchy_share):
        assert np.isnan(price.value)
        assert price.note == "undefined: gains or harms have no finite mean"
    text = as_text(solution)
    assert "Anarchy gap: infinite" in text
    assert " inf" not in text.replace("infinite", "")
