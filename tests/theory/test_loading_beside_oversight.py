"""Loaded values beside each kind of oversight, in files.

Gains are U[0, 1], and the violation scores -1 on honesty, which weighs w.
"""

from __future__ import annotations

from math import exp, expm1, log, sqrt
from typing import Any

import pytest

import oversight
from posed import UNIFORM, capacity, fine, rates, strategic

Mapping = dict[str, Any]
WEIGHT, RATE = "policy.training.weights.honesty", "policy.monitoring.rate"
SIZE = 2_000
RATIONAL = {"kind": "rational"}


def world(monitoring: Mapping, amount: float, weight: float, who: Mapping = RATIONAL, **training: Any) -> Mapping:
    entry = {"size": SIZE, "gain": UNIFORM, "violating": {"values": {"honesty": -1.0}}, **who}
    loaded = {"weights": {"honesty": weight}, **training}
    policy = {"monitoring": monitoring, "sanction": fine(amount), "training": loaded}
    return {"name": "loaded", "policy": policy, "population": [entry]}


def solved(*parts: Any, **keys: Any) -> Any:
    found = oversight.solve(world(*parts, **keys))
    assert all(each.certificate.holds for each in found.equilibria)
    return found


def soft(temperature: float) -> Mapping:
    return {"kind": "trained", "temperature": temperature}


def due(x: float, t: float) -> float:
    """What values and sanctions have to take for misconduct x: t ln[(e^(1/t) - e^(x/t)) / (e^(x/t) - 1)]."""
    return t * log((exp(1 / t) - exp(x / t)) / expm1(x / t))


def audits(rate: float) -> Mapping:
    return {"kind": "random_audit", "rate": rate}


def test_alignment_that_is_borrowed_from_audits() -> None:
    """Certified at 5 % under p s = .3: .264067 without audits; certified without them, .003179 with them."""
    weight = due(0.05, 0.1) - 0.3
    assert (weight, weight + 0.3, (weight + 0.3) / 0.1 - 3) == pytest.approx((0.743268, 1.043268, 7.432677), abs=5e-7)
    for rate, loaded, known in ((0.3, weight, 0.05), (0.0, weight, 0.264067), (0.3, weight + 0.3, 0.003179)):
        assert rates(solved(audits(rate), 1.0, loaded, soft(0.1))) == pytest.approx([known], abs=6e-7)


@pytest.mark.parametrize(("weight", "x", "y"), [(0.0, 0.181633, 0.409184), (0.3, 0.151359, 0.274320)])
def test_an_overseer_who_errs_beside_rational_actors(weight: float, x: float, y: float) -> None:
    """x = 1 - w - 2 y, y = 1 / (1 + exp(-20 (x - .2)))."""
    (found,) = solved(strategic(0.2, 1.0) | {"response": {"kind": "logit", "precision": 20.0}}, 2.0, weight).equilibria
    assert (found.misconduct_rate, found.inspection_rate) == pytest.approx((x, y), abs=6e-7)


def test_what_an_overseer_who_errs_lets_pass() -> None:
    """dx / dw = -1 / (1 + 20 x 2 y (1 - y)) = -.093720."""
    overseer = strategic(0.2, 1.0) | {"response": {"kind": "logit", "precision": 20.0}}
    less, more = (rates(solved(overseer, 2.0, weight))[0] for weight in (-1e-3, 1e-3))
    assert (more - less) / 2e-3 == pytest.approx(-0.093720, abs=2e-6)


def test_a_best_responding_overseer_beside_the_trained() -> None:
    """Inspections (T(.2) - w) / 2, none from w = T(.2) = .814508 on; T(.1) = .945855 leaves a tenth."""
    for weight, known in ((0.3, (0.2, 0.257254)), (0.814508, (0.2, 0.0)), (0.945855, (0.1, 0.0))):
        (found,) = solved(strategic(0.2, 1.0), 2.0, weight, soft(0.1)).equilibria
        assert (found.misconduct_rate, found.inspection_rate) == pytest.approx(known, abs=2e-6)
    assert (due(0.2, 0.1), due(0.1, 0.1)) == pytest.approx((0.814508, 0.945855), abs=5e-7)


