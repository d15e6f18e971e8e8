"""The front of a search as a figure, and in its report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import oversight
from oversight.report.search import front, write_page
from oversight.report.search.levers import levers, setting_text

RATE = "policy.monitoring.rate"


def traded(*objectives: str) -> Any:
    """Gains U[0, 1], fine 1, audits that cost .1 each: misconduct is 1 - p for .1 p."""
    experiment = {
        "name": "trade",
        "policy": {
            "monitoring": {"kind": "random_audit", "rate": 0.2, "cost_per_inspection": 0.1},
            "sanction": {"kind": "fixed", "amount": 1.0},
            "units": {"money": "euro", "period": "month"},
        },
        "population": [{"kind": "rational", "size": 100, "gain": {"kind": "uniform", "low": 0, "high": 1}}],
        "search": {"levers": {RATE: {"low": 0, "high": 1, "step": 0.1}}, "minimise": list(objectives)},
    }
    return oversight.search(experiment, confirm=False)


def test_the_figure_has_every_setting_and_marks_the_middle() -> None:
    found = traded("oversight_cost", "misconduct_rate")
    panel = front(found).panels[""][0]
    line, mark = panel.figure.data
    rates = [0.1 * step for step in range(11)]
    assert list(line.x) == pytest.approx([0.1 * rate for rate in rates])
    assert list(line.y) == pytest.approx([100 * (1 - rate) for rate in rates])
    assert (mark.x[0], mark.y[0]) == pytest.approx((0.05, 50))
    assert "inspection rate 30\u00a0%" in line.text[3].replace("<br>", " ")
    assert panel.figure.layout.xaxis.title.text.replace("<br>", " ") == "Cost of oversight (euro per actor and month)"
    assert panel.figure.layout.yaxis.title.text == "Misconduct rate (% of opportunities)"
    assert "11 efficient settings, from cost of oversight 0 with misconduct rate 100" in panel.alt


def test_a_third_objective_is_told_by_colour() -> None:
    line = front(traded("oversight_cost", "misconduct_rate", "social_cost")).panels[""][0].figure.data[0]
    assert line.mode == "markers"
    assert len(line.marker.color) == len(line.x)
    assert line.marker.colorbar.title.text.startswith("Social cost")


def test_the_report_has_it_where_there_is_a_front(tmp_path: Path) -> None:
    page = write_page(traded("oversight_cost", "misconduct_rate"), tmp_path).read_text()
    assert 'data-view="front"' in page
    assert "The settings of the front" in page
    assert 'data-view="front"' not in write_page(traded("social_cost"), tmp_path).read_text()


def test_levers_are_told_in_words() -> None:
    """A kind is told as what its section is, a section by its parts, and a policy by its title."""
    fine = {"kind": "fixed", "amount": 2.0}
    experiment = {
        "name": "told",
        "policy": "random_audit",
        "population": [{"kind": "rational", "size": 100, "gain": {"kind": "uniform", "low": 0, "high": 1}}],
        "search": {
            "levers": {
                "policy.monitoring.kind": {"values": ["random_audit"]},
                RATE: {"values": [0.25, 0.5]},
                "policy.sanction": {"values": [fine]},
            }
        },
    }
    found = oversight.search(experiment, confirm=False)
    assert [(lever.title, lever.value) for lever in levers(found, found.best)] == [
        ("Monitoring", "random audit"),
        ("Inspection rate", "50\u00a0%"),
        ("Sanction", "fixed, amount 2"),
    ]
    experiment["search"] = {"levers": {"policy": {"values": ["no_oversight", "random_audit"]}}}
    found = oversight.search(experiment, confirm=False)
    assert setting_text(found, found.best) == "“Random audits, one fine”"
