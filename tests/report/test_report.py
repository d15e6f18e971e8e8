"""The report: one page that needs nothing else, leads with the answer, and hides nothing."""

from __future__ import annotations

import ast
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from plotly.offline import get_plotlyjs_version
from written import EXPERIMENT, TIPPING, figures, page, swept

import oversight.report
from helpers import ROOT
from oversight.report import write_report
from oversight.report.findings import further
from oversight.report.study import Study
from oversight.simulation import Engine
from oversight.sweeps import load_results

CHROMIUM = Path("/usr/bin/chromium")
REPORT = Path(oversight.report.__file__).parent


def test_the_page_is_one_file_that_loads_nothing(trial: Path) -> None:
    seen = page(trial)
    assert seen.addresses
    assert all(address.startswith(("#", "data:")) for address in seen.addresses)
    assert "link" not in seen.tags or seen.addresses.count("data:,") == seen.tags.count("link")
    assert "@import" not in (trial / "report.html").read_text().partition("</style>")[0]


@pytest.mark.slow
def test_it_carries_the_part_of_plotly_that_it_draws_with() -> None:
    """Of the version that figures are made for, unchanged, under its licence."""
    folder = REPORT / "vendored"
    script = (folder / "plotly-cartesian.min.js").read_bytes()
    assert f"plotly.js (cartesian - minified) v{get_plotlyjs_version()}\n".encode() in script[:200]
    assert hashlib.sha256(script).hexdigest() in (folder / "README.md").read_text()
    assert "MIT License" in (folder / "plotly-LICENSE").read_text()
    drawn = {"bar", "contour", "heatmap", "scatter"}
    calls = re.findall(
        r"go\.([A-Z][a-z]+)\(", "".join(each.read_text() for each in (REPORT.parent / "figures").glob("*.py"))
    )
    assert {call.lower() for call in calls} - {"figure"} <= drawn


def test_users_text_is_text_and_never_mark_up(trial: Path) -> None:
    seen = page(trial)
    assert "A <script>alert(1)</script> title" in seen.text
    assert not {"b", "i", "u", "em"} & set(seen.tags)
    assert seen.tags.count("script") == 3
    drawn = [panel["figure"] for view in figures(trial).values() for panels in view.values() for panel in panels]
    assert "<u>" not in json.dumps(drawn)
    assert "&lt;u&gt;" in json.dumps(drawn)


@pytest.mark.slow
def test_no_dotted_path_is_shown(trial: Path, tipping: Path) -> None:
    for folder in (trial, tipping):
        shown = page(folder).text + " ".join(_titles(figures(folder)))
        assert not re.findall(r"\b(?:policy|population|monitoring|sanction|metric|param)\.[a-z_0-9]+", shown)
        assert not re.findall(r"\b(?:big_labs|misconduct_rate|random_audit|share_of_maximum)\b", shown)


def test_axes_have_titles_with_units(trial: Path) -> None:
    for panels in figures(trial)["main"].values():
        for panel in panels:
            layout = panel["figure"]["layout"]
            assert layout["xaxis"]["title"]["text"] == "Inspection rate (% per year)"
            assert panel["alt"]


def test_the_answer_comes_first_and_says_that_it_is_a_model(trial: Path) -> None:
    text = page(trial).text
    assert (
        text.index("The cheapest policy that keeps misconduct below")
        < text.index("A model, not a forecast")
        < text.index("Method")
    )
    assert "Does <b>detection</b> deter?" in text


def test_every_number_has_a_source_or_is_an_assumption_or_is_swept(trial: Path) -> None:
    text = page(trial).text
    assert re.search(r"Fine 2.million <u>EUR</u> statute Act <em>1</em>", text)
    assert re.search(r"Cost per inspection 0.1.million <u>EUR</u> per inspection assumption", text)
    assert re.search(r"Inspection rate 0.% to 100.% per year, 5 values swept", text)


def test_each_population_entry_is_shown(trial: Path) -> None:
    titles = [panel["title"] for panel in figures(trial)["main"]["0"]]
    assert titles == ["All actors", "Big labs", "Quantal"]


def test_every_measure_that_moves_can_be_chosen(trial: Path) -> None:
    text = page(trial).text
    for title in ("Social cost", "Detection rate", "Cost of oversight", "Sanctions paid"):
        assert title in text
    assert "Precision of sanctions: nobody was sanctioned" in text


