"""Equilibria against closed forms, published numbers and simulation. No expected number comes from the package."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from scipy.optimize import brentq
from scipy.stats import norm

import oversight
import worlds
from oversight.equilibrium import Certificate, Solution, solve_all
from oversight.equilibrium.certificate import certify
from oversight.scenario import load_experiment
from oversight.simulation import Run, batches, simulate

ROOT = Path(__file__).parents[1]
UNIFORM = {"kind": "uniform", "low": 0, "high": 1}


def constant(value: float) -> dict[str, Any]:
    return {"kind": "constant", "value": value}


def fine(amount: float, **keys: Any) -> dict[str, Any]:
    return {"kind": "fixed", "amount": amount, **keys}


def capacity(investigators: float, **keys: Any) -> dict[str, Any]:
    return {"kind": "investigation_capacity", "investigators": investigators, **keys}


def strategic(cost: float, bounty: float, **keys: Any) -> dict[str, Any]:
    return {"kind": "strategic", "inspection_cost": cost, "bounty": bounty, "response": "best", **keys}


def spec(monitoring: Any, sanction: Any, *population: Any, detector: Any = None, **keys: Any) -> dict[str, Any]:
    entries = [{"kind": "rational", "size": 100, "name": f"e{i}", **e} for i, e in enumerate(population)]
    policy = {"monitoring": monitoring, "sanction": sanction, "detector": detector or {}}
    return {"name": "test", "policy": policy, "population": entries, **keys}


def solved(*parts: Any, **keys: Any) -> Solution:
    found = oversight.solve(spec(*parts, **keys))
    for each in found.equilibria:
        assert each.certificate is not None
        assert each.certificate.holds, each
    return found


def rates(found: Solution) -> list[float]:
    return [each.misconduct_rate for each in found.equilibria]


# One actor, a committed overseer


def test_share_beyond_the_expected_fine() -> None:
    """B1: m = 1 - F(p f), and the same for other distributions."""
    audits = {"kind": "random_audit", "rate": 0.2}
    gains = [(UNIFORM, 0.6), ({"kind": "exponential", "mean": 0.5}, exp(-0.8)), (constant(0.5), 1.0)]
    gains += [({"kind": "normal", "mean": 0.6, "sd": 0.2}, norm.sf(-1))]
    gains += [({"kind": "pareto", "minimum": 0.2, "shape": 2}, 0.25)]
    gains += [({"kind": "empirical", "values": [0.1, 0.4, 0.5, 0.7]}, 0.5)]
    for gain, expected in gains:
        found = solved(audits, fine(2), {"gain": gain})
        assert rates(found) == pytest.approx([expected], abs=1e-9)
        assert found.equilibria[0].stable


def test_risk_averse_actors_and_false_positives() -> None:
    """B6q: T = [ln(1-p+p e^(af)) - ln(1-q+q e^(af))] / a."""
    p, q = 0.5 * 0.9, 0.5 * 0.2
    threshold = log(1 - p + p * exp(1)) - log(1 - q + q * exp(1))
    found = solved(
        {"kind": "random_audit", "rate": 0.5},
        fine(1),
        {"kind": "risk_averse", "form": "cara", "coefficient": 1},
        detector={"sensitivity": 0.9, "false_positive_rate": 0.2},
    )
    assert rates(found) == pytest.approx([1 - threshold], abs=1e-9)


def test_limited_liability_over_a_distribution_of_wealth() -> None:
    """B12 with wealth exponential of mean 1: m = 1 - p E[min(f, w)], and E[min(f, w)] = 1 - e^-f."""
    entry = {"wealth": {"kind": "exponential", "mean": 1}}
    found = solved({"kind": "random_audit", "rate": 0.5}, fine(2, limited_liability=True), entry)
    assert rates(found) == pytest.approx([1 - 0.5 * (1 - exp(-2))], abs=1e-6)


def test_logit_actors_over_a_distribution_of_gains() -> None:
    """E[1 / (1 + e^(-l (g - T)))] over U[0, 1] is [ln(1 + e^(l (1 - T))) - ln(1 + e^(-l T))] / l."""
    found = solved({"kind": "random_audit", "rate": 0.2}, fine(2), {"kind": "quantal", "precision": 3})
    expected = (log(1 + exp(3 * 0.6)) - log(1 + exp(-3 * 0.4))) / 3
    assert rates(found) == pytest.approx([expected], abs=1e-9)


def test_suspension_leaves_fewer_active() -> None:
    """B15: active share 1 / (1 + e p D)."""
    found = solved({"kind": "random_audit", "rate": 0.5}, fine(0, suspension=1), {"kind": "unconditional", "rate": 0.8})
    (each,) = found.equilibria
    assert each.misconduct_rate * each.active_share == pytest.approx(0.8 / 1.4, abs=1e-12)


# Targeting, capacities, tipping


def test_paths_rest_only_once_suspensions_have_filled_up() -> None:
    # Everybody violates, three in ten are caught and out for ten periods: 1 / (1 + 10 x 0.3) are in play.
    member = {"kind": "unconditional", "rate": 1, "value": 1, "harm": constant(2)}
    found = solved({"kind": "random_audit", "rate": 0.3}, fine(0, suspension=10), member)
    for path in found.paths:
        assert path.length == 1
        assert path.social_cost == pytest.approx(2 * 0.25 + 1 * 0.75, abs=1e-8)


@pytest.mark.parametrize("share", [1e-9, 0.005, 0.3])
def test_targeted_audit_of_a_given_share(share: float) -> None:
    """A2: (1-m)(1-F(t)) + m (1-F(t-d)) = b, caught F(d-t)."""
    threshold = brentq(lambda t: (1 - share) * norm.sf(t) + share * norm.sf(t - 2) - 0.01, -5, 8)
    monitoring = {"kind": "targeted_audit", "inspections": 1, "separation": 2}
    found = solved(monitoring, fine(1), {"kind": "unconditional", "rate": share})
    assert found.equilibria[0].detection_probability == pytest.approx(norm.sf(threshold - 2), abs=1e-8)


def test_targeted_audit_and_deterred_actors() -> None:
    """One equilibrium, solved here by nested bisection."""

    def caught(m: float) -> float:
        t = brentq(lambda t: (1 - m) * norm.sf(t) + m * norm.sf(t - 1.5) - 0.2, -8, 10)
        return float(norm.sf(t - 1.5))

    expected = brentq(lambda m: 1 - 0.9 * caught(m) - m, 0, 1)
    found = solved({"kind": "targeted_audit", "inspections": 20, "separation": 1.5}, fine(0.9), {})
    assert rates(found) == pytest.approx([expected], abs=1e-8)


def test_tipping_under_investigation_capacity() -> None:
    """P1 and P1b: m = 1 - f and (1 +- sqrt(1 - 4 f C)) / 2; social cost m + m^2/2 with gains counting and harm 2."""
    entry = {"harm": constant(2)}
    found = solved(capacity(20), fine(0.9), entry, social_cost={"gain_weight": 1})
    root = sqrt(1 - 4 * 0.9 * 0.2)
    expected = [0.1, (1 - root) / 2, (1 + root) / 2]
    assert rates(found) == pytest.approx(expected, abs=1e-9)
    assert [each.stable for each in found.equilibria] == [True, False, True]
    assert [each.social_cost for each in found.equilibria] == pytest.approx([m + m * m / 2 for m in expected], abs=1e-8)
    assert found.optimum.social_cost == pytest.approx(0, abs=1e-9)
    assert np.isnan(found.price_of_anarchy.value)
    assert "infinite" in found.price_of_anarchy.note
    assert found.anarchy_gap == pytest.approx(1.056863, abs=1e-6)
    assert [path.misconduct_rate for path in found.paths] == pytest.approx([expected[0], expected[2]], abs=1e-6)
    assert found.complete


@pytest.mark.parametrize(("investigators", "number"), [(27.7, 3), (27.8, 1)])
def test_upper_equilibria_vanish_beyond_a_quarter_of_the_inverse_fine(investigators: float, number: int) -> None:
    """C > 1 / (4 f) = .277778: also a check that two roots close to each other are both found."""
    assert len(rates(solved(capacity(investigators), fine(0.9), {}))) == number


def test_two_roots_that_nearly_touch() -> None:
    """C = (1 - e^2) / (4 f) leaves roots (1 +- e) / 2."""
    e = 1e-4
    found = rates(solved(capacity(100 * (1 - e * e) / 3.6), fine(0.9), {}))
    assert found == pytest.approx([0.1, (1 - e) / 2, (1 + e) / 2], abs=1e-8)


def test_mean_field_of_bekar_carlaw_eaton() -> None:
    """D5: x = 1 - Phi((.8 min(1, R/v) - .6) / .2), R = 39 of 100 actors: v = 15.866, 53.628, 89.596."""
    entry = {"gain": {"kind": "normal", "mean": 0.6, "sd": 0.2}}
    belief = {"belief": {"kind": "pooled_window", "window": 2, "prior_caught": 1, "prior_violations": 1.25}}
    for extra in ({}, belief):
        found = solved(capacity(39), fine(1), {**entry, **extra}, detector={"sensitivity": 0.8})
        assert [100 * rate for rate in rates(found)] == pytest.approx([15.866, 53.628, 89.596], abs=5e-4)
        assert [each.stable for each in found.equilibria] == [True, False, True]


def test_atoms_mix_only_where_they_are_indifferent() -> None:
    """Gain .5, fine .9, C = .2: nobody, everybody, or the share at which .9 C / m = .5."""
    found = solved(capacity(20), fine(0.9), {"gain": constant(0.5)})
    assert rates(found) == pytest.approx([0, 0.9 * 0.2 / 0.5, 1], abs=1e-9)
    assert [each.mixing for each in found.equilibria] == [False, True, False]
    assert [each.stable for each in found.equilibria] == [True, False, True]


def test_capacity_audits_and_suspension() -> None:
    """Rate b = C / A, m = 1 - f b, A = 1 / (1 + D m b): solved here for b."""
    b = brentq(lambda b: b - 0.2 * (1 + 3 * (1 - 0.9 * b) * b), 0, 1)
    found = solved({"kind": "audit_capacity", "inspections": 20}, fine(0.9, suspension=3), {})
    assert rates(found) == pytest.approx([1 - 0.9 * b], abs=1e-9)
    assert found.equilibria[0].active_share == pytest.approx(0.2 / b, abs=1e-9)


def test_two_entries_share_one_capacity() -> None:
    """Gains U[0,1] and U[0,2], a third and two thirds of the actors; solved here by scanning detection."""

    def total(p: float) -> float:
        return (max(0, 1 - 1.2 * p) + 2 * max(0, 1 - 0.6 * p)) / 3

    grid = np.linspace(1e-6, 1, 20_001)
    gap = np.array([min(1, 0.3 / max(total(p), 1e-12)) - p for p in grid])
    crossings = grid[:-1][np.sign(gap[:-1]) != np.sign(gap[1:])]
    roots = [brentq(lambda p: min(1, 0.3 / max(total(p), 1e-12)) - p, p, p + 1e-4) for p in crossings if p < 0.9999]
    found = solved(
        capacity(90), fine(1.2), {"size": 100}, {"size": 200, "gain": {"kind": "uniform", "low": 0, "high": 2}}
    )
    expected = sorted({round(total(p), 9) for p in [*roots, *([1.0] if total(1) <= 0.3 else [])]})
    assert rates(found) == pytest.approx(expected, abs=1e-6)
    for each in found.equilibria:
        p = each.detection_probability
        assert each.misconduct_rates["e0"] == pytest.approx(max(0, 1 - 1.2 * p), abs=1e-8)
        assert each.misconduct_rates["e1"] == pytest.approx(1 - 0.6 * p, abs=1e-8)


def test_crackdown_without_an_equilibrium_cycles() -> None:
    """Low capacity .1 below a rate of .3, high .6 above it, gain U[.2, 1.2]: neither regime holds its own rate."""
    monitoring = {"kind": "crackdown", "threshold": 30, "investigators_low": 10, "investigators_high": 60}
    found = oversight.solve(spec(monitoring, fine(1), {"gain": {"kind": "uniform", "low": 0.2, "high": 1.2}}))
    assert found.equilibria == []
    assert "no stationary equilibrium" in found.notes[0]
    x, seen = 0.0, []
    for _ in range(90):
        x = 1.2 - max(0.2, min(1.0, (0.1 if x < 0.3 else 0.6) / max(x, 1e-300)))
        seen.append(x)
    for path in found.paths:
        assert path.length == 3
        assert path.misconduct_rate == pytest.approx(np.mean(seen[-3:]), abs=1e-9)
        assert (path.lowest, path.highest) == pytest.approx((min(seen[-3:]), max(seen[-3:])), abs=1e-9)


# Records


def test_records_that_never_lapse_end_at_the_last_fine() -> None:
    """Fines .5, .9, 1.5 at p = .5: everyone goes on until the last, m = 1 - .75; at 2 the last deters for good."""
    audits = {"kind": "random_audit", "rate": 0.5}
    for last, expected in ((1.5, 0.25), (2.0, 0.0)):
        found = solved(audits, {"kind": "escalating", "amounts": [0.5, 0.9, last]}, {})
        assert rates(found) == pytest.approx([expected], abs=1e-9)


@pytest.mark.parametrize("suspension", [0, 2, 7])
def test_records_that_lapse_against_a_chain_solved_here(suspension: int) -> None:
    """Fines .3, 1, 1.6 by sanctions in the last 5 periods: the chain of sanctioned periods, by linear algebra."""
    p, fines, lifetime = 0.5, (0.3, 1.0, 1.6), 5
    memory = max(lifetime, suspension)
    states = list(range(2**memory))
    chain = np.zeros((len(states), len(states)))
    violating, playing = np.zeros(len(states)), np.zeros(len(states))
    for bits in states:
        record = bin(bits & (2**lifetime - 1)).count("1")
        active = not bits & (2**suspension - 1)
        m = 1 - p * fines[min(record, 2)] if active else 0.0
        violating[bits], playing[bits] = m, active
        after = (bits << 1) & (2**memory - 1)
        chain[bits, after | 1] += p * m
        chain[bits, after] += 1 - p * m
    system = np.vstack([chain.T - np.eye(len(states)), np.ones(len(states))])
    law = np.linalg.lstsq(system, np.append(np.zeros(len(states)), 1.0), rcond=None)[0]
    sanction = {"kind": "escalating", "amounts": fines, "record_lifetime": lifetime, "suspension": suspension}
    found = solved({"kind": "random_audit", "rate": p}, sanction, {})
    assert rates(found) == pytest.approx([law @ violating / (law @ playing)], abs=1e-8)
    assert found.equilibria[0].active_share == pytest.approx(law @ playing, abs=1e-8)


def test_long_lifetimes_have_the_law_of_a_loss_system() -> None:
    """A hundred periods and a chance that falls with the record: against simulation of one very long row of bits."""
    found = oversight.solve(
        spec(
            {"kind": "record_based", "base_rate": 0.02, "rate_per_record": 0.01, "max_rate": 0.1},
            fine(1, record_lifetime=100),
            {"kind": "unconditional", "rate": 0.5},
        )
    )
    generator = np.random.default_rng(5)
    rows, seen = np.zeros((4000, 100), dtype=bool), []
    for period in range(1500):
        chance = 0.5 * np.minimum(0.1, 0.02 + 0.01 * rows.sum(axis=1))
        if period >= 500:
            seen.append(chance.mean() / 0.5)
        rows[:, period % 100] = generator.random(4000) < chance
    ours = found.equilibria[0].detection_probability
    spread = np.std([np.mean(part) for part in np.array_split(seen, 5)], ddof=1) / sqrt(5)
    assert abs(ours - np.mean(seen)) < 17 * spread  # Student's t with 4 degrees of freedom at 1e-4, two-sided, is 13


def test_a_schedule_may_be_longer_than_records_last() -> None:
    """In three periods nobody comes to more than three sanctions: what would follow on more is of no matter."""
    steps = {"kind": "record_based", "base_rate": 0.1, "rate_per_record": 0.05}
    long, short = (
        solved({**steps, "max_rate": highest}, fine(2, record_lifetime=3), {"gain": UNIFORM}) for highest in (1.0, 0.25)
    )
    assert rates(long) == pytest.approx(rates(short), abs=1e-9)


def test_no_share_of_an_unbounded_turnover_is_no_share() -> None:
    """Two scenarios solved together, in one of which a bisection ends where turnover is infinite."""

    def capped(rate: float, share: float) -> Any:
        sanction = {"kind": "turnover_cap", "amount": 15.0, "share": share}
        entry = {"gain": {"kind": "exponential", "mean": 1}, "turnover": {"kind": "lognormal", "mu": 5, "sigma": 1}}
        audits = {"kind": "random_audit", "rate": rate}
        return load_experiment(spec(audits, sanction, entry, detector={"sensitivity": 0.9})).experiment

    found = solve_all([capped(0.312, 0.0), capped(0.0195, 0.024)], certified=False, prices=False)[0]
    assert rates(found) == pytest.approx([exp(-0.312 * 0.9 * 15)], abs=1e-9)


# Inspection games


@pytest.mark.parametrize(
    ("penalty", "bounty", "x", "y"), [(100, 4, 0.25, 0.5), (200, 4, 0.25, 0.25), (100, 8, 0.125, 0.5)]
)
def test_nash_of_the_inspection_game(penalty: float, bounty: float, x: float, y: float) -> None:
    """I1: k/r and g/p; a harsher penalty moves only the inspections."""
    found = solved(strategic(1, bounty), fine(penalty), {"gain": constant(50)})
    (each,) = found.equilibria
    assert (each.misconduct_rate, each.inspection_rate) == pytest.approx((x, y), abs=1e-9)
    assert each.stable is False
    for path in found.paths:  # lagged best responses cycle around it
        assert path.length == 4
        assert (path.misconduct_rate, path.inspection_rate) == pytest.approx((0.5, 0.5))


def test_stake_counts_like_a_bounty() -> None:
    found = solved(strategic(1, 3, stake=1), fine(100), {"gain": constant(50)})
    assert rates(found) == pytest.approx([0.25], abs=1e-9)


def test_nash_with_a_distribution_of_gains() -> None:
    """U[0, 1], fine 4: the violation rate stays k/r, and inspections make it so: 1 - 4 y = .2."""
    (each,) = solved(strategic(0.2, 1), fine(4), {}).equilibria
    assert (each.misconduct_rate, each.inspection_rate) == pytest.approx((0.2, 0.2), abs=1e-9)


def test_corners_of_the_inspection_game() -> None:
    """Inspections that never pay are not made; ones that always pay are always made."""
    (idle,) = solved(strategic(5, 4), fine(100), {"gain": constant(50)}).equilibria
    assert (idle.misconduct_rate, idle.inspection_rate) == (1, 0)
    (busy,) = solved(strategic(1, 4), fine(20), {"gain": constant(50)}).equilibria
    assert (busy.misconduct_rate, busy.inspection_rate) == (1, 1)


def test_three_equilibria_where_the_signs_allow_them() -> None:
    """Violating pays only if inspected (false flags outnumber hits): D0 = -.1, D1 = .3, kappa = beta = .5."""
    found = solved(
        strategic(0.5, 5),
        fine(0.5),
        {"gain": constant(-0.1)},
        detector={"sensitivity": 0.2, "false_positive_rate": 1.0},
    )
    assert rates(found) == pytest.approx([0, 0.5, 1], abs=1e-9)
    assert [each.inspection_rate for each in found.equilibria] == pytest.approx([0, 0.25, 1], abs=1e-9)
    assert [each.stable for each in found.equilibria] == [True, False, True]


@pytest.mark.parametrize(("precision", "x", "y"), [(1, 0.419202, 0.663026), (5, 0.270146, 0.599388)])
def test_logit_equilibrium(precision: float, x: float, y: float) -> None:
    """I7: x = s(l (g - p y)), y = s(l (r x - k)) at g = 1, p = 2, r = 4, k = 1."""
    monitoring = strategic(1, 4, response={"kind": "logit", "precision": precision})
    found = solved(monitoring, fine(2), {"kind": "quantal", "precision": precision, "gain": constant(1)})
    (each,) = found.equilibria
    assert (each.misconduct_rate, each.inspection_rate) == pytest.approx((x, y), abs=1e-6)


def test_penalties_matter_to_logit_players() -> None:
    """The negative control of penalty irrelevance."""

    def rate(penalty: float) -> float:
        monitoring = strategic(1, 4, response={"kind": "logit", "precision": 2})
        return rates(solved(monitoring, fine(penalty), {"kind": "quantal", "precision": 2, "gain": constant(1)}))[0]

    assert rate(4) < rate(2) - 0.01


def test_leadership_deters_at_the_least_rate() -> None:
    """I2: g/p, ties comply."""
    found = solved(strategic(1, 10, response="leadership"), fine(10), {"gain": constant(1), "harm": constant(10)})
    (each,) = found.equilibria
    assert each.inspection_rate == pytest.approx(0.1, abs=1e-12)
    assert each.misconduct_rate == 0
    assert found.price_of_non_commitment.value == pytest.approx(1)


@pytest.mark.parametrize(("penalty", "cost"), [(4, 0.35), (8, 0.375)])
def test_social_cost_rises_with_the_penalty(penalty: float, cost: float) -> None:
    """C5: H k/r (1 - g/p) + k g/p, harm averted when caught."""
    found = solved(
        strategic(0.2, 1), fine(penalty), {"gain": constant(1), "harm": constant(2)}, detector={"harm_averted": 1}
    )
    assert [each.social_cost for each in found.equilibria] == pytest.approx([cost], abs=1e-9)


def test_price_of_non_commitment() -> None:
    """P9: 1 + h p / (r g)."""
    found = solved(strategic(1, 4), fine(2), {"gain": constant(1), "harm": constant(10)})
    assert found.price_of_non_commitment.value == pytest.approx(6, abs=1e-9)


@pytest.mark.parametrize("overseers", [1, 2, 5])
def test_several_overseers_who_share_a_bounty(overseers: int) -> None:
    """D = g/p stays, each looks with y = 1 - (1-D)^(1/m), and x = k m y / (r D) rises with their number."""
    monitoring = strategic(0.2, 2, overseers={"size": overseers})
    (each,) = solved(monitoring, fine(4), {"gain": constant(1)}).equilibria
    y = 1 - 0.75 ** (1 / overseers)
    assert each.inspection_rate == pytest.approx(0.25, abs=1e-9)
    assert each.misconduct_rate == pytest.approx(0.2 * overseers * y / (2 * 0.25), abs=1e-9)


# Negative controls


def test_without_a_sanction_inspections_change_nothing() -> None:
    for rate in (0.0, 0.5, 1.0):
        assert rates(solved({"kind": "random_audit", "rate": rate}, fine(0), {})) == pytest.approx([1], abs=1e-9)


def test_fixed_detection_has_one_equilibrium() -> None:
    for sanction in np.linspace(0, 3, 7):
        assert len(rates(solved({"kind": "random_audit", "rate": 0.4}, fine(sanction), {}))) == 1


def test_scaling_money_changes_nothing() -> None:
    one = rates(solved(capacity(20), fine(0.9), {}))
    other = rates(solved(capacity(20), fine(900), {"gain": {"kind": "uniform", "low": 0, "high": 1000}}))
    assert one == pytest.approx(other, abs=1e-9)


# Certificates, coverage, bundled files


def test_certificates_refuse_what_is_no_equilibrium() -> None:
    experiment = load_experiment(spec(capacity(20), fine(0.9), {})).experiment
    for rate, holds in ((0.1, True), (0.1001, False), (0.5, False)):
        found = certify(experiment, experiment.policy, [np.array([rate])], np.nan)
        assert found.holds is holds
        if rate == 0.5:  # at C/m = .4 the rate would be 1 - .9 x .4
            assert found.residual == pytest.approx(0.14, abs=1e-9)
    game = load_experiment(spec(strategic(1, 4), fine(2), {"gain": constant(1)})).experiment
    assert certify(game, game.policy, [np.array([0.25])], 0.5).holds
    assert certify(game, game.policy, [np.array([0.5])], 0.5).overseer == pytest.approx(0.5)
    assert not certify(game, game.policy, [np.array([0.25])], 0.4).holds


@pytest.mark.parametrize("gap", ["residual", "overseer"])
def test_a_certificate_that_could_not_be_made_out_does_not_hold(gap: str) -> None:
    assert Certificate(0.0, np.nan, 0.0).holds
    assert not replace(Certificate(0.0, np.nan, 0.0), **{gap: np.nan}).holds


def test_learning_from_own_violations_is_not_covered() -> None:
    entry = {"belief": {"kind": "moving_average", "start": 0.2, "rate": 0.1}}
    found = oversight.solve(spec({"kind": "random_audit", "rate": 0.2}, fine(2), entry))
    assert found.equilibria == []
    assert "the simulation stands alone" in found.not_covered


@pytest.mark.parametrize("file", sorted((ROOT / "experiments").glob("*.yaml")), ids=lambda file: file.stem)
def test_bundled_experiments_are_solved_and_certified(file: Path) -> None:
    found = oversight.solve(file)
    assert found.not_covered or found.equilibria
    for each in found.equilibria:
        assert each.certificate is not None
        assert each.certificate.holds, each


# Simulation meets theory

WORLDS = {
    "random_audit": spec({"kind": "random_audit", "rate": 0.4}, fine(1), {}),
    "audit_capacity": spec({"kind": "audit_capacity", "inspections": 40}, fine(1), {}),
    "targeted_audit": spec({"kind": "targeted_audit", "inspections": 30, "separation": 1}, fine(0.8), {}),
    "investigation_capacity": spec(capacity(30), fine(0.5), {}),
    "crackdown": spec(
        {"kind": "crackdown", "threshold": 5, "investigators_low": 10, "investigators_high": 30}, fine(0.5), {}
    ),
    "record_based": spec(
        {"kind": "record_based", "base_rate": 0.2, "rate_per_record": 0.2, "max_rate": 0.6},
        fine(1, record_lifetime=4),
        {},
    ),
    "strategic": spec(strategic(0.3, 1, response={"kind": "logit", "precision": 2}, adjustment=0.5), fine(1), {}),
    "suspension": spec({"kind": "audit_capacity", "inspections": 30}, fine(0.9, suspension=2), {}),
}
SCALED = ("inspections", "investigators", "threshold", "investigators_low", "investigators_high")


def scaled(experiment: dict[str, Any], size: int) -> dict[str, Any]:
    """The same world with more actors, and capacities that grow with them."""
    monitoring = {
        name: value * size / 100 if name in SCALED else value
        for name, value in experiment["policy"]["monitoring"].items()
    }
    population = [{**entry, "size": size} for entry in experiment["population"]]
    return {**experiment, "policy": {**experiment["policy"], "monitoring": monitoring}, "population": population}


@pytest.mark.parametrize("kind", WORLDS)
def test_simulation_nears_theory_with_the_root_of_the_population(kind: str) -> None:
    """The root mean square distance over replicates falls with slope -1/2 on log-log axes.

    A root mean square over R independent normal deviations has a relative standard error of 1 / sqrt(2 R), which gives
    the standard error of the fitted slope; the bound is 4.4 of those (a false-alarm rate of 1e-5).
    """
    sizes, replicates = [100, 400, 1600], 400
    distances = []
    for size in sizes:
        source = load_experiment({**scaled(WORLDS[kind], size), "periods": 25, "burn_in": 24, "replicates": replicates})
        theory = oversight.solve({**scaled(WORLDS[kind], size)})
        stable = [each for each in theory.equilibria if each.stable]
        assert len(stable) == 1
        runs = [Run(source.experiment, replicate, "compliant") for replicate in range(replicates)]
        found = np.concatenate(
            [simulate([runs[place] for place in members])["misconduct_rate"] for members in batches(runs)]
        )
        distances.append(sqrt(np.mean((found - stable[0].misconduct_rate) ** 2)))
    x = np.log(sizes)
    slope = np.polyfit(x, np.log(distances), 1)[0]
    error = 1 / sqrt(2 * replicates) / sqrt(np.sum((x - x.mean()) ** 2))
    assert abs(slope + 0.5) < 4.4 * error, f"slope {slope:.3f} +- {error:.3f}, distances {distances}"


def test_simulation_follows_the_cycle_where_the_map_is_unstable() -> None:
    """A crackdown that no rate can stand under: the mean over the cycle, which is found here by iterating the map."""
    x, seen = 0.0, []
    for period in range(400):
        x = 1.2 - max(0.2, min(1.0, (0.1 if x < 0.3 else 0.6) / max(x, 1e-300)))
        if period >= 100:
            seen.append(x)
    monitoring = {"kind": "crackdown", "threshold": 6000, "investigators_low": 2000, "investigators_high": 12000}
    entry = {"size": 20_000, "gain": {"kind": "uniform", "low": 0.2, "high": 1.2}}
    world = spec(monitoring, fine(1), entry, periods=400, burn_in=100, replicates=1)
    found = oversight.run(world).series["misconduct_rate"].iloc[100:]
    assert found.mean() == pytest.approx(np.mean(seen), abs=0.002)
    phases = found.to_numpy().reshape(-1, 3).mean(axis=0)
    assert sorted(phases) == pytest.approx(sorted(seen[:3]), abs=0.01)


@pytest.mark.parametrize("penalty", [2.0, 4.0])
def test_fictitious_play_averages_come_to_the_equilibrium_that_best_responses_circle(penalty: float) -> None:
    """Each side best responds to the other's whole past; averages converge in 2 x 2 games (Miyasawa 1961)."""
    (each,) = solved(strategic(1, 4), fine(penalty), {"gain": constant(1)}).equilibria
    x, y = 1.0, 0.0
    for period in range(1, 400_000):
        violates, inspects = 1 - penalty * y > 0, 4 * x - 1 > 0
        x += (violates - x) / (period + 1)
        y += (inspects - y) / (period + 1)
    assert (each.misconduct_rate, each.inspection_rate) == pytest.approx((x, y), abs=0.01)


