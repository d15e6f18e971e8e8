"""Sweeps that are made and reports that are read, for the tests of the report."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from oversight.report import write_report
from oversight.scenario import load_experiment
from oversight.sweeps import check, run_sweep

CHROMIUM = Path("/usr/bin/chromium")

EXPERIMENT: dict[str, Any] = {
    "name": "trial",
    "title": "A <script>alert(1)</script> title",
    "question": "Does <b>detection</b> deter?",
    "policy": {
        "title": "Audits & <i>fines</i>",
        "units": {"money": "million <u>EUR</u>", "period": "year"},
        "sources": {"sanction.amount": {"kind": "statute", "reference": "Act <em>1</em>", "note": "Read."}},
        "monitoring": {"kind": "random_audit", "rate": 0.3, "cost_per_inspection": 0.1},
        "detector": {"false_positive_rate": 0.1},
        "sanction": {"kind": "fixed", "amount": 2},
    },
    "population": [
        {"kind": "rational", "name": "big_labs", "size": 60},
        {"kind": "quantal", "size": 40, "precision": 4},
    ],
    "periods": 8,
    "replicates": 3,
    "sweep": {
        "kind": "grid",
        "parameters": {
            "policy.monitoring.rate": {"start": 0.0, "stop": 1.0, "num": 5},
            "policy.detector.sensitivity": {"values": [0.25, 0.5, 0.75, 1.0]},
        },
    },
}
TIPPING: dict[str, Any] = {
    "name": "tipping",
    "policy": {
        "monitoring": {"kind": "investigation_capacity", "investigators": 6},
        "sanction": {"kind": "fixed", "amount": 0.9},
    },
    "population": [{"kind": "rational", "size": 30}],
    "periods": 20,
    "burn_in": 5,
    "replicates": 4,
    "start": "both",
    "sweep": {"kind": "grid", "parameters": {"policy.monitoring.investigators": {"values": [0, 3, 6, 9, 30]}}},
}


class Text(HTMLParser):
    """What a reader sees, the tags, and the addresses that the page would load."""

    def __init__(self, html: str):
        super().__init__()
        self.hidden = 0
        self.words: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.hidden += tag in ("script", "style")
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "data")]

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


def swept(folder: Path, experiment: dict[str, Any], change: Callable[[dict[str, Any]], None] = lambda _: None) -> Path:
    changed = copy.deepcopy(experiment)
    change(changed)
    run_sweep(check(load_experiment(changed)), folder, workers=1)
    return folder


def page(folder: Path) -> Text:
    return Text(write_report(folder).read_text())


def figures(folder: Path) -> dict[str, Any]:
    html = write_report(folder).read_text()
    found = re.search(r'<script id="data-json" type="application/json">(.*?)</script>', html, re.S)
    assert found is not None
    views: dict[str, Any] = json.loads(found[1])["views"]
    return views