def test_the_ranking_is_by_the_worst_case(tipping: Path) -> None:
    study = Study(load_results(tipping))
    from oversight.report.ranking import ranking

    table = ranking(study)
    assert table is not None
    worst = study.summary.groupby("param.policy.monitoring.investigators")["metric.social_cost.mean"].max()
    assert table.rows[0][1] == f"{worst.idxmin():g}"
    assert table.rows[-1][1] == f"{worst.idxmax():g}"


def test_the_price_of_anarchy_stands_beside_the_gap_and_ranks_nothing(tipping: Path) -> None:
    text = page(tipping).text
    assert "never rank policies" in text
    assert "Price of anarchy: infinite: the optimum costs nothing" in text
    assert "Anarchy share" in text
    assert "Anarchy gap" in text


def test_where_the_past_decides_the_page_says_so(tipping: Path) -> None:
    assert re.search(r"The past matters for \d of 5 settings", page(tipping).text)
    names = {trace.get("name") for trace in figures(tipping)["main"][""][0]["figure"]["data"]}
    assert {"from a compliant past", "from a violating past"} <= names


def test_states_are_shown_with_their_shares(tmp_path: Path) -> None:
    swept(tmp_path, TIPPING)
    summary = pd.read_parquet(tmp_path / "summary.parquet")
    two = [{"misconduct_rate": 0.1, "share": 0.25}, {"misconduct_rate": 0.8, "share": 0.75}]
    summary.loc[2, "states"] = json.dumps(two)
    summary.to_parquet(tmp_path / "summary.parquet")
    assert re.search(r"25.% near 10.%; 75.% near 80.%", page(tmp_path).text)


def test_failed_runs_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = Engine.step

    def step(model: Engine) -> None:
        if np.any(model.policy.monitoring.rate == 1.0):
            raise ArithmeticError("a <b>bad</b> draw")
        original(model)

    monkeypatch.setattr(Engine, "step", step)
    text = page(swept(tmp_path, EXPERIMENT)).text
    assert "12 of 60 runs failed" in text
    assert "a <b>bad</b> draw" in text


def test_without_a_sweep_there_are_key_figures(tmp_path: Path) -> None:
    seen = page(swept(tmp_path, EXPERIMENT, lambda e: e.pop("sweep")))
    assert "Key figures" in seen.text
    assert re.search(r"The misconduct rate is [\d.]+.%\.", seen.text)


@pytest.mark.parametrize(
    "sweep",
    [
        {"kind": "list", "points": [{"policy.monitoring.rate": 0.1}, {"policy.detector.sensitivity": 0.5}]},
        {"kind": "grid", "parameters": {
            "policy.sanction": {"values": [{"kind": "fixed", "amount": 1}, {"kind": "proportional", "factor": 2}]},
        }},
        {"kind": "grid", "parameters": {
            "policy.sanction.forfeit_gain": {"values": [True, False]}, "population.0.size": {"values": [10, 20]},
        }},
        {"kind": "grid", "parameters": {"policy.monitoring.rate": {"values": [0.2]}}},
        {"kind": "grid", "parameters": {
            "policy.monitoring.rate": {"values": [0.2, 0.4]}, "policy.sanction.amount": {"values": [1, 2]},
            "population.0.gain": {"values": [{"kind": "normal", "mean": 1, "sd": 1}, {"kind": "constant", "value": 1}]},
            "policy.detector.sensitivity": {"values": [0.5, 1]},
        }},
        {"kind": "sobol", "points": 8, "parameters": {
            "policy.sanction.amount": {"kind": "lognormal", "mu": 0.0, "sigma": 0.5},
            "policy.monitoring.rate": {"kind": "uniform", "low": 0.0, "high": 1.0},
        }},
    ],
    ids=["list", "section", "switch and size", "one value", "four parameters", "sampled"],
)  # fmt: skip
def test_every_shape_of_sweep_gives_a_page(tmp_path: Path, sweep: dict[str, Any]) -> None:
    seen = page(swept(tmp_path, EXPERIMENT, lambda e: e.update(sweep=sweep, start="both")))
    assert "Misconduct rate" in seen.text
    assert "{" not in seen.text


