"""The bundled policies and experiments: they validate, and every number says where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

import oversight
from helpers import ROOT
from oversight.games import binomial_cusum, binomial_ewma
from oversight.policy import Offence, Policy
from oversight.quantities import Citation
from oversight.scenario import load_experiment, load_policy
from oversight.simulation import Run, simulate
from oversight.sweeps import Design

POLICIES = sorted((ROOT / "policies").glob("*.yaml"))
EXPERIMENTS = sorted((ROOT / "experiments").glob("*.yaml"))
PARTS = {"monitoring", "detector", "sanction"}
STATUTES = ("eu_ai_act_", "gdpr_", "california_", "new_york_")

each_policy = pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
each_experiment = pytest.mark.parametrize("path", EXPERIMENTS, ids=lambda path: path.stem)


def numbers(value: Any, path: str = "") -> Iterator[str]:
    """Dotted paths of the numbers in plain data, without truth values."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from numbers(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from numbers(item, f"{path}.{index}")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path


def written_numbers(policy: Policy) -> list[str]:
    """Paths of the numbers that the policy's file, or one that it extends, states."""
    return list(numbers(policy.model_dump(include=PARTS, exclude_unset=True)))


def source_of(policy: Policy, path: str) -> Citation | None:
    """The source of a number; one source may stand for a whole list."""
    head, _, last = path.rpartition(".")
    return policy.sources.get(path) or (policy.sources.get(head) if last.isdigit() else None)


def unsourced(policy: Policy) -> list[str]:
    """Numbers of a policy that neither name a source nor call themselves an assumption."""
    return [path for path in written_numbers(policy) if source_of(policy, path) is None]


def test_there_is_enough_to_start_from() -> None:
    assert len(POLICIES) >= 10
    assert len(EXPERIMENTS) >= 6
    assert (ROOT / "experiments" / "article_101_search.yaml") in EXPERIMENTS, "`make sweep` runs it"


@each_policy
def test_policy_validates_and_explains_itself(path: Path) -> None:
    policy = load_policy(path)
    assert policy.name == path.stem
    assert policy.title
    assert len(policy.description.split()) >= 10
    assert not re.search(r"\bfor [\d,]+ actors", policy.description, re.IGNORECASE), "any population may face it"


@each_policy
def test_every_number_of_a_policy_has_a_source(path: Path) -> None:
    policy = load_policy(path)
    assert written_numbers(policy)
    assert unsourced(policy) == []


@each_policy
def test_sources_can_be_looked_up(path: Path) -> None:
    for number, source in load_policy(path).sources.items():
        if source.kind == "assumption":
            assert source.note.strip(), f"{number}: why is it assumed?"
        else:
            assert source.reference.strip(), f"{number}: a {source.kind} needs a reference"
            assert source.note.strip(), f"{number}: what was verified?"


def test_a_number_without_a_source_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "half_sourced.yaml"
    file.write_text(
        "name: half_sourced\n"
        "sources: {sanction.amounts.0: {kind: assumption, note: why}, detector.sensitivity: {kind: assumption}}\n"
        "monitoring: {kind: random_audit, rate: 0.5}\n"
        "detector: {sensitivity: 1.0}\n"
        "sanction: {kind: escalating, amounts: [1.0, 2.0], forfeit_gain: true}\n"
    )
    assert unsourced(load_policy(file)) == ["monitoring.rate", "sanction.amounts.1"]


def test_an_overridden_number_does_not_keep_the_source_of_the_old_one(tmp_path: Path) -> None:
    file = tmp_path / "dearer.yaml"
    base = ROOT / "policies" / "eu_ai_act_article_101.yaml"
    file.write_text(f"name: dearer\nextends: {base}\nsanction: {{amount: 16.0}}\n")
    assert unsourced(load_policy(file)) == ["sanction.amount"]


@pytest.mark.parametrize(
    "path", [path for path in POLICIES if path.stem.startswith(STATUTES)], ids=lambda path: path.stem
)
def test_a_statute_is_cited_for_its_amounts_and_not_for_enforcement(path: Path) -> None:
    policy = load_policy(path)
    assert policy.units.money in ("million EUR", "million USD")
    assert policy.units.period == "year"
    stated = [number for number in written_numbers(policy) if number.startswith("sanction.")]
    kinds = {number: source.kind for number in stated if (source := source_of(policy, number))}
    assert kinds.pop("sanction.share_of_maximum", "assumption") == "assumption", "statutes set maxima"
    assert set(kinds.values()) == {"statute"}
    for number in ("monitoring.rate", "detector.sensitivity"):
        assert policy.sources[number].kind == "assumption"


