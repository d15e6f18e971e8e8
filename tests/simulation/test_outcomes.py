"""Innocent acts that go wrong by accident, and payoffs over joint outcomes: what they come to, by closed forms."""

from __future__ import annotations

from math import exp, sqrt
from typing import Any

import numpy as np
import pytest

import oversight
from oversight.errors import InputError
from oversight.games import InspectionGame, logit_equilibria
from oversight.scenario import load_experiment
from oversight.simulation import Run, simulate

ERRORS, SENSITIVITY, FALSE = 0.2, 0.9, 0.1
COMPLIANT = {"kind": "unconditional", "rate": 0.0, "errors": {"rate": ERRORS}}


def experiment(monitoring: dict[str, Any], actor: dict[str, Any], **policy: Any) -> dict[str, Any]:
    sanction = {"kind": "fixed", "amount": policy.pop("fine", 1.0)}
    return {
        "name": "outcomes",
        "policy": {"monitoring": monitoring, "sanction": sanction, **policy},
        "population": [{"size": 4000, **actor}],
        "periods": 100,
        "theory": False,
    }


def audits(rate: float, **actor: Any) -> dict[str, Any]:
    """Random audits by an imperfect detector of rational actors with gains on [0, 1], whose acts go wrong."""
    detector = {"sensitivity": SENSITIVITY, "false_positive_rate": FALSE}
    population = {"kind": "rational", "errors": {"rate": ERRORS, "harm": 0.5}, **actor}
    return experiment({"kind": "random_audit", "rate": rate}, population, detector=detector)


def test_errors_are_as_often_as_they_should_be_and_weaken_deterrence() -> None:
    """Who complies is sanctioned with q = r ((1 - e) f + e d): violations are 1 - (p - q) s of gains on [0, 1]."""
    rate = 0.4
    caught = rate * SENSITIVITY
    innocent = rate * ((1 - ERRORS) * FALSE + ERRORS * SENSITIVITY)
    violations = 1 - (caught - innocent)
    found = oversight.run(audits(rate)).metrics
    opportunities = 4000 * 100

    def assert_share(name: str, expected: float, of: float) -> None:
        assert found[name] == pytest.approx(expected, abs=4 * sqrt(expected * (1 - expected) / (of * opportunities)))

    assert_share("misconduct_rate", violations, 1)
    assert_share("error_rate", ERRORS, 1 - violations)
    assert_share("errors_found_rate", caught, ERRORS * (1 - violations))
    assert_share("false_sanction_rate", innocent, 1 - violations)
    assert found["harm"] == pytest.approx(violations + 0.5 * ERRORS * (1 - violations), abs=0.003)
    assert found["sanctions_paid"] == pytest.approx(violations * caught + (1 - violations) * innocent, abs=0.003)


def test_what_is_found_of_errors_averts_their_harm() -> None:
    """Nobody violates; half of all errors are found, and with them four fifths of their harm is averted."""
    made = experiment({"kind": "random_audit", "rate": 0.5}, COMPLIANT)
    made["policy"]["detector"] = {"harm_averted": 0.8}
    expected = ERRORS * (1 - 0.5 * 0.8)
    assert oversight.run(made).metrics["harm"] == pytest.approx(expected, abs=4 * sqrt(ERRORS / 400_000))


def test_who_is_punished_for_errors_may_be_made_whole() -> None:
    """The fine back for each error that is found: who complies then expects (1 - e) f r s alone."""
    rate = 0.4
    made = audits(rate)
    made["policy"]["payoffs"] = {"actor": {"error": {"flagged": 1.0}}}
    violations = 1 - rate * (SENSITIVITY - (1 - ERRORS) * FALSE)
    found = oversight.run(made).metrics
    assert found["misconduct_rate"] == pytest.approx(violations, abs=0.003)
    paid = (1 - violations) * ERRORS * rate * SENSITIVITY
    assert found["paid_to_actors"] == pytest.approx(paid, abs=0.001)


