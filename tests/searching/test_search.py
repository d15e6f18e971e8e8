"""Searches for the best policy are held to closed forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import oversight
from helpers import Command
from oversight import InputError
from oversight.api import validate_file
from oversight.searching import Found

RATE, FINE = "policy.monitoring.rate", "policy.sanction.amount"
POPULATION = {
    "kind": "rational",
    "size": 100,
    "gain": {"kind": "uniform", "low": 0, "high": 1},
    "harm": {"kind": "constant", "value": 0.6},
}


def audits(levers: Mapping[str, Any], cost: float = 0.1, gain_weight: float = 1.0, **search: Any) -> dict[str, Any]:
    """Random audits of actors whose gains are U[0, 1] and whose violations do harm of 0.6, and a search."""
    return {
        "name": "audits",
        "policy": {
            "monitoring": {"kind": "random_audit", "rate": 0.1, "cost_per_inspection": cost},
            "sanction": {"kind": "fixed", "amount": 0.8},
        },
        "population": [POPULATION],
        "social_cost": {"gain_weight": gain_weight},
        "search": {"levers": dict(levers), **search},
    }


def capacity(**search: Any) -> dict[str, Any]:
    """Investigators, who cost 1 each, for 1000 actors with gains U[0, 1] who face a fine of 0.9."""
    return {
        "name": "capacity",
        "policy": {
            "monitoring": {"kind": "investigation_capacity", "investigators": 10, "cost_per_investigator": 1},
            "sanction": {"kind": "fixed", "amount": 0.9},
        },
        "population": [{"kind": "rational", "size": 1000, "gain": {"kind": "uniform", "low": 0, "high": 1}}],
        "search": {
            "levers": {"policy.monitoring.investigators": {"low": 0, "high": 1000}},
            "minimise": "oversight_cost",
            "subject_to": {"misconduct_rate": {"at_most": 0.2}},
            **search,
        },
    }


def search(experiment: Any, overrides: Any = ()) -> Found:
    """By theory alone."""
    return oversight.search(experiment, overrides, confirm=False)


def test_best_deterrence_where_inspections_cost_something() -> None:
    """Polinsky and Shavell (2000): the fine is the highest, and p solves f (h - p f) = c: p = (h - c / f) / f."""
    found = search(audits({RATE: {"low": 0, "high": 1}, FINE: {"low": 0, "high": 2}}))
    assert found.recommended == {RATE: pytest.approx((0.6 - 0.1 / 2) / 2, abs=5e-4), FINE: 2.0}
    assert found.best.objective == pytest.approx(0.1 * 0.275 + 0.6 * 0.45 - (1 - 0.55**2) / 2, abs=1e-6)
    assert found.ends == {FINE: "highest"}
    assert found.straining == [FINE]


def test_without_a_cost_any_policy_whose_expected_fine_is_the_harm_is_best() -> None:
    found = search(audits({RATE: {"low": 0.05, "high": 1}}, cost=0), {FINE: 2.0})
    assert found.recommended[RATE] * 2.0 == pytest.approx(0.6, abs=5e-4)
    assert not found.straining


@pytest.mark.parametrize(("fine", "cost", "best"), [(0.8, 0.5, 0.0), (0.8, 0.4, 1.0), (2.0, 1.0, 0.5)])
def test_where_gains_do_not_count_the_best_rate_lies_at_a_corner(fine: float, cost: float, best: float) -> None:
    """(1 - p f) h + c p falls in p where c < f h, up to p = 1 / f, at which nobody violates."""
    experiment = audits({RATE: {"low": 0, "high": 1}}, cost, gain_weight=0.0)
    found = search(experiment, {FINE: fine})
    assert found.recommended[RATE] == pytest.approx(best, abs=1e-5)
    assert found.straining == ([RATE] if best in (0, 1) else [])


def test_a_bound_that_binds_is_named() -> None:
    """1 - p f <= .05 asks for more than p = .275."""
    found = search(
        audits({RATE: {"low": 0, "high": 1}}, subject_to={"misconduct_rate": {"at_most": 0.05}}), {FINE: 2.0}
    )
    assert found.recommended[RATE] == pytest.approx(0.475, abs=1e-6)
    assert found.best.outcome["misconduct_rate"] <= 0.05
    assert found.binding == ["misconduct_rate"]
    assert not search(
        audits({RATE: {"low": 0, "high": 1}}, subject_to={"misconduct_rate": {"at_most": 0.6}}), {FINE: 2.0}
    ).binding


@pytest.mark.slow
def test_the_worst_equilibrium_jumps_and_the_search_stops_short_of_it() -> None:
    """m = 1 - f C / m has no solution where C > 1 / (4 f): then all that is left is m = 1 - f."""
    found = search(capacity())
    least = found.recommended["policy.monitoring.investigators"] / 1000
    assert 1 / (4 * 0.9) <= least <= 0.2779
    assert least == found.best.objective
    assert found.best.outcome["misconduct_rate"] == pytest.approx(0.1)
    assert found.binding == ["misconduct_rate"]


def test_a_capacity_at_which_equilibria_touch_is_not_trusted() -> None:
    """Of 900 actors C = 1 / (4 f) is exactly 250, where m = 1 / 2 holds itself from above; 251 are safe."""
    investigators = "policy.monitoring.investigators"
    size = {"population.rational.size": 900}
    found = search(capacity(levers={investigators: {"low": 240, "high": 260, "step": 1}}), size)
    assert found.recommended == {investigators: 251}
    (below,) = (each.setting for each in found.neighbours if each.setting.point[investigators] == 250)
    assert below.outcome["misconduct_rate"] == pytest.approx(0.5, abs=2e-3)
    with pytest.raises(InputError, match="The nearest has misconduct rate 50"):
        search(capacity(levers={investigators: {"values": [240, 250]}}), size)


@pytest.mark.parametrize("within", ["best", pytest.param("compliant", marks=pytest.mark.slow)])
def test_the_better_equilibrium_is_found_where_it_is_asked_for(within: str) -> None:
    """All violations are investigated where C >= 1 - f."""
    found = search(capacity(**{"in": within}))
    assert found.recommended["policy.monitoring.investigators"] == pytest.approx(100, abs=0.1)


def test_kinds_have_levers_of_their_own() -> None:
    """Capacity for everybody costs nothing here, and a fine of 2 deters everybody; audits that deter cost 0.05."""
    levers = {
        "policy.monitoring.kind": {"values": ["random_audit", "investigation_capacity"]},
        RATE: {"low": 0, "high": 1},
        "policy.monitoring.investigators": {"low": 0, "high": 100, "step": 1},
    }
    found = search(audits(levers, gain_weight=0.0), {FINE: 2.0})
    assert found.recommended["policy.monitoring.kind"] == "investigation_capacity"
    assert RATE not in found.recommended
    (audited,) = (each.setting for each in found.neighbours if "policy.monitoring.kind" in each.moved)
    assert audited.point[RATE] == pytest.approx(0.5, abs=1e-4)
    assert audited.objective == pytest.approx(0.05, abs=1e-4)


def test_every_setting_of_levers_with_few_values_is_tried() -> None:
    """Of p f in {.1, .2, ... 1} x {1, 2}, social cost (p - h)^2 / 2 is least at .6; the cheaper way is p = .3."""
    found = search(audits({RATE: {"low": 0.1, "high": 1, "step": 0.1}, FINE: {"values": [2, 1]}}, cost=0.01))
    assert found.recommended == {RATE: 0.3, FINE: 2}
    assert found.tried == 20


def test_a_bound_of_what_is_missing_is_met_and_told() -> None:
    """Nobody complies without oversight, so that nobody could be sanctioned falsely."""
    experiment = audits(
        {RATE: {"low": 0, "high": 0.2}}, cost=10, subject_to={"false_sanction_rate": {"at_most": 0.001}}
    )
    experiment["population"] = [POPULATION | {"gain": {"kind": "uniform", "low": 1, "high": 2}}]
    found = search(experiment)
    assert found.recommended == {RATE: 0}
    assert found.missing == ["false_sanction_rate"]


def test_the_same_seed_finds_the_same() -> None:
    experiment = audits({RATE: {"low": 0, "high": 1}})
    assert search(experiment).recommended == search(experiment).recommended


FILE = """\
name: trial
policy:
  monitoring: {kind: random_audit, rate: 0.2}
  sanction: {kind: fixed, amount: 0.5}