# Million EUR or USD, at the turnover given: the arithmetic of the statutes, written out by hand.
@pytest.mark.parametrize(
    ("name", "turnover", "maximum"),
    [
        ("eu_ai_act_article_101", 10, 15),
        ("eu_ai_act_article_101", 500, 15),
        ("eu_ai_act_article_101", 1000, 30),
        ("eu_ai_act_article_99_3", 1000, 70),
        ("eu_ai_act_article_99_3", 100, 35),
        ("eu_ai_act_article_99_3_sme", 10, 0.7),
        ("eu_ai_act_article_99_4", 1000, 30),
        ("eu_ai_act_article_99_4_sme", 10, 0.3),
        ("eu_ai_act_article_99_4_sme", 1000, 15),
        ("eu_ai_act_article_99_5", 1000, 10),
        ("eu_ai_act_article_99_5", 700, 7.5),
        ("eu_ai_act_article_99_5_sme", 10, 0.1),
        ("gdpr_article_83_4", 1000, 20),
        ("gdpr_article_83_4", 100, 10),
        ("gdpr_article_83_5", 1000, 40),
        ("gdpr_article_83_5", 100, 20),
    ],
)
def test_maximum_of_a_statute(name: str, turnover: float, maximum: float) -> None:
    sanction = load_policy(ROOT / "policies" / f"{name}.yaml").sanction
    one = np.ones((1, 1))
    taken = sanction.taken(Offence(one, one, turnover=turnover * one)).violating
    assert float(np.asarray(taken).item()) == pytest.approx(maximum)


def test_american_penalties_are_per_violation() -> None:
    assert load_policy(ROOT / "policies" / "california_sb_53.yaml").sanction.amount == 1.0
    assert load_policy(ROOT / "policies" / "new_york_raise_act.yaml").sanction.amounts == (1.0, 3.0)


@each_experiment
def test_experiment_asks_something(path: Path) -> None:
    experiment = load_experiment(path).experiment
    assert experiment.name == path.stem
    assert experiment.title
    assert experiment.question.strip().endswith("?")
    assert len(experiment.description.split()) >= 30
    assert experiment.sweep is not None


@each_experiment
def test_every_design_point_validates(path: Path) -> None:
    design = Design(load_experiment(path))
    assert len(design) >= 8
    points = [design.experiment(index) for index in range(len(design))]
    assert len({point.model_dump_json() for point in points}) == len(points), "two points are the same"


@each_experiment
def test_experiment_is_a_matter_of_minutes(path: Path) -> None:
    design = Design(load_experiment(path))
    base = design.source.experiment
    assert len(design) * base.least_replicates * len(base.starts) * base.work <= 4e8


def test_every_policy_is_used_by_some_experiment_or_states_a_statute() -> None:
    text = "".join(path.read_text() for path in [*EXPERIMENTS, *POLICIES])
    unused = [path.name for path in POLICIES if path.name not in text and not path.stem.startswith(STATUTES)]
    assert unused == []


# The findings that descriptions state, on a few runs of one point; expected values by hand.


def measured(name: str, point: dict[str, Any], start: str = "compliant", runs: int = 2) -> dict[str, float]:
    """Mean measures of an experiment at a point."""
    experiment = load_experiment(ROOT / "experiments" / f"{name}.yaml").at(point)
    result = simulate([Run(experiment, replicate, start) for replicate in range(runs)])
    return {measure: float(values.mean()) for measure, values in result.items()}


def test_article_101_story() -> None:
    point = {"policy.monitoring.rate": 0.5, "policy.sanction.share_of_maximum": 0.5}
    found = measured("article_101_deterrence", point)
    # exp(-detection x share x maximum / mean gain) with detection 0.5 x 0.9
    for kind, ratio in (("start_up", 15 / 2), ("frontier_lab", 30 / 10), ("big_tech", 9600 / 1600)):
        assert found[f"misconduct_rate.{kind}"] == pytest.approx(np.exp(-0.225 * ratio), abs=0.015)


def test_capacity_sustains_two_outcomes() -> None:
    point = {"policy.monitoring.investigators": 350.0}
    quiet, epidemic = (measured("capacity_tipping", point, start) for start in ("compliant", "violating"))
    # 1 - Phi((0.8 - 0.6) / 0.2), and the upper root of m = 1 - Phi((0.8 x 0.35 / m - 0.6) / 0.2)
    assert quiet["misconduct_rate"] == pytest.approx(0.1587, abs=0.01)
    assert epidemic["misconduct_rate"] == pytest.approx(0.9338, abs=0.01)


