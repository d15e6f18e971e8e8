"""The page of a comparison: its figures, its words, and that it needs nothing else."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from written import CHROMIUM, EXPERIMENT, TIPPING, Text, swept

from oversight.report.diff import Compared, largest, sentence, studies_of, write_page
from oversight.sweeps.diff import compared, opened

BASE: dict[str, Any] = {
    **EXPERIMENT,
    "policy": {**EXPERIMENT["policy"], "detector": {"false_positive_rate": 0.1, "sensitivity": 0.9}},
}
ONE = {"policy.monitoring.rate": {"start": 0.0, "stop": 1.0, "num": 5}}
TWO = {**ONE, "policy.sanction.amount": {"start": 0.5, "stop": 2.0, "num": 4}}
WORDS = {"policy.monitoring": {"values": [{"kind": "random_audit", "rate": rate} for rate in (0.1, 0.6)]}}


def studies(folder: Path, parameters: dict[str, Any]) -> list[Compared]:
    """A sweep over the parameters beside one with a weaker detector."""
    return designed(folder, {"kind": "grid", "parameters": parameters})


def designed(folder: Path, sweep: dict[str, Any] | None) -> list[Compared]:

    def of(sensitivity: float) -> Callable[[dict[str, Any]], None]:
        def change(experiment: dict[str, Any]) -> None:
            experiment["sweep"] = sweep
            experiment["policy"]["detector"]["sensitivity"] = sensitivity

        return change

    a, b = (swept(folder / name, BASE, of(value)) for name, value in (("a", 0.9), ("b", 0.5)))
    found = compared(opened("A", a), opened("B", b))
    return studies_of(found, ["misconduct_rate", "social_cost"])


def views(html: str) -> dict[str, Any]:
    found = re.search(r'<script id="data-json" type="application/json">(.*?)</script>', html, re.S)
    assert found is not None
    known: dict[str, Any] = json.loads(found[1])["views"]
    return known


def traces(html: str, kind: str) -> list[dict[str, Any]]:
    """The traces of a kind in the first figure."""
    first = next(iter(views(html)["differences"].values()))[0]
    return [trace for trace in first["figure"]["data"] if trace["type"] == kind]


def numbers(written: Any) -> list[float]:
    """Numbers of a trace, which Plotly writes as they lie in memory."""
    return list(np.frombuffer(b64decode(written["bdata"]), written["dtype"]))


def page(found: list[Compared], folder: Path) -> str:
    return write_page(found, folder).read_text()


def test_over_one_parameter_a_curve_has_its_interval(tmp_path: Path) -> None:
    found = studies(tmp_path, ONE)
    band, line = traces(page(found, tmp_path), "scatter")[:2]
    rows = found[0].differences.of("misconduct_rate")
    assert numbers(line["y"]) == pytest.approx(list(100 * rows["difference"]))
    assert numbers(band["y"])[:5] == pytest.approx(list(100 * rows["ci_high"]))
    assert numbers(band["y"])[:4:-1] == pytest.approx(list(100 * rows["ci_low"]))


def test_over_two_parameters_a_map_has_two_colours_about_zero(tmp_path: Path) -> None:
    html = page(studies(tmp_path, TWO), tmp_path)
    maps = [
        trace
        for panels in views(html)["differences"].values()
        for panel in panels
        for trace in panel["figure"]["data"]
        if trace["type"] == "heatmap"
    ]
    assert maps
    for cells in maps:
        assert cells["zmin"] == -cells["zmax"] < 0
        middle = [ink for place, ink in cells["colorscale"] if place == 0.5]
        assert middle == ["#ffffff"]


def test_what_has_no_axis_is_shown_as_bars(tmp_path: Path) -> None:
    found = studies(tmp_path, WORDS)
    (bars,) = traces(page(found, tmp_path), "bar")
    assert numbers(bars["x"]) == pytest.approx(list(100 * found[0].differences.of("misconduct_rate")["difference"]))


def test_points_of_a_list_have_a_table_and_few_of_them_bars(tmp_path: Path) -> None:
    points = [{"policy.monitoring.rate": place // 2 / 4, "policy.sanction.amount": 1 + place % 3} for place in range(5)]
    few = designed(tmp_path / "few", {"kind": "list", "points": points})
    assert few[0].drawn
    many = [{"policy.monitoring.rate": place // 2 / 32, "policy.sanction.amount": 1 + place % 3} for place in range(60)]
    found = designed(tmp_path / "many", {"kind": "list", "points": many})
    assert not found[0].drawn
    html = page(found, tmp_path)
    assert views(html) == {}
    assert "The 12 largest of" in html


@pytest.mark.slow
@pytest.mark.parametrize(
    "sweep",
    [
        {"kind": "grid", "parameters": {**ONE, "policy.sanction.record_lifetime": {"values": [None, 3]}}},
        {"kind": "grid", "parameters": {**TWO, "policy.detector.false_positive_rate": {"values": [0.0, 0.1]}}},
        {
            "kind": "latin_hypercube",
            "points": 6,
            "parameters": {
                "policy.monitoring.rate": {"kind": "uniform", "low": 0, "high": 1},
                "policy.sanction.amount": {"kind": "uniform", "low": 1, "high": 2},
            },
        },
        {
            "kind": "nested",
            "worlds": 3,
            "levers": ONE,
            "uncertain": {"policy.sanction.amount": {"kind": "uniform", "low": 1, "high": 2}},
        },
        None,
    ],
)
def test_every_shape_of_sweep_gives_a_page(tmp_path: Path, sweep: Any) -> None:
    html = page(designed(tmp_path, sweep), tmp_path)
    assert set(views(html)) == ({"differences"} if sweep else set())
    assert "Misconduct rate: " in Text(html).text


def test_starts_stand_apart_and_prices_are_of_the_worse_one(tmp_path: Path) -> None:
    a = swept(tmp_path / "a", TIPPING)
    b = swept(tmp_path / "b", TIPPING, lambda changed: changed["policy"]["sanction"].update(amount=0.8))
    found = studies_of(compared(opened("A", a), opened("B", b)), ("misconduct_rate", "anarchy.gap"))
    assert [study.start is not None for study in found] == [True, False]
    assert "10 points and starts" in sentence(found[0], "misconduct_rate")
    assert "5 points" in sentence(found[1], "anarchy.gap")
    html = page(found, tmp_path)
    assert set(views(html)) == {"differences", "prices"}
    assert "from a violating past" in Text(html).text


def test_the_largest_differences_come_first_and_what_is_told_apart_before_the_rest(tmp_path: Path) -> None:
    study = studies(tmp_path, TWO)[0]
    table = largest(study, "misconduct_rate", 4)
    assert table is not None
    rows = study.differences.of("misconduct_rate")
    told = rows[rows["change"].isin(["lower", "higher"])]["difference"].abs()
    shown = [
        float(row[table.headings.index("B − A (percentage points)")].lstrip("+").replace("−", "-"))
        for row in table.rows
    ]
    assert abs(shown[0]) == pytest.approx(100 * told.max(), rel=0.01)
    assert list(map(abs, shown)) == sorted(map(abs, shown), reverse=True)
    assert table.notes == [
        f"The 4 largest of {int(rows['change'].isin(['lower', 'higher', 'unclear']).sum())} differences."
    ]


def test_the_sentence_counts_every_point(tmp_path: Path) -> None:
    study = studies(tmp_path, TWO)[0]
    said = sentence(study, "misconduct_rate")
    counts = list(map(int, re.findall(r" at (\d+)", said.partition(";")[0])))
    assert sum(counts) == 20
    assert "of 20 points" in said
    rows = study.differences.of("misconduct_rate").set_index("point_a")
    largest_rise = f"{100 * rows['difference'].max():.3g}"
    assert f"largest rise +{largest_rise} percentage points at inspection rate" in said.replace("\u00a0", " ")


def test_it_is_one_file_that_loads_nothing_and_takes_texts_for_texts(tmp_path: Path) -> None:
    seen = Text(page(studies(tmp_path, ONE), tmp_path))
    assert all(address.startswith(("#", "data:")) for address in seen.addresses)
    assert "A <script>alert(1)</script> title: B against A" in seen.text
    assert seen.tags.count("script") == 3
    assert not {"b", "i", "u", "em"} & set(seen.tags)


def test_the_page_carries_the_table(tmp_path: Path) -> None:
    found = studies(tmp_path, ONE)
    assert 'download="diff.csv"' in page(found, tmp_path)
    assert len(pd.read_csv(tmp_path / "diff.csv")) == len(found[0].differences.table)


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("parameters", [ONE, TWO, WORDS])
def test_a_browser_opens_it_offline_without_complaint(tmp_path: Path, parameters: dict[str, Any]) -> None:
    if not CHROMIUM.exists():
        pytest.skip(f"there is no browser at {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    complaints: list[str] = []
    requests: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-background-networking"]
        )
        tab = browser.new_page(viewport={"width": 400, "height": 900})
        tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("request", lambda request: requests.append(request.url))
        tab.goto(write_page(studies(tmp_path, parameters), tmp_path).as_uri())
        tab.wait_for_selector(".view[data-view=differences] .main-svg")
        tab.locator(".view[data-view=differences] select").first.select_option("1")
        tab.wait_for_selector(".view[data-view=differences] .main-svg")
        overflow = tab.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        browser.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith(("file:", "data:", "blob:"))] == []
    assert overflow <= 0