def test_slow_best_responses_average_near_the_equilibrium() -> None:
    """With gains that differ and small steps the simulated overseer hovers about Nash: k/r = .2 and (1 - .2) / f."""
    (each,) = solved(strategic(0.2, 1), fine(2), {}).equilibria
    assert (each.misconduct_rate, each.inspection_rate) == pytest.approx((0.2, 0.4), abs=1e-9)
    world = spec(
        strategic(0.2, 1, adjustment=0.002), fine(2), {"size": 20_000}, periods=1500, burn_in=700, replicates=1
    )
    found = oversight.run(world).metrics
    assert (found["misconduct_rate"], found["inspection_rate"]) == pytest.approx((0.2, 0.4), abs=0.005)


def test_a_population_of_one_that_is_suspended_in_part_is_still_watched() -> None:
    """In the limit three quarters of an actor are in play; an inspection earns .5 there, so that all are inspected."""
    watching = {"kind": "strategic", "inspection_cost": 1.5, "bounty": 0.0, "stake": 2.0, "response": {"kind": "best"}}
    population = {"size": 1, "gain": {"kind": "constant", "value": 1.0}}
    (each,) = solved(watching, {"kind": "fixed", "amount": 0.0, "suspension": 1}, population).equilibria
    assert (each.misconduct_rate, each.inspection_rate, each.active_share) == pytest.approx((1, 1, 0.5), abs=1e-9)


