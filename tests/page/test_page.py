"""The page in a real browser: what a reader does, and that nothing complains or leaves this machine."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pandas as pd
import pytest

from helpers import ROOT

CHROMIUM = Path("/usr/bin/chromium")
TABS = ("Live", "Map", "Search", "Compare", "Results", "Game", "Scenarios")
SMALL = """\
name: small
title: A small world
question: Does it pay?
policy:
  monitoring: {kind: random_audit, rate: 0.2, cost_per_inspection: 0.05}
  detector: {sensitivity: 0.9, false_positive_rate: 0.05}
  sanction: {kind: fixed, amount: 3.0}
population:
  - {kind: rational, size: 200, gain: {kind: exponential, mean: 1.0}}
periods: 40
replicates: 4
seed: 5
sweep:
  kind: grid
  parameters:
    policy.monitoring.rate: {start: 0.1, stop: 0.5, num: 3}
    policy.sanction.amount: {values: [1, 3]}
"""
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no browser at {CHROMIUM}"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the page serves: the bundled files, a small experiment, and the results of its sweep."""
    folder = tmp_path_factory.mktemp("served")
    for name in ("policies", "experiments"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "experiments" / "small.yaml").write_text(SMALL)
    _oversight(folder, "sweep", "experiments/small.yaml", "--workers", "1")
    return folder


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with served(folder) as address:
        yield address


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Where `oversight serve` listens."""
    words = [sys.executable, "-m", "oversight", "serve", "experiments/small.yaml", "--port", "0"]
    with subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if not found:
            server.kill()  # or reading on would wait for ever
        assert found, line + server.stdout.read()
        yield found[0]
        server.send_signal(signal.SIGINT)
        said = server.stdout.read()
    # Ctrl+C is how it is stopped, and no mistake.
    assert (server.returncode, said) == (0, "")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield launched
        launched.close()


class Visit:
    """A browser session that remembers what was complained of and asked of other hosts."""

    def __init__(self, browser: Any, address: str, width: int = 1400):
        self.address = address
        self.context = browser.new_context(viewport={"width": width, "height": 900})
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.complaints: list[str] = []
        self.page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)

    def _asked(self, request: Any) -> None:
        local = (self.address, self.address.replace("http", "ws"), "data:", "blob:")
        if not request.url.startswith(local):
            self.complaints.append(f"asked for {request.url}")

    def open(self, query: str = "") -> Any:
        self.page.goto(f"{self.address}/{query}")
        self.page.wait_for_selector(".ov-key-figure", state="attached")
        return self.page

    def figure(self, name: str) -> float:
        """A key figure as a number; percentages as such."""
        text = self.page.locator(f"[data-figure={name}] .ov-value").inner_text()
        return float(text.replace("%", "").replace("\u00a0", "").replace("−", "-").replace(",", "").strip())

    def period(self) -> int:
        words = self.page.locator(".ov-clock").inner_text()
        return int(re.findall(r"[\d,]+", words)[0].replace(",", ""))


@pytest.fixture
def visits(browser: Any, address: str) -> Iterator[Any]:
    made: list[Visit] = []

    def visit(width: int = 1400) -> Visit:
        made.append(Visit(browser, address, width))
        return made[-1]

    yield visit
    for one in made:
        one.context.close()
    assert [one.complaints for one in made if one.complaints] == []


def _oversight(folder: Path, *words: str) -> str:
    run = subprocess.run(
        [sys.executable, "-m", "oversight", *words], cwd=folder, capture_output=True, text=True, check=True
    )
    return run.stdout


@pytest.mark.slow
@pytest.mark.parametrize("width", [1400, 400])
def test_every_tab_opens_and_none_is_wider_than_the_screen(visits: Any, width: int) -> None:
    page = visits(width).open()
    for tab in TABS:
        page.get_by_role("tab", name=tab).click()
        page.wait_for_selector(f"[data-tab={tab.lower()}]", state="attached")
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, tab
        assert "Traceback" not in page.inner_text("body")


@pytest.mark.slow
def test_misconduct_follows_a_slider_while_the_model_plays(visits: Any) -> None:
    visit = visits()
    page = visit.open()
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("document.querySelector('.ov-clock').innerText.match(/Period ([3-9]|\\d\\d)/)")
    before = visit.figure("misconduct_rate")
    period = visit.period()
    slider = page.get_by_role("slider", name=re.compile("Inspection rate"))
    slider.focus()
    slider.press("End")
    # An audit of everyone who keeps 1 in 10 undetected leaves exp(-0.9 * 3 / 1) of the gains worth it.
    page.wait_for_function(
        "parseFloat(document.querySelector('[data-figure=misconduct_rate] .ov-value').innerText) < 20"
    )
    assert before > 40
    assert visit.period() > period, "the model began anew"


@pytest.mark.slow
def test_numbers_are_the_command_lines(visits: Any, folder: Path) -> None:
    run = json.loads(_oversight(folder, "run", "experiments/small.yaml", "--json"))["metrics"]
    solved = json.loads(_oversight(folder, "solve", "experiments/small.yaml", "--json"))
    visit = visits()
    page = visit.open()
    page.get_by_role("button", name="To the end").click()
    page.wait_for_selector("text=the run is over")
    for name in ("misconduct_rate", "detection_rate", "false_sanction_rate"):
        assert visit.figure(name) == pytest.approx(100 * run[name], rel=5e-3), name
    assert visit.figure("social_cost") == pytest.approx(run["social_cost"], rel=5e-3)
    assert visit.figure("price_of_anarchy") == pytest.approx(solved["price_of_anarchy"], rel=5e-4)
    assert visit.figure("price_of_stability") == pytest.approx(solved["price_of_stability"], rel=5e-4)


@pytest.mark.slow
def test_a_run_that_is_over_can_be_played_on(visits: Any) -> None:
    visit = visits()
    page = visit.open("?scenario=small&periods=3")
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_selector("text=the run is over")
    assert visit.period() == 3
    page.get_by_role("button", name="Play on").click()
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("document.querySelector('.ov-clock').innerText.includes('past the run')")


@pytest.mark.slow
def test_a_shared_link_opens_the_same_scenario(visits: Any) -> None:
    first = visits()
    page = first.open()
    slider = page.get_by_role("slider", name=re.compile("Fine"))
    slider.focus()
    slider.press("Home")
    page.wait_for_function("location.search.includes('policy.sanction.amount')")
    query = page.evaluate("location.search")
    second = visits()
    again = second.open(query)
    assert again.get_by_role("slider", name=re.compile("Fine")).input_value() == slider.input_value() == "0"
    again.get_by_role("button", name="To the end").click()
    again.wait_for_selector("text=the run is over")
    # Without a fine, every gain above zero is worth it.
    assert second.figure("misconduct_rate") == 100


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    [
        "?yaml=notbase64!",
        "?scenario=..%2F..%2Fetc%2Fpasswd",
        "?scenario=small&policy.sanction.amount=[1",
        "?scenario=small&policy.monitoring.kind=os:system",
        "?scenario=small&population.0.kind=os:system",
        "?a=1&a=2",
    ],
)
def test_a_bad_link_gives_a_message(visits: Any, query: str) -> None:
    page = visits().open(query)
    message = page.locator(".ov-notice").inner_text()
    assert "cannot be opened" in message
    assert "Traceback" not in page.inner_text("body")


@pytest.mark.slow
@pytest.mark.parametrize("tab", ["live", "map", "compare", "scenarios"])
def test_a_link_cannot_run_a_script(visits: Any, tab: str) -> None:
    hostile = quote(json.dumps("<img src=data: onerror=window.hostile=1>"))
    words = "&".join(f"{path}={hostile}" for path in ("title", "question", "policy.units.money"))
    page = visits().open(f"?scenario=capacity_tipping&{words}&tab={tab}&view.map_measure=social_cost")
    if tab == "map":
        page.wait_for_function(_SOLVED)
    page.wait_for_timeout(500)
    assert page.evaluate("window.hostile") is None


@pytest.mark.slow
def test_two_sessions_do_not_see_each_other(visits: Any) -> None:
    one, other = visits(), visits()
    for visit in (one, other):
        visit.open()
    one.page.get_by_role("button", name="Step").click()
    slider = one.page.get_by_role("slider", name=re.compile("Fine"))
    slider.focus()
    slider.press("Home")
    one.page.wait_for_function("location.search.includes('policy.sanction.amount')")
    assert one.period() == 1
    assert other.period() == 0
    assert other.page.get_by_role("slider", name=re.compile("Fine")).input_value() == "3"
    assert "policy.sanction.amount" not in other.page.evaluate("location.search")


@pytest.mark.slow
def test_two_policies_are_compared(visits: Any, folder: Path) -> None:
    page = visits().open("?scenario=small&policy.sanction.amount=6&tab=compare")
    row = page.locator(".ov-table tr", has_text="Misconduct rate (").locator("td")
    page.wait_for_selector(".ov-table")
    shown = [float(row.nth(place).inner_text().split()[0].split("\u00a0")[0].replace("−", "-")) for place in range(3)]
    runs = [
        json.loads(
            _oversight(folder, "run", "experiments/small.yaml", "--json", "--set", f"policy.sanction.amount={x}")
        )
        for x in (3, 6)
    ]
    rates = [100 * run["metrics"]["misconduct_rate"] for run in runs]
    # Four replicates of 200 actors and 40 periods: a standard error of 0.3 points at most.
    assert shown[:2] == pytest.approx(rates, abs=2)
    assert shown[2] == pytest.approx(shown[1] - shown[0], abs=0.2)
    page.get_by_label("Policy", exact=True).select_option("no_oversight")
    page.wait_for_function("document.querySelector('.ov-table tr td').innerText.startsWith('100')")
    page.wait_for_function("location.search.includes('view.baseline=no_oversight')")


@pytest.mark.slow
def test_a_text_is_checked_used_and_downloaded(visits: Any, folder: Path, tmp_path: Path) -> None:
    page = visits().open("?scenario=small&tab=scenarios")
    text = page.get_by_label("Scenario as YAML")
    written = text.input_value()
    text.fill(written.replace("rate: 0.2", "rate: 2"))
    page.wait_for_selector(".ov-problems")
    assert "policy.monitoring.rate: 2 is above the most allowed" in page.inner_text(".ov-problems")
    line = int(page.inner_text(".ov-problems button").removeprefix("Line "))
    assert "rate: 2" in text.input_value().splitlines()[line - 1]
    text.fill("# half\n" + written.replace("rate: 0.2", "rate: 0.5"))
    page.get_by_text("The text is valid").wait_for()
    page.get_by_role("button", name="Use this text").click()
    page.get_by_text("This is the running scenario").wait_for()
    assert page.get_by_role("slider", name="Inspection rate").input_value() == "50"
    assert text.input_value().startswith("# half")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    download.value.save_as(tmp_path / "copy.yaml")
    assert download.value.suggested_filename == "small.yaml"
    copied = json.loads(_oversight(tmp_path, "run", "copy.yaml", "--json"))["metrics"]
    asked = ("run", "experiments/small.yaml", "--json", "--set", "policy.monitoring.rate=0.5")
    assert copied == json.loads(_oversight(folder, *asked))["metrics"]


@pytest.mark.slow
def test_a_form_says_beside_the_field_what_is_wrong(visits: Any) -> None:
    page = visits().open("?scenario=small&tab=scenarios")
    field = page.get_by_role("spinbutton", name="Inspection rate")
    field.fill("150")
    field.press("Enter")
    message = page.locator("[data-tab=scenarios] .ov-error")
    assert message.inner_text() == "It must be at least 0\u00a0% and at most 100\u00a0%."
    assert message.get_attribute("id") in field.get_attribute("aria-describedby").split()
    assert field.input_value() == "150"
    page.get_by_role("combobox", name="Sanction").select_option("escalating")
    page.get_by_role("slider", name="Fines by record").first.wait_for()
    assert field.input_value() == "20"
    assert "kind: escalating" in page.get_by_label("Scenario as YAML").input_value()


@pytest.mark.slow
def test_files_are_found_and_uploaded_and_bad_ones_refused(visits: Any, tmp_path: Path) -> None:
    page = visits().open("?tab=scenarios")
    page.get_by_label("Search").fill("two outcomes")
    page.get_by_role("button", name="Two outcomes under one policy").click()
    page.wait_for_function("location.search.startsWith('?scenario=capacity_tipping')")
    upload = page.locator("input[type=file]")
    upload.set_input_files(ROOT / "experiments" / "who_is_deterred.yaml")
    page.get_by_role("heading", name="Who is deterred?").wait_for()
    for content, says in (
        (b"policy: /etc/passwd\npopulation: [{kind: rational, size: 3}]", "is a file, which the page does not open"),
        (SMALL.replace("kind: rational", "kind: 'os:system'").encode(), "the page does not load `os:system`"),
        (b"a: &a [*a, *a]", "an alias contains itself"),
        (b"\xff\xfe\x00", "is not a text file"),
        (b"x" * 100_000, "too large"),
    ):
        (tmp_path / "bad.yaml").write_bytes(content)
        upload.set_input_files(tmp_path / "bad.yaml")
        page.get_by_text(says).first.wait_for()
        assert page.locator("h1").inner_text() == "Who is deterred?"
        assert "Traceback" not in page.inner_text("body")


@pytest.mark.slow
def test_a_session_that_is_left_stops_playing(browser: Any, folder: Path) -> None:
    with served(folder) as address:

        def state() -> tuple[int, int]:
            """Sessions, and threads at work."""
            found = json.load(urlopen(f"{address}/resourcez"))
            return found["kernels"]["total"], found["threads"]["running"]

        def wait_for(right: Callable[[int, int], bool]) -> None:
            for _ in range(150):
                if right(*state()):
                    return
                time.sleep(0.1)
            raise AssertionError(state())

        visit = Visit(browser, address)
        page = visit.open()
        page.wait_for_timeout(1_500)
        sessions, idle = state()
        assert sessions == 1
        page.get_by_role("button", name="Play", exact=True).click()
        wait_for(lambda sessions, threads: threads > idle)
        page.goto("about:blank")
        wait_for(lambda sessions, threads: sessions == 0 and threads <= idle)
        visit.context.close()


_MAP = (
    "document.querySelector('[data-tab=map] .ov-figure:not(.ov-stale *, [data-tornado] *)')?.getAttribute('aria-label')"
)
_SOLVED = f"{_MAP} && !document.querySelector('[data-tab=map] .ov-progress')"


@pytest.mark.slow
def test_a_click_on_the_map_moves_the_policy_that_runs(visits: Any) -> None:
    visit = visits()
    page = visit.open()
    page.get_by_role("button", name="Step").click()
    page.wait_for_function("document.querySelector('.ov-clock').innerText.match(/Period 1\\b/)")
    page.get_by_role("tab", name="Map").click()
    page.wait_for_function(_SOLVED)
    # From nobody to everyone inspected, and from no fine to one of 3: a little right of the middle, and above it.
    box = page.locator("[data-tab=map] .ov-figure .xy .nsewdrag").first.bounding_box()
    page.mouse.click(box["x"] + 0.625 * box["width"], box["y"] + 0.25 * box["height"])
    page.wait_for_function("location.search.includes('policy.sanction.amount')")
    query = dict(pair.split("=") for pair in page.evaluate("location.search").lstrip("?").split("&"))
    assert float(query["policy.monitoring.rate"]) == pytest.approx(0.625, abs=0.02)
    assert float(query["policy.sanction.amount"]) == pytest.approx(2.25, abs=0.06)
    page.get_by_role("tab", name="Live").click()
    assert visit.period() == 1, "the model began anew"


@pytest.mark.slow
def test_the_map_is_drawn_anew_when_another_control_moves(visits: Any) -> None:
    page = visits().open("?scenario=small&tab=map")
    page.wait_for_function(_SOLVED)
    before = page.evaluate(_MAP)
    # Misconduct is least where half are inspected and the fine is 3: exp(-0.9 x 0.5 x 3) without false positives.
    assert "lowest" in before
    slider = page.get_by_role("slider", name=re.compile("Sensitivity"))
    slider.focus()
    slider.press("Home")
    page.wait_for_function(f"{_MAP} !== {json.dumps(before)}")
    page.wait_for_function(f"{_MAP}.includes('lowest 100')")
    page.get_by_label("Measure").select_option("price_of_anarchy")
    page.wait_for_function(f"{_MAP}.includes('price of anarchy')")
    page.get_by_label("Across").select_option("policy.detector.false_positive_rate")
    page.wait_for_function(f"{_MAP}.includes('over false positive rate and fine')")
    # A link shows the same map; what it says of no such measure or number is left aside.
    page.wait_for_function("location.search.includes('view.map_x')")
    again = visits().open(page.evaluate("location.search"))
    again.wait_for_function(f"{_MAP}.includes('price of anarchy over false positive rate and fine')")
    wrong = visits().open("?scenario=small&tab=map&view.map_measure=os&view.map_x=a&view.map_y=__class__")
    wrong.wait_for_function(f"{_MAP}.includes('misconduct rate, worst equilibrium over inspection rate and fine')")


def _place(page: Any, x: float, y: float) -> tuple[float, float]:
    """Where a figure of the Results tab has a point, in pixels."""
    across, up = page.evaluate(
        """([x, y]) => {
            const plot = document.querySelector('[data-tab=results] .js-plotly-plot');
            const box = plot.getBoundingClientRect(), { xaxis, yaxis } = plot._fullLayout;
            return [box.left + xaxis._offset + xaxis.d2p(x), box.top + yaxis._offset + yaxis.d2p(y)];
        }""",
        [x, y],
    )
    return float(across), float(up)


@pytest.mark.slow
def test_a_sweep_is_explored_and_a_point_of_it_played(visits: Any, folder: Path, tmp_path: Path) -> None:
    visit = visits()
    page = visit.open("?tab=results")
    page.get_by_role("combobox", name="Folder").select_option("small")
    page.wait_for_selector("[data-tab=results] .js-plotly-plot .main-svg")
    page.get_by_role("combobox", name="Measure").select_option("social_cost")
    page.get_by_role("heading", name="Social cost").last.wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Data (CSV)").click()
    download.value.save_as(tmp_path / "data.csv")
    shown = pd.read_csv(tmp_path / "data.csv").set_index("point").sort_index()
    summary = pd.read_csv(folder / "results" / "small" / "summary.csv").set_index("point")
    assert list(shown["metric.social_cost.mean"]) == list(summary["metric.social_cost.mean"])
    for form in ("svg", "png"):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Figure ({form.upper()})").click()
        assert download.value.suggested_filename == f"small_social_cost.{form}"
    page.get_by_role("combobox", name="Show as").select_option("heat map")
    page.get_by_text("Click a cell").wait_for()
    page.wait_for_timeout(500)
    page.mouse.click(*_place(page, 50, 3))
    page.wait_for_function("location.search.includes('policy.monitoring.rate=0.5')")
    page.get_by_role("button", name="To the end").click()
    page.wait_for_selector("text=the run is over")
    asked = ("run", "experiments/small.yaml", "--json", "--set", "policy.monitoring.rate=0.5")
    run = json.loads(_oversight(folder, *asked))["metrics"]
    assert visit.figure("misconduct_rate") == pytest.approx(100 * run["misconduct_rate"], rel=5e-3)


@pytest.mark.slow
def test_a_point_can_be_chosen_without_a_mouse(visits: Any) -> None:
    page = visits(400).open("?tab=results")
    page.get_by_role("combobox", name="Folder").select_option("small")
    page.get_by_role("combobox", name="Point").select_option(label="inspection rate 10\u00a0%, fine 1\u00a0money")
    page.get_by_role("button", name="Play in Live").press("Enter")
    page.wait_for_function("location.search.includes('policy.sanction.amount=1')")
    assert page.get_by_role("tab", name="Live").get_attribute("aria-selected") == "true"


@pytest.mark.slow
def test_beckers_picture_moves_with_a_slider(visits: Any) -> None:
    page = visits().open("?scenario=small&policy.detector.false_positive_rate=0")
    said = "document.querySelector('[data-becker] .ov-figure').getAttribute('aria-label')"
    # A fifth inspected, nine of ten found, a fine of 3: who gains more than 0.54 of a mean of 1.
    page.wait_for_function(f"{said}.includes('0.54 money. Who would gain more violates: 58.3')")
    slider = page.get_by_role("slider", name=re.compile("Fine"))
    slider.focus()
    slider.press("Home")
    page.wait_for_function(f"{said}.includes('0 money. Everybody violates')")


@pytest.mark.slow
def test_a_policy_that_was_not_played_has_no_numbers_of_another(visits: Any) -> None:
    visit = visits()
    page = visit.open()
    page.get_by_role("button", name="To the end").click()
    page.wait_for_selector("text=the run is over")
    slider = page.get_by_role("slider", name=re.compile("Inspection rate"))
    slider.focus()
    slider.press("End")
    page.get_by_text("not played under this policy yet").first.wait_for()
    page.wait_for_function("!document.querySelector('.ov-clock').innerText.includes('the run is over')")
    assert page.locator("[data-figure=misconduct_rate] .ov-value").inner_text() == "–"


@pytest.mark.slow
def test_a_refused_file_does_not_stand_beside_the_mistakes_of_the_last(visits: Any, tmp_path: Path) -> None:
    page = visits().open("?tab=scenarios")
    upload = page.locator("input[type=file]")
    (tmp_path / "wrong.yaml").write_text(SMALL.replace("rate: 0.2", "rate: 2"))
    (tmp_path / "picture.yaml").write_bytes(b"\xff\xfe\x00")
    upload.set_input_files(tmp_path / "wrong.yaml")
    page.wait_for_selector(".ov-problems")
    upload.set_input_files(tmp_path / "picture.yaml")
    page.get_by_text("picture.yaml is not a text file").wait_for()
    assert page.locator(".ov-problems").count() == 0
    page.get_by_label("Scenario as YAML").press("End")
    page.get_by_label("Scenario as YAML").type(" ")
    page.wait_for_selector(".ov-problems")


@pytest.mark.slow
def test_several_policies_are_compared_and_exported(visits: Any, tmp_path: Path) -> None:
    visit = visits(400)
    page = visit.open("?scenario=small&policy.sanction.amount=6&tab=compare")
    page.get_by_label("Also compare").select_option("no_oversight")
    page.get_by_role("columnheader", name="No oversight").wait_for()
    page.wait_for_function("location.search.includes('view.others=no_oversight')")
    page.get_by_text("scroll it sideways").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Data (CSV)").click()
    download.value.save_as(tmp_path / "data.csv")
    table = pd.read_csv(tmp_path / "data.csv").set_index(["policy", "measure"])
    assert table.loc[("No oversight", "misconduct_rate"), "value"] == 1
    assert table.loc[("Reform", "misconduct_rate"), "difference"] < 0


@pytest.mark.slow
def test_the_map_is_exported(visits: Any, tmp_path: Path) -> None:
    page = visits().open("?scenario=small&tab=map")
    page.wait_for_function(_SOLVED)
    with page.expect_download() as download:
        page.get_by_role("button", name="Data (CSV)").click()
    download.value.save_as(tmp_path / "map.csv")
    table = pd.read_csv(tmp_path / "map.csv")
    assert {"policy.monitoring.rate", "policy.sanction.amount", "misconduct_rate.worst"} < set(table.columns)
    # Nobody is deterred where nobody is fined.
    assert (table.loc[table["policy.sanction.amount"] == 0, "misconduct_rate.worst"] == 1).all()
    for form in ("svg", "png"):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Figure ({form.upper()})").click()
        assert download.value.suggested_filename == f"small_map_misconduct_rate.{form}"


@pytest.mark.slow
def test_what_is_searched_is_found_and_played(visits: Any) -> None:
    """At the highest fine, 3, and with everyone audited, exp(-3 (.9 - .05)) = 7.8 % of gains are worth it."""
    page = visits().open("?scenario=small&tab=search")
    search = page.get_by_role("button", name="Search", exact=True)
    search.click()
    page.wait_for_selector("[role=alert]:has-text('Misconduct rate: no setting of these levers keeps')")
    field = page.locator("[data-bound=misconduct_rate] input")
    assert field.get_attribute("aria-invalid") == "true"
    field.fill("50")
    field.press("Tab")
    page.wait_for_selector("text=misconduct rate at most 50")
    search.click()
    page.wait_for_selector(".ov-found")
    page.get_by_role("tab", name="Live").click()
    page.wait_for_selector("[data-tab=live] .ov-clock")
    page.get_by_role("tab", name="Search").click()
    page.wait_for_selector("[data-tab=search] .ov-found")
    # It is still there.
    rate = float(re.findall(r"rate: ([\d.]+)\s%", page.inner_text("[data-tab=search] .ov-found >> nth=0"))[0]) / 100
    page.get_by_role("button", name="Play this policy").click()
    page.wait_for_selector("[data-tab=live] .ov-clock")
    page.wait_for_function("location.search.includes('policy.monitoring.rate')")
    query = dict(pair.split("=") for pair in page.evaluate("location.search").lstrip("?").split("&"))
    assert float(query["policy.monitoring.rate"]) == pytest.approx(rate, rel=1e-3)


@pytest.mark.slow
def test_a_front_is_drawn_and_one_of_its_settings_played(visits: Any) -> None:
    page = visits().open("?scenario=small&tab=search")
    page.get_by_label("Measure", exact=True).select_option("oversight_cost")
    page.get_by_label("And", exact=True).select_option("misconduct_rate")
    page.get_by_role("button", name="Remove Misconduct rate").click()
    search = page.get_by_role("button", name="Search", exact=True)
    search.click()
    page.get_by_role("button", name="Cancel").click()
    page.wait_for_selector("text=Nothing has been searched yet")
    search.click()
    page.wait_for_selector("[data-tab=search] .js-plotly-plot", timeout=120_000)
    # The last is the costliest, at which everyone is audited.
    options = page.get_by_label("Setting", exact=True).locator("option")
    page.get_by_label("Setting", exact=True).select_option(str(options.count() - 1))
    page.get_by_role("button", name="Play this policy").click()
    page.wait_for_selector("[data-tab=live] .ov-clock")
    page.wait_for_function("/policy\\.monitoring\\.rate=(1|0\\.999)/.test(location.search)")


@pytest.mark.slow
def test_the_map_tells_what_the_running_policy_hangs_on(visits: Any) -> None:
    page = visits().open("?scenario=small&tab=map")
    page.wait_for_selector("[data-tornado] .js-plotly-plot")
    before = page.inner_text("[data-tornado]")
    assert "Each number alone is moved by 20" in before
    slider = page.get_by_role("slider", name=re.compile("Fine"))
    slider.focus()
    slider.press("Home")
    page.wait_for_function(f"document.querySelector('[data-tornado]').innerText !== {json.dumps(before)}")


@pytest.mark.slow
def test_a_game_is_played_changed_and_mapped(visits: Any) -> None:
    page = visits().open("?tab=scenarios")
    page.get_by_role("button", name="How many misaligned providers").click()
    page.wait_for_selector("[data-players] .js-plotly-plot .main-svg")
    page.get_by_role("heading", name="How many misaligned providers until competition aligns them?").wait_for()
    page.wait_for_function("document.title.startsWith('How many misaligned providers')")
    page.get_by_role("combobox", name="Design point").select_option(
        label="Providers 3, utilities biased, bias 0.5, sd 0.15"
    )
    page.wait_for_selector("text=3 players around the user")
    field = page.locator("[data-tab=game]").get_by_label("Providers", exact=False).locator("visible=true").last
    field.wait_for()
    page.wait_for_function("location.search.includes('view.point=8')")
    page.goto(page.url + "&view.set.game.providers.count=2")
    page.wait_for_selector("text=2 players around the user")
    page.get_by_role("button", name="Numbers as in the file").click()
    page.wait_for_selector("text=3 players around the user")
    page.get_by_role("button", name="Draw the map").click()
    page.wait_for_selector("[data-levers] .js-plotly-plot .main-svg", timeout=90_000)
