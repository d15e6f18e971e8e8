"""Equilibria against closed forms and published numbers. No expected number comes from the package."""

from __future__ import annotations

from math import exp, log, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import norm

import oversight
from posed import UNIFORM, capacity, constant, fine, rates, solved, spec, strategic

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


def test_fines_by_lognormal_turnover() -> None:
    """A fine of h max(a, c T), gains exponential and ln T normal: m = E[e^(-p h max(a, c T))], by quadrature."""
    entry = {"gain": {"kind": "exponential", "mean": 1}, "turnover": {"kind": "lognormal", "mu": 4, "sigma": 1.5}}
    cap = {"kind": "turnover_cap", "amount": 15, "share": 0.03, "rule": "greater", "share_of_maximum": 0.3}
    found = solved({"kind": "audit_capacity", "inspections": 4}, cap, {**entry, "size": 100})

    def taken(z: float) -> float:
        return float(norm.pdf(z)) * exp(-0.04 * 0.3 * max(15, 0.03 * exp(4 + 1.5 * z)))

    kink = (log(15 / 0.03) - 4) / 1.5
    expected = sum(quad(taken, *ends, epsabs=1e-12, limit=200)[0] for ends in ((-12, kink), (kink, 4), (4, 12)))
    assert rates(found) == pytest.approx([expected], abs=5e-8)


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


@pytest.mark.slow
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
