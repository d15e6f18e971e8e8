"""Values beside sanctions: closed forms, solved and simulated.

Unless said there is one option of base share b, which scores -1 on honesty, to actors with temperature t at a constant
gain g; w is the weight of honesty. Complying has the base share 1 - b.
"""

from __future__ import annotations

from math import erfc, exp, log, pi, sqrt
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

import oversight
from oversight.equilibrium.threshold import thresholds
from oversight.errors import InputError
from oversight.scenario import load_experiment
from posed import UNIFORM, capacity, constant, fine, rates, strategic

Mapping = dict[str, Any]
SIZE = 2_000
CLOSE = 1e-8
DISHONEST = {"honesty": -1.0}


def audit(rate: float, **keys: Any) -> Mapping:
    return {"kind": "random_audit", "rate": rate, **keys}


def trained(b: float = 0.2, t: float = 0.5, g: float = 1.0, **keys: Any) -> Mapping:
    lie = {"name": "lie", "values": DISHONEST, "base": b}
    return {
        "kind": "trained",
        "temperature": t,
        "gain": constant(g),
        "options": [lie],
        "complying": {"base": 1 - b},
        **keys,
    }


def spec(monitoring: Mapping, amount: float, entry: Mapping, training: Mapping | float | None, **keys: Any) -> Mapping:
    weights = {"weights": {"honesty": training}} if isinstance(training, int | float) else training
    policy = {"monitoring": monitoring, "sanction": fine(amount), "training": weights, **keys.pop("policy", {})}
    return {"name": "training", "policy": policy, "population": [{"size": SIZE, **entry}], **keys}


def solved(*parts: Any, **keys: Any) -> Any:
    found = oversight.solve(spec(*parts, **keys))
    assert all(each.certificate.holds for each in found.equilibria)
    return found


def share(due: float, b: float = 0.2, t: float = 0.5, g: float = 1.0) -> float:
    """Misconduct where values and sanctions together take `due` from the gain."""
    return 1 / (1 + (1 - b) / b * exp((due - g) / t))


def inspections(x: float, b: float = 0.2, t: float = 0.5, g: float = 1.0) -> float:
    """The same read the other way: what has to be taken for misconduct x."""
    return g - t * (log(x / (1 - x)) - log(b / (1 - b)))


def test_a_fine_tuned_model() -> None:
    """p s = .6: misconduct .357486 at w = 0, .169906 at w = .5."""
    for weight, known in ((0.0, 0.357486), (0.5, 0.169906)):
        assert share(0.6 + weight) == pytest.approx(known, abs=5e-7)
        assert rates(solved(audit(0.3), 2.0, trained(), weight)) == pytest.approx([share(0.6 + weight)], abs=CLOSE)


def test_the_one_violation_has_values_and_a_base_too() -> None:
    bare = {"kind": "trained", "temperature": 0.5, "gain": constant(1.0)}
    entry = bare | {"violating": {"values": DISHONEST, "base": 0.2}, "complying": {"base": 0.8}}
    assert rates(solved(audit(0.3), 2.0, entry, 0.5)) == pytest.approx([share(1.1)], abs=CLOSE)
    # What counts is what violating has beyond complying.
    entry = bare | {"violating": {"base": 0.2}, "complying": {"values": {"honesty": 1.0}, "base": 0.8}}
    assert rates(solved(audit(0.3), 2.0, entry, 0.5)) == pytest.approx([share(1.1)], abs=CLOSE)


@pytest.mark.parametrize(
    "entry",
    [
        {"kind": "rational"},
        {"kind": "quantal", "precision": 5.0},
        {"kind": "risk_averse", "coefficient": 0.0},
        {"kind": "conformist", "weight": 0.1},
        {"kind": "forward_looking", "discount": 0.5},
        {"kind": "trained", "temperature": 0.3},
    ],
    ids=lambda entry: entry["kind"],
)
@pytest.mark.parametrize("optional", [True, False])
def test_a_value_and_an_expected_sanction_trade_off_one_for_one(entry: Mapping, optional: bool) -> None:
    """w + p s = .6 throughout; p = .3."""
    said = {"options": [{"name": "lie", "values": DISHONEST}]} if optional else {"violating": {"values": DISHONEST}}
    network = {"network": {"kind": "everyone"}} if entry["kind"] == "conformist" else {}
    found = [
        rates(solved(audit(0.3), (0.6 - weight) / 0.3, entry | said | {"gain": UNIFORM}, weight, **network))
        for weight in (0.0, 0.2, 0.6)
    ]
    assert found[1] == pytest.approx(found[0], abs=CLOSE)
    assert found[2] == pytest.approx(found[0], abs=CLOSE)


def test_values_leave_misconduct_where_it_was_under_an_overseer_who_looks_when_it_pays() -> None:
    """It pays from x = 1/4 on: misconduct .25 and inspections .428079, .178079; none from w = .856159 on."""
    overseer = strategic(1.0, 4.0)
    for weight, known in ((0.0, 0.428079), (0.5, 0.178079)):
        (found,) = solved(overseer, 2.0, trained(), weight).equilibria
        assert (inspections(0.25) - weight) / 2 == pytest.approx(known, abs=5e-7)
        assert (found.misconduct_rate, found.inspection_rate) == pytest.approx((0.25, known), abs=5e-7)
    assert inspections(0.25) == pytest.approx(0.856159, abs=5e-7)
    (found,) = solved(overseer, 2.0, trained(), 1.2).equilibria
    assert (found.misconduct_rate, found.inspection_rate) == pytest.approx((share(1.2), 0.0), abs=CLOSE)
    assert share(1.2) == pytest.approx(0.143528, abs=5e-7)