@pytest.mark.parametrize(
    "learner", [{"kind": "hedge", "rate": 0.02}, {"kind": "policy_gradient", "rate": 0.02}, {"kind": "imitator"}]
)
def test_payoffs_that_say_what_a_fine_a_bounty_and_a_stake_say_play_the_same_run(learner: dict[str, Any]) -> None:
    rewarded = {"kind": "strategic", "inspection_cost": 0.5, "response": {"kind": "hedge", "rate": 0.02, "start": 0.4}}
    actor = {**learner, "start": 0.3, "gain": {"kind": "constant", "value": 1.0}}
    keys = experiment({**rewarded, "bounty": 2.0, "stake": 0.3}, actor, fine=2.0)
    payoffs = {
        "actor": {"violation": {"flagged": -2.0}},
        "overseer": {"violation": {"flagged": 2.0, "unseen": -0.3}},
    }
    same = experiment({**rewarded, "bounty": 0.0}, actor, fine=0.0, payoffs=payoffs)
    one, other = (oversight.run({**each, "periods": 300}) for each in (keys, same))
    for name in ("misconduct_rate", "inspection_rate", "detection_rate"):
        assert np.array_equal(one.series[name], other.series[name])
    assert other.metrics["paid_to_actors"] == pytest.approx(-one.metrics["sanctions_paid"])
    # Indifferent at g / s = .5 inspections, and at c / (b + t) = .5 / 2.3 violations.
    simulated_alone = learner["kind"] == "policy_gradient"
    for each in (keys, same):
        found = [rest.misconduct_rate for rest in oversight.solve(each).equilibria]
        assert found == ([] if simulated_alone else [pytest.approx(0.5 / 2.3)])


PAYS = {
    "right": {"passed": 0.1, "flagged": -0.4},
    "error": {"unseen": 0.05, "flagged": 0.3},
    "violation": {"unseen": 0.2, "passed": 0.1, "flagged": -0.5},
}
EARNS = {
    "right": {"passed": -0.1, "flagged": -0.3},
    "error": {"unseen": -0.2, "flagged": 0.4},
    "violation": {"unseen": -0.5, "passed": 0.2, "flagged": 0.5},
}


def mean(looks: dict[str, float], flags: float, sanction: float) -> tuple[float, float]:
    """Of an outcome that is not looked at, and of one that is and is then flagged with this chance."""
    flagged = looks.get("flagged", 0.0) + sanction
    return looks.get("unseen", 0.0), flags * flagged + (1 - flags) * looks.get("passed", 0.0)


def general_game(gain: float, fine: float, cost: float, bounty: float) -> InspectionGame:
    """The two by two game of `PAYS` and `EARNS`, its accidents averaged out by hand."""

    def players(pays: dict[str, dict[str, float]], right: float, wrong: float) -> list[list[float]]:
        good, bad, meant = (
            mean(pays["right"], FALSE, right),
            mean(pays["error"], SENSITIVITY, wrong),
            mean(pays["violation"], SENSITIVITY, wrong),
        )
        return [[(1 - ERRORS) * one + ERRORS * other for one, other in zip(good, bad, strict=True)], list(meant)]

    actor, overseer = players(PAYS, -fine, -fine), players(EARNS, 0.0, bounty)
    return InspectionGame(
        actor=((actor[0][0], actor[0][1]), (actor[1][0] + gain, actor[1][1] + gain)),
        overseer=((overseer[0][0], overseer[0][1] - cost), (overseer[1][0], overseer[1][1] - cost)),
    )


def test_the_game_of_outcomes_averages_accidents_out() -> None:
    by_hand = general_game(1.0, 1.5, 0.4, 1.0)
    chances = {"error_rate": ERRORS, "sensitivity": SENSITIVITY, "false_positive_rate": FALSE}
    found = InspectionGame.from_outcomes(
        PAYS, EARNS, gain=1.0, sanction=1.5, inspection_cost=0.4, bounty=1.0, **chances
    )
    for player in ("actor", "overseer"):
        assert np.array(getattr(found, player)) == pytest.approx(np.array(getattr(by_hand, player)))
    plain = InspectionGame.from_outcomes({}, {}, gain=1.0, sanction=2.0, inspection_cost=1.0, bounty=4.0)
    assert plain == InspectionGame.from_primitives(gain=1.0, sanction=2.0, inspection_cost=1.0, bounty=4.0)
    with pytest.raises(ValueError, match="`abstention` is neither"):
        InspectionGame.from_outcomes({"abstention": {}}, {}, gain=1.0, inspection_cost=1.0)


