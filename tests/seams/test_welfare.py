"""Welfare: one definition for simulation, theory, planner and prices, against closed forms and brute force."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import oversight
from helpers import ROOT, Command
from oversight.app.controls import controls, edited
from oversight.app.scenario import scenario
from oversight.errors import KindError
from oversight.report.study import Study
from oversight.scenario import load_experiment
from oversight.simulation import Run, batch, play, simulate
from oversight.welfare import Account, Accounts, WeightedSum

Write = Callable[..., Path]
PAGE = (ROOT / "docs" / "extending/measures.md").read_text()
WELFARE = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[1]
AUDITS = {"kind": "random_audit", "rate": 0.5, "cost_per_inspection": 0.2}
FINE = {"kind": "fixed", "amount": 1, "cost_per_sanction": 0.1}
UNIFORM = {"kind": "uniform", "low": 0, "high": 1}
WEIGHTS = {
    "kind": "weights",
    "gain": 0.3,
    "oversight_cost": 0.5,
    "sanction_cost": 3.0,
    "entries": {"small": {"harm": 2.0}, "large": {"gain": 0.6, "sanction_cost": 1.0}},
}


@pytest.fixture(autouse=True)
def _forget_module() -> Iterator[None]:
    yield
    sys.modules.pop("my_welfare", None)


def spec(social_cost: Any, monitoring: Any = AUDITS, sanction: Any = FINE, **more: Any) -> dict[str, Any]:
    sizes = {"small": 600, "large": 400}
    return {
        "name": "valued",
        "policy": {"monitoring": monitoring, "sanction": sanction, "detector": more.pop("detector", {})},
        "population": [
            {"kind": "rational", "name": name, "size": size, "gain": UNIFORM, **more.pop(name, {})}
            for name, size in sizes.items()
        ],
        "periods": 100,
        "replicates": 8,
        "social_cost": social_cost,
        **more,
    }


def test_weights_on_two_entries_in_simulation_and_theory(tmp_path: Path) -> None:
    """Gains U[0, 1] against p s = 1/2: half violate, harm 1/2, gain 3/8, caught 1/4 of the time; audits cost .1."""
    expected = 0.6 * (2 * 0.5 - 0.3 * 0.375 + 3 * 0.1 * 0.25) + 0.4 * (0.5 - 0.6 * 0.375 + 0.1 * 0.25) + 0.5 * 0.1
    results = oversight.sweep(spec(WEIGHTS), out=tmp_path, workers=1)
    (row,) = results.summary.to_dict("records")
    assert row["metric.social_cost.mean"] == pytest.approx(expected, abs=4 * row["metric.social_cost.sd"] / np.sqrt(8))
    assert row["theory.social_cost"] == pytest.approx(expected, abs=1e-9)
    (only,) = oversight.solve(spec(WEIGHTS)).equilibria
    assert only.social_cost == pytest.approx(expected, abs=1e-9)
    assert only.misconduct_rate == pytest.approx(0.5, abs=1e-9)


def test_every_account_of_an_entry_is_that_of_its_own_actors() -> None:
    """With suspensions, averted harm and false sanctions, against the rows of the actors."""
    sanction = {**FINE, "suspension": 2}
    more = {"detector": {"sensitivity": 0.8, "false_positive_rate": 0.2, "harm_averted": 0.5}, "small": {"value": 0.7}}
    weights = {"kind": "weights", "gain": 0.5, "entries": {"small": {"harm": 3, "value_lost": 2, "sanction_cost": 5}}}
    experiment = spec(weights, sanction=sanction, **more, burn_in=0)
    experiment["population"][1]["harm"] = {"kind": "exponential", "mean": 2}
    done = oversight.run(experiment, agents=True)
    assert done.agents is not None
    rows = done.agents
    small = rows["entry"] == "small"
    harm = (rows["harm"] * rows["violated"] * (1 - 0.5 * rows["caught"]) * np.where(small, 3, 1)).sum()
    gain = 0.5 * (rows["gain"] * rows["violated"]).sum()
    sanctions = (0.1 * rows["sanctioned"] * np.where(small, 5, 1)).sum()
    lost = 2 * 0.7 * (small & ~rows["active"]).sum()
    looks = 0.2 * rows["inspected"].sum()
    assert lost > 0
    expected = (harm - gain + sanctions + lost + looks) / len(rows)
    assert done.metrics["social_cost"] == pytest.approx(expected, rel=1e-12)
    assert done.series["social_cost"].mean() == pytest.approx(expected, rel=1e-12)


def test_equal_weights_are_the_standard_bit_for_bit() -> None:
    by_entry = {
        name: {"harm": 1.0, "gain": 0.4, "sanction_cost": 1.0, "value_lost": 1.0} for name in ("small", "large")
    }
    kinds = [{"gain_weight": 0.4}, {"kind": "weights", "gain": 0.4}, {"kind": "weights", "entries": by_entry}]
    tables = []
    for kind in kinds:
        source = load_experiment(spec(kind))
        tables.append(simulate([Run(source.experiment, replicate, "compliant") for replicate in range(3)]))
    for table in tables[1:]:
        np.testing.assert_array_equal(table["social_cost"], tables[0]["social_cost"])


@pytest.mark.parametrize("path", ["social_cost.entries.small.harm", "social_cost.gain", "policy.monitoring.rate"])
def test_batches_change_nothing(path: str) -> None:
    source = load_experiment(spec(WEIGHTS, periods=20))
    runs = [Run(source.at({path: value}), replicate, "compliant") for replicate in (0, 1) for value in (0.2, 0.9)]
    together = simulate(runs)
    for place, run in enumerate(runs):
        assert play(batch([run]), "actor").measures()["social_cost"][0] == together["social_cost"][place]
    assert len(set(together["social_cost"])) == 4


def test_planner_and_price_of_anarchy_against_brute_force() -> None:
    """Capacity thins out and averts harm; the planner takes each entry's opportunities above a threshold of its own."""
    capacity, averted = 0.3, 0.9
    weights = {"kind": "weights", "gain": 1.0, "entries": {"small": {"harm": 2.0}, "large": {"gain": 0.7}}}
    experiment = spec(
        weights,
        {"kind": "investigation_capacity", "investigators": 300},
        {"kind": "fixed", "amount": 0.5},
        detector={"harm_averted": averted},
        small={"harm": {"kind": "constant", "value": 0.35}},
        large={"harm": {"kind": "constant", "value": 0.6}},
    )
    found = oversight.solve(experiment)
    small, large = np.meshgrid(np.linspace(0, 1, 2001), np.linspace(0, 1, 2001))  # shares that violate
    total = 0.6 * small + 0.4 * large
    left = 1 - averted * np.minimum(1, capacity / np.maximum(total, 1e-12))
    costs = 0.6 * (2 * 0.35 * small * left - (small - small**2 / 2))
    costs += 0.4 * (0.6 * large * left - 0.7 * (large - large**2 / 2))
    assert found.optimum.social_cost == pytest.approx(costs.min(), abs=2e-5)
    best = np.unravel_index(costs.argmin(), costs.shape)
    assert found.optimum.misconduct_rate == pytest.approx(total[best], abs=5e-3)
    for each in found.equilibria:
        m = each.misconduct_rate
        left_there = 1 - averted * min(1, capacity / m)
        gain = m - m**2 / 2
        cost = 0.6 * (2 * 0.35 * m * left_there - gain) + 0.4 * (0.6 * m * left_there - 0.7 * gain)
        assert each.social_cost == pytest.approx(cost, abs=1e-7)
    worst = max(each.social_cost for each in found.equilibria)
    assert found.anarchy_gap == pytest.approx(worst - found.optimum.social_cost)


