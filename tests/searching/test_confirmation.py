"""What a search finds is simulated: theory of large populations is confirmed by them, and not by small ones."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom, norm

import oversight
from helpers import Command
from oversight.loading import load
from oversight.report.search.told import remarks
from oversight.scenario import load_policy
from oversight.searching.confirm import departures

INVESTIGATORS = "policy.monitoring.investigators"

LARGE = """\
name: large
policy:
  monitoring: {kind: random_audit, rate: 0.2, cost_per_inspection: 0.1}
  sanction: {kind: fixed, amount: 2}
population:
  - {kind: rational, size: 2000, gain: {kind: uniform, low: 0, high: 1}}
periods: 20
replicates: 8
search:
  levers: {policy.monitoring.rate: {low: 0, high: 1, step: 0.05}}
  minimise: oversight_cost
  subject_to: {misconduct_rate: {at_most: 0.21}}
"""


def test_a_large_population_does_what_theory_expects(write: Callable[..., Path], command: Command) -> None:
    """1 - 2 p <= .21 asks for p >= .395."""
    write("large.yaml", LARGE)
    answer = command("search", "large.yaml", "--workers", "1", "--out", "found")
    assert answer.code == 0
    assert "Inspection rate: 40\u00a0%" in answer.out
    assert "agrees with theory" in answer.out
    found = json.loads(Path("found/search.json").read_text())
    assert found["recommended"] == {"policy.monitoring.rate": 0.4}
    assert found["simulated"]["departs"] == []
    low, high = (found["simulated"][end]["misconduct_rate"] for end in ("low", "high"))
    assert low < 0.2 < high
    policy = load_policy("found/large_found.yaml")
    assert policy.monitoring.rate == 0.4
    assert policy.sources["monitoring.rate"].note.startswith("Chosen by the search")
    page = Path("found/report.html").read_text()
    assert "policy.monitoring" not in page.partition("<main>")[2].partition('aria-labelledby="data"')[0]
    assert re.search(r"Least cost of oversight with misconduct rate at most 21\s%", page)
    assert not re.search(r"\bNone\b|\bnan\b", page.partition("<body>")[2].partition("<noscript>")[0])


def test_a_folder_takes_one_search_after_another(write: Callable[..., Path], tmp_path: Path) -> None:
    """Another bound has another answer, simulated beside that of the first."""
    path, out = write("large.yaml", LARGE), tmp_path / "found"
    for most, rate in ((0.21, 0.4), (0.41, 0.3), (0.21, 0.4)):
        bound = {"search.subject_to.misconduct_rate.at_most": most, "periods": 3, "replicates": 2}
        found = oversight.search(path, bound, out=out, workers=1)
        assert found.recommended == {"policy.monitoring.rate": rate}
        assert found.best.simulated is not None


def twenty(levers: dict[str, Any], **search: Any) -> dict[str, Any]:
    """Bekar, Carlaw and Eaton's actors, twenty of them, who remember one period."""
    return {
        "name": "twenty",
        "policy": {
            "monitoring": {"kind": "investigation_capacity", "investigators": 8, "cost_per_investigator": 2},
            "detector": {"sensitivity": 0.8},
            "sanction": {"kind": "fixed", "amount": 1},
        },
        "population": [
            {
                "kind": "rational",
                "size": 20,
                "gain": {"kind": "normal", "mean": 0.6, "sd": 0.2},
                "harm": {"kind": "proportional", "factor": 4},
                "belief": {"kind": "pooled_window", "window": 1, "prior_caught": 1, "prior_violations": 1.25},
            }
        ],
        "periods": 1200,
        "burn_in": 100,
        "replicates": 8,
        "social_cost": {"gain_weight": 0},
        "search": {"levers": levers, **search},
    }


@pytest.mark.slow
def test_where_a_small_population_departs_from_theory_the_search_goes_on_by_simulation() -> None:
    """Theory takes 9 investigators for the best. By the exact chain 10 are, and cost 36.472977 for all twenty."""
    found = oversight.search(twenty({INVESTIGATORS: {"low": 0, "high": 20, "step": 1}}), workers=1)
    assert found.before is not None
    assert found.before.recommended == {INVESTIGATORS: 9}
    assert departures(found.before, found.before.best) == ["social_cost"]
    assert found.search.by == "simulation"
    assert found.recommended == {INVESTIGATORS: 10}
    assert 20 * found.value(found.best) == pytest.approx(36.472977, abs=0.3)
    said = " ".join(remarks(found))
    assert "Theory recommends investigators 9\u00a0cases per period, but runs on fresh seeds have social cost" in said
    assert "the search went on by simulation" in said
    assert "agrees with that of the search, here and beside it" in said