def test_points_of_a_sweep_are_solved_as_they_are_alone() -> None:
    sweep = {"kind": "grid", "parameters": {"policy.training.weights.honesty": {"values": [0.0, 0.5, 1.2]}}}
    world = spec(strategic(1.0, 4.0), 2.0, trained(size=10), 0.0, sweep=sweep, periods=1, replicates=1)
    found = oversight.sweep(world, workers=1).summary
    assert list(found["theory.highest"]) == pytest.approx([0.25, 0.25, share(1.2)], abs=CLOSE)


@pytest.mark.parametrize(
    ("weight", "misconduct", "inspected"),
    [(0.0, 0.238643, 0.443459), (0.5, 0.196519, 0.255475), (1.0, 0.141928, 0.103268)],
)
def test_an_overseer_who_errs_gives_some_of_it_back(weight: float, misconduct: float, inspected: float) -> None:
    overseer = strategic(1.0, 4.0) | {"response": {"kind": "logit", "precision": 5.0}}
    (found,) = solved(overseer, 2.0, trained(), weight).equilibria
    look = 1 / (1 + exp(-5 * (4 * misconduct - 1)))
    assert share(weight + 2 * look) == pytest.approx(misconduct, abs=2e-6)
    assert (found.misconduct_rate, found.inspection_rate) == pytest.approx((misconduct, inspected), abs=2e-6)


def test_a_little_value_does_what_much_more_capacity_would() -> None:
    """Capacity .25 an actor, fine 1.5: three equilibria at w = 0, one at w = .2; the bad ones vanish at w = .129819."""
    entry, look = trained(b=0.3, t=0.2), capacity(SIZE / 4)
    found = solved(look, 1.5, entry, 0.0)
    assert rates(found) == pytest.approx([0.033984, 0.418296, 0.884108], abs=5e-7)
    for x in rates(found):
        assert share(1.5 * min(1, 0.25 / x), 0.3, 0.2) == pytest.approx(x, abs=1e-7)
    assert [each.stable for each in found.equilibria] == [True, False, True]
    assert rates(solved(look, 1.5, entry, 0.2)) == pytest.approx([0.012776], abs=5e-7)
    assert len(rates(solved(look, 1.5, entry, 0.1298))) == 3
    assert len(rates(solved(look, 1.5, entry, 0.12984))) == 1


def test_the_simulation_agrees() -> None:
    """Five standard errors of a share of 400,000 opportunities."""
    found = oversight.run(spec(audit(0.3), 2.0, trained(size=4_000), 0.5, periods=100)).metrics
    assert found["misconduct_rate"] == pytest.approx(share(1.1), abs=0.003)


def test_values_are_no_money() -> None:
    """What is gained and fined, and what it costs society, is as it was: all violate at g = 2, all feel w = -.5."""
    entry = {"kind": "rational", "gain": constant(2.0), "violating": {"values": DISHONEST}, "size": 10}
    world = spec(
        audit(1.0), 1.0, entry, 0.5, policy={"sanction": {"kind": "proportional", "factor": 0.5, "base": "gain"}}
    )
    found = oversight.run(world).metrics
    assert (found["gain"], found["sanctions_paid"], found["misconduct_rate"]) == (2.0, 1.0, 1.0)
    assert oversight.run(world, {"policy.training.weights.honesty": 1.0}).metrics["misconduct_rate"] == 0.0  # a tie


def test_one_that_looks_ahead_counts_the_values_of_later_periods() -> None:
    """Suspended for ever after, almost: T = p s + w + p d E(g - T)+ / (1 - d (1 - D lost)), solved for D = 1."""
    d, p, w = 0.9, 0.5, 0.2
    entry = {"kind": "forward_looking", "discount": d, "gain": UNIFORM, "violating": {"values": DISHONEST}}
    world = spec(audit(p), 0.0, entry, w, policy={"sanction": fine(0.0, suspension=1)})
    (found,) = oversight.solve(world).equilibria
    assert found.certificate.holds

    def excess(threshold: float) -> float:
        # V = E(g - T)+ + d V: what is lost with a suspension of one period is d (1 - d) V = d E(g - T)+.
        return w + p * d * (1 - threshold) ** 2 / 2 - threshold

    assert found.misconduct_rate == pytest.approx(1 - brentq(excess, 0, 1), abs=1e-7)


