"""Violators who report themselves, in theory and in the simulation, against closed forms and plain arithmetic.

Gains are U[0, 1] unless said. Simulated shares are held to five standard errors.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest

import oversight
from oversight.errors import InputError
from oversight.games import best_self_reporting, self_reporting
from posed import capacity, constant, fine, solved, strategic

SIZE, PERIODS = 50_000, 4
Mapping = dict[str, Any]


def audits(rate: float, **keys: Any) -> Mapping:
    return {"kind": "random_audit", "rate": rate, **keys}


def reported(share: float, amount: float = 2.0, averted: float = 0.0, **keys: Any) -> Mapping:
    return fine(amount, self_report={"share": share, "harm_averted": averted}, **keys)


def played(monitoring: Mapping, sanction: Mapping, *population: Mapping, **keys: Any) -> dict[str, float]:
    entries = [{"kind": "rational", "size": SIZE, **entry} for entry in population or ({},)]
    policy = {"monitoring": monitoring, "sanction": sanction, "detector": keys.pop("detector", {})}
    spec = {"name": "reports", "policy": policy, "population": entries, "periods": PERIODS, "seed": 5, **keys}
    return oversight.run(spec).metrics


def near(share: float = 1.0) -> float:
    """Five standard errors of a rate among this share of all opportunities."""
    return 5 * sqrt(0.25 / (SIZE * PERIODS * share))


@pytest.mark.parametrize("share", [0.1, 0.25, 0.3, 0.31, 1.0])
def test_a_fixed_scheme_is_the_closed_form(share: float) -> None:
    """Rate .3, sanction 2, false positives .1; at a share of .25 misconduct is .56 and inspections .132; a tie
    reports."""
    expected = self_reporting(0.3, 2.0, share, false_positive_rate=0.1)
    detector = {"false_positive_rate": 0.1}
    (found,) = solved(audits(0.3), reported(share), {}, detector=detector).equilibria
    assert found.misconduct_rate == pytest.approx(expected.violation, abs=1e-12)
    assert found.inspection_rate == pytest.approx(expected.inspections, abs=1e-12)
    assert found.measures["self_report_rate"] == pytest.approx(expected.reported / expected.violation)
    run = played(audits(0.3), reported(share), detector=detector)
    assert run["misconduct_rate"] == pytest.approx(expected.violation, abs=near())
    assert run["inspection_rate"] == pytest.approx(expected.inspections, abs=near())
    assert run["self_report_rate"] == found.measures["self_report_rate"]
    # Those that comply are flagged at .03, whether or not others report.
    assert run["false_sanction_rate"] == pytest.approx(0.03, abs=near(0.3))
    caught = 0.3 * (1 - found.measures["self_report_rate"])
    assert run["detection_rate"] == pytest.approx(caught, abs=near(0.4))
    hits = run["misconduct_rate"] * (0.3 if caught else 1.0)
    assert run["sanction_precision"] == pytest.approx(hits / (hits + 0.03 * (1 - run["misconduct_rate"])), abs=0.01)


@pytest.mark.parametrize(("averted", "rate", "cost"), [(0.0, 1 / 6, 5 / 6), (0.25, 0.125, 0.65625)])
def test_the_best_scheme_is_found_by_a_sweep_along_its_ties(averted: float, rate: float, cost: float) -> None:
    """Harm 1, sanction 2, inspections at 3: the share is the chance of being caught, where a tie reports."""
    best = best_self_reporting(2.0, 1.0, 3.0, averted)
    assert (best.inspection, best.cost) == pytest.approx((rate, cost))
    rates = sorted({*(place / 40 for place in range(21)), rate})
    linked = {
        "policy.monitoring.rate": {"values": rates},
        "policy.sanction.self_report.share": {"values": rates},
    }
    spec = {
        "name": "reports",
        "policy": {"monitoring": audits(0.1, cost_per_inspection=3), "sanction": reported(0.1, averted=averted)},
        "population": [{"kind": "rational", "size": 10}],
        "periods": 1,
        "start": "both",
        "sweep": {"kind": "grid", "linked": [linked]},
    }
    table = oversight.sweep(spec).summary
    costs = table["theory.social_cost"].to_numpy()
    assert costs.min() == pytest.approx(cost)
    assert table["param.policy.monitoring.rate"].to_numpy()[costs.argmin()] == pytest.approx(rate)


def test_an_overseer_that_looks_when_it_pays_meets_as_many_silent_violators_as_keep_it_looking() -> None:
    """It looks with the chance of the share, .25, at which violators are indifferent to reporting; of those it may
    look at, cost / bounty = .25 have violated: x / (1 - (.5 - x)) = .25 for silent violations x = 1 / 6 out of .5."""
    (found,) = solved(strategic(1, 4), reported(0.25), {}).equilibria
    assert found.misconduct_rate == pytest.approx(0.5, abs=1e-9)
    assert found.measures["self_report_rate"] == pytest.approx(2 / 3, abs=1e-9)
    assert found.inspection_rate == pytest.approx(0.25 * (1 - 1 / 3), abs=1e-9)


def test_reports_free_the_capacity_to_audit() -> None:
    """.2 inspections an actor, 60 % rational, 40 % who violate half the time and never report. With s = 2 and a share
    of .25 rational violators (half of them) report at p = .2 / (1 - .3) > .25, and keep silent at p = .2 < .25."""
    monitoring = {"kind": "audit_capacity", "inspections": 0.2 * SIZE}
    silent = {"kind": "unconditional", "rate": 0.5, "size": int(0.4 * SIZE)}
    rational = {"size": int(0.6 * SIZE)}
    reports, mixed, keeps = solved(monitoring, reported(0.25), rational, silent).equilibria
    assert reports.misconduct_rates["e0"] == pytest.approx(0.5)
    assert reports.measures["self_report_rate"] == pytest.approx(0.6)
    assert reports.detection_probability == pytest.approx(0.4 * (0.2 / 0.7))
    assert keeps.misconduct_rate == pytest.approx(0.6 * (1 - 0.2 * 2) + 0.2)
    assert keeps.measures["self_report_rate"] == 0
    # Between the two p is .25: a part x of the .3 report, with .2 / (1 - x) = .25.
    assert (mixed.stable, mixed.measures["self_report_rate"]) == (False, pytest.approx(0.2 / 0.5, abs=1e-9))
    for start, state in (("violating", keeps), ("compliant", keeps)):
        run = played(monitoring, reported(0.25), rational, silent, start=start)
        assert run["misconduct_rate"] == pytest.approx(state.misconduct_rate, abs=near())
        assert run["inspection_rate"] == pytest.approx(0.2)


def test_a_logit_weighs_the_better_of_silence_and_a_report() -> None:
    """At a constant gain of .6, precision 4, s = 2: P = 1 / (1 + exp(-4 (.6 - min(p, share) s))): no third choice."""
    for rate, share in ((0.4, 0.1), (0.1, 0.4)):
        expected = 1 / (1 + np.exp(-4 * (0.6 - min(rate, share) * 2)))
        entry = {"kind": "quantal", "precision": 4, "gain": constant(0.6)}
        (found,) = solved(audits(rate), reported(share), entry).equilibria
        assert found.misconduct_rate == pytest.approx(expected)
        assert found.measures["self_report_rate"] == (share < rate)
        run = played(audits(rate), reported(share), entry)
        assert run["misconduct_rate"] == pytest.approx(expected, abs=near())


def test_each_option_is_reported_where_that_is_cheaper() -> None:
    """A trick that shows half of the time is caught half as often: at p = .3 and a share of .25 the open act is
    reported, the trick (.15) is not. Open: g - .5; trick: g - .2 - .3; the open act averts harm, and ties go to it."""
    options = [{"name": "open"}, {"name": "trick", "cost": 0.15, "visibility": 0.5}]
    entry = {"options": options}
    (found,) = solved(audits(0.3), reported(0.25, averted=0.5), entry).equilibria
    # g - .5 reported, g - .15 - .3 = g - .45 hidden: all hide.
    assert found.option_rates == pytest.approx({"misconduct_rate.open": 0.0, "misconduct_rate.trick": 0.55})
    assert found.measures["self_report_rate"] == 0
    options[1]["cost"] = 0.25
    (found,) = solved(audits(0.3), reported(0.25, averted=0.5), entry).equilibria
    assert found.option_rates == pytest.approx({"misconduct_rate.open": 0.5, "misconduct_rate.trick": 0.0})
    run = played(audits(0.3), reported(0.25, averted=0.5), entry)
    assert run["misconduct_rate.open"] == pytest.approx(0.5, abs=near())
    assert run["harm.open"] == pytest.approx(run["misconduct_rate.open"] / 2)
    assert run["sanctions_paid"] == pytest.approx(0.25 * 2 * run["misconduct_rate"])
    assert run["harm"] == pytest.approx(run["harm.open"])


def test_a_report_is_a_sanction_for_records_and_suspensions() -> None:
    """All report: they sit out two periods after each violation, so that a share 1 / (1 + 2 x .5) is in play."""
    (found,) = solved(audits(0.3), reported(0.25, suspension=2), {}).equilibria
    assert found.active_share == pytest.approx(0.5)
    run = played(audits(0.3), reported(0.25, suspension=2), periods=60, burn_in=20)
    assert run["active_share"] == pytest.approx(0.5, abs=0.005)
    assert (run["detection_rate"], run["self_report_rate"]) == (0, 1)
    assert run["ever_sanctioned_share"] > 0.99
    records = {"kind": "record_based", "base_rate": 0.2, "rate_per_record": 0.2}
    sanction = reported(0.3, averted=0.5, record_lifetime=3)
    # With no record a violator keeps silent (p = .2); with one or more it reports (p = .4, .6, .8 above .3).
    (found,) = solved(records, sanction, {}).equilibria
    silent, told = 1 - 0.2 * 2, 1 - 0.3 * 2
    law = np.linalg.matrix_power(_life(silent * 0.2, told), 400)[0]
    clean = law[0]
    violations = clean * silent + (1 - clean) * told
    assert found.misconduct_rate == pytest.approx(violations, abs=1e-9)
    assert found.measures["self_report_rate"] == pytest.approx((1 - clean) * told / violations, abs=1e-9)
    run = played(records, sanction, periods=24, burn_in=20)
    assert run["misconduct_rate"] == pytest.approx(violations, abs=near())
    assert run["self_report_rate"] == pytest.approx(found.measures["self_report_rate"], abs=near(violations))
    assert run["harm"] == pytest.approx(violations - 0.5 * (1 - clean) * told, abs=near())


def _life(clean: float, marked: float) -> np.ndarray[Any, Any]:
    """A member's record over three periods, as a chain of its last three periods' sanctions: chances of one now."""
    chain = np.zeros((8, 8))
    for state in range(8):
        chance = clean if state == 0 else marked
        chain[state, (state << 1 | 1) & 7] += chance
        chain[state, (state << 1) & 7] += 1 - chance
    return chain


def test_capacity_that_nobody_needs_stays_free() -> None:
    """Investigators see silent violations alone: where all report, whoever does not is investigated for sure."""
    states = solved(capacity(10), reported(0.25), {}).equilibria
    assert [round(state.measures["self_report_rate"], 9) for state in states] == [1, 0.2, 0]
    # The mixed one: p = .1 / x = .25 with x silent; the silent one: m = 1 - 2 x .1 / m.
    assert states[1].misconduct_rate == pytest.approx(0.5)
    assert states[2].misconduct_rate == pytest.approx((1 + sqrt(1 - 0.8)) / 2)


@pytest.mark.parametrize(
    "monitoring",
    [
        {"kind": "audit_capacity", "inspections": 5},
        {"kind": "targeted_audit", "inspections": 5, "separation": 1},
        {"kind": "record_based", "base_rate": 0.1, "rate_per_record": 0.1},
        {"kind": "crackdown", "threshold": 5, "investigators_low": 1, "investigators_high": 4},
        capacity(3),
        strategic(1, 4),
        {**strategic(1, 4), "response": {"kind": "logit", "precision": 3}},
    ],
    ids=["audits", "targeted", "records", "crackdown", "capacity", "best response", "logit"],
)
def test_where_all_report_there_is_nobody_to_inspect(monitoring: Mapping) -> None:
    """Reports are free, so that all violate and report."""
    found = oversight.solve(_spec(monitoring, reported(0.0), {}))
    for each in found.equilibria:
        assert each.certificate.holds
        assert (each.misconduct_rate, each.measures["self_report_rate"], each.inspection_rate) == (1, 1, 0)
    run = played(monitoring, reported(0.0), {"size": 10})
    assert (run["misconduct_rate"], run["self_report_rate"], run["inspection_rate"]) == (1, 1, 0)
    assert np.isnan(run["false_sanction_rate"])


def test_who_learns_from_being_caught_learns_from_silence_alone() -> None:
    """A belief of .6 at the start, a share of .25: all report, nothing is learnt, and the belief stays."""
    entry = {"belief": {"kind": "own_experience", "prior_caught": 6, "prior_missed": 4}}
    run = played(audits(0.0), reported(0.25), entry, periods=20)
    assert (run["self_report_rate"], run["perceived_detection"]) == (1, pytest.approx(0.6))
    assert "simulation stands alone" in oversight.solve(_spec(audits(0.3), reported(0.25), entry)).not_covered
    entry = {"belief": {"kind": "pooled_window", "window": 3, "prior_caught": 1, "prior_violations": 2}}
    assert "not reported" in oversight.solve(_spec(audits(0.3), reported(0.25), entry)).not_covered


def _spec(monitoring: Mapping, sanction: Mapping, entry: Mapping) -> Mapping:
    policy = {"monitoring": monitoring, "sanction": sanction}
    return {"name": "reports", "policy": policy, "population": [{"kind": "rational", "size": 10, **entry}]}


def test_the_planner_may_have_violations_reported() -> None:
    """Gains count in full, harm .5, inspections at .4, rate .5. Silent: g - .5 at the cost of the inspection either
    way. Reported: harm .25 and no inspection, g - .25 + .2, so that those above .05 are taken."""
    sanction = reported(0.25, averted=0.5)
    keys = {"social_cost": {"gain_weight": 1.0}}
    entry = {"harm": constant(0.5)}
    found = solved(audits(0.5, cost_per_inspection=0.4), sanction, entry, **keys).optimum
    assert found.social_cost == pytest.approx(0.2 - 0.95**2 / 2, abs=1e-6)
    assert found.misconduct_rate == pytest.approx(0.95, abs=1e-3)
    assert "overseer" in solved(strategic(1, 4), sanction, entry, **keys).optimum.note


@pytest.mark.parametrize(
    ("policy", "entry", "words"),
    [
        ({"monitoring": audits(0.3, signal={"hit_rate": 0.8, "false_alarm_rate": 0.1})}, {}, "drawn before that"),
        ({"honeypots": {"rate": 0.1}}, {}, "drawn before that"),
        ({"monitoring": {**strategic(1, 4), "response": "leadership"}}, {}, "leadership"),
        ({}, {"kind": "forward_looking", "discount": 0.9}, "looks ahead"),
        ({}, {"kind": "hedge"}, "not reported"),
    ],
)
def test_what_does_not_go_with_it_is_refused_with_a_remedy(policy: Mapping, entry: Mapping, words: str) -> None:
    spec = _spec(audits(0.3), reported(0.25), entry)
    spec["policy"] |= policy
    with pytest.raises(InputError, match=words) as refused:
        oversight.run(spec)
    assert "self_report" in str(refused.value)
