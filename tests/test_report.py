"""The report: one page that needs nothing else, leads with the answer, and hides nothing."""

from __future__ import annotations

import copy
import json
import re
from base64 import b64decode
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from oversight.figures import Quantity
from oversight.report import write_report
from oversight.report.branches import AtRest, branches
from oversight.report.roles import assign
from oversight.report.study import Dimension, Study
from oversight.report.threshold import expected_sanction, over_one, over_two
from oversight.scenario import load_experiment
from oversight.simulation import OversightModel
from oversight.sweeps import check, load_results, run_sweep

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


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return swept(tmp_path_factory.mktemp("trial"), EXPERIMENT)


@pytest.fixture(scope="module")
def tipping(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return swept(tmp_path_factory.mktemp("tipping"), TIPPING)


def test_the_page_is_one_file_that_loads_nothing(trial: Path) -> None:
    seen = page(trial)
    assert seen.addresses
    assert all(address.startswith(("#", "data:")) for address in seen.addresses)
    assert "link" not in seen.tags or seen.addresses.count("data:,") == seen.tags.count("link")
    assert "@import" not in (trial / "report.html").read_text().partition("</style>")[0]


def test_users_text_is_text_and_never_mark_up(trial: Path) -> None:
    seen = page(trial)
    assert "A <script>alert(1)</script> title" in seen.text
    assert not {"b", "i", "u", "em"} & set(seen.tags)
    assert seen.tags.count("script") == 3
    drawn = [panel["figure"] for view in figures(trial).values() for panels in view.values() for panel in panels]
    assert "<u>" not in json.dumps(drawn)
    assert "&lt;u&gt;" in json.dumps(drawn)


def test_no_dotted_path_is_shown(trial: Path, tipping: Path) -> None:
    for folder in (trial, tipping):
        shown = page(folder).text + " ".join(_titles(figures(folder)))
        assert not re.findall(r"\b(?:policy|population|monitoring|sanction|metric|param)\.[a-z_0-9]+", shown)
        assert not re.findall(r"\b(?:big_labs|misconduct_rate|random_audit|share_of_maximum)\b", shown)


def test_axes_have_titles_with_units(trial: Path) -> None:
    for panels in figures(trial)["misconduct"].values():
        for panel in panels:
            layout = panel["figure"]["layout"]
            assert layout["xaxis"]["title"]["text"] == "Inspection rate (% per year)"
            assert panel["alt"]


def test_the_answer_comes_first_and_says_that_it_is_a_model(trial: Path) -> None:
    text = page(trial).text
    assert text.index("Misconduct is lowest") < text.index("A model, not a forecast") < text.index("Method")
    assert "Does <b>detection</b> deter?" in text


def test_every_number_has_a_source_or_is_an_assumption_or_is_swept(trial: Path) -> None:
    text = page(trial).text
    assert re.search(r"Fine 2.million <u>EUR</u> statute Act <em>1</em>", text)
    assert re.search(r"Cost per inspection 0.1.million <u>EUR</u> per inspection assumption", text)
    assert re.search(r"Inspection rate 0.% to 100.% per year, 5 values swept", text)


def test_each_population_entry_is_shown(trial: Path) -> None:
    titles = [panel["title"] for panel in figures(trial)["misconduct"]["0"]]
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
    assert "Infinite: the optimum costs nothing" in text
    assert "Gap" in text


def test_where_the_past_decides_the_page_says_so(tipping: Path) -> None:
    assert re.search(r"The past matters for \d of 5 points", page(tipping).text)
    names = {trace.get("name") for trace in figures(tipping)["misconduct"][""][0]["figure"]["data"]}
    assert {"from a compliant past", "from a violating past"} <= names


def test_states_are_shown_with_their_shares(tmp_path: Path) -> None:
    swept(tmp_path, TIPPING)
    summary = pd.read_parquet(tmp_path / "summary.parquet")
    two = [{"misconduct_rate": 0.1, "share": 0.25}, {"misconduct_rate": 0.8, "share": 0.75}]
    summary.loc[2, "states"] = json.dumps(two)
    summary.to_parquet(tmp_path / "summary.parquet")
    assert re.search(r"25.% near 10.%; 75.% near 80.%", page(tmp_path).text)


def test_failed_runs_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = OversightModel.step

    def step(model: OversightModel) -> None:
        if np.any(model.policy.monitoring.rate == 1.0):
            raise ArithmeticError("a <b>bad</b> draw")
        original(model)

    monkeypatch.setattr(OversightModel, "step", step)
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
    ],
    ids=["list", "section", "switch and size", "one value", "four parameters"],
)  # fmt: skip
def test_every_shape_of_sweep_gives_a_page(tmp_path: Path, sweep: dict[str, Any]) -> None:
    seen = page(swept(tmp_path, EXPERIMENT, lambda e: e.update(sweep=sweep, start="both")))
    assert "Misconduct rate" in seen.text
    assert "{" not in seen.text