def test_several_values_and_options() -> None:
    """Weights b exp((g + w . v) / t) of complying, a lie and a leak: .5, .3 e^(.1 / .5), .2 e^(-.35 / .5)."""
    options = [
        {"name": "lie", "gain": 0.5, "base": 0.3, "values": {"honesty": -1.0, "help": 0.5}},
        {"name": "leak", "gain": 0.25, "base": 0.2, "values": {"honesty": -1.0}},
    ]
    entry = trained() | {"options": options, "complying": {"base": 0.5, "values": {"help": -0.5}}}
    found = solved(audit(0.0), 0.0, entry, {"weights": {"honesty": 0.8, "help": 0.4}})
    weights = [0.3 * exp(0.1 / 0.5), 0.2 * exp(-0.35 / 0.5)]
    expected = [weight / (0.5 + sum(weights)) for weight in weights]
    assert list(found.equilibria[0].option_rates.values()) == pytest.approx(expected, abs=CLOSE)


def divergence(x: float, x0: float) -> float:
    return x * log(x / x0) + (1 - x) * log((1 - x) / (1 - x0))


def test_coverage_levels_nats_and_what_they_cost() -> None:
    """q x(w) + (1 - q) x(0), at p s = .6 and w = .5; nats are those of the covered opportunities, 1.5 a nat."""
    x, x0, q = share(1.1), share(0.6), 0.7
    training = {"weights": {"honesty": 0.5}, "coverage": q, "price_per_nat": 1.5}
    found = solved(audit(0.3), 2.0, trained(), training)
    (state,) = found.equilibria
    assert state.misconduct_rate == pytest.approx(q * x + (1 - q) * x0, abs=CLOSE)
    nats = q * divergence(x, x0)
    expected = {"value.honesty": -state.misconduct_rate, "value.honesty.in": -x, "value.honesty.out": -x0}
    assert state.measures == pytest.approx(expected | {"nats": nats, "training_cost": 1.5 * nats}, abs=CLOSE)
    assert state.social_cost == pytest.approx(state.misconduct_rate + 1.5 * nats, abs=CLOSE)
    assert found.optimum.social_cost == pytest.approx(1.5 * nats, abs=CLOSE)
    # Five standard errors of a share of 120,000 opportunities and more.
    simulated = oversight.run(spec(audit(0.3), 2.0, trained(size=4_000), training, periods=100)).metrics
    for name in state.measures:
        assert simulated[name] == pytest.approx(state.measures[name], abs=0.0075), name


def test_covered_levels_of_the_misconduct_of_the_fine_tuned() -> None:
    """Gains U[0, 1], t = .1, p s = .4, w = .3: .304768 where all is covered, .392867 at q = .7, .179530 as w grows."""
    entry = {"kind": "trained", "temperature": 0.1, "violating": {"values": DISHONEST}, "gain": UNIFORM}

    def logit(due: float) -> float:
        return 0.1 * (log(1 + exp((1 - due) / 0.1)) - log(1 + exp(-due / 0.1)))

    for weight, covered, known in ((0.3, 1.0, 0.304768), (0.3, 0.7, 0.392867), (1e3, 0.7, 0.179530)):
        expected = covered * logit(0.4 + weight) + (1 - covered) * logit(0.4)
        assert expected == pytest.approx(known, abs=5e-7)
        training = {"weights": {"honesty": weight}, "coverage": covered}
        assert rates(solved(audit(0.4), 1.0, entry, training)) == pytest.approx([expected], abs=CLOSE)


@pytest.mark.parametrize(
    ("q", "weight", "total", "inspected", "inside", "outside"),
    [
        (1.0, 0.0, 0.2, 0.4, 0.2, 0.2),
        (1.0, 0.4, 0.2, 0.2, 0.2, 0.6),
        (1.0, 0.9, 0.1, 0.0, 0.1, 1.0),
        (0.5, 0.2, 0.2, 0.35, 0.1, 0.3),
        (0.5, 0.0, 0.2, 0.4, 0.2, 0.2),
        (0.5, 0.4, 0.2, 0.3, 0.0, 0.4),
        (0.5, 0.8, 0.2, 0.3, 0.0, 0.4),
        (0.9, 0.3, 0.2, 0.265, 0.17, 0.47),
        (0.9, 0.95, 0.145, 0.0, 0.05, 1.0),
    ],
)
def test_what_is_not_covered_keeps_the_overseer(
    q: float, weight: float, total: float, inspected: float, inside: float, outside: float
) -> None:
    """Rational actors, gains U[0, 1], inspection cost .2, bounty 1, fine 2: misconduct is .2 while looking pays."""
    entry = {"kind": "rational", "violating": {"values": DISHONEST}, "gain": UNIFORM}
    (found,) = solved(strategic(0.2, 1.0), 2.0, entry, {"weights": {"honesty": weight}, "coverage": q}).equilibria
    assert (found.misconduct_rate, found.inspection_rate) == pytest.approx((total, inspected), abs=1e-7)
    assert found.measures["value.honesty.in"] == pytest.approx(-inside, abs=1e-7)
    if q < 1:
        assert found.measures["value.honesty.out"] == pytest.approx(-outside, abs=1e-7)