def test_price_of_anarchy_is_of_the_weighted_costs() -> None:
    """Audits alone cost the planner .5 x .1; the one equilibrium costs what the closed form says."""
    weights = {"kind": "weights", "oversight_cost": 0.5, "entries": {"small": {"harm": 2.0}}}
    found = oversight.solve(spec(weights, sanction={"kind": "fixed", "amount": 1}))
    assert found.optimum.social_cost == pytest.approx(0.05)
    assert found.price_of_anarchy.value == pytest.approx((0.6 * 2 * 0.5 + 0.4 * 0.5 + 0.05) / 0.05)


def test_an_overseer_that_leads_minimises_it() -> None:
    """Cost of a rate r < 1: v (1 - r) + w c r, falling where harm weighs more than inspections."""
    for harm, rate in ((2.0, 1.0), (0.5, 0.0)):
        monitoring = {"kind": "strategic", "inspection_cost": 1.0, "bounty": 1, "response": "leadership"}
        weights = {"kind": "weights", "entries": {"small": {"harm": harm}, "large": {"harm": harm}}}
        done = oversight.run(spec(weights, monitoring, {"kind": "fixed", "amount": 1}, periods=3))
        assert done.metrics["inspection_rate"] == pytest.approx(rate, abs=1e-9)


def test_weights_of_ones_own_in_every_command(command: Command, write: Write) -> None:
    write("my_welfare.py", WELFARE)
    own = {"kind": "my_welfare:Guarded", "entry": "small", "times": 4.0}
    experiment = spec(own, sanction={"kind": "fixed", "amount": 1}, replicates=2)
    experiment["sweep"] = {"kind": "grid", "parameters": {"social_cost.times": {"values": [1, 4]}}}
    write("valued.yaml", json.dumps(experiment))
    plugin = ("--plugins", "my_welfare.py")
    assert command("sweep", "valued.yaml", *plugin, "--workers", "2").code == 0
    table = pd.read_csv("results/valued/summary.csv")
    expected = [0.6 * times * 0.5 + 0.4 * 0.5 + 0.1 for times in (1, 4)]
    np.testing.assert_allclose(table["theory.social_cost"], expected, atol=1e-9)
    np.testing.assert_allclose(table["metric.social_cost.mean"], expected, atol=0.02)
    np.testing.assert_allclose(table["theory.optimum"], 0.1, atol=1e-9)
    solved = json.loads(command("solve", "valued.yaml", *plugin, "--json").out)
    assert solved["price_of_anarchy"] == pytest.approx(expected[1] / 0.1)
    assert "Harm done by one population entry counts more" in Path("results/valued/report.html").read_text()
    assert "my_welfare:Guarded" in command("list", "welfare", *plugin).out
    sys.modules.pop("my_welfare")
    assert command("report", "results/valued").code == 0