# Random worlds


def has_few_axes(world: dict[str, Any]) -> bool:
    """Whether no more than one quantity varies in what an entry's actors face, so that a solution takes no time."""
    varying = [
        sum(entry[name]["kind"] not in ("constant", "empirical") for name in ("gain", "wealth", "turnover", "harm"))
        for entry in world["population"]
    ]
    return max(varying) <= 1


def assert_certified(world: dict[str, Any]) -> None:
    found = oversight.solve(world)
    assert found.not_covered or found.equilibria or found.paths
    for each in found.equilibria:
        assert each.certificate is None or each.certificate.holds, each


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(world=worlds.experiments().filter(has_few_axes))
def test_equilibria_of_random_worlds_are_certified(world: dict[str, Any]) -> None:
    assert_certified(world)


@pytest.mark.slow
@settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(world=worlds.experiments().filter(has_few_axes))
def test_equilibria_of_many_random_worlds_are_certified(world: dict[str, Any]) -> None:
    assert_certified(world)


# What a first look missed


def test_a_continuum_is_shown_by_its_ends() -> None:
    """Two atoms 1 and 2, fine 4, k/r = .5: any inspection rate in [.25, .5] leaves just the upper half violating."""
    found = solved(strategic(1, 2), fine(4), {"gain": {"kind": "empirical", "values": [1, 2]}})
    assert sorted(each.inspection_rate for each in found.equilibria) == pytest.approx([0.25, 0.5], abs=1e-9)
    assert rates(found) == pytest.approx([0.5, 0.5], abs=1e-9)
    assert not found.complete
    assert "interval" in found.notes[0]