def test_the_best_weight_does_not_depend_on_audits() -> None:
    """Harm 1, .5 a nat, t = .2: w = t / .5 = .4 whatever p, q and g are (Gibbs); cost .480783 at p = .2, q = .6."""
    entry = trained(b=0.5, t=0.2, g=0.5)

    def cost(weight: float) -> float:
        training = {"weights": {"honesty": weight}, "coverage": 0.6, "price_per_nat": 0.5}
        (found,) = oversight.solve(spec(audit(0.2), 2.0, entry, training)).equilibria
        return float(found.social_cost)

    outside = share(0.4, 0.5, 0.2, 0.5)
    assert cost(0.4) == pytest.approx(0.4 * outside - 0.6 * 0.5 * log(1 - outside * (1 - exp(-1 / 0.5))), abs=CLOSE)
    assert cost(0.4) == pytest.approx(0.480783, abs=5e-7)
    assert cost(0.4) < min(cost(0.39), cost(0.41))


# What training saw


@pytest.mark.parametrize(
    ("weight", "known"),
    [(0.0, 0.2), (0.5, 0.115431), (1.0, 0.101984), (4.0, 0.126214), (10.0, 0.143449), (1.0713, 0.101871)],
)
def test_too_much_of_a_proxy(weight: float, known: float) -> None:
    """g - p s = 0: the mean over e ~ N(0, 1) of the logit at w (1 - e), by the trapezoid rule."""
    errors = np.linspace(-10, 10, 200_001)
    means = np.exp(-(errors**2) / 2) / (1 + 4 * np.exp(np.clip(weight * (1 - errors) / 0.5, -700, 700)))
    assert means.sum() * 1e-4 / sqrt(2 * pi) == pytest.approx(known, abs=5e-7)
    training = {"weights": {"honesty": weight}, "proxy": {"error": {"kind": "normal", "sd": 1}}}
    found = solved(audit(0.0), 0.0, trained(g=0.0), training)
    assert rates(found) == pytest.approx([means.sum() * 1e-4 / sqrt(2 * pi)], abs=1e-6)
    measured = ((errors - 1) * means).sum() * 1e-4 / sqrt(2 * pi)
    assert found.equilibria[0].measures["value_measured.honesty"] == pytest.approx(measured, abs=1e-6)


def normal(x: float) -> float:
    """The density of N(0, 1)."""
    return exp(-(x**2) / 2) / sqrt(2 * pi)


@pytest.mark.parametrize("q", [1.0, 0.6])
def test_what_training_saw_of_the_rational(q: float) -> None:
    """They lie where .4 + .5 (e - 1) > 0: E[e; e > a] is the density at a = .2. Of others g - p s = .4 > 0: all lie."""
    entry = {"kind": "rational", "gain": constant(1.0), "violating": {"values": DISHONEST}}
    training = {"weights": {"honesty": 0.5}, "coverage": q, "proxy": {"error": {"kind": "normal", "sd": 1}}}
    (found,) = solved(audit(0.3), 2.0, entry, training).equilibria
    lie = erfc(0.2 / sqrt(2)) / 2
    assert found.misconduct_rate == pytest.approx(q * lie + 1 - q, abs=CLOSE)
    assert found.measures["value.honesty.in"] == pytest.approx(-lie, abs=CLOSE)
    assert found.measures["value_measured.honesty"] == pytest.approx(normal(0.2) - lie, abs=CLOSE)
    simulated = oversight.run(spec(audit(0.3), 2.0, {**entry, "size": 4_000}, training, periods=100)).metrics
    # Five standard errors of 240,000 opportunities.
    assert simulated["value_measured.honesty"] == pytest.approx(normal(0.2) - lie, abs=0.008)


def test_what_training_saw_of_several_scores() -> None:
    """Each score has an error of its own; of what nobody chooses by, the mean of the error counts."""
    options = [
        {"name": "lie", "gain": 0.0, "base": 0.2, "values": {"honesty": -1.0, "help": 0.5}},
        {"name": "leak", "gain": 0.0, "base": 0.1, "values": {"honesty": -1.0}},
    ]
    error = {"kind": "uniform", "low": 0.0, "high": 2.0}
    training = {"weights": {"honesty": 0.0, "help": 0.0}, "proxy": {"error": error}}
    entry = trained() | {"options": options, "complying": {"base": 0.7}}
    (found,) = oversight.solve(spec(audit(0.0), 0.0, entry, training)).equilibria
    # Errors of mean 1 take back what lies and leaks score.
    assert found.measures["value_measured.honesty"] == pytest.approx(0.0, abs=CLOSE)
    assert found.measures["value_measured.help"] == pytest.approx(0.2 * 1.5, abs=CLOSE)
    entry = {"kind": "unconditional", "rate": 0.3, "violating": {"values": DISHONEST}}
    (found,) = solved(audit(0.0), 0.0, entry, {"weights": {"honesty": 1.0}, "proxy": {"error": error}}).equilibria
    assert found.measures["value_measured.honesty"] == pytest.approx(0.0, abs=CLOSE)


def test_the_proxy_says_otherwise() -> None:
    """At a weight of 1000 all lie where e > 1: .158655 of the time, at a mean score of E(e - 1)+ = .083315."""
    training = {"weights": {"honesty": 1000.0}, "proxy": {"error": {"kind": "normal", "sd": 1}}}
    # Five standard errors of 400,000 opportunities.
    found = oversight.run(spec(audit(0.0), 0.0, trained(g=0.0, size=4_000), training, periods=100)).metrics
    assert found["misconduct_rate"] == pytest.approx(0.158655, abs=0.003)
    assert found["value_measured.honesty"] == pytest.approx(0.083315, abs=0.003)
    assert found["value.honesty.in"] == -found["misconduct_rate"]


