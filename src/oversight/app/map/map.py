"""The tab itself."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import solara

from oversight.app.controls import controls
from oversight.app.latest import Latest
from oversight.app.map.axes import Axis, axes, first_two
from oversight.app.map.figure import PRICED, WHICH, Which, csv, figure, measures_of, remarks, spoken
from oversight.app.map.solution import SolvedMap, moved, solution_map
from oversight.app.map.tornado import Tornado
from oversight.app.panel import ControlPanel
from oversight.app.session import Session
from oversight.app.widgets import Downloads, Figure, Progress, Select
from oversight.errors import OversightError
from oversight.scenario import Experiment
from oversight.sweeps.identity import essence

_EVERY = 0.15
"""Seconds between two looks at the progress."""
_TALLER = 120
"""Pixels that a map has more on the page than in a report, where it is narrower."""


@dataclass(frozen=True, eq=False)
class Question:
    """A map that is asked for: `key` is the same for all running policies that it shows alike."""

    experiment: Experiment
    x: Axis
    y: Axis
    priced: bool

    @property
    def key(self) -> str:
        """All that the cells depend on, but whether they are priced."""
        ends = {axis.path: float(axis.values[0]) for axis in (self.x, self.y)}
        spans = [[axis.path, axis.values.tolist()] for axis in (self.x, self.y)]
        return json.dumps([essence(moved(self.experiment, ends)), spans])


@dataclass
class Work:
    """The map under way, and the last one that was solved."""

    solved: solara.Reactive[tuple[Question, SolvedMap] | None] = field(default_factory=lambda: solara.Reactive(None))
    share: solara.Reactive[float | None] = field(default_factory=lambda: solara.Reactive(None))
    """How much of the next map is done, None where nothing is under way."""
    failure: solara.Reactive[str] = field(default_factory=lambda: solara.Reactive(""))

    def __post_init__(self) -> None:
        self.latest: Latest[Question, str] = Latest(self._solve, self._done, lambda words: self._done(None, words))

    def ask(self, question: Question) -> None:
        """Solve this map, instead of what is under way."""
        self.failure.value = ""
        self.share.value = 0.0
        self.latest.ask(question)

    def cancel(self) -> None:
        """Leave the last map."""
        self.latest.cancel()
        self.share.value = None

    def _solve(self, question: Question, overtaken: Callable[[], bool]) -> str:
        shown = time.monotonic()
        try:
            for step in solution_map(question.experiment, question.x, question.y, question.priced, overtaken):
                if overtaken():
                    break
                if step.solved:
                    self.solved.value = (question, step.solved)
                if step.solved or time.monotonic() - shown > _EVERY:
                    shown = time.monotonic()
                    self.share.value = 0.0 if step.solved else step.share  # the next map begins
        except OversightError as error:
            return str(error)
        return ""

    def _done(self, question: Question | None, failure: str) -> None:
        self.failure.value = failure
        self.share.value = None


@solara.component
def Map(session: Session) -> None:
    """What theory says over two numbers of the running policy, which a click on the map changes."""
    view = session.view.value
    scenario = session.scenario.value
    measures = measures_of(scenario.experiment.policy)
    name = _known(view.get("map_measure"), measures)
    which = _known(view.get("map_which"), WHICH)
    work = solara.use_memo(Work, [])
    solara.use_effect(lambda: work.cancel, [])
    found = solara.use_memo(lambda: axes(scenario), [scenario])
    pair = _pair(found, (view.get("map_x", ""), view.get("map_y", "")))
    question = Question(scenario.experiment, *pair, name in PRICED) if pair else None
    key = question.key if question else ""

    def ask() -> None:
        if question and not _answers(work.solved.value, key, question.priced):
            work.ask(question)

    solara.use_effect(ask, [key, name in PRICED])
    with solara.Div(classes=["ov-live"]):
        with solara.Div(classes=["ov-card"]):
            if pair:
                Choices(session, found, pair, measures, name, which)
            panel = [group for group in controls(scenario) if not any(control.resets for control in group.controls)]
            ControlPanel(panel, session.errors.value, session.edit)
        with solara.Div(classes=["ov-live-main"]):
            with solara.Div(classes=["ov-card"]):
                solara.HTML("h2", "Map of policies")
                if question is None:
                    _empty("This policy has fewer than two numbers that a map could be drawn over: choose other kinds.")
                else:
                    Drawing(session, work, question, key, name, which)
            if found:
                Tornado(scenario, found, name, which, name in PRICED)


@solara.component
def Choices(
    session: Session,
    found: list[Axis],
    pair: tuple[Axis, Axis],
    measures: Mapping[str, str],
    name: str,
    which: Which,
) -> None:
    """What the map shows, over what."""
    x, y = (axis.path for axis in pair)
    options = [(axis.path, axis.words.title) for axis in found]
    several = "Where there are several equilibria"
    Select("Measure", name, {"": list(measures.items())}, lambda chosen: session.look(map_measure=chosen))
    Select(several, which, {"": list(WHICH.items())}, lambda chosen: session.look(map_which=chosen))

    def across(path: str) -> None:
        # The other axis gives way, so that the two are never the same.
        session.look(map_x=path, map_y=x if path == y else y)

    def up(path: str) -> None:
        session.look(map_x=y if path == x else x, map_y=path)

    Select("Across", x, {"": options}, across)
    Select("Up", y, {"": options}, up)


@solara.component
def Drawing(session: Session, work: Work, question: Question, key: str, name: str, which: Which) -> None:
    """The last map, dimmed where it no longer answers the question, and what is under way."""
    units = question.experiment.policy.units.model_dump()
    solved = work.solved.value
    fits = _answers(solved, key, question.priced)

    def move(point: dict[str, Any]) -> None:
        if solved and fits:
            x, y = solved[1].nearest(point["x"], point["y"])
            session.move({question.x.path: x, question.y.path: y})

    if work.share.value is not None:
        Progress("Solving more policies" if fits else "Solving", work.share.value, work.cancel)
    if work.failure.value:
        solara.HTML("div", escape(work.failure.value), classes=["ov-notice"], attributes={"role": "alert"})
    elif solved and solved[1].not_covered:
        _empty(solved[1].not_covered)
    elif solved and (fits or work.share.value is not None) and (fits or name not in PRICED or solved[0].priced):
        here = (question.x.here, question.y.here) if fits else None
        with solara.Div(classes=[] if fits else ["ov-stale"]):
            Picture(solved[1], name, which, units, here, move)
            Downloads(f"{question.experiment.name}_map_{name}", lambda: csv(solved[1], name))
    elif work.share.value is None:
        with solara.Div(classes=["ov-empty"]):
            solara.Text("Nothing has been solved yet.")
            solara.Button("Solve", on_click=lambda: work.ask(question))


@solara.component
def Picture(
    solved: SolvedMap,
    name: str,
    which: Which,
    units: dict[str, str],
    here: tuple[float, float] | None,
    on_point: Callable[[dict[str, Any]], None],
) -> None:
    """The figure and what it says in words, which stay as they are while more is being solved."""
    drawn = solara.use_memo(lambda: figure(solved, name, which, units, here), [solved, name, which, here])
    said = solara.use_memo(lambda: spoken(solved, name, which, units), [solved, name, which])
    spec = solara.use_memo(drawn.to_json, [drawn])
    Figure(spec, said, drawn.layout.height + _TALLER, on_point, crosshair=True)
    solara.HTML("p", f"{escape(said)} Click on the map to move the running policy there.", classes=["ov-quiet"])
    for remark in remarks(solved, name, which):
        solara.HTML("p", escape(remark), classes=["ov-quiet"])


def _known[Name: str](chosen: str | None, names: Mapping[Name, str]) -> Name:
    """The name that was chosen, or the first one: a link may say anything."""
    return next((name for name in names if name == chosen), next(iter(names)))


def _pair(found: list[Axis], picked: tuple[str, str]) -> tuple[Axis, Axis] | None:
    """The axes that were picked, if the policy has them and they differ."""
    by_path = {axis.path: axis for axis in found}
    x, y = (by_path.get(path) for path in picked)
    return (x, y) if x and y and x is not y else first_two(found)


def _answers(solved: tuple[Question, SolvedMap] | None, key: str, priced: bool) -> bool:
    return solved is not None and solved[0].key == key and (solved[0].priced or not priced)


def _empty(words: str) -> None:
    with solara.Div(classes=["ov-empty"]):
        solara.Text(words)