@pytest.mark.slow
def test_a_search_by_simulation_finds_what_small_populations_do() -> None:
    """By the exact chain 8 investigators cost more than 10, whose cost is 36.472977 for all twenty actors."""
    levers = {INVESTIGATORS: {"values": [8, 10]}}
    found = oversight.search(
        twenty(levers, by="simulation", **{"in": "compliant"}), {"periods": 300}, workers=1, confirm=False
    )
    assert found.recommended == {INVESTIGATORS: 10}
    assert 20 * found.best.objective == pytest.approx(36.472977, abs=2)
    assert found.tried == 2


@pytest.mark.slow
def test_a_search_by_simulation_returns_a_policy_near_the_best_of_the_exact_chain() -> None:
    """The least exact cost is that of 10 investigators, 36.472977; fresh runs agree with those of the search."""
    levers = {INVESTIGATORS: {"low": 8, "high": 12, "step": 1}}
    found = oversight.search(twenty(levers, by="simulation", **{"in": "compliant"}), {"periods": 4000}, workers=1)
    assert found.recommended == {INVESTIGATORS: 10}
    assert not departures(found, found.best)
    assert found.best.simulated is not None
    assert 20 * found.best.simulated.mean["social_cost"] == pytest.approx(36.472977, abs=0.3)


def exact_cost(size: int, threshold: int, low: int, high: int) -> float:
    """Expected cost per period of a crackdown below a threshold, by the stationary law of violations and convictions.

    Of v violations each is convicted with chance .8 min(1, R / v). Actors with gains N(.6, .2) expect the last period's
    (1 + convictions) / (1.25 + violations). A violation costs four times its gain, an investigator 2.
    """
    states = [(violations, convicted) for violations in range(size + 1) for convicted in range(violations + 1)]
    place = {state: number for number, state in enumerate(states)}
    moves, costs = np.zeros((len(states), len(states))), np.zeros(len(states))
    for (violations, convicted), here in place.items():
        staff = low if violations < threshold else high
        z = ((1 + convicted) / (1.25 + violations) - 0.6) / 0.2
        costs[here] = 2 * staff + 4 * size * (0.6 * norm.sf(z) + 0.2 * norm.pdf(z))
        for count, chance in enumerate(binom.pmf(np.arange(size + 1), size, norm.sf(z))):
            caught = binom.pmf(np.arange(count + 1), count, 0.8 * min(1, staff / max(count, 1)))
            moves[here, [place[count, found] for found in range(count + 1)]] += chance * caught
    balance = np.vstack([moves.T - np.eye(len(states)), np.ones(len(states))])
    law = np.linalg.lstsq(balance, np.r_[np.zeros(len(states)), 1.0], rcond=None)[0]
    return float(law @ costs)


@pytest.mark.slow
def test_a_search_by_simulation_finds_a_crackdown_near_the_best_of_the_exact_chain() -> None:
    """The best crackdown of all has a threshold of 10 and capacities of 7 and 13: 34.332647 for all twenty actors."""
    assert exact_cost(20, 10, 7, 13) == pytest.approx(34.332647, abs=1e-6)
    assert exact_cost(20, 0, 10, 10) == pytest.approx(36.472977, abs=1e-6)
    monitoring = "policy.monitoring."
    levers = {
        f"{monitoring}threshold": {"low": 8, "high": 12, "step": 1},
        f"{monitoring}investigators_low": {"low": 5, "high": 9, "step": 1},
        f"{monitoring}investigators_high": {"low": 11, "high": 15, "step": 1},
    }
    experiment = twenty(levers, by="simulation", **{"in": "compliant"})
    crackdown = {"kind": "crackdown", "threshold": 10, "investigators_low": 8, "investigators_high": 12}
    experiment["policy"]["monitoring"] = {**crackdown, "cost_per_investigator": 2}
    found = oversight.search(experiment, {"periods": 2100, "replicates": 4}, workers=1, confirm=False)
    assert found.tried == 125
    assert exact_cost(20, *(int(value) for value in found.recommended.values())) < 34.332647 + 0.05


