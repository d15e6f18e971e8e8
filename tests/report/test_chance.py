"""Runs that chance tips to another equilibrium than their start leads to."""

from __future__ import annotations

import re
from pathlib import Path

from written import TIPPING, page, swept


def test_tipped_runs_are_compared_with_the_equilibrium_that_they_reached(tipping: Path) -> None:
    """Three investigators for 30 actors whose gains are uniform on (0, 1), and a fine of 0.9.

    With m violating, 1 - m = 0.9 min(1, 0.1 / m): m = 0.1, where the chance just reaches 1 and which is unstable, and
    m = 0.9. Theory starts at 0.1 and stays; 30 actors are soon above it by chance, and end near 0.9.
    """
    text = page(tipping).text.replace("\u00a0", " ")
    tipped = re.search(r"Chance tipped runs .*?investigators 3 .*?: ([\d.]+) %, near 90 %, and not 10 %", text)
    assert tipped is not None
    assert 80 < float(tipped[1]) < 95
    assert f"{tipped[1]} % against 10 %" not in text


def test_runs_that_stay_are_not_said_to_have_tipped(tmp_path: Path) -> None:
    parameters = {"policy.monitoring.investigators": {"values": [0, 9, 30]}}
    folder = swept(tmp_path, TIPPING, lambda e: e["sweep"].update(parameters=parameters))
    assert "Chance tipped" not in page(folder).text