def test_policies_are_compared_by_their_titles(tmp_path: Path) -> None:
    policies = ROOT / "policies"
    values = [str(policies / name) for name in ("random_audit.yaml", "no_oversight.yaml")]

    def compare(experiment: dict[str, Any]) -> None:
        del experiment["policy"]
        experiment["sweep"] = {"kind": "grid", "parameters": {"policy": {"values": values}}}

    seen = page(swept(tmp_path, EXPERIMENT, compare))
    assert "Random audits, one fine" in seen.text
    assert "No oversight" in seen.text
    assert "Best and worst policies" in seen.text


def test_null_is_a_value_like_any_other(tmp_path: Path) -> None:
    def lapse(experiment: dict[str, Any]) -> None:
        experiment["policy"]["sources"] = {}
        experiment["policy"]["sanction"] = {"kind": "escalating", "amounts": [1, 2]}
        experiment["sweep"]["parameters"] = {
            "policy.sanction.record_lifetime": {"values": [1, None]},
            "policy.monitoring.rate": {"values": [0.1, 0.9]},
        }

    study = Study(load_results(swept(tmp_path, EXPERIMENT, lapse)))
    assert study.is_grid
    assert study.parameters[0].cells == ("1\u00a0years", "not set")
    assert "record lifetime not set, inspection rate 90" in page(tmp_path).text


def test_a_swept_section_is_marked_as_swept(tmp_path: Path) -> None:
    kinds = [{"kind": "random_audit", "rate": 0.3}, {"kind": "audit_capacity", "inspections": 9}]
    sweep = {"policy.monitoring": {"values": kinds}, "population.0.kind": {"values": ["rational", "prospect"]}}
    text = page(swept(tmp_path, EXPERIMENT, lambda e: e["sweep"].update(parameters=sweep))).text
    assert "Monitoring random audit, rate 0.3; audit capacity, inspections 9 swept" in text
    assert "Kind of actor rational; prospect swept" in text


def test_each_policy_keeps_its_own_currency(tmp_path: Path) -> None:
    policies = ROOT / "policies"
    values = [str(policies / name) for name in ("eu_ai_act_article_99_3.yaml", "california_sb_53.yaml")]

    def compare(experiment: dict[str, Any]) -> None:
        del experiment["policy"]
        experiment["population"] = [{"kind": "rational", "size": 9, "turnover": {"kind": "constant", "value": 1}}]
        experiment["sweep"] = {"kind": "grid", "parameters": {"policy": {"values": values}}}

    text = page(swept(tmp_path, EXPERIMENT, compare)).text
    assert re.search(r"Sum 35.million EUR statute", text)
    assert re.search(r"Fine 1.million USD statute", text)
    assert "The policies count in million EUR and million USD" in text


def test_what_holds_of_several_is_said_once(tmp_path: Path) -> None:
    """Misconduct is 1 - 1.5 rate (sensitivity - 0.1) of those that can be deterred, and a gain of 100 cannot."""

    def several(experiment: dict[str, Any]) -> None:
        experiment["policy"]["sanction"]["amount"] = 1.5
        others = {"kind": "rational", "name": "others", "size": 40, "gain": {"kind": "constant", "value": 100}}
        alike = [{"kind": "rational", "name": name, "size": 200} for name in ("labs", "users", "firms")]
        experiment["population"] = [others, *alike]

    found = further(Study(load_results(swept(tmp_path, EXPERIMENT, several))), None)
    assert (
        "With rising inspection rate, misconduct is first below 50\u00a0% at 50\u00a0% for labs, users and firms, "
        "never for others (all else in the sweep at its best)."
    ) in found
    assert len(set(found)) == len(found)


_APART = re.compile(r"[\d}][ ]?%(?![{\dA-F])")
"""A percentage that a line end may part from its sign, or that stands close to it; in a hover text after its place."""


def test_no_line_end_parts_a_percentage_from_its_sign(trial: Path, tipping: Path) -> None:
    for folder in (trial, tipping):
        assert not _APART.findall(" ".join(page(folder).words))
        assert not _APART.findall(json.dumps(figures(folder), ensure_ascii=False))


def test_every_percentage_is_written_by_one_formatter() -> None:
    """In the source, the page's included: no share formatted by Python, no plain space between number and sign."""
    source = ROOT / "src" / "oversight"
    tables = {source / folder / "told.py" for folder in ("equilibrium", "finite_games")}  # for a terminal
    for file in {*source.rglob("*.py")} - tables:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        told = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}  # docstrings
        for each in ast.walk(tree):
            if isinstance(each, ast.FormattedValue) and each.format_spec is not None:
                assert not ast.unparse(each.format_spec).rstrip("'\"").endswith("%"), f"{file}:{each.lineno}"
            elif isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in told:
                assert not re.search(r"[\d}] %|^ %", each.value), f"{file}:{each.lineno}"