@pytest.mark.slow
def test_a_search_by_simulation_finds_the_published_capacity() -> None:
    """Bekar, Carlaw and Eaton (2022): of steady capacities for 100 actors with a window of 2, 44 cost least, 148.23."""
    experiment = twenty({INVESTIGATORS: {"values": [42, 43, 44, 45, 46]}}, by="simulation", **{"in": "compliant"})
    (actors,) = experiment["population"]
    actors |= {"size": 100, "belief": actors["belief"] | {"window": 2}}
    found = oversight.search(experiment, {"periods": 2200, "replicates": 4}, workers=1, confirm=False)
    assert 100 * found.value(found.best) == pytest.approx(148.23, abs=0.5)


def played_cost(threshold: int, low: int, high: int) -> float:
    """Cost per period of a crackdown on 100 actors who remember two periods, played here in 5,000 chains.

    The costs of violations are those expected given the past, so that the mean is known to about .05.
    """
    size, periods, burn_in = 100, 600, 150
    rng = np.random.default_rng(0)
    violations, convicted, violations_before, convicted_before = np.zeros((4, 5_000))
    costs = []
    for period in range(periods):
        z = ((1 + convicted + convicted_before) / (1.25 + violations + violations_before) - 0.6) / 0.2
        staff = np.where(violations < threshold, low, high)
        if period >= burn_in:
            costs.append(np.mean(2 * staff + 4 * size * (0.6 * norm.sf(z) + 0.2 * norm.pdf(z))))
        violations_before, convicted_before = violations, convicted
        violations = rng.binomial(size, norm.sf(z))
        convicted = rng.binomial(violations, 0.8 * np.minimum(1, staff / np.maximum(violations, 1)))
    return float(np.mean(costs))


@pytest.mark.slow
def test_a_search_by_simulation_finds_the_published_crackdown() -> None:
    """Of all crackdowns on 100 actors with a window of 2 the best costs 130.33, and the best steady capacity 148.23."""
    assert played_cost(0, 44, 44) == pytest.approx(148.23, abs=0.3)
    ranges = {"threshold": (20, 80), "investigators_low": (20, 50), "investigators_high": (40, 90)}
    levers = {f"policy.monitoring.{key}": {"low": low, "high": high, "step": 1} for key, (low, high) in ranges.items()}
    less = {"replicates": 2, "periods": 1200, "policy": "crackdown", "search.levers": levers}
    found = oversight.search("crackdown_or_capacity", less, workers=1, confirm=False)
    assert played_cost(*(int(value) for value in found.recommended.values())) < 130.33 + 0.5


def test_the_bundled_search_finds_the_capacity_that_cannot_tip() -> None:
    """m = 1 - 2 C / m has no solution beyond C = 1 / 8, which is 112.5 of 900 actors; audits at .475 cost .0475."""
    found = oversight.search("cheapest_policy", confirm=False)
    assert found.recommended == {"policy": "investigation_capacity", INVESTIGATORS: 113}
    (audits,) = (each.setting for each in found.neighbours if each.moved == ["policy"])
    assert audits.objective == pytest.approx(0.0475, abs=1e-6)


@pytest.mark.slow
def test_the_bundled_worst_population_is_that_of_the_highest_gains() -> None:
    """Gains U[.3, 1.2] under 160 investigators for 900: .9 m^2 - 1.2 m + 2 C = 0 has m = (1.2 + .4) / 1.8."""
    found = oversight.search("cheapest_policy", confirm=False, against=True)
    assert found.recommended == {"population.systems.gain.low": 0.3, "population.systems.gain.high": 1.2}
    assert found.value(found.best) == pytest.approx(8 / 9)


@pytest.mark.slow
def test_the_worst_population_is_an_experiment_of_its_own(command: Command, tmp_path: Path) -> None:
    answer = command("search", "cheapest_policy", "--against", "--no-confirm", "--out", str(tmp_path / "out"))
    assert answer.code == 0
    worst = load(tmp_path / "out" / "cheapest_policy_against.yaml").experiment
    assert worst.population[0].gain.high == 1.2
    assert worst.search is None
