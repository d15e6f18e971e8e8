"""Principals that react: to what inspections find, never to what nobody saw; how long their alarms take."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

import oversight
from oversight.arrays import present
from oversight.errors import InputError
from oversight.games import (
    bernoulli_cusum,
    bernoulli_shiryaev_roberts,
    binomial_cusum,
    binomial_ewma,
    feedback_loop,
)
from oversight.games.control_charts import run_rule
from oversight.scenario import load_experiment
from oversight.simulation import Engine, Run, batch, simulate
from oversight.simulation.governing import Governing

RATE = "policy.monitoring.rate"
UNIFORM = {"kind": "uniform", "low": 0, "high": 1}
FEEDBACK = {"kind": "feedback", "lever": RATE, "base": 0.5, "target": 0.2, "slope": 0.1, "low": 0, "high": 1}
RESPONSE = {"set": {"policy.sanction.amount": 2.0}}


def audits(
    principal: dict[str, Any], size: int = 1000, rate: float = 0.5, fine: float = 2, **more: Any
) -> dict[str, Any]:
    return {
        "name": "audits",
        "policy": {"monitoring": {"kind": "random_audit", "rate": rate}, "sanction": {"kind": "fixed", "amount": fine}},
        "population": [{"kind": "rational", "size": size, "gain": UNIFORM}],
        "periods": 80,
        "principal": principal,
        **more,
    }


def slowly(principal: dict[str, Any], size: int = 1000, **more: Any) -> dict[str, Any]:
    """Fine 2, beliefs that move by .2 of the way."""
    made = audits(principal, size, **more)
    made["population"][0]["belief"] = {"kind": "announced", "adjustment": 0.2}
    return made


def test_the_loop_of_feedback_and_belief() -> None:
    """Row P8: spectral radius, period and rest; stable if and only if slope x fine < 1."""
    loop = feedback_loop(0.1, 0.2, 2, 0.2, delay=1)
    assert (loop.radius, loop.period, loop.rest) == pytest.approx((0.916515, 33.04755, 0.4), abs=1e-5)
    edge = feedback_loop(0.5, 0.2, 2, 0.2, delay=1)
    assert (edge.radius, edge.period) == pytest.approx((1, 13.930847), abs=1e-6)
    assert feedback_loop(0.51, 0.2, 2, 0.2, delay=1).radius > 1


@pytest.mark.parametrize("delay", [0, 1, 3])
def test_feedback_comes_to_rest_as_its_loop_says(delay: int) -> None:
    """The map itself, iterated from the same start, and the root of it that is left in the end."""
    moving = slowly(FEEDBACK | {"delay": delay, "observes": True}, 40_000)
    rates = oversight.run(moving).series[f"lever.{RATE}"].to_numpy()
    levels, belief = [0.5] * (delay + 1), 0.5
    path = []
    for _ in range(400):
        path.append(levels[-1 - delay])
        belief += 0.2 * (path[-1] - belief)
        levels.append(float(np.clip(levels[-1] + 0.1 * (1 - 2 * belief - 0.2), 0, 1)))
    assert rates == pytest.approx(path[:80], abs=0.005)
    loop, away = feedback_loop(0.1, 0.2, 2, 0.2, delay), np.array(path[60:90]) - 0.4
    # Two periods further on: x'' = 2 radius cos(angle) x' - radius^2 x.
    trace = 2 * loop.radius * np.cos(2 * np.pi / loop.period)
    assert away[2:] == pytest.approx(trace * away[1:-1] - loop.radius**2 * away[:-2], rel=1e-3, abs=1e-9)


def test_feedback_by_audits_finds_the_target_and_holds_where_nothing_is_inspected() -> None:
    found = oversight.run(slowly(FEEDBACK, 5000) | {"periods": 200, "burn_in": 100}).metrics
    assert found["misconduct_rate"] == pytest.approx(0.2, abs=0.01)
    assert found[f"lever.{RATE}"] == pytest.approx(0.4, abs=0.01)
    blind = oversight.run(slowly(FEEDBACK | {"base": 0.0, "slope": 0.5})).series
    assert blind[f"lever.{RATE}"].eq(0).all()
    assert blind["apparent_misconduct_rate"].isna().all()


CUSUM = {"kind": "cusum", "reference": 0.1, "threshold": 5, "then": RESPONSE}
WATCHERS = {
    "feedback": FEEDBACK,
    "inspections": FEEDBACK | {"observes": "inspections", "control": "proportional", "target": 0.4},
    "threshold": {"kind": "threshold", "threshold": 0.3, "then": RESPONSE},
    "cusum": {"kind": "cusum", "from": 0.1, "to": 0.3, "threshold": 5, "then": RESPONSE},
    "ewma": {"kind": "ewma", "threshold": 0.2, "then": RESPONSE},
    "shiryaev_roberts": {"kind": "shiryaev_roberts", "from": 0.1, "to": 0.3, "threshold": 20, "then": RESPONSE},
    "ucb": {"kind": "ucb", "arms": {RATE: [0.3, 0.5]}, "every": 3},
    "halving": {"kind": "halving", "arms": {RATE: [0.3, 0.5]}, "rounds": [3]},
}


@pytest.mark.parametrize("principal", WATCHERS.values(), ids=WATCHERS)
def test_a_principal_is_never_given_what_nobody_saw(principal: dict[str, Any]) -> None:
    """One is shown the periods, one the same with other violations that nobody found, and other harm."""
    made: Any = load_experiment(json.loads(json.dumps(audits(principal, 60, 0.4, 1)))).experiment
    engine = Engine(batch([Run(made, replicate, "compliant") for replicate in range(4)]))
    other = Governing(present(engine.stacked.governed), engine._draws)
    other.policy(0)
    rng, seen = np.random.default_rng(3), {"inspections", "caught", "false_sanctions", "reported", "oversight_cost"}
    seen.add("active")
    levels = []
    for period in range(80):
        engine.step()
        levers = present(engine.governing).levers
        for path, value in levers.items():
            np.testing.assert_array_equal(value, other.levers[path])
        levels.append(np.concatenate(list(levers.values())))
        hidden = {item.name for item in fields(engine.totals)} - seen
        other.see(replace(engine.totals, **{name: rng.uniform(0, 60, (4, 1)) for name in hidden}), engine.policy)
        other.policy(period + 1)
    assert np.ptp(levels) > 0


def violators(rate: float, principal: dict[str, Any], size: int = 20, **more: Any) -> dict[str, Any]:
    """So many actors, all of them audited, who violate at a rate whatever the policy is."""
    made = audits(principal, size, rate=1.0, **more)
    made["population"] = [{"kind": "unconditional", "rate": rate, "size": size}]
    return made


@pytest.mark.parametrize(
    ("rate", "alarm", "periods"), [(0.1, 5, 21.303), (0.15, 5, 5.356), (0.05, 4, 785.337), (0.05, 5, 3119.868)]
)
def test_a_cusum_sounds_after_as_many_periods_as_its_chain_says(rate: float, alarm: int, periods: float) -> None:
    """S = max(0, S + found - 2) of 20 audits: alarms are renewals, one in every (run length + 1 of the response)."""
    assert binomial_cusum(rate, 20, 2, alarm) == pytest.approx(periods, abs=6e-4)
    rates = alarms(violators(rate, CUSUM | {"threshold": alarm}))
    assert rates.mean() == pytest.approx(1 / (periods + 1), abs=4 * rates.std() / np.sqrt(len(rates)))


def alarms(experiment: dict[str, Any], periods: int = 2_000, runs: int = 400) -> Any:
    """Alarms a period in each of many runs."""
    made: Any = load_experiment(experiment | {"periods": periods}).experiment
    return simulate([Run(made, replicate, "compliant") for replicate in range(runs)])["alarm_rate"]


def test_other_charts_sound_as_theirs_say() -> None:
    """One bad period in 20 audits is a binomial tail; a moving average of weight 1/2 is a run rule."""
    moving = violators(0.1, {"kind": "threshold", "threshold": 0.25, "then": RESPONSE | {"periods": 3}})
    rates, tail = alarms(moving, 500), binom.sf(4, 20, 0.1)
    assert rates.mean() == pytest.approx(1 / (1 / tail + 3), abs=4 * rates.std() / np.sqrt(len(rates)))
    moving = violators(0.3, {"kind": "ewma", "weight": 0.5, "threshold": 0.875, "then": RESPONSE}, 1)
    rates = alarms(moving)
    assert rates.mean() == pytest.approx(1 / (run_rule(0.3, 3) + 1), abs=4 * rates.std() / np.sqrt(len(rates)))


@pytest.mark.parametrize(
    ("reference", "alarm", "rates"), [(14, 56, (0.05, 0.1)), (14, 84, (0.1,)), (4, 12, (0.1, 0.4))]
)
def test_row_m1_through_files(reference: int, alarm: int, rates: tuple[float, ...]) -> None:
    """One audit a period: S of the row over m, whose levels are a 1/m apart; half of that keeps rounding away."""
    chart = {"kind": "cusum", "reference": 1 / reference, "threshold": (alarm - 0.5) / reference, "then": RESPONSE}
    for rate in rates:
        found, length = alarms(violators(rate, chart, 1)), bernoulli_cusum(rate, reference, alarm)
        assert found.mean() == pytest.approx(1 / (length + 1), abs=4 * found.std() / np.sqrt(len(found)))


@pytest.mark.slow
@pytest.mark.parametrize("observes", ["apparent", "true"])
@pytest.mark.parametrize("rate", [0.05, 0.1])
def test_row_m2_through_a_file(rate: float, observes: str) -> None:
    """All are audited by a perfect detector, so that what shows is true."""
    chart = {"kind": "shiryaev_roberts", "from": 0.05, "to": 0.1, "threshold": 200, "then": RESPONSE}
    found = alarms(violators(rate, chart | {"observes": observes}, 1))
    length = bernoulli_shiryaev_roberts(rate, 0.05, 0.1, 200)
    assert found.mean() == pytest.approx(1 / (length + 1), abs=4 * found.std() / np.sqrt(len(found)))


@pytest.mark.parametrize(
    ("rate", "weight", "alarm", "start"), [(0.1, 0.2, 0.16, 0.0), (0.15, 0.2, 0.16, 0.1), (0.1, 0.7, 0.22, 0.1)]
)
def test_a_moving_average_sounds_as_late_as_its_chain_says(
    rate: float, weight: float, alarm: float, start: float
) -> None:
    """20 audits a period; alarms are renewals, one in every (run length + 1 of the response)."""
    chart = {"kind": "ewma", "weight": weight, "threshold": alarm, "from": start, "then": RESPONSE}
    rates, length = alarms(violators(rate, chart)), binomial_ewma(rate, 20, weight, alarm, start)
    assert rates.mean() == pytest.approx(1 / (length + 1), abs=4 * rates.std() / np.sqrt(len(rates)))


def test_alarms_cost_and_what_follows_them_lasts_as_long_as_it_should() -> None:
    """An alarm every time: one period watched, three of the response, the first of which pays for it."""
    then = {"set": {RATE: 0.75}, "periods": 3, "cost": 0.5}
    series = oversight.run(
        violators(1.0, {"kind": "threshold", "threshold": 0.5, "then": then}) | {"periods": 9}
    ).series
    assert series[f"lever.{RATE}"].tolist() == [1, 0.75, 0.75, 0.75, 1, 0.75, 0.75, 0.75, 1]
    assert series["alarm_rate"].tolist() == [1, 0, 0, 0, 1, 0, 0, 0, 1]
    assert series["oversight_cost"].tolist() == pytest.approx([0, 0.5, 0, 0, 0, 0.5, 0, 0, 0])


def test_the_likelihood_ratio_gives_the_reference() -> None:
    """From .05 to .15: k = ln(.95 / .85) / ln(.15 x .95 / (.05 x .85)) = .0919 for each inspection."""
    slack = np.log(0.95 / 0.85) / np.log(0.15 * 0.95 / (0.05 * 0.85))
    ends = {"kind": "cusum", "from": 0.05, "to": 0.15, "threshold": 5, "then": RESPONSE}
    stated = CUSUM | {"reference": float(slack)}
    one, other = (oversight.run(violators(0.1, each)).metrics["alarm_rate"] for each in (ends, stated))
    assert one == other > 0


@pytest.mark.parametrize(
    ("principal", "where", "says"),
    [
        (FEEDBACK | {"low": -0.5}, "principal.low", "below the least allowed"),
        (FEEDBACK | {"high": 1.5}, "principal.high", "above the most allowed"),
        (FEEDBACK | {"low": 0.6}, "principal.base", "not between"),
        (FEEDBACK | {"lever": "policy.monitoring.kind"}, "principal", "names no number"),
        (CUSUM | {"from": 0.1}, "principal.reference", "says what"),
        ({"kind": "cusum", "from": 0.1, "threshold": 5, "then": RESPONSE}, "principal.to", "missing"),
        (
            {"kind": "shiryaev_roberts", "from": 0.2, "to": 0.1, "threshold": 5, "then": RESPONSE},
            "principal.to",
            "above",
        ),
        (CUSUM | {"observes": "inspections"}, "principal.observes", ""),
        (CUSUM | {"observes": "all"}, "principal.observes", ""),
        (CUSUM | {"then": {"set": {RATE: 2.0}}}, "principal.then.set", "above the most allowed"),
    ],
)
def test_wrong_principals_are_told_where_they_stand(principal: dict[str, Any], where: str, says: str) -> None:
    with pytest.raises(InputError) as refused:
        oversight.run(audits(principal))
    assert refused.value.problems[0].path.startswith(where)
    assert says in refused.value.problems[0].message
    assert refused.value.problems[0].remedy


def test_theory_says_why_it_does_not_cover_a_principal_that_reacts() -> None:
    assert "what inspections find (principal feedback)" in oversight.solve(audits(FEEDBACK)).not_covered
    assert "which nobody can see" in oversight.solve(audits(FEEDBACK | {"observes": True})).not_covered


def wearing(every: int | None, principal: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    """Values that make everyone comply, and lose a fifth in each period: violations come back as they wear off."""
    recertify = {"recertify": {"every": every, "cost": 4.0}} if every else {}
    training = {"weights": {"honesty": 4.0}, "drift": {"decay": 0.2}, **recertify}
    made = audits(principal or {}, periods=40)
    made["policy"] |= {"training": training, "sanction": {"kind": "fixed", "amount": 0.0}}
    made["policy"]["monitoring"]["rate"] = 1.0
    made["population"] = [{"kind": "rational", "size": 400, "gain": UNIFORM, "violating": {"values": {"honesty": -1}}}]
    return {name: part for name, part in made.items() if part} | more


def test_an_alarm_restores_trained_values_as_a_calendar_does() -> None:
    """Violations begin when 4 x .8^k is below 1, after seven periods: an alarm then is a certification every eight."""
    certify = {"certify": True, "cost": 4.0}
    alarm = {"kind": "threshold", "threshold": 0.15, "then": certify}
    by_alarm = oversight.run(wearing(None, alarm)).series
    by_calendar = oversight.run(wearing(8, None)).series
    assert by_calendar["misconduct_rate"][:7].eq(0).all()
    assert by_calendar["misconduct_rate"][7] > 0.15
    assert by_alarm["misconduct_rate"].tolist() == by_calendar["misconduct_rate"].tolist()
    paid, planned = by_alarm["oversight_cost"], by_calendar["training_cost"]
    assert paid[1:].to_numpy() == pytest.approx(planned[1:].to_numpy())


def test_values_that_do_not_drift_are_not_restored() -> None:
    alarm = {"kind": "threshold", "threshold": 0.15, "then": {"certify": True}}
    for principal, says in ((alarm, "nothing drifts"), (alarm | {"then": {}}, "nothing follows")):
        with pytest.raises(InputError, match=says):
            oversight.run(audits(principal))
    moved = {"kind": "schedule", "steps": [{"at": 0, "set": {"policy.training.weights.honesty": 2.0}}]}
    with pytest.raises(InputError, match="before the first period"):
        oversight.run(wearing(None, moved))
