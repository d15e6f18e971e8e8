"""How far the running policy's numbers move an outcome: against Becker's closed form."""

from __future__ import annotations

import pandas as pd
import pytest

from library import LIBRARY
from oversight.app.map.axes import axes
from oversight.app.map.swings import MOST, Swings, largest, swings
from oversight.app.scenario import Scenario
from oversight.figures import Quantity, tornado

RATE, FINE, SENSITIVITY = "policy.monitoring.rate", "policy.sanction.amount", "policy.detector.sensitivity"


def becker(**changes: float) -> Scenario:
    """Gains U[0, 1]: misconduct is 1 - p s q."""
    gain = {"kind": "uniform", "low": 0.0, "high": 1.0}
    opened = LIBRARY.scenario("detection_by_penalty").changed({"population.0.gain": gain})
    return opened.changed({RATE: 0.5, FINE: 1.0, SENSITIVITY: 0.9, **changes})


def found(scenario: Scenario) -> Swings:
    return swings(scenario, axes(scenario), priced=False)


def test_each_number_is_moved_by_a_fifth_alone_and_within_its_bounds() -> None:
    frame, here = largest(found(becker()), "misconduct_rate", "worst")
    assert here == pytest.approx(1 - 0.5 * 0.9)
    rows = {row["label"].partition(" (")[0]: row for row in frame.to_dict("records")}
    # Costs move no misconduct, and what is 0 has no fifth.
    assert set(rows) == {"Inspection rate", "Fine", "Sensitivity"}
    assert rows["Fine"]["low"] == pytest.approx(1 - 0.8 * 0.45)
    assert rows["Fine"]["high"] == pytest.approx(1 - 1.2 * 0.45)
    assert rows["Fine"]["label"] == "Fine (0.8 – 1.2)"
    # A sensitivity of 108 % is none.
    assert rows["Sensitivity"]["high"] == pytest.approx(1 - 0.5)
    assert rows["Sensitivity"]["label"] == "Sensitivity (72\u00a0% – 100\u00a0%)"


def test_the_longest_bar_comes_first() -> None:
    """A number at its bound moves down alone; costs move the social cost by their share of it."""
    scenario = becker(**{"policy.monitoring.cost_per_inspection": 0.5})
    frame, here = largest(found(scenario), "social_cost", "worst")
    apart = (frame[["low", "high"]] - here).abs().max(axis=1)
    assert list(apart) == sorted(apart, reverse=True)
    assert 3 < len(frame) <= MOST
    cost = frame.set_index("label").filter(like="Cost per inspection", axis=0).iloc[0]
    assert cost["high"] - here == pytest.approx(0.2 * 0.5 * 0.5)


def test_whole_numbers_move_by_one_at_least() -> None:
    scenario = LIBRARY.scenario("capacity_tipping").changed({"policy.sanction.suspension": 2})
    values = {swing.axis.path: swing.values for swing in found(scenario).swings}
    assert values["policy.sanction.suspension"] == (1.0, 3.0)
    assert values["policy.monitoring.investigators"] == (328.0, 492.0)


def test_what_theory_does_not_cover_is_said() -> None:
    belief = {"kind": "own_experience", "prior_caught": 1, "prior_missed": 1}
    scenario = LIBRARY.scenario("detection_by_penalty").changed({"population.0.belief": belief})
    assert "learn from their own violations" in found(scenario).not_covered


def test_bars_begin_at_the_running_policy() -> None:
    frame = pd.DataFrame([{"label": "Fine", "low": 0.6, "high": 0.3}])
    lower, higher = tornado(frame, Quantity("Misconduct", "% of all", percent=True), 0.5).data
    assert (lower.base, lower.x[0]) == pytest.approx((50, 10))
    assert (higher.base, higher.x[0]) == pytest.approx((50, -20))
