"""Uncertain facts: which of them matter, when a policy fails, and how robust policies are."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from written import figures, page, swept

from oversight.report.frontier import frontier
from oversight.report.study import Study
from oversight.report.uncertain import Draws, discovered, draws, regions, robustness, tornado
from oversight.report.uncertain.regions import explained
from oversight.report.uncertain.robustness import robust
from oversight.sweeps import load_results

LAW: dict[str, Any] = {
    "name": "law",
    "policy": {
        "monitoring": {"kind": "random_audit", "rate": 0.5, "cost_per_inspection": 0.7},
        "detector": {"sensitivity": 0.9},
        "sanction": {"kind": "fixed", "amount": 2},
    },
    "population": [
        {
            "kind": "rational",
            "size": 400,
            "gain": {"kind": "uniform", "low": 0, "high": 1},
            "harm": {"kind": "constant", "value": 1},
        }
    ],
    "social_cost": {"gain_weight": 0},
    "periods": 3,
    "replicates": 2,
}
FACTS = {
    "policy.detector.sensitivity": {"kind": "uniform", "low": 0.2, "high": 1},
    "population.0.gain.high": {"kind": "uniform", "low": 0.5, "high": 2},
    "population.0.harm.value": {"kind": "uniform", "low": 0.5, "high": 2},
}
NESTED = {
    "kind": "nested", "worlds": 96, "uncertain": FACTS,
    "levers": {"policy.monitoring.rate": {"values": [0.2, 0.6, 1.0]}},
}  # fmt: skip


@pytest.fixture(scope="module")
def nested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return swept(tmp_path_factory.mktemp("nested"), LAW, lambda e: e.update(sweep=NESTED))


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sweep = {"kind": "latin_hypercube", "points": 200, "parameters": FACTS}
    return swept(tmp_path_factory.mktemp("sampled"), LAW, lambda e: e.update(sweep=sweep))


def _draws(folder: Path) -> Draws:
    study = Study(load_results(folder))
    found = draws(study, frontier(study))
    assert found is not None
    return found


def test_robustness_measures_of_audits_over_two_laws_of_gains() -> None:
    """Gains U[0, a], a 1 or 2, fine 2, audits at .7 each, harm 1: p = .5, 1 and .65 are best by one measure each."""
    audits = np.linspace(0, 1, 101)
    misconduct = np.maximum(0, 1 - 2 * audits[:, None] / np.array([1, 2]))
    found = robust(misconduct + 0.7 * audits[:, None])
    for name, best, value in (("expected", 0.5, 0.6), ("worst", 1, 0.7), ("regret", 0.65, 0.105)):
        assert audits[found[name].argmin()] == pytest.approx(best)
        assert found[name].min() == pytest.approx(value)


def test_policies_stand_side_by_side_where_levers_are_crossed_with_facts(tmp_path: Path) -> None:
    def cross(experiment: dict[str, Any]) -> None:
        experiment["policy"]["detector"]["sensitivity"] = 1
        experiment["population"][0]["size"] = 4000
        experiment["sweep"] = {
            "kind": "grid",
            "parameters": {
                "policy.monitoring.rate": {"values": [0.5, 0.65, 1]},
                "population.0.gain.high": {"values": [1, 2]},
            },
        }

    study = Study(load_results(swept(tmp_path, LAW, cross)))
    table = robustness(study, None)
    assert table is not None
    by_rate = {row[0]: row[1:] for row in table.rows}
    exact = {"50\u00a0%": (0.6, 0.85, 0.15), "65\u00a0%": (0.63, 0.805, 0.105), "100\u00a0%": (0.7, 0.7, 0.35)}
    for rate, numbers in exact.items():
        assert [float(cell.strip("★ ")) for cell in by_rate[rate][:3]] == pytest.approx(numbers, abs=0.02)
    stars = {rate: [cell.startswith("★") for cell in row[:3]] for rate, row in by_rate.items()}
    assert list(stars.values()) == [[True, False, False], [False, False, True], [False, True, False]]
    # All gains up to 1 are below the expected fine of 1; of those up to 2, half are.
    assert table.headings[-1] == "Below 1\u00a0% misconduct in"
    assert [row[-1] for row in table.rows] == ["50\u00a0%", "50\u00a0%", "★ 100\u00a0%"]


def test_robustness_over_worlds_is_that_of_the_summary(nested: Path) -> None:
    study = Study(load_results(nested))
    table = robustness(study, frontier(study))
    assert table is not None
    costs = study.summary["metric.social_cost.mean"].to_numpy().reshape(3, 96)
    words = study.measure("social_cost")
    seen = {row[0]: [cell.removeprefix("★ ") for cell in row[1:4]] for row in table.rows}
    for place, rate in enumerate(("20\u00a0%", "60\u00a0%", "100\u00a0%")):
        regret = (costs - costs.min(axis=0))[place].max()
        assert seen[rate] == [words.bare(each) for each in (costs[place].mean(), costs[place].max(), regret)]


def test_a_fact_stands_with_the_facts_whatever_its_section(nested: Path) -> None:
    """The sensitivity of the detector is a key of the policy, and drawn here."""
    study = Study(load_results(nested))
    assert [each.path for each in study.parameters if each.lever] == ["policy.monitoring.rate"]
    assert [each.path for each in study.uncertain] == list(FACTS)
    found = frontier(study)
    assert found is not None
    assert len(found.policies) == 3


def test_the_draws_are_of_the_policy_that_the_headline_names(nested: Path) -> None:
    found = _draws(nested)
    front = frontier(found.study)
    assert front is not None
    row = front.below(front.strictest or 0)
    assert row is not None
    assert found.levers == {"policy.monitoring.rate": row["param.policy.monitoring.rate"]}
    assert found.values.mean() == pytest.approx(row["rate"])
    assert len(found.values) == 96


def test_failures_are_found_where_they_lie(sampled: Path) -> None:
    found = _draws(sampled)
    planted = (found.facts[:, 0] < 0.5) & (found.facts[:, 1] > 1)
    said = discovered(Draws(found.study, {}, "", found.dimensions, found.facts, np.where(planted, 0.8, 0.001)))
    assert said.sentences[0] == (
        f"Misconduct stays below 1\u00a0% in {(1 - planted.mean()) * 100:.3g}\u00a0% of 200 draws of the facts."
    )
    assert said.table is not None
    assert {row[0] for row in said.table.rows} == {"Sensitivity", "Gain: highest"}
    limits = {row[0]: row[2] for row in said.table.rows}
    assert limits["Sensitivity"].startswith("at most 4") or limits["Sensitivity"].startswith("at most 5")
    assert limits["Gain: highest"].startswith("at least")
    assert "(coverage)" in said.sentences[1]


def test_failures_beside_the_first_box_are_told_too(sampled: Path) -> None:
    found = _draws(sampled)
    one = (found.facts[:, 0] < np.quantile(found.facts[:, 0], 0.4)) & (found.facts[:, 1] > 1)
    other = found.facts[:, 0] > np.quantile(found.facts[:, 0], 0.8)
    fails = np.where(one | other, 0.8, 0.001)
    said = discovered(Draws(found.study, {}, "", found.dimensions, found.facts, fails))
    assert said.sentences[2].startswith("Of the other draws, it fails where ")
    assert "of all failures, at a density of" in said.sentences[2]


def test_a_policy_that_never_fails_has_no_box(sampled: Path) -> None:
    found = _draws(sampled)
    said = discovered(Draws(found.study, {}, "", found.dimensions, found.facts, np.zeros(200)))
    assert said.sentences == ["Misconduct stays below 1\u00a0% in 100\u00a0% of 200 draws of the facts."]
    assert said.table is None


def test_the_share_that_a_fact_explains_alone() -> None:
    """Of x + 2 y with x, y in U[0, 1]: variances 1 and 4, shares 1/5 and 4/5; of 1 - p f 3/7 each."""
    rng = np.random.default_rng(5)
    x, y, z = rng.random((3, 20_000))
    assert explained(x, x + 2 * y) == pytest.approx(0.2, abs=0.02)
    assert explained(y, x + 2 * y) == pytest.approx(0.8, abs=0.02)
    assert explained(x, 1 - x * y) == pytest.approx(3 / 7, abs=0.02)
    assert explained(z, 1 - x * y) == pytest.approx(0, abs=0.005)


def test_regions_begin_with_the_fact_that_explains_most(sampled: Path) -> None:
    found = _draws(sampled)
    table, both = regions(found)
    assert {row[0] for row in table.rows[:2]} == {"Sensitivity", "Gain: highest"}
    assert table.rows[-1][0] == "Harm"
    lowest, highest = found.facts[:, 0] <= np.quantile(found.facts[:, 0], 1 / 3), found.values
    row = next(row for row in table.rows if row[0] == "Sensitivity")
    assert row[1] == found.text(float(highest[lowest].mean()))
    assert both is not None
    assert len(both.rows) == 3


def test_the_tornado_moves_one_fact_at_a_time(sampled: Path) -> None:
    """At the own facts misconduct is 1 - 2 x .5 x .9 = .1; harm moves nothing."""
    found = _draws(sampled)
    shown = tornado(found)
    assert shown is not None
    assert "misconduct is 10\u00a0% at the experiment's own facts" in shown.said
    (panel,) = shown.view.panels[""]
    low, high = panel.figure.data
    ends = np.quantile(found.facts, [0.05, 0.95], axis=0)
    by_name = {
        "Sensitivity": np.maximum(0, 1 - ends[:, 0]),
        "Gain: highest": np.maximum(0, 1 - 0.9 / ends[:, 1]),
        "Harm": np.array([0.1, 0.1]),
    }
    names = [data[0].partition(" (")[0] for data in low.customdata]
    assert names[-1] == "Harm"
    for place, name in enumerate(names):
        assert low.x[place] + low.base == pytest.approx(100 * by_name[name][0], abs=1e-6)
        assert high.x[place] + high.base == pytest.approx(100 * by_name[name][1], abs=1e-6)


def test_there_is_no_tornado_without_theory(tmp_path: Path) -> None:
    def learning(experiment: dict[str, Any]) -> None:
        experiment["sweep"] = {"kind": "latin_hypercube", "points": 24, "parameters": FACTS}
        experiment["population"][0]["belief"] = {"kind": "own_experience", "prior_caught": 1, "prior_missed": 1}

    study = Study(load_results(swept(tmp_path, LAW, learning)))
    found = draws(study, None)
    assert found is not None
    assert tornado(found) is None


@pytest.mark.parametrize("which", ["nested", "sampled"])
def test_the_page_has_it_all(which: str, request: pytest.FixtureRequest) -> None:
    folder = request.getfixturevalue(which)
    text = page(folder).text
    for said in ("What it hangs on", "One fact at a time", "By region", "When it fails", "draws of the facts"):
        assert said in text
    assert ("How robust each policy is" in text) is (which == "nested")
    assert figures(folder)["tornado"]


def test_few_draws_are_told_nothing_of(tmp_path: Path) -> None:
    sweep = copy.deepcopy(NESTED) | {"worlds": 5}
    text = page(swept(tmp_path, LAW, lambda e: e.update(sweep=sweep))).text
    assert "When it fails" not in text
    assert "How robust each policy is" in text
