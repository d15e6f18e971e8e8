"""Several things to do: who takes which, how often it is flagged, what it costs.

Unless said, gains are U[0, 1], the population is large, and expected shares are worked out beside each case.
Tolerances are five standard errors of a share of SIZE x PERIODS independent opportunities: one false alarm in some two
million looks.
"""

from __future__ import annotations

from math import exp, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

import oversight
from oversight.errors import InputError
from oversight.scenario import load_experiment

SIZE, PERIODS = 50_000, 4
NEAR = 5 * sqrt(0.25 / (SIZE * PERIODS))

MINOR = {"name": "minor"}
SEVERE = {"name": "severe", "gain": 2, "harm": 5, "severity": 2}
HALF = {"kind": "random_audit", "rate": 0.5}


def experiment(
    options: list[dict[str, Any]] | None,
    monitoring: dict[str, Any] | None = None,
    sanction: dict[str, Any] | None = None,
    detector: dict[str, Any] | None = None,
    **keys: Any,
) -> dict[str, Any]:
    own = {name: keys.pop(name) for name in ("kind", "size", "belief", "precision", "rate", "option") if name in keys}
    entry = {"kind": "rational", "size": SIZE, **own}
    return {
        "name": "options",
        "policy": {
            "monitoring": monitoring or HALF,
            "detector": detector or {},
            "sanction": sanction or {"kind": "fixed", "amount": 2.4},
        },
        "population": [entry if options is None else {**entry, "options": options}],
        "periods": PERIODS,
        **keys,
    }


def measures(*args: Any, **keys: Any) -> dict[str, float]:
    return oversight.run(experiment(*args, **keys)).metrics


def capacity(share: float, **keys: Any) -> dict[str, Any]:
    return {"kind": "investigation_capacity", "investigators": share * SIZE, **keys}


def graded(*amounts: float) -> dict[str, Any]:
    return {"kind": "graded", "amounts": list(amounts)}


# What is taken


def test_a_flat_sanction_leaves_nobody_with_the_lesser_act() -> None:
    """Stigler (1970): severe 1 - p s / 2 = .4 for gains t and 2 t, minor 0."""
    found = measures([MINOR, SEVERE])
    assert found["misconduct_rate.minor"] == 0
    assert found["misconduct_rate.severe"] == found["misconduct_rate"] == pytest.approx(0.4, abs=NEAR)
    assert found["harm.severe"] == found["harm"] == pytest.approx(5 * found["misconduct_rate"])


@pytest.mark.parametrize(("lesser", "minor", "harm"), [(0.6, 0.6, 1.1), (2.4, 0.0, 2.0), (0.4, 0.8, 0.8)])
def test_forgiving_the_small_stops_the_great(lesser: float, minor: float, harm: float) -> None:
    """Shavell (1992): the lesser act is taken in (p s1, p (s2 - s1)), the severe one above.

    The least harm is at s1 = s2 - (2 - 1) / p = .4, where the severe act is just extinct.
    """
    found = measures([MINOR, SEVERE], sanction=graded(lesser, 2.4))
    assert found["misconduct_rate.minor"] == pytest.approx(minor, abs=NEAR)
    assert found["harm"] == pytest.approx(harm, abs=6 * NEAR)


def test_half_seen_is_half_fined() -> None:
    """Visibility .25 and 1 under a flat 2.4 are fines of .6 and 2.4 (Shavell 1992: act-specific enforcement)."""
    found = measures([{**MINOR, "visibility": 0.25}, SEVERE])
    assert found["misconduct_rate.minor"] == pytest.approx(0.6, abs=NEAR)
    assert found["misconduct_rate.severe"] == pytest.approx(0.1, abs=NEAR)
    assert found["detection_rate"] == pytest.approx((0.6 * 0.125 + 0.1 * 0.5) / 0.7, abs=2 * NEAR)


@pytest.mark.parametrize(
    ("fine", "opened", "concealed", "caught"),
    [(1, 0.7, 0.0, 0.3), (5 / 3, 0.0, 0.6, 0.12), (8 / 3, 0.0, 0.48, 0.12)],
)
def test_higher_fines_buy_concealment(fine: float, opened: float, concealed: float, caught: float) -> None:
    """Malik (1990): g - p s in the open, g - .2 - .4 p s concealed, at p = .3."""
    options = [{"name": "opened"}, {"name": "concealed", "cost": 0.2, "visibility": 0.4}]
    found = measures(options, {"kind": "random_audit", "rate": 0.3}, {"kind": "fixed", "amount": fine})
    assert found["misconduct_rate.opened"] == pytest.approx(opened, abs=NEAR)
    assert found["misconduct_rate.concealed"] == pytest.approx(concealed, abs=NEAR)
    assert found["detection_rate"] == pytest.approx(caught, abs=2 * NEAR)