def test_crackdown_is_cheaper_than_the_best_steady_capacity() -> None:
    files = {"steady_enforcement": 44, "crackdown": None}
    cost = {}
    for name, investigators in files.items():
        point: dict[str, Any] = {"policy": f"../policies/{name}.yaml"}
        if investigators:
            point["policy.monitoring.investigators"] = investigators
        cost[name] = 100 * measured("crackdown_or_capacity", point, runs=10)["social_cost"]
    # A Markov chain of the same model gives 148.2 for 44 investigators; the cheapest of all constant capacities.
    assert cost["steady_enforcement"] == pytest.approx(148.2, abs=2)
    assert cost["crackdown"] < 142


def test_errors_against_innocents_weaken_deterrence_one_for_one() -> None:
    point = {"policy.detector.false_positive_rate": 0.3, "policy.detector.sensitivity": 0.8}
    assert measured("false_positives", point)["misconduct_rate"] == pytest.approx(1 - (0.8 - 0.3), abs=0.01)


def test_a_rational_actor_does_not_care_for_certainty_but_others_do() -> None:
    rare = measured("certainty_or_severity", {"policy.monitoring.rate": 0.1, "policy.sanction.amount": 5})
    frequent = measured("certainty_or_severity", {"policy.monitoring.rate": 0.8, "policy.sanction.amount": 0.625})
    assert rare["misconduct_rate.rational"] == pytest.approx(0.5, abs=0.01)
    assert frequent["misconduct_rate.rational"] == pytest.approx(0.5, abs=0.01)
    for kind in ("risk_averse", "prospect"):
        assert rare[f"misconduct_rate.{kind}"] < frequent[f"misconduct_rate.{kind}"] - 0.3
    for kind in ("risk_loving", "little_to_lose"):
        assert rare[f"misconduct_rate.{kind}"] > frequent[f"misconduct_rate.{kind}"] + 0.25


def test_a_suspension_deters_those_who_look_ahead() -> None:
    """T = p f + p d (1 - d^D)/(1 - d) e^-T, solved by bisection, and e^-T violate."""
    for policy, fine, suspension in (("random_audit", 2, 0), ("suspension_licence", 0, 10)):
        for discount in (0.0, 0.98):
            weight = 0.3 * discount * (1 - discount**suspension) / (1 - discount)
            low, high = 0.0, 5.0
            for _ in range(60):
                middle = (low + high) / 2
                low, high = (middle, high) if middle < 0.3 * fine + weight * np.exp(-middle) else (low, middle)
            point = {"policy": f"../policies/{policy}.yaml", "population.developers.discount": discount}
            assert measured("suspension_or_fine", point)["misconduct_rate"] == pytest.approx(np.exp(-low), abs=0.01)


def test_small_firms_lose_most_of_the_deterrence() -> None:
    point = {"population.firms.turnover.value": 10.0}
    rates = {
        name: measured("article_99_tiers", {"policy": f"../policies/{name}.yaml", **point})["misconduct_rate"]
        for name in ("eu_ai_act_article_99_4", "eu_ai_act_article_99_4_sme")
    }
    # exp(-0.1305 x 15 / 0.5) and exp(-0.1305 x 0.3 / 0.5)
    assert rates["eu_ai_act_article_99_4"] == pytest.approx(0.0199, abs=0.005)
    assert rates["eu_ai_act_article_99_4_sme"] == pytest.approx(0.9247, abs=0.01)


# Policies that move


def test_crackdowns_deter_those_who_are_alike() -> None:
    """Of audits at .5 in four periods of ten, those who gain .5 comply in these; F(.5) x .4 of Beta(4, 4) do."""
    rate = "principal.steps.{}.set.policy.monitoring.rate"
    points = {
        "steady": {rate.format(0): 0.2, "principal.steps.1.at": 5, rate.format(1): 0.2},
        "turns": {rate.format(0): 0.5, "principal.steps.1.at": 4, rate.format(1): 0.0},
    }
    steady, turns = (measured("rotating_crackdowns", point) for point in points.values())
    assert (steady["misconduct_rate.alike"], turns["misconduct_rate.alike"]) == (1.0, 0.6)
    assert turns["misconduct_rate.around_a_middle"] == pytest.approx(0.8, abs=0.01)
    assert steady["misconduct_rate.around_a_middle"] > 0.95
    for found in (steady, turns):
        assert found["misconduct_rate.spread_evenly"] == pytest.approx(0.8, abs=0.01)
        assert found["oversight_cost"] == pytest.approx(0.02, abs=0.001)