population:
  - {kind: rational, size: 50, gain: {kind: uniform, low: 0, high: 1}}
search:
"""


@pytest.mark.parametrize(
    ("section", "line", "words"),
    [
        ("  levers: {}\n", 8, ("levers", "is empty")),
        ("  levers: {policy.monitoring.rate: 0.3}\n", 8, ("policy.monitoring.rate", "{low: ..., high: ...}")),
        ("  levers: {policy.monitoring.raet: {low: 0, high: 1}}\n", 8, ("no such path", "policy.monitoring.rate")),
        ("  levers: {policy.monitoring.rate: {low: 0, high: 1.5}}\n", 8, ("1.5 is above", "at most 1")),
        ("  levers: {policy.monitoring.investigators: {low: 0, high: 9}}\n", 8, ("there is no such path",)),
        ("  levers: {policy.monitoring.rate: {low: 1, high: 0}}\n", 8, ("high", "0 is not above", "Exchange them")),
        ("  levers: {policy.monitoring.rate: {low: 0, high: 1, step: 3}}\n", 8, ("step", "makes 1 values")),
        ("  levers: {seed: {values: [1, 2]}}\n", 8, ("seed", "cannot be a lever")),
        (
            "  levers: {policy.monitoring.rate: {low: 0, high: 1}}\n"
            "  uncertain: {policy.sanction.amuont: {kind: uniform, low: 1, high: 2}}\n",
            9,
            ("policy.sanction.amuont", "Did you mean `policy.sanction.amount`?"),
        ),
        (
            "  levers: {policy.monitoring.rate: {low: 0, high: 1}}\n"
            "  uncertain: {policy.monitoring.rate: {kind: uniform, low: 0, high: 1}}\n",
            9,
            ("is a lever", "Leave it out here"),
        ),
        (
            "  levers: {policy.monitoring.rate: {low: 0, high: 1}}\n  robust: worst\n",
            9,
            ("needs something that is uncertain", "Add `uncertain"),
        ),
        ("  levers: {policy.monitoring.kind: {values: [random_adit]}}\n", 8, ("random_audit",)),
        ("  levers: {policy.monitoring.rate: {low: 0, high: 1}}\n  minimise: soical_cost\n", 9, ("`social_cost`",)),
        ("  levers: {policy.monitoring.rate: {low: 0, high: 1}}\n  in: wurst\n", 9, ("worst, best, compliant",)),
        (
            "  levers: {policy.monitoring.rate: {low: 0, high: 1}}\n  subject_to: {misconduct_rate: {at_most: 0.1}}\n",
            9,
            ("misconduct rate at most 10 %", "The nearest has misconduct rate 50 %, at policy.monitoring.rate = 1"),
        ),
        (
            "  levers: {policy.monitoring.rate: {low: 0, high: 1}}\n  subject_to: {misconduct_rate: {}}\n",
            9,
            ("misconduct_rate", "at_most, at_least or both"),
        ),
    ],
)
def test_mistakes_are_told_where_they_stand(
    write: Callable[..., Path], section: str, line: int, words: tuple[str, ...]
) -> None:
    path = write(text=FILE + section)
    with pytest.raises(InputError) as raised:
        search(path)
    (problem,) = raised.value.problems
    assert problem.line == line
    for word in words:
        assert word in str(problem)
    if line == 8:  # what is wrong with levers is seen without theory
        with pytest.raises(InputError) as raised:
            validate_file(path)
        assert raised.value.problems == [problem]


def test_a_lever_cannot_be_set_as_well(write: Callable[..., Path], command: Command) -> None:
    write(text=FILE + "  levers: {policy.monitoring.rate: {low: 0, high: 1}}\n")
    answer = command("search", "trial.yaml", "--set", "policy.monitoring.rate=0.3")
    assert answer.code == 2
    assert "is a lever" in answer.err


def test_the_command_says_what_is_best_and_what_is_beside_it(write: Callable[..., Path], command: Command) -> None:
    write(text=FILE + "  levers: {policy.monitoring.rate: {low: 0, high: 1}}\n  minimise: misconduct_rate\n")
    answer = command("search", "trial.yaml", "--no-confirm")
    assert answer.code == 0
    assert "Least misconduct rate: 50" in answer.out
    assert "Inspection rate: 100\u00a0%, its highest value" in answer.out
    assert "inspection rate 99" in answer.out


def test_bounds_that_cannot_be_met_together_are_told_together() -> None:
    """Misconduct of at most 5 % asks for p >= .475, which costs .0475; each of the two bounds can be met alone."""
    bounds = {"misconduct_rate": {"at_most": 0.05}, "oversight_cost": {"at_most": 0.04}}
    levers = {RATE: {"low": 0, "high": 1, "step": 0.025}}
    with pytest.raises(InputError, match=r"misconduct rate at most 5 % and cost of oversight at most 0\.04 at once"):
        search(audits(levers, subject_to=bounds), {FINE: 2.0})


def test_without_a_stationary_equilibrium_the_cycle_counts() -> None:
    """Capacity is .1 below a rate of .3 and .6 above it, gains are U[.2, 1.2]: misconduct goes in circles."""
    experiment = audits({"policy.monitoring.threshold": {"values": [30, 31]}}, minimise="misconduct_rate")
    crackdown = {"kind": "crackdown", "threshold": 30, "investigators_low": 10, "investigators_high": 60}
    experiment["policy"] = {"monitoring": crackdown, "sanction": {"kind": "fixed", "amount": 1}}
    experiment["population"] = [POPULATION | {"gain": {"kind": "uniform", "low": 0.2, "high": 1.2}}]
    rate, cycle = 0.0, []
    for _ in range(90):
        rate = 1.2 - max(0.2, min(1.0, (0.1 if rate < 0.3 else 0.6) / max(rate, 1e-300)))
        cycle.append(rate)
    found = search(experiment)
    assert found.best.objective == pytest.approx(np.mean(cycle[-3:]), abs=1e-9)
    assert "no stationary equilibrium" in found.best.note


def test_the_titles_of_parts_name_the_parts() -> None:
    from oversight.measures import WORDS, words_in

    titles = [
        getattr(words_in(WORDS, name), "title", None) for name in ("value.honesty", "value.care", "nats", "other")
    ]
    assert titles == ["Level of a value: honesty", "Level of a value: care", "Divergence from untrained actors", None]
    assert getattr(words_in(WORDS, "value.self_care.in"), "title", "") == "Level of a value: self care, in"
