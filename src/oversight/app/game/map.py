"""The map of a game, and how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import solara

from oversight.app.control import Control
from oversight.app.game.levers import REPLICATES, Asked, Drawn, cells, figure, levers
from oversight.app.game.shown import Shown
from oversight.app.latest import Latest
from oversight.app.widgets import Figure, Progress, Select
from oversight.environments import environment_of
from oversight.figures import measure

_EVERY = 0.15
"""Seconds between two looks at the progress."""
_TALLER = 120


@dataclass
class Work:
    """The map under way, and the last one."""

    drawn: solara.Reactive[Drawn | None] = field(default_factory=lambda: solara.Reactive(None))
    share: solara.Reactive[float | None] = field(default_factory=lambda: solara.Reactive(None))
    failure: solara.Reactive[str] = field(default_factory=lambda: solara.Reactive(""))

    def __post_init__(self) -> None:
        self._latest: Latest[Asked, None] = Latest(self._draw, lambda _, found: self._done(), self._done)

    def ask(self, asked: Asked) -> None:
        """Draw this, instead of what is under way."""
        self.failure.value = ""
        self.share.value = 0.0
        self._latest.ask(asked)

    def cancel(self) -> None:
        """Stop before the next run."""
        self._latest.cancel()
        self.share.value = None

    def _draw(self, asked: Asked, overtaken: Callable[[], bool]) -> None:
        told = time.monotonic()
        for step in cells(asked, overtaken):
            if isinstance(step, Drawn):
                self.drawn.value = step
            elif time.monotonic() - told > _EVERY:
                told, self.share.value = time.monotonic(), step

    def _done(self, failure: str = "") -> None:
        self.failure.value = failure
        self.share.value = None


@solara.component
def Map(shown: Shown, on_point: Callable[[dict[str, Any]], None]) -> None:
    """A measure over two numbers of the game; `on_point` is given new values by path where the map is clicked."""
    work = solara.use_memo(Work, [])
    solara.use_effect(lambda: work.cancel, [])
    picked, pick = solara.use_state(("", ""))
    name, choose = solara.use_state("")
    found = {control.path: control for control in levers(shown)}
    solara.HTML("h2", "Over two of its numbers")
    if len(found) < 2:
        solara.Text("This game has fewer than two numbers that a map could be drawn over.", classes=["ov-quiet"])
        return
    pair = _pair(found, picked)
    environment, experiment = environment_of(shown.experiment), shown.experiment
    words = environment.words(experiment)
    name = name if name in words else environment.main
    options = {"": [(path, control.title) for path, control in found.items()]}
    x, y = pair
    with solara.Div(classes=["ov-choices", "ov-beside"]):
        Select("Measure", name, {"": [(each, words[each].title) for each in words]}, choose)
        Select("Across", x, options, lambda path: pick((path, x if path == y else y)))
        Select("Up", y, options, lambda path: pick((y if path == x else x, path)))
    asked = Asked(shown, found[x], found[y])
    drawn = work.drawn.value
    fits = drawn is not None and drawn.asked.key == asked.key
    if work.share.value is not None:
        Progress("Playing", work.share.value, work.cancel)
    elif not fits:
        solara.Button("Draw the map", on_click=lambda: work.ask(asked), outlined=True, small=True)
    if work.failure.value:
        solara.Text(work.failure.value, classes=["ov-notice"])
    if drawn is not None and fits:
        Picture(drawn, asked, name, on_point)


@solara.component
def Picture(drawn: Drawn, asked: Asked, name: str, on_point: Callable[[dict[str, Any]], None]) -> None:
    """The map that was drawn, with what is set now marked."""
    title = measure(name, {}, environment_of(asked.shown.experiment).words(asked.shown.experiment)).title
    if np.isnan(drawn.means[name]).all():
        solara.Text(f"No cell has a number for {title.lower()}.", classes=["ov-quiet"])
        return
    said = f"{title} over {asked.x.title.lower()} and {asked.y.title.lower()}, means of {REPLICATES} replicates."
    plot = figure(replace(drawn, asked=asked), name)

    def move(point: dict[str, Any]) -> None:
        found = {}
        for control, values, place in ((asked.x, drawn.across, point["x"]), (asked.y, drawn.up, point["y"])):
            shown = values * 100 if control.percent else values
            value = float(values[np.argmin(np.abs(shown - float(place)))])
            found[control.path] = int(value) if control.kind == "integer" else value
        on_point(found)

    Figure(plot, said, plot.layout.height + _TALLER, move, crosshair=True)
    solara.Text(f"{said} Click to set the two numbers.", classes=["ov-quiet"])


def _pair(found: dict[str, Control], picked: tuple[str, str]) -> tuple[str, str]:
    """The two that were picked, where the game has them, or else the first two."""
    first, second, *_ = found
    x, y = picked
    return (x, y) if x in found and y in found and x != y else (first, second)
