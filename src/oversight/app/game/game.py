"""The tab itself."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import solara

from oversight.app.controls import message
from oversight.app.game.map import Map
from oversight.app.game.outcome import Outcome
from oversight.app.game.play import Work
from oversight.app.game.shown import Opened, Shown, changed, chosen, games, missed, opened, shown, unchanged
from oversight.app.library import Item
from oversight.app.panel import ControlPanel
from oversight.app.session import Session
from oversight.app.widgets import Number, Select
from oversight.errors import InputError


@solara.component
def GameTab(session: Session) -> None:
    """One run of a game of the library, as its numbers are set, and what theory says of it."""
    item = chosen(session.served.library, session.view.value)
    if item is None:
        with solara.Div(classes=["ov-empty"]):
            solara.Text("No experiment here is a game.")
    else:
        missing = missed(session.served.library, session.view.value)
        if missing:
            solara.HTML("div", escape(missing), classes=["ov-notice"], attributes={"role": "alert"})
        Played(session, item).key(item.name)


@solara.component
def Played(session: Session, item: Item) -> None:
    """A game of the library."""
    source = solara.use_memo(lambda: opened(session.served.library, item.name), [])
    work = solara.use_memo(Work, [])
    solara.use_effect(lambda: work.cancel, [])
    errors = solara.use_reactive(dict[str, str]())
    view = session.view.value
    wrong = ""
    try:
        now = shown(source, view)
    except InputError as error:
        now, wrong = shown(source, {}), f"This link cannot be opened. {error}"
    solara.use_effect(lambda: work.ask(now), [now.key])

    def look(**choices: str) -> None:
        errors.value = {}
        session.look(**choices)

    def lay(values: Mapping[str, Any]) -> None:
        said = changed(values)
        try:
            shown(source, {**view, **said})
        except InputError as error:
            path = next(iter(values))
            errors.value = {path: message(now.groups, path, error)}
            return
        look(**said)

    with solara.Div(classes=["ov-live"]):
        with solara.Div(classes=["ov-card"]):
            Choices(session, source, now, look)
            ControlPanel(now.groups, errors.value, lambda path, value: lay({path: value}))
            if now.changes:
                solara.Button("Numbers as in the file", on_click=lambda: look(**unchanged(view)), outlined=True)
        with solara.Div(classes=["ov-live-main"]):
            for words in filter(None, [wrong, work.failure.value]):
                solara.HTML("div", escape(words), classes=["ov-notice"], attributes={"role": "alert"})
            if work.played.value is not None:
                Outcome(work.played.value)
            with solara.Div(classes=["ov-card"], attributes={"data-levers": "true"}):
                Map(now, lay)


@solara.component
def Choices(session: Session, source: Opened, now: Shown, look: Any) -> None:
    """Which game, which point of its sweep, and which replicate."""
    view = session.view.value
    titles = [(item.name, item.title) for item in games(session.served.library)]
    Select("Experiment", source.name, {"": titles}, lambda name: look(**unchanged(view), game=name, point="", draw=""))
    if len(source.points) > 1:
        points = [(str(place), words) for place, words in enumerate(source.points)]
        Select("Design point", str(now.point), {"": points}, lambda place: look(**unchanged(view), point=place))
    Number("Replicate", now.replicate, lambda number: look(draw=str(max(0, int(number)))))
