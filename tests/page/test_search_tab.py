"""The Search tab's form, what it asks, and how its answer is played, without a browser."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from library import LIBRARY
from oversight.app.map.axes import axes
from oversight.app.scenario import Scenario
from oversight.app.search.answered import changes_at, still_answers
from oversight.app.search.asked import Sheet
from oversight.app.search.form import Form, begun, lever
from oversight.app.search.measures import measures
from oversight.app.search.work import Answer, Question, Work
from oversight.app.upload import from_text
from oversight.searching import search

RATE, FINE = "policy.monitoring.rate", "policy.sanction.amount"
COST, MISCONDUCT = "oversight_cost", "misconduct_rate"


def becker() -> Scenario:
    """Gains U[0, 1], audits that cost .1 each, fine 1: misconduct is 1 - p."""
    gain = {"kind": "uniform", "low": 0.0, "high": 1.0}
    changes = {"population.0.gain": gain, FINE: 1.0, "policy.monitoring.cost_per_inspection": 0.1}
    return LIBRARY.scenario("detection_by_penalty").changed(changes)


def asked(scenario: Scenario, **wanted: Any) -> Form:
    levers = {RATE: {"low": 0.0, "high": 1.0, "step": 0.05}}
    return Form(scenario.written, {"levers": levers, "minimise": [COST], **wanted})


def answered(question: Question) -> Answer:
    work = Work()
    work.ask(question)
    wait_for(lambda: work.answer.value is not None)
    assert work.answer.value
    return work.answer.value


def wait_for(right: Callable[[], bool]) -> None:
    for _ in range(500):
        if right():
            return
        time.sleep(0.02)
    raise AssertionError("it did not happen")


def sheet(scenario: Scenario, form: Form, *problems: Any) -> Sheet:
    known, _ = measures(scenario.experiment)
    found = {axis.path: axis for axis in axes(scenario)}
    return Sheet(form, scenario.experiment, found, known, problems, lambda form: None)


def test_it_begins_with_two_numbers_of_the_policy_and_rare_misconduct() -> None:
    scenario = LIBRARY.scenario("detection_by_penalty")
    form = begun(scenario, axes(scenario))
    assert dict(form.levers) == {RATE: {"low": 0.0, "high": 1.0}, FINE: {"low": 0.0, "high": 4.0}}
    assert form.objectives == ["social_cost"]
    assert form.bounds == {MISCONDUCT: {"at_most": 0.05}}
    assert form.source(scenario).experiment.search


def test_it_begins_with_the_scenarios_own_search_where_it_has_one() -> None:
    scenario = LIBRARY.scenario("cheapest_policy")
    form = begun(scenario, axes(scenario))
    assert list(form.levers) == ["policy", RATE, "policy.monitoring.investigators"]
    assert form.objectives == [COST]
    words = sheet(scenario, form)
    assert words.title(RATE).title == "Inspection rate"  # which only one of the policies has
    assert words.said.startswith("For the least cost of oversight with misconduct rate at most 5\u00a0%, set policy, ")


def test_fields_change_the_section() -> None:
    form = asked(becker(), subject_to={MISCONDUCT: {"at_most": 0.5}})
    assert form.with_objective(1, MISCONDUCT).objectives == [COST, MISCONDUCT]
    assert form.with_objective(1, MISCONDUCT).with_objective(1, "").objectives == [COST]
    assert form.with_objective(0, MISCONDUCT).objectives == [MISCONDUCT]
    assert list(form.with_lever(FINE, {"low": 0, "high": 2}).levers) == [RATE, FINE]
    assert form.with_lever(RATE, None).levers == {}
    assert form.with_bound(MISCONDUCT, None).bounds == {}
    assert form.with_bound(COST, {"at_most": 1}).bounds == {MISCONDUCT: {"at_most": 0.5}, COST: {"at_most": 1}}


def test_whole_numbers_are_searched_in_steps_of_one() -> None:
    scenario = LIBRARY.scenario("suspension_or_fine")
    by_path = {axis.path: axis for axis in axes(scenario)}
    assert lever(by_path["policy.sanction.suspension"])["step"] == 1
    assert "step" not in lever(by_path[FINE])


def test_measures_are_those_of_theory_as_they_are_now() -> None:
    known, reason = measures(becker().changed({RATE: 0.25}).experiment)
    assert reason == ""
    assert known[MISCONDUCT].now == 0.75
    assert known[COST].words.axis == "Cost of oversight (money per actor and period)"
    belief = {"kind": "own_experience", "prior_caught": 1, "prior_missed": 1}
    none, reason = measures(becker().changed({"population.0.belief": belief}).experiment)
    assert none == {}
    assert "learn from their own violations" in reason


def test_what_is_found_is_played_over_the_running_scenario() -> None:
    """1 - p <= .4 asks for p = .6."""
    scenario = becker()
    found = answered(Question(scenario, asked(scenario, subject_to={MISCONDUCT: {"at_most": 0.4}}))).found
    assert found
    assert found.recommended == {RATE: 0.6}
    played = scenario.changed({FINE: 1.0}).changed(changes_at(found, found.best))
    assert played.experiment.policy.monitoring.rate == 0.6
    assert still_answers(found, scenario, played)
    assert not still_answers(found, scenario, played.changed({FINE: 2.0}))


def test_a_chosen_policy_is_played_whole() -> None:
    scenario = LIBRARY.scenario("cheapest_policy")
    form = begun(scenario, axes(scenario)).with_lever(
        "policy.monitoring.investigators", {"low": 900, "high": 1000, "step": 50}
    )
    found = search(form.with_lever(RATE, {"low": 0, "high": 1, "step": 0.025}).source(scenario))
    played = scenario.changed(changes_at(found, found.best)).experiment.policy
    assert (played.name, played.monitoring.kind, played.monitoring.rate) == ("random_audit", "random_audit", 0.475)


@pytest.mark.parametrize(
    ("wanted", "about", "says"),
    [
        ({"levers": {RATE: {"low": 0.5, "high": 0.2}}}, "Inspection rate: ", "is not above the lowest value"),
        ({"levers": {RATE: {"low": 0.5, "high": 1.5}}}, "Inspection rate: ", "1.5"),
        ({"subject_to": {MISCONDUCT: {"at_most": -0.1}}}, "Misconduct rate: ", "no setting of these levers keeps"),
        ({"minimise": ["harms"]}, "", "theory has no measure `harms` here"),
    ],
)
def test_mistakes_are_told_with_the_field_that_they_are_of(wanted: dict[str, Any], about: str, says: str) -> None:
    scenario = becker()
    form = asked(scenario, **wanted)
    problems = answered(Question(scenario, form)).problems
    assert any(says in problem.message for problem in problems)
    seen = sheet(scenario, form, *problems)
    assert {seen.place(problem) for problem in problems} == {about}
    (key,) = wanted
    assert seen.wrong(key, *([next(iter(wanted[key]))] if isinstance(wanted[key], dict) else []))
    assert not seen.wrong("in")


def test_it_counts_settings_and_stops_where_it_is_cancelled() -> None:
    scenario = LIBRARY.scenario("capacity_tipping")
    work = Work()
    seen: list[int | None] = []
    work.tried.subscribe(seen.append)
    work.ask(Question(scenario, begun(scenario, axes(scenario)).with_objective(1, MISCONDUCT)))
    wait_for(lambda: bool(work.tried.value))
    work.cancel()
    assert work.tried.value is None  # at once; the settings that are being tried are the last
    wait_for(lambda: not work._latest._busy)
    assert work.answer.value is None
    counts = [count for count in seen if count is not None]
    assert counts == sorted(counts)


def test_another_scenario_starts_over() -> None:
    scenario = becker()
    work = Work()
    work.change(asked(scenario))
    work.answer.value = Answer(Question(scenario, asked(scenario)))
    work.start_over()
    assert (work.form.value, work.answer.value, work.tried.value) == (None, None, None)


def test_a_search_opens_no_file_that_a_text_could_not() -> None:
    """What a text may name was checked when it was read, and single values cannot change it."""
    scenario = from_text(LIBRARY.scenario("cheapest_policy").text(), "", LIBRARY)
    policies = begun(scenario, axes(scenario)).levers["policy"]["values"]
    assert all(isinstance(policy, dict) for policy in policies)
