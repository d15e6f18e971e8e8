"""Inspectors who can be bribed, in a scenario, against the closed forms of the bargain.

Gains are U[0, 1] unless said. Simulated shares are held to five standard errors.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest

import oversight
from oversight.equilibrium.planner import optimum
from oversight.errors import InputError
from oversight.games import bargain, bribed_oversight
from oversight.policy.inspectors import Bribe, Inspectors
from oversight.scenario import load_experiment
from posed import constant, fine, strategic

SIZE, PERIODS = 50_000, 4
Mapping = dict[str, Any]
HALF = {"kind": "random_audit", "rate": 0.5}


def world(inspectors: Mapping, *population: Mapping, **policy: Any) -> Mapping:
    entries = [{"kind": "rational", "size": SIZE, **entry} for entry in population or ({},)]
    whole = {"monitoring": HALF, "sanction": fine(1.2), "inspectors": inspectors, **policy}
    return {"name": "bribes", "policy": whole, "population": entries, "periods": PERIODS, "seed": 3}


def paid(reward: float | None = None, efficiency: float = 0.8, power: float = 0.5) -> Mapping:
    stated = {} if reward is None else {"reward": reward}
    return {**stated, "bribe": {"efficiency": efficiency, "power": power}}


def near(share: float = 1.0) -> float:
    """Five standard errors of a rate among this share of all opportunities."""
    return 5 * sqrt(0.25 / (SIZE * PERIODS * share))


def only(spec: Mapping) -> Any:
    (found,) = oversight.solve(spec).equilibria
    assert found.certificate.holds
    return found


@pytest.mark.parametrize("reward", [0.0, 0.4, 0.95, 0.96, 1.0])
@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_a_bribe_is_a_fine_that_is_on_no_record(reward: float, power: float) -> None:
    """At a reward of .4 the bribe is .85, misconduct .575 and nothing is on record; from .96 on inspectors report."""
    bargained = bargain(1.2, reward, 0.8, power)
    expected = bribed_oversight(0.5, bargained)
    found, run = only(world(paid(reward, power=power))), oversight.run(world(paid(reward, power=power))).metrics
    assert found.misconduct_rate == pytest.approx(expected.violation, abs=1e-9)
    assert found.detection_probability == pytest.approx(expected.recorded_detection)
    assert run["misconduct_rate"] == pytest.approx(expected.violation, abs=near())
    assert run["detection_rate"] == pytest.approx(expected.recorded_detection, abs=near(0.4))
    bribes = 0.0 if bargained.reported else 0.5
    assert run["bribery_rate"] == pytest.approx(bribes, abs=near(0.4))
    assert found.measures["bribery_rate"] == bribes
    each = bargained.payment * run["misconduct_rate"]
    assert run["bribes_paid"] == pytest.approx(bribes * each, abs=0.01)
    assert run["sanctions_paid"] == pytest.approx((0.5 - bribes) * each, abs=0.01)
    assert found.measures["bribes_paid"] == pytest.approx(bribes * bargained.payment * expected.violation)
    assert run["ever_sanctioned_share"] == (0 if bribes else pytest.approx(run["ever_sanctioned_share"]))


def test_inspectors_who_are_paid_to_look_away_look_more() -> None:
    """g = 1, s = 10, w = 2, c = 1, k = .8: the bribe is 6.25, violations c / (k b) = .2 and inspections g / b = .16,
    where they would be .5 and .1 without bribes."""
    entry = {"gain": constant(1.0), "size": 100}
    found = only(world(paid(), entry, monitoring=strategic(1, 2), sanction=fine(10)))
    assert (found.misconduct_rate, found.inspection_rate) == pytest.approx((0.2, 0.16))
    assert found.measures["bribery_rate"] == pytest.approx(0.16)
    honest = only(world(paid(efficiency=0.1), entry, monitoring=strategic(1, 2), sanction=fine(10)))
    assert (honest.misconduct_rate, honest.inspection_rate) == pytest.approx((0.5, 0.1))
    logit = {**strategic(1, 2), "response": {"kind": "logit", "precision": 0.4}, "adjustment": 0.2}
    quantal = {"kind": "quantal", "precision": 1.0, "gain": constant(1.0)}
    spec = world(paid(), quantal, monitoring=logit, sanction=fine(10)) | {"periods": 200, "burn_in": 150}
    spec["population"][0]["size"] = 5_000
    found, run = only(spec), oversight.run(spec).metrics
    # Where both respond by logit: m = 1 / (1 + exp(-(1 - 6.25 r))), r = 1 / (1 + exp(-.4 (5 m - 1))).
    rate = misconduct = 0.5
    for _ in range(5_000):
        misconduct += 0.05 * (1 / (1 + np.exp(-(1 - 6.25 * rate))) - misconduct)
        rate += 0.05 * (1 / (1 + np.exp(-0.4 * (5 * misconduct - 1))) - rate)
    assert (found.misconduct_rate, found.inspection_rate) == pytest.approx((misconduct, rate), abs=1e-8)
    assert run["misconduct_rate"] == pytest.approx(misconduct, abs=0.01)


def test_who_bribes_depends_on_what_is_at_stake() -> None:
    """A sanction of the harm, U[0, 2], at k = .8, w = .4: below .5 it is paid and reported, above that a bribe of
    .5 s + .25. A detector that flags one in five innocents finds them bargaining too."""
    entry = {"kind": "unconditional", "rate": 0.5, "harm": {"kind": "uniform", "low": 0, "high": 2}}
    sanction = {"kind": "proportional", "base": "harm", "factor": 1}
    spec = world(paid(0.4), entry, sanction=sanction, detector={"false_positive_rate": 0.2, "harm_averted": 0.5})
    run = oversight.run(spec).metrics
    found = 0.5 * 0.5  # violations that are inspected, of all opportunities
    innocent = 0.5 * 0.5 * 0.2
    assert run["bribery_rate"] == pytest.approx(0.5 * 0.75, abs=near(0.5))
    assert run["detection_rate"] == pytest.approx(0.5 * 0.25, abs=near(0.5))
    assert run["false_sanction_rate"] == pytest.approx(0.1 * 0.25, abs=near(0.5))
    # Above .5 the mean harm is 1.25, the mean bribe .875; below it is .25, and half of that is averted.
    assert run["bribes_paid"] == pytest.approx((found + innocent) * 0.75 * 0.875, abs=0.005)
    assert run["sanctions_paid"] == pytest.approx((found + innocent) * 0.25 * 0.25, abs=0.002)
    assert run["harm"] == pytest.approx(0.5 * 1 - 0.5 * found * 0.25 * 0.25, abs=0.01)
    assert "depends on the opportunity" in oversight.solve(spec).not_covered
    assert "bribes its inspector" in optimum(load_experiment(spec).experiment).note


def test_each_entry_and_each_option_has_a_bargain_of_its_own() -> None:
    """Fines of .3 and 2 by severity, k = .8, w = .4: the small act is reported, the great one a bribe of 1.25."""
    options = [{"name": "small"}, {"name": "great", "severity": 2}]
    entries = [
        {"kind": "unconditional", "rate": 1.0, "name": one, "option": one, "options": options, "size": SIZE // 2}
        for one in ("small", "great")
    ]
    spec = world(paid(0.4), *entries, sanction={"kind": "graded", "amounts": [0.3, 2.0]})
    run = oversight.run(spec).metrics
    assert run["bribery_rate"] == pytest.approx(0.25, abs=near())
    assert run["detection_rate"] == pytest.approx(0.25, abs=near())
    assert run["bribes_paid"] == pytest.approx(1.25 * run["bribery_rate"])
    assert run["sanctions_paid"] == pytest.approx(0.3 * run["detection_rate"])


def test_a_bribe_leaves_no_record_and_suspends_nobody() -> None:
    sanction = fine(1.2, suspension=2, cost_per_sanction=0.5)
    run = oversight.run(world(paid(0.4), sanction=sanction)).metrics
    assert (run["active_share"], run["ever_sanctioned_share"]) == (1, 0)
    assert run["social_cost"] == pytest.approx(run["harm"])
    assert "no record" in oversight.solve(world(paid(0.4), sanction=sanction)).not_covered
    free = fine(1.2, cost_per_sanction=0.5)
    assert only(world(paid(0.4), sanction=free)).social_cost == pytest.approx(0.575)
    assert only(world(paid(1.0), sanction=free)).social_cost == pytest.approx(0.4 + 0.4 * 0.5 * 0.5)


def test_a_reward_of_just_what_a_sanction_is_worth_keeps_inspectors_honest() -> None:
    for worth in range(1, 100):
        for sanction in (1, 3, 7):
            reward = worth * sanction / 100
            assert not Inspectors(reward=reward, bribe=Bribe(efficiency=worth / 100)).settle(sanction, reward).bribed


def test_a_leader_reckons_with_bribes() -> None:
    """Sanction 2, bounty 1, k = .8, a = .5: the bribe is 1.625; committed to a rate r, costs are (1 - 1.625 r) + .3 r,
    least where nobody violates, r = 1 / 1.625. At the equilibrium .3 / 1.3 violate at that rate."""
    found = only(world(paid(), {"size": 100}, monitoring=strategic(0.3, 1), sanction=fine(2)))
    solution = oversight.solve(world(paid(), {"size": 100}, monitoring=strategic(0.3, 1), sanction=fine(2)))
    assert found.misconduct_rate == pytest.approx(0.3 / 1.3)
    rate = (1 - 0.3 / 1.3) / 1.625
    cost = 0.3 / 1.3 + 0.3 * rate
    assert solution.price_of_non_commitment.value == pytest.approx(cost / (0.3 / 1.625), rel=1e-4)


def test_beliefs_are_about_being_found() -> None:
    """Those who learn from being found by inspectors come to the same belief, whoever is paid."""
    entry = {"kind": "unconditional", "rate": 0.5, "size": 2_000}
    entry["belief"] = {"kind": "own_experience", "prior_caught": 1, "prior_missed": 1}
    spec = world(paid(0.4), entry) | {"periods": 100, "burn_in": 90}
    assert oversight.run(spec).metrics["perceived_detection"] == pytest.approx(0.5, abs=0.01)
    entry["belief"] = {"kind": "pooled_window", "window": 5, "prior_caught": 1, "prior_violations": 2}
    assert oversight.run(spec).metrics["perceived_detection"] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("changes", "where", "words"),
    [
        ({"inspectors": paid()}, "reward", "is missing"),
        ({"monitoring": strategic(1, 2)}, "reward", "bounty"),
        (
            {"monitoring": strategic(1, 2), "inspectors": paid(), "sanction": fine(1, forfeit_gain=True)},
            "inspectors",
            "one bribe",
        ),
        ({"sanction": fine(1, self_report={"share": 0.2})}, "self_report", "bribe"),
        (
            {"monitoring": {**strategic(1, 2), "response": "leadership"}, "inspectors": paid()},
            "inspectors",
            "leadership",
        ),
    ],
)
def test_what_does_not_go_with_them_is_refused_with_a_remedy(changes: Mapping, where: str, words: str) -> None:
    spec = world(paid(0.4), {"size": 10})
    spec["policy"] |= changes
    with pytest.raises(InputError, match=words) as refused:
        oversight.run(spec)
    assert where in str(refused.value)
    spec = world(paid(0.4), {"kind": "forward_looking", "discount": 0.9, "size": 10})
    with pytest.raises(InputError, match="not over bribes"):
        oversight.run(spec)