def test_logits_meet_in_the_equilibrium_of_the_general_game() -> None:
    """Quantal actors and a logit overseer, all twelve outcomes paid on both sides, at rest."""
    (rest,) = logit_equilibria(general_game(1.0, 1.5, 0.4, 1.0), 2.0, 3.0)
    response = {"kind": "logit", "precision": 3.0}
    monitoring = {"kind": "strategic", "inspection_cost": 0.4, "bounty": 1.0, "response": response, "adjustment": 0.1}
    actor = {
        "kind": "quantal",
        "precision": 2.0,
        "gain": {"kind": "constant", "value": 1.0},
        "errors": {"rate": ERRORS},
    }
    payoffs = {"actor": PAYS, "overseer": EARNS}
    detector = {"sensitivity": SENSITIVITY, "false_positive_rate": FALSE}
    made = experiment(monitoring, actor, fine=1.5, payoffs=payoffs, detector=detector)
    found = oversight.run({**made, "periods": 300, "burn_in": 100}).metrics
    assert found["misconduct_rate"] == pytest.approx(rest.violation, abs=0.003)
    assert found["inspection_rate"] == pytest.approx(rest.inspection, abs=0.003)


def test_who_may_abstain_weighs_that_against_erring() -> None:
    """A multinomial logit over complying, violating and abstaining, payoffs of all three in closed form."""
    pays: dict[str, dict[str, float]] = {
        "right": {"unseen": 0.5, "passed": 1.0, "flagged": 0.2},
        "error": {"flagged": -2.0},
        "violation": {"passed": 0.4, "flagged": -0.3},
        "abstention": {"unseen": 0.3, "passed": 0.1, "flagged": 0.6},
    }
    rate, precision = 0.3, 2.0
    abstain = {"name": "abstain", "violation": False, "abstains": True, "gain": 0, "harm": 0, "visibility": 0}
    made = audits(rate, kind="quantal", precision=precision, gain={"kind": "constant", "value": 0.7})
    made["population"][0]["options"] = [{"name": "cheat"}, abstain]
    made["policy"]["payoffs"] = {"actor": pays}

    def worth(name: str, flags: float) -> float:
        unseen, seen = mean(pays[name], flags, -1.0)
        return (1 - rate) * unseen + rate * seen

    complying = (1 - ERRORS) * worth("right", FALSE) + ERRORS * worth("error", SENSITIVITY)
    weights = [
        1.0,
        *(
            exp(precision * (each - complying))
            for each in (0.7 + worth("violation", SENSITIVITY), worth("abstention", FALSE))
        ),
    ]
    found = oversight.run(made).metrics
    assert found["misconduct_rate"] == pytest.approx(weights[1] / sum(weights), abs=0.004)
    assert found["share.abstain"] == pytest.approx(weights[2] / sum(weights), abs=0.004)
    assert found["error_rate"] == pytest.approx(ERRORS, abs=0.004)


def test_cases_count_errors_as_well() -> None:
    """Nobody violates, and errors alone are cases: E min(10, B) of B ~ Bin(100, .2) are looked into."""
    made = experiment({"kind": "investigation_capacity", "investigators": 10.0}, {**COMPLIANT, "size": 100})
    runs = simulate([Run(load_experiment(made).experiment, each, "compliant") for each in range(20)])
    assert runs["inspection_rate"].mean() == pytest.approx(0.099964, abs=0.0027)