def test_policies_are_compared_by_their_titles(tmp_path: Path) -> None:
    policies = Path(__file__).parents[1] / "policies"
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
    policies = Path(__file__).parents[1] / "policies"
    values = [str(policies / name) for name in ("eu_ai_act_article_99_3.yaml", "california_sb_53.yaml")]

    def compare(experiment: dict[str, Any]) -> None:
        del experiment["policy"]
        experiment["population"] = [{"kind": "rational", "size": 9, "turnover": {"kind": "constant", "value": 1}}]
        experiment["sweep"] = {"kind": "grid", "parameters": {"policy": {"values": values}}}

    text = page(swept(tmp_path, EXPERIMENT, compare)).text
    assert re.search(r"Sum 35.million EUR statute", text)
    assert re.search(r"Fine 1.million USD statute", text)
    assert "The policies count in million EUR and million USD" in text


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
    def step(model: OversightModel) -> None:
        raise ArithmeticError("no")

    monkeypatch.setattr(OversightModel, "step", step)
    text = page(swept(tmp_path, TIPPING)).text
    assert "5 of 5 design points have no results at all" in text
    assert "No design point has a misconduct rate" in text
    assert "The past" not in text
    assert "Best and worst" not in text


# Theory beside the simulation, for gains uniform on [0, 1].

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
    (line,) = _theory(views["misconduct"][""][0]["figure"], "theory, stable")
    rates = np.linspace(0, 1, 6)
    assert _numbers(line["x"]) == pytest.approx(100 * rates)
    assert _numbers(line["y"]) == pytest.approx(100 * (1 - 0.8 * rates))


def test_theory_is_not_drawn_over_a_tipping_point(tmp_path: Path) -> None:
    values = [10, 14, 18, 20, 22, 26]  # f = 1.2: two roots up to 100 / 4.8 = 20.8 investigators
    investigators = {"policy.monitoring.investigators": {"values": values}}
    views = figures(swept(tmp_path, UNIFORM, lambda e: _capacity(e, **investigators)))
    figure = views["misconduct"][""][0]["figure"]
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
    maps = [panel["figure"] for panels in views["misconduct"].values() for panel in panels]
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
    (cycle,) = _theory(figures(folder)["misconduct"][""][0]["figure"], "theory, a cycle")
    assert cycle["y"][:2] == pytest.approx([100 * low, 100 * high])


# The threshold, checked by hand: p s = g.

BECKER: dict[str, Any] = {
    "name": "becker",
    "policy": {
        "monitoring": {"kind": "random_audit", "rate": 0.2},
        "detector": {"sensitivity": 0.5},
        "sanction": {"kind": "turnover_cap", "amount": 15, "share": 0.03},
    },
    "population": [
        {
            "kind": "rational", "size": 9,
            "turnover": {"kind": "constant", "value": 1000}, "gain": {"kind": "constant", "value": 6},
        }
    ],
}  # fmt: skip


def test_the_threshold_over_two_parameters_is_the_hyperbola_of_becker() -> None:
    axes = (
        ("policy.monitoring.rate", np.linspace(0, 1, 11)),
        ("policy.sanction.share_of_maximum", np.linspace(0, 1, 11)),
    )
    (line,) = over_two(load_experiment(BECKER), 0, {}, *axes)
    assert line.x * 0.5 * line.y * 30 == pytest.approx(np.full(len(line.x), 6.0))
    assert line.x.min() == pytest.approx(0.4, abs=0.0125)


def test_the_threshold_over_one_parameter() -> None:
    (line,) = over_one(load_experiment(BECKER), 0, {}, ("policy.monitoring.rate", np.array([0.0, 0.25, 1.0])))
    assert line.x == pytest.approx([0.4])


@pytest.mark.parametrize(
    "changes",
    [
        {"population.0.kind": "quantal", "population.0.precision": 2.0},
        {"population.0.belief": {"kind": "moving_average", "start": 0.5, "rate": 0.1}},
        {"population.0.turnover": {"kind": "uniform", "low": 1, "high": 2}},
        {"policy.sanction.suspension": 1},
        {"policy.monitoring": {"kind": "investigation_capacity", "investigators": 3}},
    ],
    ids=["not rational", "learns", "turnovers differ", "suspension", "depends on others"],
)
def test_no_threshold_where_it_does_not_apply(changes: dict[str, Any]) -> None:
    assert np.isnan(expected_sanction(load_experiment(BECKER, changes).experiment, 0, 6.0))


def test_errors_against_innocents_weaken_the_threshold() -> None:
    changed = load_experiment(BECKER, {"policy.detector.false_positive_rate": 0.1}).experiment
    assert expected_sanction(changed, 0, 6.0) == pytest.approx(0.2 * (0.5 - 0.1) * 30)


def axis(name: str, values: int, numeric: bool = True) -> Dimension:
    labels = tuple(map(str, range(values)))
    return Dimension(f"param.{name}", Quantity(name), tuple(range(values)), labels, numeric=numeric)


@pytest.mark.parametrize(
    ("axes", "forms"),
    [
        ([axis("x", 9), axis("y", 9)], ["heat map"]),
        ([axis("x", 9), axis("y", 4)], ["heat map", "curves"]),
        ([axis("x", 9), axis("y", 3)], ["curves", "heat map"]),
        ([axis("x", 9)], ["curves"]),
        ([axis("policy", 3, numeric=False), axis("x", 9)], ["curves"]),
        ([axis("policy", 30, numeric=False)], ["comparison"]),
    ],
)
def test_the_form_follows_from_what_is_swept(axes: list[Dimension], forms: list[str]) -> None:
    assert [roles.form for roles in assign(axes, None, None)] == forms


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
        tab.wait_for_selector(".view[data-view=misconduct] .heatmaplayer")
        measure = tab.locator(".view[data-view=measures] select").first
        measure.select_option("1")
        tab.wait_for_selector(".view[data-view=measures] .main-svg")
        overflow = tab.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        browser.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith(("file:", "data:", "blob:"))] == []
    assert overflow <= 0


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