def test_inspections_end_at_some_weight_if_enough_is_covered() -> None:
    """At w = .8 where all is covered; never below a coverage of .8, where they rest at (1 - .2 / (1 - q)) / 2."""

    def inspected(q: float, weight: float) -> float:
        (found,) = solved(strategic(0.2, 1.0), 2.0, weight, coverage=q).equilibria
        return float(found.inspection_rate)

    assert inspected(1.0, 0.79) == pytest.approx(0.005, abs=1e-7)
    assert inspected(1.0, 0.81) == inspected(0.81, 1.0) == 0.0
    assert inspected(0.79, 100.0) == pytest.approx((1 - 0.2 / 0.21) / 2, abs=1e-7)
    assert inspected(0.5, 0.4) == pytest.approx(inspected(0.5, 100.0), abs=1e-7)


@pytest.mark.parametrize(
    ("who", "q", "last"),
    [
        (RATIONAL, 1.0, 0.151472),
        pytest.param(RATIONAL, 0.6, 0.252453, marks=pytest.mark.slow),
        (soft(0.05), 1.0, 0.151482),
    ],
)
def test_the_weight_at_which_the_bad_equilibrium_vanishes(who: Mapping, q: float, last: float) -> None:
    """x = 1 - w - .18 / x has solutions up to w = 1 - 2 sqrt .18, at coverage q a q-th of that."""
    look = capacity(0.2 * SIZE)
    before = solved(look, 0.9, last - 2e-5, who, coverage=q)
    assert len(before.equilibria) == 3
    assert rates(before)[1:] == pytest.approx([sqrt(0.18)] * 2, abs=0.005)
    assert len(solved(look, 0.9, last + 2e-5, who, coverage=q).equilibria) == 1


@pytest.mark.parametrize(("q", "several"), [(0.27, True), (0.29, False)])
def test_below_some_coverage_no_weight_rules_it_out(q: float, several: bool) -> None:
    """That is 1 - 4 x .9 x .2 = .28."""
    assert (len(solved(capacity(0.2 * SIZE), 0.9, 100.0, coverage=q).equilibria) > 1) == several


@pytest.mark.parametrize(
    ("weight", "worst", "best", "anarchy", "stability"),
    [(0.0, 0.764575, 0.1, 8.645751, 2.0), (0.075736, 0.645342, 0.024264, 7.453423, 1.242641)],
)
def test_prices_of_anarchy_with_loaded_values(
    weight: float, worst: float, best: float, anarchy: float, stability: float
) -> None:
    """(x + .5 x .2) / (.5 x .2) of the worst and the best equilibrium."""
    found = solved(capacity(0.2 * SIZE, cost_per_investigator=0.5), 0.9, weight)
    assert (rates(found)[0], rates(found)[-1]) == pytest.approx((best, worst), abs=6e-7)
    prices = found.price_of_anarchy.value, found.price_of_stability.value
    assert prices == pytest.approx((anarchy, stability), abs=6e-6)
    assert found.anarchy_gap == pytest.approx(worst, abs=6e-7)


def test_past_the_fold_nobody_violates() -> None:
    assert rates(solved(capacity(0.2 * SIZE), 0.9, 0.171472)) == pytest.approx([0.0], abs=1e-9)


# The best mix of loading and audits


def searched(cost: float, *levers: str) -> Any:
    """The least social cost: one gain of .5, t = .2, fine 2, harm 1, .5 a nat, coverage .6."""
    who = {"gain": {"kind": "constant", "value": 0.5}, **soft(0.2)}
    posed = world(audits(0.0) | {"cost_per_inspection": cost}, 2.0, 0.0, who, coverage=0.6, price_per_nat=0.5)
    found = {lever: {"low": 0.0, "high": 1.0} for lever in levers}
    return oversight.search(posed | {"search": {"levers": found, "minimise": "social_cost"}}, confirm=False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cost", "rate", "least"), [(0.3, 0.551045, 0.196530), (3.5, 0.0, 0.851101), (0.002, 1.0, 0.002365)]
)
def test_the_best_mix_is_found(cost: float, rate: float, least: float) -> None:
    """The weight is t H / price = .4 whatever audits cost; they are used in part, not at all, or all the time."""
    found = searched(cost, RATE, WEIGHT)
    assert found.best.objective == pytest.approx(least, abs=1e-6)
    assert found.recommended[RATE] == pytest.approx(rate, abs=1e-3)
    # Where hardly anybody violates a weight hardly matters.
    assert found.recommended[WEIGHT] == pytest.approx(0.4, abs=5e-3 if rate < 1 else 0.1)


@pytest.mark.slow
def test_either_alone_costs_more() -> None:
    """.209268 by audits alone and .851101 by values alone, where both cost .196530."""
    assert searched(0.3, RATE).best.objective == pytest.approx(0.209268, abs=1e-6)
    assert searched(0.3, WEIGHT).best.objective == pytest.approx(0.851101, abs=1e-6)