def test_a_surge_that_is_long_enough_holds() -> None:
    point = {"principal.steps.0.set.policy.monitoring.investigators": 1000.0, "principal.steps.1.at": 3}
    assert measured("surge_that_holds", point, "violating")["misconduct_rate.phase_1"] == pytest.approx(0.1, abs=0.01)
    short = measured("surge_that_holds", point | {"principal.steps.1.at": 1}, "violating")
    assert short["misconduct_rate.phase_1"] == pytest.approx(0.764575, abs=0.02)


def test_strong_and_late_reactions_swing() -> None:
    calm, swinging = (
        measured("regulator_that_reacts", {"principal.slope": slope, "principal.delay": 1}) for slope in (0.1, 0.8)
    )
    assert calm["misconduct_rate"] == pytest.approx(0.2, abs=0.005)
    assert swinging["misconduct_rate"] == pytest.approx(0.2, abs=0.03)
    assert swinging["worst_window_misconduct_rate"] > calm["worst_window_misconduct_rate"] + 0.05


def test_an_alarm_certifies_for_less_than_the_calendar() -> None:
    never = {"policy.training.recertify.every": 100000}
    alarm = measured("certify_by_calendar_or_alarm", {"principal.threshold": 20.0, **never}, runs=12)
    for every in (20, 40, 80):
        point = {"principal.threshold": 1e9, "policy.training.recertify.every": every}
        calendar = measured("certify_by_calendar_or_alarm", point, runs=12)
        assert alarm["social_cost"] < calendar["social_cost"]
        assert alarm["misconduct_rate"] < calendar["misconduct_rate"]


@pytest.mark.slow
def test_alarms_and_calendars_that_spend_the_same() -> None:
    """Rows in pairs, an alarm and then a calendar: under a walk, where values wear off, and where nothing drifts."""
    source = load_experiment(ROOT / "experiments" / "certify_at_equal_spending.yaml")
    points = source.experiment.sweep.points  # type: ignore[union-attr]
    found = [
        simulate([Run(source.at(point), replicate, "compliant") for replicate in range(8)])  # type: ignore[arg-type]
        for point in points
    ]
    for place, (alarm, calendar) in enumerate(zip(found[::2], found[1::2], strict=True)):
        spent = alarm["spending"]
        assert calendar["spending"].mean() == pytest.approx(spent.mean(), abs=2.5 * spent.std() / np.sqrt(len(spent)))
        late, planned = alarm["misconduct_rate"], calendar["misconduct_rate"]
        if place < 2:
            assert late.mean() < planned.mean() / 3
        elif place < 4:
            assert 0 < late.mean() - planned.mean() < 0.03
        else:
            assert late.tolist() == planned.tolist()
            assert alarm["alarm_rate"].mean() > 0
    assert 45 < 1 / found[8]["alarm_rate"].mean() < 65


def test_charts_that_remember_notice_drift_sooner_for_their_false_alarms() -> None:
    """When the fine is raised follows from its mean; the shares of false alarms from run lengths of 785 and 389."""
    source = load_experiment(ROOT / "experiments" / "which_chart_notices_drift.yaml")
    charts = source.experiment.sweep.parameters["principal"].values[1:]  # type: ignore[union-attr]
    assert binomial_cusum(0.05, 20, 2, 4) == pytest.approx(785, abs=1)
    assert binomial_ewma(0.05, 20, 0.2, 0.1042, 0.05) == pytest.approx(785, abs=3)
    waits = {}
    for step in (0.0, 0.0005, 0.002):
        for chart in charts:
            made: Any = source.at({"population.systems.drift.gain.per_period": step, "principal": chart})
            found = simulate([Run(made, replicate, "compliant") for replicate in range(200)])
            raised = (found["lever.policy.sanction.amount"] - 0.95) / 1.9
            if step:
                waits[chart["kind"], step] = 400 * (1 - raised.mean())
            else:
                share, length = (raised > 0).mean(), 389 if chart["kind"] == "threshold" else 785
                assert share == pytest.approx(1 - np.exp(-400 / length), abs=4 * np.sqrt(0.25 / 200))
    assert all(55 < waits[kind, 0.0005] < 75 for kind in ("cusum", "ewma", "threshold"))
    assert all(23 < waits[kind, 0.002] < 31 for kind in ("cusum", "ewma"))
    # One bad period is five findings or more: exactly so many periods on average, with a standard deviation of 15.
    none_yet = np.cumprod(binom.cdf(4, 20, 0.05 + 0.002 * np.arange(400)))
    assert 1 + none_yet.sum() == pytest.approx(31, abs=0.5)
    assert waits["threshold", 0.002] == pytest.approx(1 + none_yet.sum(), abs=4 * 15 / np.sqrt(200))