def test_what_is_no_weighted_sum_is_simulated_and_not_covered(command: Command, write: Write) -> None:
    write("my_welfare.py", WELFARE)
    experiment = spec({"kind": "my_welfare:Averse", "threshold": 0.3}, start="both", replicates=2)
    write("averse.yaml", json.dumps(experiment))
    plugin = ("--plugins", "my_welfare.py")
    metrics = json.loads(command("run", "averse.yaml", *plugin, "--json").out)["metrics"]
    harm = metrics["harm"]
    assert harm > 0.3
    assert metrics["social_cost"] == pytest.approx(harm + 9 * (harm - 0.3) + metrics["oversight_cost"], rel=1e-12)
    solved = json.loads(command("solve", "averse.yaml", *plugin, "--json").out)
    assert solved["equilibria"][0]["misconduct_rate"] == pytest.approx(0.5, abs=1e-9)
    assert solved["equilibria"][0]["social_cost"] is None
    for name in ("price_of_anarchy", "price_of_stability", "anarchy_gap"):
        assert solved[name] is None
        assert solved[f"{name}_note"].startswith("not covered")
    assert any("no weighted sum" in note for note in solved["notes"])
    assert "not covered" in command("solve", "averse.yaml", *plugin).out
    assert command("sweep", "averse.yaml", *plugin, "--workers", "1").code == 0
    table = pd.read_csv("results/valued/summary.csv")
    assert table["metric.social_cost.mean"].notna().all()
    assert (
        table[["theory.social_cost", "theory.worst", "theory.optimum", "anarchy.price", "anarchy.gap"]]
        .isna()
        .all(axis=None)
    )
    assert table["theory.misconduct_rate"].notna().all()
    assert table["anarchy.note"].str.startswith("not covered").all()
    assert Path("results/valued/report.html").exists()


