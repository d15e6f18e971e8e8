"""Controls of the page: one for every number, from the schema; and every other kind can be chosen at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import oversight
from library import LIBRARY, NAMES
from oversight.app.control import Control
from oversight.app.controls import controls, edited, message
from oversight.app.fields import nice
from oversight.app.kinds import with_kind
from oversight.app.scenario import Scenario
from oversight.distributions import DISTRIBUTIONS
from oversight.distributions.scaled import Product
from oversight.errors import InputError
from oversight.simulation import Run, simulate

SHORT = {"periods": 3, "burn_in": 0, "dynamics": None}

each = pytest.mark.parametrize("name", NAMES)

CONFLICTS = (
    "names no number of the policy",  # a principal moves a number that only the other kind has
    "moves a policy whose overseers commit to it",
    "has values restored, and nothing drifts here",
    "policy.sanction.record_lifetime: kind forward_looking supports records that lapse",
    "and policy.sanction.kind turnover_cap needs it",
    "and policy.sanction.limited_liability needs it",
    "and a gain in proportion to it needs it",
    "may be negative, and gains are in proportion to it",
    "population.0.options: ",
    "population.0.option: kind unconditional takes one option, and there are",
    "population.0.copies: moves nothing",
    "population.0.drift: ",
    "population.0.belief: a belief that does not go by what is announced",
    "policy.monitoring.signal: kind ",
    "policy.honeypots: kind ",
    "looks ahead over chances that no signal moves",
    "decides by habit, before anything is known of inspections",
    "only a belief that is what is announced makes anything of",
    "a void gain is not there to be forfeited",
    "commits to a rate by theory, which knows no neighbours",
    "policy.witnesses: report ",
    "policy.witnesses: are the first to be heard, and so are the most severe cases",
    "policy.inspectors: ",
    "policy.inspectors.reward: is missing",
    "policy.sanction.self_report: ",
    "looks ahead over sanctions",
    "learns of violations that are not reported by itself",
    "population.0.violating: is about the one violation that there is without `options`",
    "policy.training.weights.",
    "is no model that is held near a reference",
    "incentives differ by the record, and who has which",
    "training does not know what they expect",
    "has a tail so heavy that no exponential tilt by it has a mean",
    "looks ahead over opportunities that are all like those of training",
    "policy.training.proxy: an act and its report",
    "policy.training.drift.shared: is about the steps of a `walk`",
    "nats do not measure what values change of its choice",
    "drawn again, its answer would be the same",
    "policy.sanction.resample: ",
    "says nothing of answers that are drawn again",
    "policy.sanction.withhold: is about the last answer",
    "policy.sanction.retrain: trains again who learns step by step",
    ".errors: ",
    ".abstains: is said of something that is done",
    "policy.payoffs",
    "pays overseers by outcomes, which nobody counts",
)
"""The only reasons for which a bundled scenario may refuse another kind, or the other side of a switch."""


def numbers(value: Any, path: str) -> Iterator[str]:
    """Dotted paths of the numbers in plain data, without truth values."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from numbers(item, f"{path}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from numbers(item, f"{path}.{index}")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path


def flat(scenario: Scenario) -> dict[str, Control]:
    found = [control for group in controls(scenario) for control in group.controls]
    assert len({control.key for control in found}) == len(found)
    return {control.key: control for control in found}


def alternatives(control: Control) -> list[Any]:
    if control.kind == "choice":
        return [choice.value for choice in control.choices if choice.value != control.value]
    return [not control.value] if control.kind == "switch" else []


def plays(scenario: Scenario) -> None:
    """It runs for three periods, and has measures that are rates."""
    short = scenario.changed(SHORT).experiment
    measured = simulate([Run(short, 0, short.starts[0])])
    assert 0 <= measured["misconduct_rate"][0] <= 1


@each
def test_every_number_of_the_chosen_sections_has_a_control(name: str) -> None:
    scenario = LIBRARY.scenario(name)
    data = scenario.experiment.model_dump(mode="json", by_alias=True)
    sections = [("policy." + part, data["policy"][part]) for part in ("monitoring", "detector", "sanction")]
    sections += [(key, data[key]) for key in ("social_cost", "population", "dynamics", "periods", "burn_in", "seed")]
    wanted = [path for key, section in sections for path in numbers(section, key)]
    found = flat(scenario)
    assert [path for path in wanted if path not in found] == []
    for path in wanted:
        control = found[path]
        assert control.least <= control.value <= control.most
        assert control.least < control.most
        assert control.title
        assert control.resets is not path.startswith(("policy.", "social_cost."))


