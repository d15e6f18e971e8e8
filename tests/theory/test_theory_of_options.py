"""Theory of actors with options: closed forms, certificates by other code, and the simulation.

Gains are U[0, 1] and the population large unless said. p = .5, gains t and 2 t, harms 1 and 5 in the cases of marginal
deterrence; C = .2 cases an actor in those of a shared capacity. Formulas stand beside their numbers.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

import oversight
from oversight.equilibrium import Solution
from oversight.equilibrium.fixed_points import fixed_points
from oversight.equilibrium.stability import spectral_radius
from oversight.response.posed import posed
from oversight.response.standing import standing
from oversight.scenario import load_experiment
from posed import capacity, constant, fine, rates, solved, spec

HALF = {"kind": "random_audit", "rate": 0.5}
MINOR = {"name": "minor"}
SEVERE = {"name": "severe", "gain": 2, "harm": 5, "severity": 2}
EXACT = 1e-9


def graded(*amounts: float) -> dict[str, Any]:
    return {"kind": "graded", "amounts": list(amounts)}


def taken(found: Solution, option: str) -> list[float]:
    return [each.option_rates[f"misconduct_rate.{option}"] for each in found.equilibria]


def costs(found: Solution) -> list[float]:
    return [each.social_cost for each in found.equilibria]


# Marginal deterrence


def test_a_flat_sanction_breeds_the_worse_act() -> None:
    found = solved(HALF, fine(2.4), {"options": [MINOR, SEVERE]})
    assert taken(found, "minor") == pytest.approx([0.0], abs=EXACT)
    assert taken(found, "severe") == pytest.approx([1 - 0.5 * 2.4 / 2], abs=EXACT)


@pytest.mark.parametrize(
    ("lesser", "minor", "severe", "harm"), [(0.6, 0.6, 0.1, 1.1), (2.4, 0.0, 0.4, 2.0), (0.4, 0.8, 0.0, 0.8)]
)
def test_grading(lesser: float, minor: float, severe: float, harm: float) -> None:
    """Minor in (p s1, p (s2 - s1)), severe above. The least harm is where that is 1: s1 = s2 - 1 / p = .4."""
    found = solved(HALF, graded(lesser, 2.4), {"options": [MINOR, SEVERE]})
    assert taken(found, "minor") == pytest.approx([minor], abs=EXACT)
    assert taken(found, "severe") == pytest.approx([severe], abs=EXACT)
    assert costs(found) == pytest.approx([harm], abs=EXACT)


@pytest.mark.slow
def test_the_least_harmful_lesser_sanction_is_found_by_looking() -> None:
    lesser = np.arange(0, 2.4, 0.1)
    harms = [costs(solved(HALF, graded(float(s1), 2.4), {"options": [MINOR, SEVERE]}))[0] for s1 in lesser]
    assert lesser[np.argmin(harms)] == pytest.approx(0.4)


def test_logit_over_all_opportunities() -> None:
    """MD5: comply .599103 and .306774, minor .001561 and .550784, severe .399336 and .142442."""

    def chance(place: int, fines: tuple[float, float]) -> float:
        def at(t: float) -> float:
            weights = np.exp(8 * np.array([0, t - fines[0] / 2, 2 * t - fines[1] / 2]))
            return float(weights[place] / weights.sum())

        return float(quad(at, 0, 1, epsabs=1e-12)[0])

    known = {(2.4, 2.4): (0.599103, 0.001561, 0.399336), (0.6, 2.4): (0.306774, 0.550784, 0.142442)}
    for fines, numbers in known.items():
        found = solved(HALF, graded(*fines), {"kind": "quantal", "precision": 8.0, "options": [MINOR, SEVERE]})
        assert [chance(place, fines) for place in range(3)] == pytest.approx(numbers, abs=1e-6)
        assert taken(found, "minor") == pytest.approx([chance(1, fines)], abs=1e-8)
        assert taken(found, "severe") == pytest.approx([chance(2, fines)], abs=1e-8)


def test_logit_at_one_gain_and_the_weight_of_an_act_told_twice() -> None:
    """MD6: e^(k u) / (1 + sum), t = .5; MD7: one act told in two parts needs half the weight for each (Debreu 1960)."""
    entry = {"kind": "quantal", "precision": 8.0, "gain": constant(0.5), "options": [MINOR, SEVERE]}
    found = solved(HALF, graded(0.6, 2.4), entry)
    weights = np.exp(8 * np.array([0, 0.5 - 0.3, 1 - 1.2]))
    assert [*taken(found, "minor"), *taken(found, "severe")] == pytest.approx(weights[1:] / weights.sum(), abs=EXACT)
    assert weights[1] / weights.sum() == pytest.approx(0.804726, abs=1e-6)
    for bases, expected in (((1.0,), 0.310026), ((1.0, 1.0), 0.473312), ((0.5, 0.5), 0.310026)):
        options = [{"name": f"part_{place}", "base": base} for place, base in enumerate(bases)]
        assert rates(solved(HALF, fine(1.2), {**entry, "options": options})) == pytest.approx([expected], abs=1e-6)


@pytest.mark.slow
def test_a_ladder_of_ten_acts() -> None:
    """Gain t a, a = j / 10. Fines phi a^2 / 2 with phi = 1.25: a = min(1, t / phi), .4 on average and nobody at 1.

    Fines phi a with phi = .5 leave the worst act or none (half and half), and so does a fine of phi for any act.
    """
    acts = [j / 10 for j in range(1, 11)]
    ladder = [{"name": f"act_{j}", "gain": a, "harm": a, "severity": j} for j, a in enumerate(acts, start=1)]
    surely = {"kind": "random_audit", "rate": 1.0}
    rising = solved(surely, graded(*(1.25 * a**2 / 2 for a in acts)), {"options": ladder})
    assert costs(rising) == pytest.approx([0.4], abs=EXACT)
    assert taken(rising, "act_10") == pytest.approx([0.0], abs=EXACT)
    for sanction in (graded(*(0.5 * a for a in acts)), fine(0.5)):
        found = solved(surely, sanction, {"options": ladder})
        assert taken(found, "act_10") == pytest.approx([0.5], abs=EXACT)
        assert rates(found) == pytest.approx([0.5], abs=EXACT)


# A shared capacity


def roots(sanction: float) -> tuple[float, float]:
    """Totals at which C / V deters just so many: V = 1 - C s / V."""
    root = sqrt(1 - 4 * 0.2 * sanction)
    return (1 - root) / 2, (1 + root) / 2


def test_only_the_lesser_sanction_matters_for_the_total() -> None:
    """MD10: .1, .235425 and .764575, of which 0, 0 and .581467 = 1 - p (s2 - s1) severe."""
    low, high = roots(0.9)
    found = solved(capacity(20), graded(0.9, 2.5), {"options": [MINOR, SEVERE]})
    assert rates(found) == pytest.approx([0.1, low, high], abs=1e-8)
    assert taken(found, "severe") == pytest.approx([0, 0, 1 - 0.2 / high * 1.6], abs=1e-7)
    assert [low, high, 1 - 0.2 / high * 1.6] == pytest.approx([0.235425, 0.764575, 0.581467], abs=1e-6)


def test_grading_dilutes_a_shared_capacity_unless_the_severe_come_first() -> None:
    """MD11 to MD13, s2 = 2.4: flat 0, .4, .6, all severe; graded .764575 with .607625 severe; with triage no severe."""
    flat = solved(capacity(20), fine(2.4), {"options": [MINOR, SEVERE]})
    assert rates(flat) == pytest.approx([0, 0.4, 0.6], abs=1e-8)
    assert taken(flat, "severe") == pytest.approx(rates(flat), abs=EXACT)
    mild = solved(capacity(20), graded(0.9, 2.4), {"options": [MINOR, SEVERE]})
    assert rates(mild)[-1] == pytest.approx(roots(0.9)[1], abs=1e-8)
    assert taken(mild, "severe")[-1] == pytest.approx(1 - 0.2 / roots(0.9)[1] * 1.5, abs=1e-7)
    first = solved(capacity(20, triage="severity"), graded(0.9, 2.4), {"options": [MINOR, SEVERE]})
    assert rates(first)[-1] == pytest.approx(roots(0.9)[1], abs=1e-8)
    assert taken(first, "severe") == pytest.approx([0, 0, 0], abs=EXACT)


def test_triage_that_runs_out_among_the_severe() -> None:
    """K = .1, fines .2 and .8: no minor case is looked at, so that minor pays g and severe 2 g - p .8 above p .8 < g.

    Severe V = 1 - .8 p with p = .1 / V: V^2 - V + .08 = 0, of which one root is above K.
    """
    found = solved(capacity(10, triage="severity"), graded(0.2, 0.8), {"options": [MINOR, SEVERE]})
    assert taken(found, "severe") == pytest.approx([(1 + sqrt(0.68)) / 2], abs=1e-7)
    assert rates(found) == pytest.approx([1], abs=1e-7)


def test_stability_of_the_map_from_what_was_done_to_what_is() -> None:
    """MD10s: its spectral radius is 0, f C / V^2, f C / V^2 where f = .9 is how violations answer to the chance."""
    found = solved(capacity(20), graded(0.9, 2.5), {"options": [MINOR, SEVERE]})
    assert [each.stable for each in found.equilibria] == [True, False, True]
    experiment = spec(capacity(20), graded(0.9, 2.5), {"options": [MINOR, SEVERE]})
    stacked = posed([load_experiment(experiment).experiment])
    points = fixed_points(stacked)
    owned = stacked.take(points.scenario)
    radius = spectral_radius(owned, points, standing(owned, points.rate, points.shares))
    assert radius == pytest.approx([0.0, *(0.9 * 0.2 / total**2 for total in roots(0.9))], abs=1e-5)
    assert [0.18 / total**2 for total in roots(0.9)] == pytest.approx([3.247640, 0.307916], abs=1e-6)
    assert {path.start: path.misconduct_rate for path in found.paths} == pytest.approx(
        {"compliant": 0.1, "violating": roots(0.9)[1]}, abs=1e-6
    )


# What shows


def test_visibility_is_a_graded_sanction() -> None:
    """MD14: only p v s matters (Shavell 1992)."""
    found = solved(HALF, fine(2.4), {"options": [{**MINOR, "visibility": 0.25}, SEVERE]})
    assert [*taken(found, "minor"), *taken(found, "severe")] == pytest.approx([0.6, 0.1], abs=EXACT)


@pytest.mark.parametrize(
    ("amount", "rate", "concealed", "caught"), [(1, 0.7, 0, 0.3), (5 / 3, 0.6, 0.6, 0.12), (8 / 3, 0.48, 0.48, 0.12)]
)
def test_higher_fines_buy_concealment(amount: float, rate: float, concealed: float, caught: float) -> None:
    """Malik (1990): g - p s in the open, g - .2 - .4 p s concealed, p = .3."""
    options = [{"name": "open"}, {"name": "concealed", "cost": 0.2, "visibility": 0.4}]
    found = solved({"kind": "random_audit", "rate": 0.3}, fine(amount), {"options": options})
    assert rates(found) == pytest.approx([rate], abs=EXACT)
    assert taken(found, "concealed") == pytest.approx([concealed], abs=EXACT)
    assert found.equilibria[0].detection_probability == pytest.approx(caught, abs=EXACT)


@pytest.mark.parametrize(("due", "opened", "disguised"), [(0.2, 0.8, 0.0), (0.5, 0.0, 0.7)])
def test_auditing_a_proxy(due: float, opened: float, disguised: float) -> None:
    """GH9: open g - D or disguised g - .3; what is measured vanishes at D = .3, and true misconduct stops at .7."""
    options = [{"name": "opened"}, {"name": "disguised", "cost": 0.3, "visibility": 0}]
    found = solved(HALF, fine(due / 0.5), {"options": options})
    assert [*taken(found, "opened"), *taken(found, "disguised")] == pytest.approx([opened, disguised], abs=EXACT)
    assert rates(found) == pytest.approx([1 - min(due, 0.3)], abs=EXACT)


@pytest.mark.parametrize(("due", "opened", "disguised"), [(0.2, 0.595349, 0.219017), (0.5, 0.084309, 0.622965)])
def test_auditing_a_proxy_by_chance(due: float, opened: float, disguised: float) -> None:
    """GH10: logit of precision 10 over open g - D and disguised g - .3."""
    options = [{"name": "opened"}, {"name": "disguised", "cost": 0.3, "visibility": 0}]
    found = solved(HALF, fine(due / 0.5), {"kind": "quantal", "precision": 10.0, "options": options})
    assert [*taken(found, "opened"), *taken(found, "disguised")] == pytest.approx([opened, disguised], abs=1e-6)


def test_what_only_looks_like_a_violation_is_given_up() -> None:
    """GH11: worth b, given up below D = .5; the planner would have all of it, .5 a head (gain weight 1)."""
    alike = {"name": "alike", "violation": False, "harm": 0}
    found = solved(HALF, fine(1.0), {"options": [alike]}, social_cost={"gain_weight": 1.0})
    (only,) = found.equilibria
    assert only.misconduct_rate == 0
    assert only.option_rates == pytest.approx({"share.alike": 0.5}, abs=EXACT)
    assert only.false_sanction_rate == pytest.approx(0.25, abs=EXACT)
    assert only.social_cost == pytest.approx(-(0.5 - 0.125), abs=EXACT)
    assert found.optimum.social_cost == pytest.approx(-0.5, abs=1e-6)
    assert found.optimum.misconduct_rate == 0


# Nothing is missed


@pytest.mark.parametrize("width", [1e-2, 1e-4, 1e-6])
def test_an_option_that_is_best_on_a_short_stretch_alone(width: float) -> None:
    """Of t - .3, 2 t - .6 - w / 4 and 3 t - .9 - w the second is best between .3 + w / 4 and .3 + 3 w / 4 alone.

    The first is best between .3 and there. The certificate, which crosses every pair, finds them too.
    """
    options = [
        {"name": "first", "cost": 0.3},
        {"name": "second", "gain": 2, "cost": 0.6 + width / 4},
        {"name": "third", "gain": 3, "cost": 0.9 + width},
    ]
    found = solved({"kind": "random_audit", "rate": 0.0}, fine(1.0), {"options": options})
    assert taken(found, "first") == pytest.approx([width / 4], abs=1e-12)
    assert taken(found, "second") == pytest.approx([width / 2], abs=1e-12)
    assert rates(found) == pytest.approx([0.7], abs=1e-12)


# The planner


def test_the_planner_takes_the_best_option_of_each_opportunity() -> None:
    """Gains count in full: b = t - .5 and 2 t - 1.2 less nothing: max of both from .5 on, equal at .7.

    E = int_.5^.7 (t - .5) + int_.7^1 (2 t - 1.2) = .02 + .15.
    """
    options = [{"name": "small", "harm": 0.5}, {"name": "large", "gain": 2, "harm": 1.2}]
    found = solved(HALF, fine(0.1), {"options": options}, social_cost={"gain_weight": 1.0})
    assert found.optimum.social_cost == pytest.approx(-0.17, abs=1e-5)
    hidden = [{**option, "visibility": 0.5} for option in options]
    same = solved(HALF, fine(0.1), {"options": hidden}, social_cost={"gain_weight": 1.0})
    assert same.optimum.social_cost == pytest.approx(-0.17, abs=1e-5)


def test_the_optimum_is_missing_where_it_is_not_known() -> None:
    options = [{"name": "open", "harm": 0.5}, {"name": "hidden", "visibility": 0.5}]
    found = solved(capacity(20), fine(1.0), {"options": options}, social_cost={"gain_weight": 1.0})
    assert np.isnan(found.optimum.social_cost)
    assert "acts differ in what shows" in found.optimum.note
    harmful = solved(capacity(20), fine(1.0), {"options": options})
    assert harmful.optimum.social_cost == 0


# Theory meets simulation

money = st.floats(0.05, 3).map(lambda x: round(x, 3))
share = st.floats(0, 1).map(lambda x: round(x, 3))


def option(place: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "name": st.just(f"option_{place}"),
            "violation": st.booleans(),
            "gain": money,
            "harm": money,
            "cost": share,
            "visibility": share | st.just(1.0),
            "severity": st.integers(1, 2),
        }
    )


RULES: list[dict[str, Any]] = [
    {"kind": "rational"},
    {"kind": "quantal", "precision": 3.0},
    {"kind": "risk_averse", "coefficient": 1.5},
    {"kind": "prospect"},
]
MONITORING: list[dict[str, Any]] = [
    HALF,
    {"kind": "targeted_audit", "inspections": 3_000, "separation": 1.5},
    capacity(2_000),
    capacity(2_000, triage="severity"),
    {"kind": "record_based", "base_rate": 0.2, "rate_per_record": 0.3, "max_rate": 0.8},
]


WITHOUT_SHRINKING = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
worlds = given(
    rule=st.sampled_from(RULES),
    monitoring=st.sampled_from(MONITORING),
    options=st.tuples(option(0), option(1), option(2)),
    fines=st.tuples(money, money),
    detector=st.sampled_from([{}, {"sensitivity": 0.8, "false_positive_rate": 0.1, "harm_averted": 0.5}]),
    suspension=st.sampled_from([0, 2]),
)


@settings(WITHOUT_SHRINKING, max_examples=4)
@worlds
def test_simulations_rest_where_theory_says(**world: Any) -> None:
    rests(**world)


@pytest.mark.slow
@settings(WITHOUT_SHRINKING, max_examples=25)
@worlds
def test_many_simulations_rest_where_theory_says(**world: Any) -> None:
    rests(**world)


def rests(
    rule: dict[str, Any],
    monitoring: dict[str, Any],
    options: tuple[dict[str, Any], ...],
    fines: tuple[float, float],
    detector: dict[str, Any],
    suspension: int,
) -> None:
    """Where an equilibrium is alone and stable, within five standard errors of a rate of 10,000 x 40 opportunities.

    Periods depend on one another, so that the error is that of 10,000 x 10.
    """
    sanction = {**graded(*fines), "suspension": suspension, "record_lifetime": 2}
    if monitoring["kind"] == "record_based" and suspension:
        return
    entry = {**rule, "name": "e", "size": 10_000, "options": list(options)}
    experiment = spec(monitoring, sanction, entry, detector=detector, periods=60, burn_in=20)
    found = oversight.solve(experiment)
    assert not found.not_covered
    assert all(each.certificate is not None and each.certificate.holds for each in found.equilibria)
    near = 5 * sqrt(0.25 / 100_000)
    runs = [oversight.run(experiment, start=start).metrics for start in ("compliant", "violating")]
    for path, run in zip(found.paths, runs, strict=False):  # where theory follows them
        if path.length in (1, 2):  # which divide the periods measured
            assert run["social_cost"] == pytest.approx(path.social_cost, abs=10 * near)
    if len(found.equilibria) != 1 or not found.equilibria[0].stable:
        return
    (only,) = found.equilibria
    for name, rate in only.option_rates.items():
        assert runs[0][name] == pytest.approx(rate, abs=near), name
    assert runs[0]["active_share"] == pytest.approx(only.active_share, abs=near)
    assert runs[0]["false_sanction_rate"] == pytest.approx(only.false_sanction_rate, abs=2 * near, nan_ok=True)
    assert runs[0]["social_cost"] == pytest.approx(only.social_cost, abs=10 * near)
