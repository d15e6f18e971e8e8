"""The map of policies against closed forms, and against the command line's solver."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice, pairwise
from math import isclose, sqrt
from typing import Any

import numpy as np
import pytest
import yaml

import oversight
from helpers import ROOT
from library import LIBRARY, NAMES
from oversight.app.map import solution
from oversight.app.map.axes import FINEST, Axis, axes, first_two
from oversight.app.map.figure import as_here, figure, grid, measures_of, remarks, spoken
from oversight.app.map.solution import SolvedMap, solution_map
from oversight.app.scenario import Scenario
from oversight.app.upload import from_text

UNITS = {"money": "euro", "period": "month"}
RATE, FINE, CAPACITY = "policy.monitoring.rate", "policy.sanction.amount", "policy.monitoring.investigators"


def opened(name: str, changes: Mapping[str, Any] | None = None) -> Scenario:
    return LIBRARY.scenario(name).changed(changes or {})


def chosen(scenario: Scenario, *paths: str) -> list[Axis]:
    by_path = {axis.path: axis for axis in axes(scenario)}
    return [by_path[path] for path in paths]


def maps(scenario: Scenario, x: str, y: str, priced: bool = False, count: int = 9) -> list[SolvedMap]:
    """The maps that follow one another, each finer; at most `count`."""
    steps = solution_map(scenario.experiment, *chosen(scenario, x, y), priced)
    return list(islice((step.solved for step in steps if step.solved), count))


def becker() -> Scenario:
    population = {"gain": {"kind": "uniform", "low": 0.0, "high": 1.0}, "harm": {"kind": "constant", "value": 3.0}}
    return opened("detection_by_penalty", {f"population.0.{key}": value for key, value in population.items()})


def test_misconduct_is_the_share_of_gains_above_the_expected_fine() -> None:
    """Becker: with uniform gains 1 - p s, and all that it costs is harm and inspections."""
    scenario = becker()
    assert scenario.experiment.policy.detector.sensitivity == 1
    found = maps(scenario, RATE, FINE, priced=True)[-1]
    assert len(found.across) == len(found.up) == FINEST
    expected = np.maximum(0.0, 1 - found.across[None, :] * found.up[:, None])
    np.testing.assert_allclose(grid(found, "misconduct_rate", "worst"), expected, atol=1e-9)
    inspections = found.across * scenario.experiment.policy.monitoring.cost_per_inspection
    cost = 3 * expected + inspections
    np.testing.assert_allclose(grid(found, "social_cost", "best"), cost, atol=1e-9)
    # The planner lets nobody violate, and pays for the inspections.
    np.testing.assert_allclose(grid(found, "anarchy_gap", "worst"), cost - inspections, atol=1e-9)
    priced = grid(found, "price_of_anarchy", "worst")
    np.testing.assert_allclose(priced[:, 1:], (cost / np.maximum(inspections, 1e-300))[:, 1:], atol=1e-9)
    assert np.isnan(priced[:, 0]).all()  # no inspections cost nothing: the price is infinite


@pytest.mark.slow
def test_the_frontier_is_where_capacity_tips() -> None:
    """Uniform gains, k investigators an actor, fine s: m = 1 - s min(1, k / m), by its roots."""
    gain = {"kind": "uniform", "low": 0.0, "high": 1.0}
    scenario = opened("capacity_tipping", {"population.0.gain": gain, "policy.detector.sensitivity": 1.0})
    found = maps(scenario, CAPACITY, FINE)[-1]
    seen = set()
    for row, s in zip(found.cells, found.up.tolist(), strict=True):
        for cell, investigators in zip(row, found.across.tolist(), strict=True):
            k = investigators / scenario.experiment.actors
            low, root = max(0.0, 1 - s), 1 - 4 * s * k
            high = (1 + sqrt(max(root, 0.0))) / 2
            if min(abs(root), abs(low - k), abs(high - k)) < 1e-3 or k == 0:
                continue  # on the frontier itself
            # All are caught where there are fewer violations than investigators; a tangled state beyond.
            stable = [low] * (low < k) + [high] * (root > 0 and high > k)
            assert cell.several == (len(stable) == 2)
            rates = [state.misconduct_rate for state in cell.states if state.stable]
            assert rates == pytest.approx(stable, abs=1e-6)
            seen.add(len(stable))
    assert seen == {1, 2}
    outline = [
        trace for trace in figure(found, "misconduct_rate", "worst", UNITS).data if "more than one" in str(trace.name)
    ]
    assert len(outline) == 1
    worst, best = (grid(found, "misconduct_rate", which) for which in ("worst", "best"))
    several = np.array([[cell.several for cell in row] for row in found.cells])
    assert (worst[several] > best[several]).all()
    np.testing.assert_array_equal(worst[~several], best[~several])


def test_grey_parts_and_capped_colours_are_explained() -> None:
    found = maps(becker(), RATE, FINE, priced=True, count=2)[-1]
    assert remarks(found, "misconduct_rate", "worst") == []
    capped, grey = remarks(found, "price_of_anarchy", "worst")
    assert "Colours end at" in capped
    assert "optimum costs nothing" in grey
    crackdown = {"kind": "crackdown", "threshold": 30, "investigators_low": 10, "investigators_high": 60}
    scenario = opened("crackdown_or_capacity", {"policy.monitoring": crackdown})
    restless = maps(scenario, "policy.monitoring.threshold", FINE, count=2)[-1]
    assert "misconduct cycles" in remarks(restless, "misconduct_rate", "worst")[0]
    assert np.isnan(grid(restless, "misconduct_rate", "worst")).any()


@pytest.mark.parametrize("name", ["who_is_deterred", "repeat_offenders", "trusted_monitor_budget"])
def test_cells_are_what_the_command_line_solves(name: str) -> None:
    scenario = opened(name)
    pair = first_two(axes(scenario))
    assert pair
    steps = solution_map(scenario.experiment, *pair, True)
    found = next(step.solved for step in steps if step.solved)
    generator = np.random.default_rng(2)
    for column, row in generator.integers((len(found.across), len(found.up)), size=(3, 2)).tolist():
        point = {pair[0].path: float(found.across[column]), pair[1].path: float(found.up[row])}
        solution = oversight.solve(ROOT / f"experiments/{name}.yaml", point)
        cell = found.cells[row][column]
        assert [state.misconduct_rate for state in cell.states] == pytest.approx(
            [each.misconduct_rate for each in solution.equilibria], abs=1e-9
        )
        price = grid(found, "price_of_anarchy", "worst")[row, column]
        assert price == pytest.approx(solution.price_of_anarchy.value, nan_ok=True)
        gap = grid(found, "anarchy_gap", "worst")[row, column]
        assert gap == pytest.approx(solution.anarchy_gap, abs=1e-9, nan_ok=True)


def test_each_map_is_finer_and_keeps_what_was_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solution, "_PATIENCE", np.inf)  # how fine a map gets is up to the machine
    found = maps(opened("capacity_tipping"), CAPACITY, FINE, count=3)
    assert [len(each.across) for each in found] == [11, 21, 41]
    for coarse, fine in pairwise(found):
        inside = np.isin(fine.across, coarse.across), np.isin(fine.up, coarse.up)
        values = [grid(each, "misconduct_rate", "best") for each in (coarse, fine)]
        np.testing.assert_array_equal(values[0], values[1][np.ix_(inside[1], inside[0])])


def test_it_can_be_cancelled_between_two_chunks() -> None:
    scenario, asked = opened("capacity_tipping"), []

    def cancelled() -> bool:
        asked.append(None)
        return len(asked) > 2

    steps = list(solution_map(scenario.experiment, *chosen(scenario, CAPACITY, FINE), False, cancelled))
    assert len([step for step in steps if step.solved is None]) == 2
    assert len(asked) == 3


def test_what_theory_does_not_cover_is_said() -> None:
    belief = {"kind": "own_experience", "prior_caught": 1, "prior_missed": 1}
    (found,) = maps(opened("detection_by_penalty", {"population.0.belief": belief}), RATE, FINE)
    assert "learn from their own violations" in found.not_covered
    assert found.cells == ()


@pytest.mark.parametrize("name", NAMES)
def test_every_bundled_scenario_has_axes_that_hold_the_running_policy(name: str) -> None:
    scenario = opened(name)
    found = axes(scenario)
    pair = first_two(found)
    assert pair
    # What only another policy of the sweep has is no number of this one.
    swept = {axis.path for axis in found} & set(scenario.source.swept)
    assert {axis.path for axis in found if axis.swept} == swept
    assert all(axis.swept for axis in pair[: len(swept)])
    for axis in found:
        assert axis.values[0] <= axis.here <= axis.values[-1]
        assert (np.diff(axis.values) > 0).all()
        for value in axis.values[[0, len(axis.values) // 3, -1]].tolist():
            assert scenario.changed({axis.path: value}).experiment  # the page may move there


def test_whole_numbers_are_an_axis_of_whole_numbers() -> None:
    scenario = opened("suspension_or_fine")
    (axis,) = chosen(scenario, "policy.sanction.suspension")
    assert (axis.values == np.rint(axis.values)).all()
    found = maps(scenario, "policy.sanction.suspension", FINE, count=1)[0]
    here = {"policy.sanction.suspension": int(found.across[1]), FINE: float(found.up[3])}
    expected = oversight.solve(ROOT / "experiments/suspension_or_fine.yaml", here).equilibria[0].misconduct_rate
    assert grid(found, "misconduct_rate", "worst")[3, 1] == pytest.approx(expected, abs=1e-9)


def test_the_figure_marks_the_running_policy_and_a_click_finds_its_cell() -> None:
    scenario = becker().changed({RATE: 0.3, FINE: 2.0})
    found = maps(scenario, RATE, FINE, count=2)[1]
    drawn = figure(found, "misconduct_rate", "worst", UNITS, (0.3, 2.0))
    mark = next(trace for trace in drawn.data if trace.name == "the running policy")
    assert isclose(mark.x[0], 30)  # in per cent, as the axis
    assert isclose(mark.y[0], 2)
    assert any(trace.type == "contour" and trace.contours.start == 50 for trace in drawn.data)
    assert found.nearest(31.0, 2.02) == (0.3, 2.0)
    assert found.nearest(-5.0, 1e9) == (0.0, found.up[-1])
    text = spoken(found, "misconduct_rate", "worst", UNITS)
    assert "lowest 0" in text
    assert "highest 100" in text


@pytest.mark.parametrize("name", ["social_cost", "price_of_anarchy", "anarchy_gap"])
def test_other_measures_are_drawn_in_the_policys_units(name: str) -> None:
    found = maps(becker(), RATE, FINE, priced=True, count=1)[0]
    drawn = figure(found, name, "best", UNITS)
    title = drawn.data[0].colorbar.title.text
    assert ("euro per actor and month" in title.replace("<br>", " ")) == (name != "price_of_anarchy")
    assert "NaN" not in drawn.to_json()
    assert spoken(found, name, "best", UNITS).startswith("Map of")


def test_what_audits_report_has_a_map_where_actors_notice_them() -> None:
    """U[0, 1] gains, fine 2, false alarms .1: a share h of the audited weighs the signal, the others its absence."""
    hit = "policy.monitoring.signal.hit_rate"
    scenario = opened("audits_that_are_noticed")
    assert {"apparent_misconduct_rate", "gaming_gap"} <= measures_of(scenario.experiment.policy).keys()
    found = maps(scenario, RATE, hit)[-1]
    rate, h = found.across[None, :], found.up[:, None]

    def violate(inspected: Any, otherwise: Any) -> Any:
        likely = rate * inspected + (1 - rate) * otherwise
        posterior = np.where(likely > 0, rate * inspected / np.where(likely > 0, likely, 1), rate)
        return np.maximum(0.0, 1 - 2 * posterior)

    seen = h * violate(h, 0.1) + (1 - h) * violate(1 - h, 0.9)
    known = np.broadcast_to(rate > 0, seen.shape)
    values = grid(found, "apparent_misconduct_rate", "worst")
    np.testing.assert_allclose(values[known], seen[known], atol=1e-9)
    assert np.isnan(values[~known]).all()
    assert remarks(found, "apparent_misconduct_rate", "worst") == [
        "Grey: no value, since nobody was inspected, or inspections tell nobody apart."
    ]
    plain = measures_of(opened("detection_by_penalty").experiment.policy)
    assert not {"apparent_misconduct_rate", "gaming_gap"} & plain.keys()


WEIGHT = "policy.training.weights.honesty"


def loaded(kind: Mapping[str, Any], monitoring: Mapping[str, Any], fine: float) -> Scenario:
    """Gains U[0, 1], a violation that scores -1 on honesty, which weighs .2."""
    uniform = {"kind": "uniform", "low": 0.0, "high": 1.0}
    entry = {"size": 100, "gain": uniform, "violating": {"values": {"honesty": -1.0}}, **kind}
    sanction = {"kind": "fixed", "amount": fine}
    policy = {"monitoring": monitoring, "sanction": sanction, "training": {"weights": {"honesty": 0.2}}}
    said = {"name": "loaded", "policy": policy, "population": [entry], "periods": 10}
    return from_text(yaml.safe_dump(said), "loaded.yaml", LIBRARY)


@pytest.mark.parametrize(
    ("kind", "fine"), [({"kind": "rational"}, 2.0), ({"kind": "trained", "temperature": 0.1}, 1.0)]
)
def test_along_a_line_through_the_running_policy_values_do_what_sanctions_did(
    kind: Mapping[str, Any], fine: float
) -> None:
    """w + p s stays: dp / dw = -1 / s. A logit is straight between cells only where these are as far apart in both."""
    scenario = loaded(kind, {"kind": "random_audit", "rate": 0.3}, fine)
    for found in maps(scenario, WEIGHT, RATE, count=3):
        line = as_here(found, "worst", (0.2, 0.3))
        assert line
        at = np.isfinite(line.x)
        assert at.sum() > 8
        np.testing.assert_allclose(line.x[at] + fine * line.y[at], 0.2 + 0.3 * fine, atol=1e-9)
        for measured in ("misconduct_rate", "social_cost"):
            drawn = figure(found, measured, "worst", UNITS, (0.2, 0.3))
            (trace,) = (trace for trace in drawn.data if "as at the running" in str(trace.name))
            np.testing.assert_array_equal(np.array(trace.x, dtype=float), line.x)


def test_there_is_no_such_line_where_an_overseer_gives_back_what_values_bring() -> None:
    """Inspections pay from a misconduct of .2 on: there it stays, at any fine and weight around the running policy."""
    overseer = {"kind": "strategic", "inspection_cost": 0.2, "bounty": 1.0, "response": "best"}
    scenario = loaded({"kind": "rational"}, overseer, 2.0)
    found = maps(scenario, WEIGHT, FINE, count=1)[0]
    assert as_here(found, "worst", (0.2, 2.0)) is None
    # From w = .8 on nobody looks.
    line = as_here(found, "worst", (0.85, 2.0))
    assert line
    np.testing.assert_allclose(line.x[np.isfinite(line.x)], 0.85, atol=1e-6)