def test_a_principal_sets_payoffs() -> None:
    """From the second half on, errors that are found are paid back."""
    made = audits(0.4)
    made["policy"]["payoffs"] = {"actor": {}}
    steps = [{"at": 50, "set": {"policy.payoffs.actor.error.flagged": 1.0}}]
    found = oversight.run({**made, "principal": {"kind": "schedule", "steps": steps}}).metrics
    assert found["misconduct_rate.phase_0"] == pytest.approx(0.744, abs=0.005)
    assert found["misconduct_rate.phase_1"] == pytest.approx(0.672, abs=0.005)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"population.0.kind": "forward_looking", "population.0.discount": 0.9}, "looks ahead over sanctions"),
        ({"population.0.kind": "imitator", "population.0.one_at_a_time": 5}, "revises one at a time"),
        ({"policy.monitoring.signal": {"hit_rate": 0.5, "false_alarm_rate": 0.1}}, "a signal or honeypot comes in"),
        (
            {"policy.payoffs": {"overseer": {"error": {"flagged": 1.0}}}},
            "nobody counts under the monitoring rule random_audit",
        ),
    ],
)
def test_what_does_not_go_together_is_refused_with_a_remedy(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        load_experiment(audits(0.4), changed)
    assert caught.value.problems[0].remedy


def assert_theory_meets(made: dict[str, Any], tolerance: float = 0.004) -> Any:
    """The only equilibrium is where both starts lead, and where a run is."""
    solution = oversight.solve(made)
    assert not solution.not_covered
    (rest,) = solution.equilibria
    played = oversight.run(made).metrics
    for path in solution.paths:
        assert path.misconduct_rate == pytest.approx(rest.misconduct_rate, abs=1e-6)
        assert path.social_cost == pytest.approx(rest.social_cost, abs=1e-6)
    amounts = {
        name: getattr(rest, name) for name in ("misconduct_rate", "inspection_rate", "harm", "false_sanction_rate")
    }
    for name, expected in {**amounts, **rest.measures, "social_cost": rest.social_cost}.items():
        assert played[name] == pytest.approx(expected, abs=tolerance), name
    return rest


def test_theory_has_the_closed_forms_and_meets_the_simulation() -> None:
    made = audits(0.4)
    rest = assert_theory_meets(made)
    assert rest.misconduct_rate == pytest.approx(1 - 0.4 * (1 - ERRORS) * (SENSITIVITY - FALSE), abs=1e-12)
    assert rest.harm == pytest.approx(rest.misconduct_rate + 0.5 * ERRORS * (1 - rest.misconduct_rate), abs=1e-12)
    made["policy"]["payoffs"] = {"actor": PAYS}
    assert assert_theory_meets(made).certificate is None


def test_theory_counts_errors_among_cases_and_averts_their_harm() -> None:
    """A share v + e (1 - v) is looked into with 800 investigators of 4000 actors; v = 1 - (p - q) s answers itself."""
    made = {**audits(0.4), "periods": 200, "burn_in": 100}
    made["policy"]["monitoring"] = {"kind": "investigation_capacity", "investigators": 800.0}
    made["policy"]["detector"]["harm_averted"] = 0.5
    rest = assert_theory_meets(made)
    violations = rest.misconduct_rate
    looked = 0.2 / (violations + ERRORS * (1 - violations))
    assert violations == pytest.approx(1 - (1 - ERRORS) * looked * SENSITIVITY, abs=1e-9)


def test_theory_of_logits_and_learners_is_the_general_game() -> None:
    game = general_game(1.0, 1.5, 0.4, 1.0)
    (logit,), (mixed,) = logit_equilibria(game, 2.0, 3.0), game.nash()
    detector = {"sensitivity": SENSITIVITY, "false_positive_rate": FALSE}
    paid = {"fine": 1.5, "payoffs": {"actor": PAYS, "overseer": EARNS}, "detector": detector}
    actor = {"gain": {"kind": "constant", "value": 1.0}, "errors": {"rate": ERRORS}}
    overseer = {"kind": "strategic", "inspection_cost": 0.4, "bounty": 1.0}
    response = {"response": {"kind": "logit", "precision": 3.0}, "adjustment": 0.1}
    made = experiment({**overseer, **response}, {"kind": "quantal", "precision": 2.0, **actor}, **paid)
    rest = assert_theory_meets({**made, "periods": 300, "burn_in": 100})
    assert (rest.misconduct_rate, rest.inspection_rate) == pytest.approx((logit.violation, logit.inspection), abs=1e-9)
    learners = experiment({**overseer, "response": "best"}, {"kind": "hedge", "rate": 0.02, **actor}, **paid)
    (rest,) = oversight.solve(learners).equilibria
    assert rest.misconduct_rate == pytest.approx(mixed.violation[0], abs=1e-9)
    assert rest.inspection_rate == pytest.approx(mixed.inspection[0], abs=1e-9)
