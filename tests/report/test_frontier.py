"""The frontier: what misconduct costs to keep down, and which policies are not worth their cost."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from written import figures, page, swept

from oversight.report.findings import further, headline
from oversight.report.frontier import Frontier, frontier, sentences
from oversight.report.frontier.told import headline as first
from oversight.report.study import Study
from oversight.sweeps import load_results

LAW: dict[str, Any] = {
    "name": "law",
    "policy": {
        "monitoring": {"kind": "random_audit", "rate": 0.5, "cost_per_inspection": 1},
        "sanction": {"kind": "fixed", "amount": 1},
    },
    "population": [{"kind": "rational", "size": 400}],
    "periods": 4,
    "replicates": 2,
    "sweep": {
        "kind": "grid",
        "parameters": {
            "policy.monitoring.rate": {"values": [0, 0.25, 0.5]},
            "policy.sanction.amount": {"values": [1, 2]},
        },
    },
}


def _study(folder: Path, rates: dict[tuple[float, float], tuple[float, float]]) -> Study:
    """A sweep with cost and misconduct as given, by rate and fine."""
    swept(folder, LAW)
    table = pd.read_parquet(folder / "summary.parquet")
    for (rate, fine), (cost, misconduct) in rates.items():
        here = table["param.policy.monitoring.rate"].eq(rate) & table["param.policy.sanction.amount"].eq(fine)
        table.loc[here, ["metric.oversight_cost.mean", "metric.misconduct_rate.mean"]] = [cost, misconduct]
    table.to_parquet(folder / "summary.parquet")
    return Study(load_results(folder))


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """At cost 2 and 3 the fine of 2 is efficient; at cost 4 a hair better than at 3."""
    planted = {(0, 1): (0, 1), (0, 2): (0, 1), (0.25, 1): (2, 0.6), (0.25, 2): (2, 0.4)}
    last = {(0.5, 1): (4, 0.041), (0.5, 2): (3, 0.044)}
    return _study(tmp_path_factory.mktemp("planted"), planted | last)


def _of(study: Study) -> Frontier:
    found = frontier(study)
    assert found is not None
    return found


def test_efficient_policies_have_no_other_with_less_of_one_and_no_more_of_the_other(planted: Study) -> None:
    found = _of(planted)
    for _, row in found.policies.iterrows():
        less = (found.policies["cost"] < row["cost"]) & (found.policies["rate"] <= row["rate"])
        less |= (found.policies["cost"] <= row["cost"]) & (found.policies["rate"] < row["rate"])
        assert row["efficient"] is not bool(less.any()) or row["cost"] == 0  # of equals, one is on the line
    assert found.efficient[["cost", "rate"]].to_numpy().tolist() == [[0, 1], [2, 0.4], [3, 0.044], [4, 0.041]]


def test_findings_name_the_cheapest_policies_and_what_a_point_costs(planted: Study) -> None:
    found = _of(planted)
    assert first(found) == (
        "The cheapest policy that keeps misconduct below 5\u00a0% has inspection rate 50\u00a0% and fine 2\u00a0money: "
        "4.4\u00a0%, for 3\u00a0money per actor and period. None keeps it below 1\u00a0%."
    )
    said = sentences(found)
    assert "The cheapest below 50\u00a0%, inspection rate 25\u00a0% and fine 2\u00a0money, for 2." in said
    assert (
        "The least misconduct is 4.1\u00a0%, with inspection rate 50\u00a0% and fine 1\u00a0money, for 4; the cheapest "
        "within half a percentage point of it has inspection rate 50\u00a0% and fine 2\u00a0money: 4.4\u00a0%, for 3."
    ) in said
    # (2 - 0) / 60 points, then (3 - 2) / 35.6 points; 4.4 and 4.1 are too close for a slope.
    assert (
        "From one efficient policy to the next, a percentage point less costs 0.0333 between 100\u00a0% and 40\u00a0%, "
        "and 0.0281 between 40\u00a0% and 4.4\u00a0%."
    ) in said
    assert (
        "The baseline (inspection rate 50\u00a0% and fine 1\u00a0money; as in the experiment) has 4.1\u00a0% "
        "misconduct for 4."
    ) in said


def test_the_report_no_longer_says_that_the_strictest_policy_has_the_least(planted: Study) -> None:
    found = _of(planted)
    assert not [each for each in [headline(planted, found), *further(planted, found)] if "as low as" in each]


def test_what_all_efficient_policies_share_is_said_once(tmp_path: Path) -> None:
    rates = {(0, 1): (0, 1), (0, 2): (0, 1), (0.25, 1): (2, 0.6), (0.25, 2): (2, 0.4)}
    found = _of(_study(tmp_path, rates | {(0.5, 1): (4, 0.3), (0.5, 2): (4, 0.045)}))
    assert "Fine 2\u00a0money is part of every efficient policy." in sentences(found)
    assert "The cheapest below 50\u00a0%, inspection rate 25\u00a0%, for 2." in sentences(found)
    assert found.policy(found.baseline or 0)["rate"] == 0.3
    assert any(
        "for no more, inspection rate 50\u00a0% and fine 2\u00a0money has 4.5\u00a0%." in s for s in sentences(found)
    )


def test_policies_are_judged_by_the_worse_start_and_circumstances(tmp_path: Path) -> None:
    def more(experiment: dict[str, Any]) -> None:
        experiment["start"] = "both"
        experiment["sweep"]["parameters"]["population.0.gain"] = {
            "values": [{"kind": "uniform", "low": 0, "high": high} for high in (1, 4)]
        }

    study = Study(load_results(swept(tmp_path, LAW, more)))
    rates = study.summary.groupby(["param.policy.monitoring.rate", "param.policy.sanction.amount"])
    worst = rates["metric.misconduct_rate.mean"].max()
    found = _of(study).policies
    assert len(found) == 6
    for _, row in found.iterrows():
        assert row["rate"] == worst[row["param.policy.monitoring.rate"], row["param.policy.sanction.amount"]]


def test_over_worlds_policies_are_judged_by_their_mean(tmp_path: Path) -> None:
    levers = copy.deepcopy(LAW["sweep"]["parameters"])
    sweep = {
        "kind": "nested", "levers": levers, "worlds": 3,
        "uncertain": {"policy.detector.sensitivity": {"kind": "uniform", "low": 0.2, "high": 1}},
    }  # fmt: skip
    study = Study(load_results(swept(tmp_path, LAW, lambda e: e.update(sweep=sweep))))
    by = ["param.policy.monitoring.rate", "param.policy.sanction.amount"]
    means = study.summary.groupby(by)["metric.misconduct_rate.mean"].mean()
    found = _of(study).policies.set_index(by)["rate"].sort_index()
    pd.testing.assert_series_equal(found, means, check_names=False)


@pytest.mark.parametrize(
    "parameters",
    [
        {"policy.sanction.amount": {"values": [0.5, 1, 2]}},
        {"population.0.size": {"values": [10, 20]}},
    ],
    ids=["nothing is spent on fines", "no lever"],
)
def test_there_is_none_where_no_lever_costs_anything(tmp_path: Path, parameters: dict[str, Any]) -> None:
    study = Study(load_results(swept(tmp_path, LAW, lambda e: e["sweep"].update(parameters=parameters))))
    assert frontier(study) is None


def test_the_page_begins_with_it(trial: Path) -> None:
    html = page(trial)
    assert html.text.index("What a policy costs, and what it buys") < html.text.index("Violations per opportunity")
    (panel,) = figures(trial)["frontier"][""]
    traces = {trace["name"]: trace for trace in panel["figure"]["data"]}
    assert traces["efficient"]["mode"] == "lines+markers"
    assert {"other policies", "efficient"} < set(traces)
    assert any(name.startswith("cheapest below") for name in traces)
    assert "inspection rate" in json.dumps(traces["efficient"]["customdata"])
