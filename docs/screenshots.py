"""Takes the documentation's pictures from the running page: `python docs/screenshots.py` (needs Chromium)."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
SCENARIO = "experiments/capacity_tipping.yaml"


@contextmanager
def page() -> Iterator[tuple[Any, str]]:
    """A browser tab, and the address of a page that is served for it."""
    words = [sys.executable, "-m", "oversight", "serve", SCENARIO, "--port", "0"]
    with (
        subprocess.Popen(words, cwd=HERE.parent, stdout=subprocess.PIPE, text=True) as server,
        sync_playwright() as tools,
    ):
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found, "the page did not start"
        browser = tools.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser.new_page(viewport={"width": 1400, "height": 900}, device_scale_factor=1.5), found[0]
        browser.close()
        server.terminate()


def main() -> None:
    """Tip the bundled capacity experiment, map it, and play a game."""
    with page() as (tab, address):
        tab.goto(f"{address}/?scenario=capacity_tipping")
        tab.get_by_role("button", name="Play", exact=True).click()
        investigators = tab.get_by_role("slider", name=re.compile("Investigators"))
        usual = float(investigators.input_value())
        for value, periods in ((usual, 25), (0.3 * usual, 15), (usual, 25)):
            investigators.fill(str(round(value)))
            tab.wait_for_timeout(periods * 220)
        tab.screenshot(path=HERE / "images" / "page_live.png")
        tab.get_by_role("tab", name="Map").click()
        tab.wait_for_selector("[data-tab=map] .heatmaplayer")
        tab.wait_for_function("!document.querySelector('[data-tab=map] .ov-progress')")
        tab.mouse.move(0, 0)
        tab.wait_for_timeout(1_000)
        tab.screenshot(path=HERE / "images" / "page_map.png")
        tab.goto(f"{address}/?tab=game&view.game=how_many_providers&view.point=8")
        tab.wait_for_selector("[data-rounds] .js-plotly-plot .main-svg")
        tab.wait_for_timeout(1_000)
        tab.screenshot(path=HERE / "images" / "page_game.png")


if __name__ == "__main__":
    main()
