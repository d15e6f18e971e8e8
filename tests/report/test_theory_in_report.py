"""Theory beside the simulation in reports, for gains uniform on [0, 1]."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from written import figures, page, swept

from oversight.report.branches import AtRest, branches

UNIFORM: dict[str, Any] = {
    "name": "uniform",
    "policy": {"monitoring": {"kind": "random_audit", "rate": 0.2}, "sanction": {"kind": "fixed", "amount": 0.8}},
    "population": [{"kind": "rational", "size": 20, "gain": {"kind": "uniform", "low": 0, "high": 1}}],
    "periods": 5,
    "replicates": 3,
    "sweep": {
        "kind": "grid",
        "parameters": {"policy.monitoring.rate": {"start": 0, "stop": 1, "num": 6}},
    },
}


def _capacity(experiment: dict[str, Any], **parameters: Any) -> None:
    """A capacity of C of the population: m = 1 − f C / m beyond C has the roots (1 ± √(1 − 4 f C)) / 2."""
    experiment["policy"]["monitoring"] = {"kind": "investigation_capacity", "investigators": 2}
    experiment["policy"]["sanction"]["amount"] = 1.2
    experiment["population"][0]["size"] = 100
    experiment["sweep"]["parameters"] = parameters


def _theory(figure: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Lines of theory that are drawn, without those that only stand in the legend."""
    return [trace for trace in figure["data"] if trace.get("name") == name and trace["x"] != [None]]


def _numbers(values: Any) -> Any:
    """An array of a figure's JSON, which may be packed."""
    return np.frombuffer(b64decode(values["bdata"]), values["dtype"]) if isinstance(values, dict) else np.array(values)


def test_theory_is_a_line_at_the_closed_form(tmp_path: Path) -> None:
    views = figures(swept(tmp_path, UNIFORM))
    (line,) = _theory(views["main"][""][0]["figure"], "theory, stable")
    rates = np.linspace(0, 1, 6)
    assert _numbers(line["x"]) == pytest.approx(100 * rates)
    assert _numbers(line["y"]) == pytest.approx(100 * (1 - 0.8 * rates))


def test_theory_is_not_drawn_over_a_tipping_point(tmp_path: Path) -> None:
    values = [10, 14, 18, 20, 22, 26]  # f = 1.2: two roots up to 100 / 4.8 = 20.8 investigators
    investigators = {"policy.monitoring.investigators": {"values": values}}
    views = figures(swept(tmp_path, UNIFORM, lambda e: _capacity(e, **investigators)))
    figure = views["main"][""][0]["figure"]
    shares = np.array([0.10, 0.14, 0.18, 0.20])
    root = np.sqrt(1 - 4.8 * shares)
    low, high = sorted(_theory(figure, "theory, stable"), key=lambda line: float(_numbers(line["y"])[0]))
    (between,) = _theory(figure, "theory, unstable")
    assert _numbers(low["y"]) == pytest.approx(np.zeros(6), abs=1e-6)
    assert _numbers(high["x"]) == pytest.approx(values[:4])
    assert _numbers(high["y"]) == pytest.approx(50 * (1 + root))
    assert _numbers(between["y"]) == pytest.approx(50 * (1 - root))


def test_branches_part_where_they_jump_and_follow_the_nearest() -> None:
    def rest(*rates: float) -> list[AtRest]:
        return [AtRest(rate, place % 2 == 0, rate) for place, rate in enumerate(rates)]

    jump = branches([(0, rest(0.95)), (1, rest(0.94)), (2, rest(0.42)), (3, rest(0.42))])
    assert [line.x.tolist() for line in jump] == [[0, 1], [2, 3]]
    steep = branches([(0, rest(1.0)), (1, rest(0.6)), (2, rest(0.2))])
    assert len(steep) == 1
    fold = branches([(0, rest(0.9)), (1, rest(0.1, 0.5, 0.85)), (2, rest(0.1))])
    assert sorted((line.stable, line.y.tolist()) for line in fold) == [
        (False, [0.5]), (True, [0.1, 0.1]), (True, [0.9, 0.85])
    ]  # fmt: skip


def test_the_frontier_is_drawn_where_the_roots_vanish(tmp_path: Path) -> None:
    fines, capacities = np.array([1.1, 1.5, 1.9, 2.3]), np.array([6, 10, 14, 18, 22, 26])
    parameters = {
        "policy.monitoring.investigators": {"values": capacities.tolist()},
        "policy.sanction.amount": {"values": fines.tolist()},
    }
    folder = swept(tmp_path, UNIFORM, lambda e: _capacity(e, **parameters))
    views = figures(folder)
    maps = [panel["figure"] for panels in views["main"].values() for panel in panels]
    outline = next(t for f in maps for t in f["data"] if "more than one" in str(t.get("name")))
    right = {}
    for x, y in zip(outline["x"], outline["y"], strict=True):
        if x is not None:
            for fine in fines[np.abs(fines - y) < 0.21]:
                right.setdefault(float(fine), []).append(x)
    for fine in fines:
        beyond = capacities[capacities > 100 / (4 * fine)][0]
        assert beyond - 2 in right[float(fine)]
    assert re.search(r"more than one stable equilibrium at 12 of 24 points", page(folder).text)


def test_theory_stands_in_the_price_of_anarchy(tipping: Path) -> None:
    text = page(tipping).text
    assert "Worst in theory" in text
    assert "large-population limit" in text
    assert re.search(r"farthest from theory at .*against .*standard errors", text)


def test_what_theory_does_not_cover_is_said_once(tmp_path: Path) -> None:
    belief = {"kind": "moving_average", "start": 0.5, "rate": 0.1}
    folder = swept(tmp_path, UNIFORM, lambda e: e["population"][0].update(belief=belief))
    text = page(folder).text
    assert text.count("Theory does not cover this experiment.") == 1
    assert text.count("learn from their own violations") == 1
    assert "Price of anarchy" not in text
    assert "theory, stable" not in json.dumps(figures(folder))


def test_a_cycle_of_theory_is_said_and_drawn(tmp_path: Path) -> None:
    def crackdown(experiment: dict[str, Any]) -> None:
        """Investigators for 3 or for 90 in a hundred, turns about: m' = 1 − f min(1, C / m) with f = 0.6."""
        experiment["policy"]["monitoring"] = {
            "kind": "crackdown", "threshold": 60, "investigators_low": 3, "investigators_high": 90,
        }  # fmt: skip
        experiment["policy"]["sanction"]["amount"] = 0.6
        experiment["population"][0]["size"] = 100
        experiment["sweep"]["parameters"] = {"policy.monitoring.threshold": {"values": [60, 70]}}

    folder = swept(tmp_path, UNIFORM, crackdown)
    low, high = 0.4, 0.4
    for _ in range(100):
        low, high = 1 - 0.6 * min(1, 0.9 / high), 1 - 0.6 * min(1, 0.03 / low)
    said = f"theory repeats every 2 periods: from {100 * low:.1f} % to {100 * high:.1f} %."
    assert said in page(folder).text
    (cycle,) = _theory(figures(folder)["main"][""][0]["figure"], "theory, a cycle")
    assert cycle["y"][:2] == pytest.approx([100 * low, 100 * high])