def refusal(scenario: Scenario, key: str, value: Any) -> str:
    """Why the scenario does not take the value; nothing where it does, and plays."""
    try:
        changed = edited(scenario, key, value)
    except InputError as error:
        return str(error)
    assert flat(changed)[key].value == value
    plays(changed)
    return ""


def is_conflict(reason: str) -> bool:
    return not reason or any(conflict in reason for conflict in CONFLICTS)


@pytest.mark.slow
@each
def test_both_ends_of_a_slider_are_within_the_bounds(name: str) -> None:
    scenario = LIBRARY.scenario(name)
    for control in flat(scenario).values():
        if control.kind in ("number", "integer"):
            for end in (control.least, control.most):
                assert "It must be" not in refusal(scenario, control.key, end)


@pytest.mark.slow
@each
def test_every_other_kind_can_be_chosen_and_plays(name: str) -> None:
    scenario = LIBRARY.scenario(name).changed({"periods": 60, "burn_in": 0})
    for control in flat(scenario).values():
        for other in alternatives(control):
            reason = refusal(scenario, control.key, other)
            assert is_conflict(reason), f"{control.key} {other}: {reason}"


@pytest.mark.slow
def test_a_kind_after_another_kind_plays_too() -> None:
    """Inside sections that no bundled file has: a logit response, several overseers, turnover by Pareto."""
    first = LIBRARY.first
    for seam in ("policy.monitoring.kind", "policy.sanction.kind", "population.0.kind", "population.0.belief.kind"):
        for kind in alternatives(flat(first)[seam]):
            changed = edited(first, seam, kind)
            for control in flat(changed).values():
                for other in alternatives(control):
                    reason = refusal(changed, control.key, other)
                    assert is_conflict(reason), f"{kind} {control.key} {other}: {reason}"


def test_units_are_local_and_shares_are_percentages() -> None:
    found = flat(LIBRARY.experiment("article_101_deterrence"))
    rate, amount = found["policy.monitoring.rate"], found["policy.sanction.amount"]
    assert (rate.title, rate.unit, rate.percent, rate.value) == ("Inspection rate", "% per year", True, 0.145)
    assert (rate.least, rate.most, rate.step) == (0, 1, 0.01)
    assert (amount.title, amount.unit, amount.percent) == ("Sum", "million EUR", False)
    assert found["policy.sanction.suspension"].unit == "years"
    assert "inspected in a period" in rate.help
    fines = flat(LIBRARY.policy("new_york_raise_act"))
    assert fines["policy.sanction.amounts.1"].title == "Fines by record, no.\u00a02"


def test_groups_are_named_after_what_they_hold() -> None:
    titles = [group.title for group in controls(LIBRARY.experiment("article_101_deterrence"))]
    assert titles[:5] == ["Monitoring", "Detection", "Sanction", "Training", "Social cost"]
    assert titles[5:] == ["Actors: start up", "Actors: frontier lab", "Actors: big tech", "Run"]


def test_training_has_all_its_keys() -> None:
    proxied = LIBRARY.experiment("too_much_of_a_good_proxy").changed(
        {
            "policy.training.drift": {"decay": 0.1, "walk": 0.1},
            "policy.training.recertify": {"every": 5, "cost": 1.0},
            "policy.training.proxy.selection": {"best_of": 4},
        }
    )
    training = next(group for group in controls(proxied) if group.title == "Training")
    assert {control.path.removeprefix("policy.training.") for control in training.controls if control.path} >= {
        *("weights.honesty", "coverage", "price_per_nat", "drift.decay", "drift.walk", "drift.shared"),
        *("recertify.every", "recertify.cost", "proxy.error.sd", "proxy.drawn", "proxy.selection.best_of"),
    }
    spread = next(control for control in training.controls if control.path == "policy.training.proxy.error.sd")
    assert spread.unit == "units of the value"