def test_everybody_suspended_at_once_is_a_cycle() -> None:
    """A certain sanction of three periods: one period of violations in four."""
    found = oversight.solve(spec({"kind": "random_audit", "rate": 1}, fine(0.1, suspension=3), {"gain": constant(1)}))
    for path in found.paths:
        assert (path.length, path.misconduct_rate, path.social_cost) == pytest.approx((4, 1.0, 0.25))


def test_gains_of_infinite_mean_cost_nothing_where_they_do_not_count() -> None:
    """m = (minimum / (p f))^shape, and that is the cost at a harm of one."""
    (each,) = solved(
        {"kind": "random_audit", "rate": 0.2}, fine(2), {"gain": {"kind": "pareto", "minimum": 0.2, "shape": 0.8}}
    ).equilibria
    assert each.social_cost == pytest.approx(0.5**0.8, abs=1e-9)


@pytest.mark.parametrize(
    ("gain", "cost"),
    [
        ({"kind": "exponential", "mean": 1}, -exp(-2)),
        ({"kind": "pareto", "minimum": 0.5, "shape": 1.5}, -0.5),
        ({"kind": "uniform", "low": 0, "high": 4}, -0.5),
    ],
)
def test_no_equilibrium_beats_the_optimum(gain: dict[str, Any], cost: float) -> None:
    """A certain fine equal to the harm is efficient: -E[(g - 2)+] either way."""
    found = solved(
        {"kind": "random_audit", "rate": 1},
        fine(2),
        {"gain": gain, "harm": constant(2)},
        social_cost={"gain_weight": 1},
    )
    assert found.equilibria[0].social_cost == pytest.approx(cost, abs=1e-9)
    assert found.optimum.social_cost == pytest.approx(cost, abs=1e-6)
    assert found.anarchy_gap >= 0


