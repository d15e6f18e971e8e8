"""The card below the map: what the running policy's outcome hangs on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from math import isnan

import solara

from oversight.app.latest import Latest
from oversight.app.map.axes import Axis
from oversight.app.map.figure import Which, wording
from oversight.app.map.swings import MOST, SHARE, Swings, largest, swings
from oversight.app.scenario import Scenario
from oversight.app.widgets import Figure
from oversight.figures import tornado
from oversight.numerals import percent
from oversight.sweeps.identity import essence


@dataclass(frozen=True, eq=False)
class Question:
    """The numbers of a running policy."""

    scenario: Scenario
    axes: Sequence[Axis]
    priced: bool

    @property
    def key(self) -> str:
        """All that the answer depends on."""
        return json.dumps([essence(self.scenario.experiment), self.priced])


@dataclass
class Work:
    """The last answer, with the key of its question."""

    found: solara.Reactive[tuple[str, Swings] | None] = field(default_factory=lambda: solara.Reactive(None))

    def __post_init__(self) -> None:
        self.latest: Latest[Question, Swings] = Latest(
            lambda question, overtaken: swings(question.scenario, question.axes, question.priced),
            lambda question, found: self.found.set((question.key, found)),
            lambda words: self.found.set(("", Swings(not_covered=words))),
        )


@solara.component
def Tornado(scenario: Scenario, axes: Sequence[Axis], name: str, which: Which, priced: bool) -> None:
    """A bar for each number that the measure moves with, the longest first."""
    work = solara.use_memo(Work, [])
    solara.use_effect(lambda: work.latest.cancel, [])
    question = Question(scenario, axes, priced)
    solara.use_effect(lambda: work.latest.ask(question), [question.key])
    held = work.found.value
    with solara.Div(classes=["ov-card"], attributes={"data-tornado": "true"}):
        solara.HTML("h2", "What the running policy hangs on")
        if held is None or (priced and not held[1].priced and not held[1].not_covered):
            solara.HTML("p", "Solving …", classes=["ov-quiet"], attributes={"role": "status"})
        elif held[1].not_covered:
            solara.HTML("p", escape(held[1].not_covered), classes=["ov-quiet"])
        else:
            with solara.Div(classes=[] if held[0] == question.key else ["ov-stale"]):
                units = scenario.experiment.policy.units.model_dump()
                Bars(held[1], name, which, units)


@solara.component
def Bars(found: Swings, name: str, which: Which, units: Mapping[str, str]) -> None:
    """The figure, and what it shows in words."""
    frame, here = largest(found, name, which)
    words = wording(name, which, units)
    by = percent(SHARE, 2)
    if isnan(here):
        solara.HTML("p", f"{escape(words.title)} has no value here.", classes=["ov-quiet"])
        return
    if frame.empty:
        solara.HTML("p", f"No number that is moved by {by} of itself changes it.", classes=["ov-quiet"])
        return
    first = frame.iloc[0]
    ends = [words.text(first[end]) for end in ("low", "high")]
    said = (
        f"{words.title} is {words.text(here)}. Each number alone is moved by {by} of itself, as far as its bounds go. "
        f"{first['label']} matters most: {ends[0]} at its low value, {ends[1]} at its high one."
    )
    Figure(tornado(frame, words, here), said, 0)
    solara.HTML("p", escape(said), classes=["ov-quiet"])
    if len(found.swings) > len(frame):
        rest = f"At most {MOST} numbers are shown, none that changes nothing, and none that is 0."
        solara.HTML("p", rest, classes=["ov-quiet"])