def test_ranges_are_what_is_swept_and_stay_while_a_slider_moves() -> None:
    scenario = LIBRARY.experiment("capacity_tipping")
    found = flat(scenario)
    assert (found["policy.monitoring.investigators"].least, found["policy.monitoring.investigators"].most) == (0, 600)
    assert found["policy.sanction.amount"].most == 1.25
    cost = found["policy.monitoring.cost_per_investigator"]
    assert (cost.value, cost.least, cost.most) == (2, 0, 10)
    for value in (0.0, 0.1, 9.9):
        moved = flat(scenario.changed({cost.path: value}))[cost.path]
        assert (moved.least, moved.most, moved.step) == (0, 10, cost.step)
    assert flat(scenario.changed({cost.path: 33.0}))[cost.path].most == 50, "what is typed fits on the slider"


@pytest.mark.parametrize(("value", "least"), [(1, 1), (1.1, 2), (0.3, 0.5), (6, 10), (0.07, 0.1), (2e-7, 2e-7)])
def test_nice_numbers(value: float, least: float) -> None:
    assert nice(value) == least


def test_same_keys_are_carried_over() -> None:
    scenario = LIBRARY.policy("targeted_audit").changed({"policy.sanction.suspension": 4})
    capacity = edited(scenario, "policy.monitoring.kind", "audit_capacity").experiment.policy
    assert (capacity.monitoring.inspections, capacity.monitoring.cost_per_inspection) == (300, 0.1)
    fines = edited(scenario, "policy.sanction.kind", "escalating").experiment.policy.sanction
    assert (fines.amounts, fines.suspension) == ((2, 4), 4), "a first offence costs what it did"


def test_another_monitoring_kind_inspects_as_often() -> None:
    """Of 1000 actors, half of them violating, random_audit inspects 300, 150 of them violators."""
    scenario = LIBRARY.policy("random_audit")
    wanted = {"audit_capacity": ("inspections", 300), "investigation_capacity": ("investigators", 150)}
    for kind, (key, value) in wanted.items():
        assert getattr(with_kind(scenario, "policy.monitoring.kind", kind).experiment.policy.monitoring, key) == value


@pytest.mark.parametrize("kind", DISTRIBUTIONS.classes)
def test_another_distribution_has_the_same_mean(kind: str) -> None:
    """And the same spread, where the kind has two parameters. Means of 200,000 draws."""
    rng = np.random.default_rng(1)
    scenario = LIBRARY.first.changed({"population.0.gain": {"kind": "uniform", "low": 1.0, "high": 3.0}})
    gain = with_kind(scenario, "population.0.gain.kind", kind).experiment.population[0].gain
    draws = gain.quantile(rng.uniform(size=(1, 200_000)))
    assert np.mean(draws) == pytest.approx(2, rel=0.02)
    if kind not in ("exponential", "constant"):
        assert np.std(draws) == pytest.approx(1 / np.sqrt(3), rel=0.05)


def test_what_a_kind_needs_comes_with_it() -> None:
    turnover = edited(LIBRARY.first, "policy.sanction.kind", "turnover_cap")
    assert turnover.experiment.population[0].turnover is not None
    limited = edited(LIBRARY.first, "policy.sanction.limited_liability?", True)
    assert limited.experiment.population[0].wealth is not None
    averse = edited(edited(LIBRARY.first, "population.0.kind", "risk_averse"), "population.0.form", "crra")
    assert averse.experiment.population[0].wealth is not None
    strategic = edited(LIBRARY.policy("strategic_overseer"), "policy.monitoring.response.kind", "imitation")
    monitoring = strategic.experiment.policy.monitoring
    assert monitoring.overseers.size > 1
    assert monitoring.adjustment == 1, "imitation knows no adjustment"
    assert oversight.run(strategic.data, SHORT).metrics["misconduct_rate"] >= 0