def test_what_is_earned_is_net_of_what_it_costs() -> None:
    """E[g - .3; g > .3] = .7**2 / 2, of those whose disguise nobody sees through."""
    found = measures([{"name": "disguised", "cost": 0.3, "visibility": 0}])
    assert found["misconduct_rate"] == pytest.approx(0.7, abs=NEAR)
    assert found["gain"] == pytest.approx(0.245, abs=NEAR)
    assert found["detection_rate"] == 0


def test_auditing_a_proxy_moves_misconduct_out_of_sight() -> None:
    """Open g - D, disguised g - .3: all open at D = .2, all disguised at D = .5, where nothing is measured any more."""
    options = [{"name": "opened"}, {"name": "disguised", "cost": 0.3, "visibility": 0}]
    for due, opened, disguised in ((0.2, 0.8, 0.0), (0.5, 0.0, 0.7)):
        found = measures(options, sanction={"kind": "fixed", "amount": due / 0.5})
        assert found["misconduct_rate.opened"] == pytest.approx(opened, abs=NEAR)
        assert found["misconduct_rate.disguised"] == pytest.approx(disguised, abs=NEAR)


def test_a_look_alike_is_sanctioned_falsely_and_given_up() -> None:
    """Worth b on U[0, 1] and flagged like a violation: given up below D = .5, with D^2 / 2 of its value of 1 / 2."""
    found = measures([{"name": "lookalike", "violation": False, "harm": 0}], sanction={"kind": "fixed", "amount": 1.0})
    assert found["misconduct_rate"] == 0
    assert found["share.lookalike"] == pytest.approx(0.5, abs=NEAR)
    assert found["gain"] == pytest.approx(0.5 - 0.125, abs=NEAR)
    assert found["false_sanction_rate"] == pytest.approx(0.25, abs=NEAR)
    assert found["sanction_precision"] == 0
    assert np.isnan(found["detection_rate"])
    assert found["sanctions_paid"] == found["false_sanction_rate"]  # as many compliant opportunities as actors


def test_what_does_not_show_is_flagged_as_compliance_is() -> None:
    """v x sensitivity + (1 - v) x false positive rate = .5 x .8 + .5 x .2 = .5 of those inspected."""
    found = measures(
        [{"name": "half", "gain": 100, "visibility": 0.5}],
        detector={"sensitivity": 0.8, "false_positive_rate": 0.2},
        sanction={"kind": "fixed", "amount": 0.01},
    )
    assert found["misconduct_rate"] > 0.99
    assert found["detection_rate"] == pytest.approx(0.25, abs=2 * NEAR)


def test_ties_comply_then_do_the_least_harm_then_go_by_the_list() -> None:
    same = [{"name": name, "harm": harm} for name, harm in (("worse", 2), ("better", 1), ("as_good", 1))]
    found = measures(same, sanction={"kind": "fixed", "amount": 0})
    assert found["misconduct_rate.better"] == found["misconduct_rate"] > 0.999
    nothing = measures([{"name": "free", "gain": 0}, {"name": "dear", "gain": 0, "harm": 0}])
    assert nothing["misconduct_rate"] == 0


# By chance


def test_logit_choice_between_three_alternatives() -> None:
    """Comply, minor and severe with weights e^(8 u), averaged over t: McKelvey and Palfrey (1995)."""

    def chance(place: int, fines: tuple[float, float]) -> float:
        def at(t: float) -> float:
            weights = [1.0, exp(8 * (t - 0.5 * fines[0])), exp(8 * (2 * t - 0.5 * fines[1]))]
            return weights[place] / sum(weights)

        return float(quad(at, 0, 1)[0])

    for fines in ((2.4, 2.4), (0.6, 2.4)):
        found = measures([MINOR, SEVERE], sanction=graded(*fines), kind="quantal", precision=8.0)
        assert found["misconduct_rate.minor"] == pytest.approx(chance(1, fines), abs=NEAR)
        assert found["misconduct_rate.severe"] == pytest.approx(chance(2, fines), abs=NEAR)