def test_a_class_that_decides_by_gain_and_draw_has_all_its_equilibria(tmp_path: Path) -> None:
    """Violates if g > p f, and otherwise with chance g / 5: m = 1 - T + T^2 / 10 at T = .9 min(1, .2 / m)."""
    (tmp_path / "by_both.py").write_text(
        "import numpy as np\n"
        "from oversight import Actor\n"
        "class ByBoth(Actor):\n"
        "    def violates(self, now):\n"
        "        return np.where(now.draw < 0.2 * now.gain, True, now.gain > now.expected_sanction)\n"
    )
    grid = np.linspace(1e-3, 1, 200_001)
    limit = np.minimum(0.9, 0.18 / grid)
    gap = 1 - limit + limit**2 / 10 - grid
    expected = grid[:-1][np.sign(gap[:-1]) != np.sign(gap[1:])]
    found = oversight.solve(spec(capacity(20), fine(0.9), {"kind": "by_both:ByBoth"}), actors=[tmp_path / "by_both.py"])
    assert rates(found) == pytest.approx(list(expected), abs=1e-5)
    assert [each.stable for each in found.equilibria] == [True, False, True]
    assert [path.misconduct_rate for path in found.paths] == pytest.approx([expected[0], expected[2]], abs=1e-5)
    assert found.complete


def test_records_that_outlive_the_certificate_are_not_refuted() -> None:
    found = oversight.solve(
        spec(capacity(20), {"kind": "escalating", "amounts": [0.3, 0.6, 1.2], "record_lifetime": 20}, {})
    )
    assert len(found.equilibria) == 3
    assert all(each.certificate is None for each in found.equilibria)