def test_equal_outcomes_share_a_rank(tmp_path: Path) -> None:
    parameters = {
        "policy.monitoring.rate": {"values": [0, 0.5]},
        "policy.sanction.amount": {"values": [1, 2]},
    }
    folder = swept(tmp_path, EXPERIMENT, lambda e: e["sweep"].update(parameters=parameters))
    from oversight.report.ranking import ranking

    table = ranking(Study(load_results(folder)))
    assert table is not None
    assert [row[0] for row in table.rows] == ["1", "2", "3", "3"]
    assert "Equal ranks are ties." in table.notes


def test_nothing_is_said_where_every_run_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def step(model: Engine) -> None:
        raise ArithmeticError("no")

    monkeypatch.setattr(Engine, "step", step)
    text = page(swept(tmp_path, TIPPING)).text
    assert "5 of 5 design points have no results at all" in text
    assert "No design point has a misconduct rate" in text
    assert "The past" not in text
    assert "Best and worst" not in text


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("width", [400, 1400])
def test_a_browser_opens_it_offline_without_complaint(trial: Path, width: int) -> None:
    if not CHROMIUM.exists():
        pytest.skip(f"there is no browser at {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    complaints: list[str] = []
    requests: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-background-networking"]
        )
        tab = browser.new_page(viewport={"width": width, "height": 900})
        tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("request", lambda request: requests.append(request.url))
        tab.goto(write_report(trial).as_uri())
        tab.wait_for_selector(".view[data-view=main] .heatmaplayer")
        measure = tab.locator(".view[data-view=measures] select").first
        measure.select_option("1")
        tab.wait_for_selector(".view[data-view=measures] .main-svg")
        overflow = tab.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        browser.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith(("file:", "data:", "blob:"))] == []
    assert overflow <= 0


@pytest.mark.slow
@pytest.mark.browser
def test_tables_are_sorted_and_figures_saved_as_drawings(trial: Path, tmp_path: Path) -> None:
    if not CHROMIUM.exists():
        pytest.skip(f"there is no browser at {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1400, "height": 900})
        tab.goto(write_report(trial).as_uri())
        table = tab.locator("section[aria-labelledby=ranking] table")
        before = table.locator("tbody").inner_text()
        heading = table.get_by_role("button", name="Misconduct rate")
        column = 1 + table.locator("thead th").all_inner_texts().index(heading.inner_text())
        orders = []
        for _ in range(2):
            heading.click()
            cells = table.locator(f"tbody tr td:nth-child({column})").all_inner_texts()
            orders.append([float(re.sub("[^0-9.].*", "", cell)) for cell in cells])
        assert orders[0] == sorted(orders[0])
        assert orders[1] == sorted(orders[0], reverse=True)
        heading.click()
        assert table.locator("tbody").inner_text() == before
        with tab.expect_download() as saved:
            tab.locator(".view[data-view=frontier] [data-title*=SVG]").click()
        name = saved.value.suggested_filename
        saved.value.save_as(tmp_path / "drawing.svg")
        browser.close()
    assert name == "trial.svg"
    assert (tmp_path / "drawing.svg").read_text().startswith("<svg")


def _titles(views: dict[str, Any]) -> list[str]:
    """Every text of every figure that a reader can see."""
    found: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for key, item in value.items():
                found.extend(
                    [item] if key in ("text", "name", "title", "hovertemplate") and isinstance(item, str) else []
                )
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    walk(views)
    return found


def test_the_two_starts_have_colours_of_their_own_throughout(tipping: Path) -> None:
    colours: dict[str, set[str]] = {}
    for view in figures(tipping).values():
        for panels in view.values():
            for panel in panels:
                for trace in panel["figure"]["data"]:
                    if trace.get("showlegend") and (
                        trace["type"] == "bar" or trace.get("legendgroup") == trace["name"]
                    ):
                        ink = trace["line"]["color"] if trace["type"] == "scatter" else trace["marker"]["color"]
                        colours.setdefault(ink, set()).add(trace["name"])
    assert len(colours) == 5  # two starts; worse start, better start and optimum
    assert all(len(names) == 1 for names in colours.values())