def test_telling_one_act_in_two_parts_needs_two_parts_of_its_weight() -> None:
    """Debreu (1960): at u = -.1, precision 8, misconduct is .310026, and .473312 where it is told twice."""

    def rate(*bases: float) -> float:
        options = [{"name": f"act_{place}", "base": base} for place, base in enumerate(bases)]
        spec = experiment(options, sanction={"kind": "fixed", "amount": 1.2}, kind="quantal", precision=8.0)
        spec["population"][0]["gain"] = {"kind": "constant", "value": 0.5}
        return oversight.run(spec).metrics["misconduct_rate"]

    once, twice = exp(-0.8) / (1 + exp(-0.8)), 2 * exp(-0.8) / (1 + 2 * exp(-0.8))
    assert once == pytest.approx(0.310026, abs=1e-6)
    assert rate(1.0) == pytest.approx(once, abs=NEAR)
    assert rate(1.0, 1.0) == pytest.approx(twice, abs=NEAR)
    assert rate(0.5, 0.5) == pytest.approx(once, abs=NEAR)


def test_an_unconditional_actor_names_its_option() -> None:
    found = measures([MINOR, SEVERE], kind="unconditional", rate=0.3, option="severe")
    assert found["misconduct_rate.severe"] == pytest.approx(0.3, abs=NEAR)
    assert found["misconduct_rate.minor"] == 0


# Who is inspected


@pytest.mark.parametrize(
    ("sanction", "triage", "minor", "severe"),
    [
        ({"kind": "fixed", "amount": 2.4}, "none", 0.0, 0.6),  # (1 + sqrt(1 - 4 C s / 2)) / 2
        (graded(0.9, 2.4), "none", 0.764575 - 0.607625, 0.607625),  # (1 + sqrt(1 - 4 C .9)) / 2, less p (2.4 - .9)
        (graded(0.9, 2.4), "severity", 0.764575, 0.0),
    ],
)
def test_grading_dilutes_a_shared_capacity_unless_the_severe_come_first(
    sanction: dict[str, Any], triage: str, minor: float, severe: float
) -> None:
    """From a violating start, C = .2 cases an actor: the bad equilibrium, told by quadratic formulas."""
    found = measures([MINOR, SEVERE], capacity(0.2, triage=triage), sanction, start="violating", periods=30, burn_in=25)
    assert found["misconduct_rate.minor"] == pytest.approx(minor, abs=0.01)
    assert found["misconduct_rate.severe"] == pytest.approx(severe, abs=0.01)


def test_what_does_not_show_takes_no_investigator() -> None:
    """Half of 2 x .5 cases show: K = .25 an actor covers half of those, and a quarter of the violations is caught."""
    found = measures(
        [{"name": "half", "gain": 100, "visibility": 0.5}], capacity(0.25), {"kind": "fixed", "amount": 0.01}, periods=9
    )
    assert found["misconduct_rate"] > 0.99
    assert found["inspection_rate"] == pytest.approx(0.25, abs=2 * NEAR)
    assert found["detection_rate"] == pytest.approx(0.25, abs=2 * NEAR)


def test_scores_see_what_shows() -> None:
    """Where all are half seen the budget decides; beside compliers, the score N(separation / 2, 1) tells."""
    rule = {"kind": "targeted_audit", "inspections": 0.3 * SIZE, "separation": 2.0}
    half = {"name": "half", "gain": 100, "visibility": 0.5}
    found = measures([half], rule, {"kind": "fixed", "amount": 0.01})
    assert found["inspection_rate"] == pytest.approx(0.3, abs=NEAR)
    assert found["detection_rate"] == pytest.approx(0.15, abs=2 * NEAR)
    mixed = measures([half], rule, {"kind": "fixed", "amount": 0}, kind="unconditional", rate=0.5)
    # The threshold t: .5 P(N(1, 1) > t) + .5 P(N(0, 1) > t) = .3.
    grid = np.linspace(-3, 4, 700_001)
    t = grid[np.argmin(np.abs(0.5 * norm.sf(grid - 1) + 0.5 * norm.sf(grid) - 0.3))]
    assert mixed["detection_rate"] == pytest.approx(0.5 * norm.sf(t - 1), abs=2 * NEAR)


# One option is no option