def test_an_error_of_a_whole_run() -> None:
    """Half of the runs are wrong by 3, and lie: w (1 - 3) = -2 at t = .5, others do so at 1 / (1 + 4 e^2)."""
    error = {"kind": "empirical", "values": [0.0, 3.0]}
    training = {"weights": {"honesty": 1.0}, "proxy": {"error": error, "drawn": "once"}}
    world = spec(audit(0.0), 0.0, trained(g=0.0, size=2_000), training, periods=20, replicates=40)
    world["sweep"] = {"kind": "grid", "parameters": {"policy.sanction.amount": {"values": [0.0]}}}
    found = oversight.sweep(world, workers=1).runs()["metric.misconduct_rate"]
    low, high = share(1.0, g=0.0), share(-2.0, g=0.0)
    (mean,) = solved(audit(0.0), 0.0, trained(g=0.0), training).equilibria
    assert mean.misconduct_rate == pytest.approx((low + high) / 2, abs=CLOSE)
    assert mean.measures["value_measured.honesty"] == pytest.approx((-low + 2 * high) / 2, abs=CLOSE)
    near = (abs(found - low) < 0.02) | (abs(found - high) < 0.02)
    assert near.all()
    assert 8 <= (found > 0.5).sum() <= 32  # of 40 fair coins, but for one in 10,000
    answers = spec(capacity(100), 1.0, trained(g=0.0), training)
    assert "detection answers what is done: simulate it" in oversight.solve(answers).not_covered


@pytest.mark.parametrize("answers", [1, 2, 4, 16])
@pytest.mark.parametrize(
    "error", [constant(0.0), {"kind": "normal", "sd": 1}, {"kind": "pareto", "minimum": 0.5, "shape": 1.5}]
)
def test_the_best_of_several_answers(answers: int, error: Mapping) -> None:
    """Each lies with probability .2: the best does if one does where e > 1, and if all do elsewhere."""
    wrong = {"constant": 0.0, "normal": 0.158655254, "pareto": 0.5**1.5}[error["kind"]]
    lies, complies = 0.2**answers, 0.8**answers
    training = {"weights": {"honesty": 1.0}, "proxy": {"error": error, "selection": {"best_of": answers}}}
    (found,) = solved(audit(0.0), 0.0, trained(g=0.0), training).equilibria
    assert found.misconduct_rate == pytest.approx(wrong * (1 - complies) + (1 - wrong) * lies, abs=CLOSE)
    # E[e; e > 1]: of the Pareto error m^a a / (a - 1), which is 3 m in all; m = .5, a = 1.5.
    beyond = {"constant": 0.0, "normal": normal(1.0), "pareto": 3 * 0.5**1.5}[error["kind"]]
    beneath = {"constant": 0.0, "normal": -normal(1.0), "pareto": 1.5 - 3 * 0.5**1.5}[error["kind"]]
    measured = beyond * (1 - complies) + beneath * lies - found.misconduct_rate
    assert found.measures["value_measured.honesty"] == pytest.approx(measured, abs=1e-6)
    nats = wrong * divergence(1 - complies, 0.2) + (1 - wrong) * divergence(lies, 0.2)
    assert found.measures["nats"] == pytest.approx(nats, abs=1e-6)
    simulated = oversight.run(spec(audit(0.0), 0.0, trained(g=0.0, size=4_000), training, periods=25)).metrics
    assert simulated["misconduct_rate"] == pytest.approx(found.misconduct_rate, abs=0.0075)
    assert simulated["nats"] == pytest.approx(nats, abs=0.015)


@pytest.mark.parametrize(("answers", "weight"), [(2, 1.0), (4, 1.0), (16, 0.5), (4, -1.0)])
def test_the_best_of_several_answers_where_gains_differ(answers: int, weight: float) -> None:
    """The one mean of the last test over gains U[0, 1], with its jump where an error makes up for a value."""
    training = {
        "weights": {"honesty": weight},
        "proxy": {"error": {"kind": "normal", "sd": 1}, "selection": {"best_of": answers}},
    }
    entry = trained(g=0.0) | {"gain": {"kind": "uniform", "low": 0, "high": 1}}
    answer = solved(audit(0.2), 2.0, entry, training)
    # A violation has honesty -1, seen with an error; it scores above none where the weight times that is positive.
    wrong = 0.5 * erfc(1 / sqrt(2))
    wrong = wrong if weight > 0 else 1 - wrong

    def chosen(gain: float) -> float:
        lies = share(0.4, g=gain)
        return wrong * (1 - (1 - lies) ** answers) + (1 - wrong) * lies**answers

    (found,) = answer.equilibria
    assert found.misconduct_rate == pytest.approx(quad(chosen, 0, 1)[0], abs=1e-8)
    assert found.certificate.holds