def test_a_welfare_that_raises_names_its_line(write: Write) -> None:
    file = write("my_welfare.py", WELFARE.replace("account.harm", "account.hram"))
    source = load_experiment(spec({"kind": "my_welfare:Averse"}), plugins=[file])
    with pytest.raises(KindError, match=r"Averse \(.*my_welfare\.py:\d+\) raised AttributeError: .*hram"):
        simulate([Run(source.experiment, 0, "compliant")])


def test_a_sum_that_is_none_is_refused() -> None:
    with pytest.raises(TypeError, match="is no weighted sum"):

        class Squared(WeightedSum):
            def cost(self, accounts: Accounts) -> Any:
                return accounts.oversight_cost**2


def test_an_infinite_gain_that_does_not_count_costs_nothing() -> None:
    infinite = Account(np.ones((1, 1)), np.full((1, 1), np.inf), np.zeros((1, 1)), np.zeros((1, 1)))
    experiment = load_experiment(spec({})).experiment
    assert experiment.social_cost.cost(Accounts({"small": infinite}, np.zeros((1, 1)))) == 1


def test_the_page_edits_weights() -> None:
    plain, weighed = (load_experiment(spec(each, periods=5)) for each in ({"gain_weight": 0.5}, WEIGHTS))
    opened = scenario(plain.document, plain.model, ())
    chosen = edited(opened, "social_cost.kind", "weights")
    keys = {control.key for group in controls(chosen) for control in group.controls}
    assert {"social_cost.kind", "social_cost.harm", "social_cost.gain"} <= keys
    written = scenario(weighed.document, weighed.model, ())
    keys = {control.key for group in controls(written) for control in group.controls}
    assert "social_cost.entries.small.harm" in keys
    changed = edited(written, "social_cost.entries.small.harm", 5.0)
    assert changed.experiment.social_cost.weight("harm", "small") == 5


def test_the_report_says_what_is_weighed(tmp_path: Path) -> None:
    results = oversight.sweep(spec(WEIGHTS, replicates=1, periods=5), out=tmp_path, workers=1)
    welfare = Study(results).experiment.social_cost
    assert welfare.told({"gain": "0.1, 0.3"}).startswith("Harm and costs less gains, weighted: harm 1, gain 0.1, 0.3, ")
    assert "; of small harm 2;" in welfare.told({})
    assert welfare.told({}) in (tmp_path / "report.html").read_text()


@pytest.mark.parametrize("kind", ["standard", "weights", "my_welfare:Guarded", "my_welfare:Averse"])
def test_the_kit_is_kept(kind: str, command: Command, write: Write) -> None:
    write("my_welfare.py", WELFARE)
    given = ("--set", "entry=others") if kind.endswith("Guarded") else ()
    answer = command("check", kind, "--plugins", "my_welfare.py", *given)
    assert (answer.code, "✗" in answer.out) == (0, False), answer.out


def test_the_kit_refutes_a_sum_that_simulations_take_otherwise(command: Command, write: Write) -> None:
    lie = "    def mean_cost(self, sums, number):\n        return 2 * self.cost(sums) / number\n\n    def weight("
    write("my_welfare.py", WELFARE.replace("    def weight(", lie))
    answer = command("check", "my_welfare:Guarded", "--plugins", "my_welfare.py", "--set", "entry=others")
    assert answer.code == 1
    assert "`mean_cost`" in answer.out
    assert "theory says social_cost" in answer.out