@pytest.mark.parametrize(
    "kind",
    [
        {"kind": "rational"},
        {"kind": "quantal"},
        {"kind": "risk_averse", "coefficient": 1.0},
        {"kind": "prospect"},
        {"kind": "unconditional", "rate": 0.4},
        {"kind": "hedge"},
        {"kind": "imitator"},
    ],
)
@pytest.mark.parametrize(
    "belief",
    [
        {"kind": "announced", "adjustment": 0.3},
        {"kind": "moving_average", "start": 0.2, "rate": 0.1},
        {"kind": "pooled_window", "window": 3, "prior_caught": 0, "prior_violations": 1},
    ],
)
def test_a_single_plain_option_is_the_violation_without_options(kind: dict[str, Any], belief: dict[str, Any]) -> None:
    def played(options: list[dict[str, Any]] | None) -> dict[str, float]:
        spec = experiment(
            options,
            {"kind": "targeted_audit", "inspections": 40, "separation": 1.0},
            {"kind": "fixed", "amount": 1.5, "suspension": 1},
            {"sensitivity": 0.8, "false_positive_rate": 0.1, "harm_averted": 0.5},
        )
        spec["population"][0] |= {**kind, "belief": belief, "size": 200}
        return oversight.run({**spec, "periods": 12}).metrics

    with_option, without = played([{"name": "only"}]), played(None)
    assert {name: with_option[name] for name in without} == pytest.approx(without, rel=0, abs=0, nan_ok=True)
    assert with_option["misconduct_rate.only"] == without["misconduct_rate"]
    assert with_option["harm.only"] == without["harm"]


# Tables


def test_every_option_has_its_columns(tmp_path: Path) -> None:
    spec = experiment([MINOR, {"name": "lookalike", "violation": False, "harm": 0}])
    spec["population"][0]["size"] = 20
    spec["population"].append({"kind": "rational", "name": "others", "size": 10})
    spec["sweep"] = {"kind": "grid", "parameters": {"population.0.options.minor.visibility": {"values": [0.2, 1.0]}}}
    results = oversight.sweep(spec, out=tmp_path / "results", workers=1)
    names = {
        "misconduct_rate.rational.minor",
        "share.rational.lookalike",
        "harm.rational.minor",
        "misconduct_rate.others",
    }
    assert {f"metric.{name}" for name in names} <= set(results.runs().columns)
    assert not results.runs()["metric.misconduct_rate.rational.minor"].isna().any()
    assert (tmp_path / "results" / "report.html").exists()
    once = oversight.run(spec, agents=True)
    assert names <= set(once.series.columns)
    assert once.agents is not None
    assert set(once.agents["option"]) <= {"", "minor", "lookalike", "violation"}
    taken = once.agents[once.agents["option"] == "minor"]
    assert taken["violated"].all()


# What is refused


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"options": [MINOR, MINOR]}, r"options\.1\.name: two options are called `minor`; name one otherwise"),
        ({"options": [{**MINOR, "visibility": 1.2}]}, r"options\.0\.visibility: .*1"),
        ({"options": [{**MINOR, "severity": 0}]}, r"options\.0\.severity: "),
        ({"options": [{**MINOR, "violaton": False}]}, r"violaton: unknown key\. Did you mean `violation`"),
        ({"kind": "hedge"}, r"kind hedge decides about one option, and there are 2.*Give it one option"),
        ({"kind": "unconditional", "rate": 0.1}, r"Say `option: minor`, `option: severe`"),
        (
            {"kind": "unconditional", "rate": 0.1, "option": "sabotage"},
            r"option: names `sabotage`, and there are minor",
        ),
        (
            {"kind": "forward_looking", "discount": 0.5, "options": [{**MINOR, "gain": -1}]},
            r"options\.0\.gain: is -1.*say a loss as a `cost`",
        ),
        (
            {"options": [{**MINOR, "visibility": 0.5}], "belief": {"kind": "fixed", "value": 0.5}},
            r"belief: .*Let it be `announced`",
        ),
    ],
)
def test_what_options_do_not_go_with_is_refused_with_a_remedy(keys: dict[str, Any], message: str) -> None:
    spec = experiment([MINOR, SEVERE])
    spec["population"][0] |= keys
    with pytest.raises(InputError, match=message):
        load_experiment(spec)


def test_amounts_by_severity_reach_the_most_severe() -> None:
    with pytest.raises(InputError, match=r"options\.1\.severity: is 2, and the sanction has amounts for 1 only"):
        load_experiment(experiment([MINOR, SEVERE], sanction=graded(0.6)))


def test_an_innocent_pays_the_lowest_amount() -> None:
    found = measures(
        [{**MINOR, "gain": 0}, {**SEVERE, "gain": 0}],
        detector={"false_positive_rate": 1.0},
        sanction=graded(0.6, 0.2),
    )
    assert found["misconduct_rate"] == 0
    assert found["sanctions_paid"] == pytest.approx(0.2 * found["inspection_rate"])