def test_the_best_of_a_menu() -> None:
    """Options of .4, .3, .2, .1, in rising order of the score: F_j^4 - F_{j-1}^4; Beirami et al. 2401.01879."""
    shares = {"complying": 0.4, "a": 0.3, "b": 0.2, "c": 0.1}
    options = [
        {"name": name, "gain": 0.0, "base": base, "values": {"score": place}}
        for place, (name, base) in enumerate(shares.items())
        if place
    ]
    entry = trained() | {"options": options, "complying": {"base": 0.4}}
    training = {"weights": {"score": 1.0}, "proxy": {"error": constant(0.0), "selection": {"best_of": 4}}}
    (found,) = solved(audit(0.0), 0.0, entry, training).equilibria
    assert list(found.option_rates.values()) == pytest.approx([0.2145, 0.416, 0.3439], abs=CLOSE)
    assert found.measures["nats"] == pytest.approx(0.587114, abs=5e-7)


# Weights that do not stay


def left(period: int) -> float:
    """Misconduct so many periods after certification, at w = 1.5, p s = .6 and a decay of .05."""
    return share(0.6 + 1.5 * 0.95**period)


@pytest.mark.parametrize(("periods", "known"), [(10, 0.050257), (20, 0.084164), (50, 0.179731)])
def test_weights_that_decay(periods: int, known: float) -> None:
    expected = sum(map(left, range(periods))) / periods
    assert expected == pytest.approx(known, abs=5e-7)
    training = {"weights": {"honesty": 1.5}, "drift": {"decay": 0.05}}
    world = spec(audit(0.3), 2.0, trained(size=40_000), training, periods=periods)
    # Five standard errors of a share of so many opportunities.
    assert oversight.run(world).metrics["misconduct_rate"] == pytest.approx(
        expected, abs=2.0 / (40_000 * periods) ** 0.5
    )
    # In the long run nothing is left.
    found = oversight.solve(world)
    assert rates(found) == pytest.approx([share(0.6)], abs=CLOSE)
    assert [path.misconduct_rate for path in found.paths] == pytest.approx([share(0.6)] * 2, abs=CLOSE)


def test_how_often_to_certify() -> None:
    """Harm 10 and 4 a certification: every 11 periods is best, at .897349 a period."""
    training = {"weights": {"honesty": 1.5}, "drift": {"decay": 0.05}, "recertify": {"every": 8, "cost": 4.0}}
    entry = trained(harm=constant(10.0), size=100)
    several = {"policy.training.recertify.every": {"values": [5, 10, 11, 12, 20]}}
    sweep = {"periods": 220, "replicates": 2, "sweep": {"kind": "grid", "parameters": several}}
    found = oversight.sweep(spec(audit(0.3), 2.0, entry, training, **sweep), workers=1).summary
    costs = {every: 10 * sum(map(left, range(every))) / every + 4 / every for every in range(1, 21)}
    every = found["param.policy.training.recertify.every"]
    assert list(found["theory.social_cost"]) == pytest.approx([costs[each] for each in every], abs=1e-7)
    assert list(found["theory.cycle"]) == list(every)
    best = found.loc[found["theory.social_cost"].idxmin()]
    assert (best["param.policy.training.recertify.every"], best["theory.social_cost"]) == (
        11,
        pytest.approx(0.897349, abs=5e-7),
    )
    # Harm by 22,000 opportunities a run: four standard errors of two runs; 220 is no multiple of all of the cycles.
    means = dict(zip(every, found["metric.social_cost.mean"], strict=True))
    for each in (5, 10, 11, 20):
        assert means[each] == pytest.approx(costs[each], abs=10 * 4 * (0.08 / 44_000) ** 0.5)


def test_certification_of_the_rational() -> None:
    """Gains U[0, 1], p s = .3, w = .5, decay .05, .6 a certification: every 8 periods, .354276 (renewal reward)."""
    entry = {"kind": "rational", "violating": {"values": DISHONEST}, "gain": UNIFORM}
    costs = {}
    for every in (7, 8, 9):
        recertify = {"every": every, "cost": 0.6}
        training = {"weights": {"honesty": 0.5}, "drift": {"decay": 0.05}, "recertify": recertify}
        path, _ = oversight.solve(spec(audit(0.3), 1.0, entry, training)).paths
        costs[every] = path.social_cost
    assert costs == pytest.approx({7: 0.354768, 8: 0.354276, 9: 0.355833}, abs=5e-7)


def test_weights_that_walk() -> None:
    """Rational, gains U[0, 1], p s = .3, w = .4, steps of .05: after 25 periods E x = .313835, sd .224980 if shared."""
    entry = {"kind": "rational", "violating": {"values": DISHONEST}, "gain": UNIFORM, "size": 400}
    for shared, spread in ((False, 0.0232), (True, 0.22498)):
        training = {"weights": {"honesty": 0.4}, "drift": {"walk": 0.05, "shared": shared}}
        world = spec(audit(0.3), 1.0, entry, training, periods=26, burn_in=25, replicates=400)
        world["sweep"] = {"kind": "grid", "parameters": {"policy.sanction.amount": {"values": [1.0]}}}
        runs = oversight.sweep(world | {"theory": False}, workers=1).runs()["metric.misconduct_rate"]
        # Five standard errors; the spread of a share of 400 alone is .0232.
        assert runs.mean() == pytest.approx(0.313835, abs=5 * spread / 20)
        assert runs.std() == pytest.approx((spread**2 + shared * 0.0232**2) ** 0.5, rel=0.2)
    assert "weights walk ever farther" in oversight.solve(world).not_covered