def test_an_optional_value_comes_and_goes() -> None:
    scenario = LIBRARY.policy("repeat_offender_focus")
    key = "policy.sanction.record_lifetime"
    assert (flat(scenario)[f"{key}?"].value, flat(scenario)[key].value) == (True, 20)
    without = edited(scenario, f"{key}?", False)
    assert without.experiment.policy.sanction.record_lifetime is None
    assert key not in flat(without)
    assert flat(edited(without, f"{key}?", True))[key].value >= 1


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("policy.monitoring.kind", "os:system", "no kind `os:system`"),
        ("policy.monitoring.kind", "x" * 10_000, "no kind"),
        ("nothing.kind", "fixed", "no kind"),
        ("population.7.kind", "rational", "no kind"),
        ("policy.sanction.limited_liability?", 1, "on or off"),
        ("nothing?", True, "no such path"),
        ("policy.monitoring.rate", True, "not a number"),
        ("policy.monitoring.rate", None, "not a number"),
        ("policy.monitoring.rate", "0.5", "not a number"),
        ("start", "never", "not one of the choices"),
        ("policy", {"extends": "/etc/passwd"}, "missing"),
        ("sweep", {}, "cannot be set here"),
    ],
)
def test_what_a_browser_sends_is_not_trusted(key: str, value: Any, says: str) -> None:
    with pytest.raises(InputError, match=says):
        edited(LIBRARY.first, key, value)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("policy.monitoring.rate", 1.5, "It must be at least 0\u00a0% and at most 100\u00a0%."),
        ("policy.sanction.amount", -1, "-1 is below the least allowed. It must be at least 0."),
        ("periods", 5, "Burn-in: burn_in (10) leaves nothing of 5 periods to measure."),
        ("periods", 5.5, "5.5 is not a whole number. Write a whole number, without quotes or units."),
    ],
)
def test_a_refused_value_is_explained_in_the_words_of_its_control(key: str, value: float, says: str) -> None:
    with pytest.raises(InputError) as refused:
        edited(LIBRARY.first, key, value)
    assert message(controls(LIBRARY.first), key, refused.value) == says


@pytest.mark.parametrize("kind", ["conformist", "threshold"])
def test_actors_that_go_by_others_come_with_a_network(kind: str) -> None:
    changed = with_kind(LIBRARY.experiment("detection_by_penalty"), "population.0.kind", kind).experiment
    assert changed.network is not None
    assert changed.network.kind == "everyone"
    assert ("threshold" in changed.population[0].traits) == (kind == "threshold")


def test_gains_by_turnover_are_not_asked_for_thousands_of_quantiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes a search over the trait: a hundred thousand of them kept the page from opening."""
    search = Product.values

    def few(self: Product, noise: Any) -> Any:
        assert np.size(noise) <= 1_000
        return search(self, noise)

    monkeypatch.setattr(Product, "values", few)
    grown = {
        "population.0.turnover": {"kind": "lognormal", "mu": 1.0, "sigma": 0.5},
        "population.0.gain": {
            "kind": "proportional",
            "to": "turnover",
            "factor": 0.1,
            "times": {"kind": "exponential", "mean": 1.0},
        },
    }
    scenario = LIBRARY.experiment("detection_by_penalty").changed(grown)
    for control in flat(scenario).values():
        for other in alternatives(control):
            assert is_conflict(refusal(scenario, control.key, other)), f"{control.key} {other}"


def test_another_kind_of_monitoring_drops_what_it_cannot_do() -> None:
    """A signal and honeypots need inspections that are drawn before the act."""
    noticed, planted = (LIBRARY.scenario(name) for name in ("audits_that_are_noticed", "honeypots_or_inspections"))
    for kind, kept in (("record_based", True), ("crackdown", False)):
        policies = [with_kind(each, "policy.monitoring.kind", kind).experiment.policy for each in (noticed, planted)]
        assert (policies[0].monitoring.signal is not None) == kept
        assert (policies[1].honeypots is not None) == kept
    paths = {control.path for group in controls(planted) for control in group.controls}
    assert {"policy.honeypots.rate", "policy.honeypots.cost", "policy.honeypots.gain"} <= paths


def test_a_principals_numbers_have_the_scale_of_what_they_set() -> None:
    """A rate is a percentage wherever it is set; which kind of principal it is, is said in the text."""

    def principal(name: str) -> dict[str, Control]:
        (group,) = [each for each in controls(LIBRARY.experiment(name)) if each.title == "Principal"]
        return {control.path: control for control in group.controls}

    base = principal("regulator_that_reacts")["principal.base"]
    assert (base.title, base.percent, base.least, base.most) == ("Base", True, 0, 1)
    step = principal("rotating_crackdowns")["principal.steps.1.set.policy.monitoring.rate"]
    assert (step.title, step.percent, step.most) == ("No.\u00a02: inspection rate", True, 1)
    fine = principal("phase_in")["principal.steps.2.set.policy.sanction.amount"]
    assert (fine.title, fine.unit, fine.least) == ("No.\u00a03: fine", "money", 0)
    assert fine.most > fine.value
    changed = edited(LIBRARY.experiment("rotating_crackdowns"), step.key, 0.1).experiment.principal
    assert changed is not None
    assert changed.courses()[1]["policy.monitoring.rate"].item() == 0.1