def test_trying_rewards_does_no_better_than_the_best_of_them() -> None:
    """The floor of the mean is the inspection cost over the largest reward, .5 / 4, which that reward reaches."""
    points = load_experiment(ROOT / "experiments" / "adapting_or_fixed_rewards.yaml").experiment.sweep.points  # type: ignore[union-attr]
    best, *others = (measured("adapting_or_fixed_rewards", point) for point in (points[3], points[4], points[5]))
    assert best["misconduct_rate"] == pytest.approx(0.125, abs=0.005)
    for other in others:
        assert other["misconduct_rate"] > best["misconduct_rate"]
        assert other["worst_window_misconduct_rate"] > best["worst_window_misconduct_rate"]


@pytest.mark.slow
def test_paying_for_intent_alone_is_best_and_trying_it_beats_the_default_and_not_the_best() -> None:
    """Time averages are near the mixed equilibrium: violations k / (k + b), inspections D0 / (D0 - D1).

    One act in ten goes wrong, wrongs are found with .8, false flags made with .1. The default bounty of 2 has
    k = .5 - .1 x .8 x 2 and b = .8 x 2 - .5; the best, 8 for intent alone, k = .5, b = .8 x 8 - .5 and D1 = 1 - 1.42.
    """
    name = "auditors_that_make_mistakes"
    points = load_experiment(ROOT / "experiments" / f"{name}.yaml").experiment.sweep.points  # type: ignore[union-attr]
    default, binary, _, _, accidents, best, thompson, ucb, *_ = (measured(name, point) for point in points[:8])
    assert default["misconduct_rate"] == pytest.approx(0.34 / 1.44, abs=0.02)
    assert best["misconduct_rate"] == pytest.approx(0.5 / 6.4, abs=0.02)
    assert best["inspection_rate"] == pytest.approx(1 / 1.42, abs=0.02)
    assert min(binary["inspection_rate"], accidents["inspection_rate"]) > 0.95
    for other in (thompson, ucb):
        assert best["social_cost"] < other["social_cost"] < default["social_cost"]
        assert other["worst_window_inspection_rate"] < best["worst_window_inspection_rate"]
    assert ucb["social_cost"] < binary["social_cost"]


def _regrets(name: str, point: dict[str, Any]) -> float:
    """Mean regret of fifty runs of a game at a point."""
    return float(
        oversight.sweep(name, {**point, "sweep": None, "replicates": 50}, workers=1).summary["metric.regret.mean"][0]
    )


@pytest.mark.slow
def test_stories_of_competition() -> None:
    """What docs/games.md says of the five experiments, in words of more and less."""
    hull, noisy = {"kind": "hull", "sd": 0.5}, {"kind": "noisy", "sd": 0.5}
    biased = {"kind": "biased", "bias": 0.5, "sd": 0.15}
    two = {"game.providers.count": 2}
    found = [
        _regrets("how_many_providers", {**two, "game.providers.utilities": each}) for each in (hull, noisy, biased)
    ]
    assert found[0] == pytest.approx(0, abs=1e-12)
    assert found[0] < found[1] < found[2] / 2
    owners = [[0, 1, 2], [0, 0, 1], [0, 0, 0]]
    owned = [_regrets("two_brands_one_owner", {"game.providers.owners": each}) for each in owners]
    assert owned[0] < owned[1] < owned[2]
    samples = [_regrets("when_users_cannot_tell", {"game.user.samples": each}) for each in (1, 32)]
    assert samples[0] > 4 * samples[1]
    alike = {"kind": "biased", "bias": 0.4, "sd": 0.1}
    better, apart = {"kind": "biased", "bias": 0.2, "sd": 0.05}, {"kind": "noisy", "sd": 0.4}
    alike_or_good = [
        _regrets("many_alike_or_few_good", {"game.providers.count": count, "game.providers.utilities": each})
        for count, each in ((10, alike), (1, better), (10, better), (3, apart))
    ]
    assert alike_or_good == sorted(alike_or_good, reverse=True)