def walked(mean: float, sd: float) -> float:
    """E of 1 - p s - w, cut at 0 and 1, with mean `mean` and a normal step: L(0) - L(1); gains U[0, 1]."""

    def beyond(cut: float) -> float:
        z = (mean - cut) / sd
        return (mean - cut) * erfc(-z / sqrt(2)) / 2 + sd * normal(z)

    return beyond(0.0) - beyond(1.0)


HONEST = {"kind": "rational", "violating": {"values": DISHONEST}, "gain": UNIFORM}


def cycle(entry: Mapping, weight: float, drift: Mapping, every: int) -> Any:
    """The path of theory at p s = .3, with certifications after so many periods: the last rate is the highest."""
    training = {"weights": {"honesty": weight}, "drift": drift, "recertify": {"every": every}}
    found = oversight.solve(spec(audit(0.3), 1.0, entry, training))
    assert found.equilibria == []
    path, _ = found.paths
    assert path.length == every
    return path


def test_where_weights_are_after_some_periods() -> None:
    """w = .5, decay .05: x_20 = .520757, mean of 0 to 19 .379243; of the trained (t = .1) x_20 = .520477."""
    assert cycle(HONEST, 0.5, {"decay": 0.05}, 21).highest == pytest.approx(0.7 - 0.5 * 0.95**20, abs=1e-9)
    assert cycle(HONEST, 0.5, {"decay": 0.05}, 20).misconduct_rate == pytest.approx(0.379243, abs=5e-7)
    soft = {**HONEST, "kind": "trained", "temperature": 0.1}
    assert cycle(soft, 0.5, {"decay": 0.05}, 21).highest == pytest.approx(0.520477, abs=5e-7)


@pytest.mark.parametrize("shared", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_where_weights_have_walked_to(shared: bool) -> None:
    """w = .4, steps of .05: after 25 periods .313835 of the rational; .255940 of the trained with g = .5, t = .1."""
    drift = {"walk": 0.05, "shared": shared}
    path = cycle(HONEST, 0.4, drift, 26)
    assert walked(0.3, 0.25) == pytest.approx(0.313835, abs=5e-7)
    assert (path.lowest, path.highest) == pytest.approx((0.3, walked(0.3, 0.25)), abs=2e-6)
    soft = {**HONEST, "kind": "trained", "temperature": 0.1, "gain": constant(0.5)}
    assert cycle(soft, 0.4, drift, 26).highest == pytest.approx(0.255940, abs=5e-7)


@pytest.mark.slow
def test_weights_that_walk_and_decay_come_to_rest() -> None:
    """At N(0, s^2 / (1 - (1 - d)^2)): the mean of what is done by an autoregression's own law."""
    training = {"weights": {"honesty": 0.4}, "drift": {"decay": 0.05, "walk": 0.1}}
    spread = 0.1 / sqrt(1 - 0.95**2)
    found = solved(audit(0.3), 1.0, HONEST, training)
    assert rates(found) == pytest.approx([walked(0.7, spread)], abs=2e-6)
    assert [path.misconduct_rate for path in found.paths] == pytest.approx([walked(0.7, spread)] * 2, abs=2e-6)
    world = spec(audit(0.3), 1.0, {**HONEST, "size": 4_000}, training, periods=300, burn_in=200)
    # A weight is alike for 1 / .05 periods, so that there are some 4,000 x 100 x .025 draws of sd .3: five errors.
    assert oversight.run(world).metrics["misconduct_rate"] == pytest.approx(walked(0.7, spread), abs=0.015)
    # An overseer who looks when it pays holds misconduct where it was.
    (held,) = solved(strategic(0.2, 1.0), 2.0, HONEST, training).equilibria
    assert held.misconduct_rate == pytest.approx(0.2, abs=1e-6)
    shared = {**training, "drift": {**training["drift"], "shared": True}}
    answered = oversight.solve(spec(strategic(0.2, 1.0), 2.0, HONEST, shared))
    assert "walk apart from run to run, and detection answers what is done" in answered.not_covered


def test_what_stays_the_same_for_long_is_not_yet_at_rest() -> None:
    """All comply as long as w > .2, for 31 periods, and then nobody does."""
    training = {"weights": {"honesty": 1.0}, "drift": {"decay": 0.05}}
    found = solved(audit(0.3), 1.0, {**HONEST, "gain": constant(0.5)}, training)
    assert rates(found) == [1.0]
    assert [(path.length, path.misconduct_rate) for path in found.paths] == [(1, 1.0)] * 2


def test_another_fine_does_not_train_anew() -> None:
    """Decayed weights stand as they are when the sanction changes, and are trained anew when they change."""
    training = {"weights": {"honesty": 1.0}, "drift": {"decay": 1.0}}
    entry = {"kind": "rational", "gain": constant(0.5), "violating": {"values": DISHONEST}, "size": 10}
    model = oversight.model(spec(audit(1.0), 0.0, entry, training))
    model.step()
    assert model.engine.totals.violations == 0
    model.change_policy({"policy.sanction.amount": 0.1})
    model.step()
    assert model.engine.totals.violations == 10
    model.change_policy({"policy.training.weights.honesty": 2.0, "policy.training.drift.decay": 0.0})
    model.step()
    assert model.engine.totals.violations == 0


def test_the_line_on_which_values_and_sanctions_trade_off() -> None:
    """Mean gain .5: p s = .5 - w, at p = .5."""
    entry = {"kind": "rational", "violating": {"values": DISHONEST}, "gain": UNIFORM, "size": 10}
    sweep = {"kind": "grid", "parameters": {"policy.sanction.amount": {"values": [0.0, 2.0]}}}
    source = load_experiment(spec(audit(0.5), 1.0, entry, 0.0, sweep=sweep))
    weight, amount = "policy.training.weights.honesty", "policy.sanction.amount"
    (line,) = thresholds(source, None, {}, (weight, np.linspace(0, 0.4, 5)), (amount, np.linspace(0, 2, 5)))
    assert line.name == "expected sanction = mean and median gain and values (p s = g + λ·v)"
    assert line.y == pytest.approx((0.5 - line.x) / 0.5, abs=1e-9)


# Bundled experiments


def of_bundled(name: str, **changes: float) -> Any:
    """The solution of a bundled experiment at other numbers of its policy; `__` stands for a dot."""
    return oversight.solve(name, {f"policy.{path.replace('__', '.')}": value for path, value in changes.items()})


def test_the_way_out_is_as_it_says() -> None:
    def outcomes(**changes: float) -> int:
        return len(of_bundled("the_way_out", **changes).equilibria)

    assert (outcomes(training__weights__honesty=0.12), outcomes(training__weights__honesty=0.14)) == (3, 1)
    assert (outcomes(monitoring__investigators=300), outcomes(monitoring__investigators=350)) == (3, 1)


def test_borrowed_alignment_is_as_it_says() -> None:
    """5 % under audits is .264067 without; earned without them, .003179 beside them."""
    for rate, weight, known in ((0.15, 0.743268, 0.05), (0.0, 0.743268, 0.264067), (0.15, 1.043268, 0.003179)):
        changes = {"monitoring__rate": rate, "training__weights__honesty": weight}
        assert rates(of_bundled("borrowed_alignment", **changes)) == pytest.approx([known], abs=1e-6)


@pytest.mark.parametrize(("decay", "best"), [(0.02, 19), (0.05, 11), (0.1, 8)])
def test_how_often_to_certify_is_as_it_says(decay: float, best: int) -> None:
    costs = [
        of_bundled("how_often_to_certify", training__drift__decay=decay, training__recertify__every=every)
        .paths[0]
        .social_cost
        for every in (best - 1, best, best + 1)
    ]
    assert costs[1] < min(costs[0], costs[2])


def test_moved_not_removed_is_as_it_says() -> None:
    """Of the half that is not covered .648786 lie without audits, which is more than a quarter of all."""
    assert share(0.0) / 2 > 0.25
    (found,) = of_bundled("moved_not_removed", training__weights__honesty=100.0, training__coverage=0.5).equilibria
    assert found.misconduct_rate == pytest.approx(0.25, abs=1e-7)
    assert found.inspection_rate == pytest.approx(inspections(0.5) / 2, abs=1e-7)


@pytest.mark.parametrize(
    ("entry", "training", "said"),
    [
        (
            trained(),
            {"weights": {"honsety": 1.0}},
            "nothing that there is to do has the value `honsety`; there are honesty",
        ),
        ({"kind": "rational"}, 1.0, "none is said to have any"),
        (trained(violating={"values": DISHONEST}), 1.0, "is about the one violation that there is without `options`"),
        (trained(), {"weights": {}}, "policy.training.weights"),
        (
            {"kind": "rational", "violating": {"values": DISHONEST}},
            {"weights": {"honesty": 1.0}, "price_per_nat": 1.0},
            "kind rational does not decide by chance",
        ),
        (
            {"kind": "policy_gradient", "violating": {"values": DISHONEST}},
            {"weights": {"honesty": 1.0}, "price_per_nat": 1.0},
            "kind policy_gradient learns step by step how often it violates: nats do not measure",
        ),
        (
            {"kind": "forward_looking", "discount": 0.5, "violating": {"values": DISHONEST}},
            {"weights": {"honesty": 1.0}, "coverage": 0.5},
            "looks ahead over opportunities that are all like those of training",
        ),
        (
            trained(),
            {"weights": {"honesty": 1.0}, "proxy": {"error": {"kind": "pareto", "minimum": 1.0, "shape": 3.0}}},
            "no exponential tilt by it has a mean.*best_of: 16",
        ),
        (
            {"kind": "rational", "violating": {"values": DISHONEST}},
            {"weights": {"honesty": 1.0}, "proxy": {"error": constant(0.0), "selection": {"best_of": 4}}},
            "all of its answers are alike",
        ),
        (
            trained(),
            {"weights": {"honesty": 1.0}, "drift": {"decay": 0.1, "shared": True}},
            "about the steps of a `walk`",
        ),
    ],
)
def test_what_cannot_be_trained_is_told(entry: Mapping, training: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        oversight.solve(spec(audit(0.3), 2.0, entry, training))
