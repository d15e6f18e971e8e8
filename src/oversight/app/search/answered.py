"""What a search found, and a button that plays it."""

from __future__ import annotations

from html import escape
from typing import Any

import solara

from oversight.app.scenario import Scenario
from oversight.app.search.work import Answer
from oversight.app.session import Session
from oversight.app.widgets import Column, Figure, Select, Table
from oversight.documents.paths import value_at
from oversight.errors import InputError, OversightError
from oversight.report.search import front, settings
from oversight.report.search.levers import setting_text
from oversight.report.search.told import headline, method, recommendation, remarks
from oversight.searching import Found, Setting
from oversight.searching.policy import data_at


def changes_at(found: Found, setting: Setting) -> dict[str, Any]:
    """What a setting changes of its scenario, by path: a chosen kind brings its section along."""
    data = data_at(found, setting)
    paths = [path.removesuffix(".kind") for path in found.values(setting)]
    outer = [path for path in paths if not any(path.startswith(f"{other}.") for other in paths)]
    return {path: value_at(data, path) for path in outer}


def still_answers(found: Found, asked: Scenario, running: Scenario) -> bool:
    """Whether the running scenario is the one that was searched, but for the levers."""
    changes = changes_at(found, found.best)
    try:
        return asked.changed(changes).data == running.changed(changes).data
    except InputError:
        return False


@solara.component
def Answered(session: Session, answer: Answer, found: Found) -> None:
    """The best setting, what holds it there, the front, and what lies beside it."""
    running = session.scenario.value
    picked, pick = solara.use_state(_middle(found))
    fits = solara.use_memo(lambda: still_answers(found, answer.question.scenario, running), [answer, running])

    def play(setting: Setting) -> None:
        try:
            session.open(running.changed(changes_at(found, setting)), "live", session.replicate)
        except OversightError as error:
            session.notice.value = f"This policy cannot be played here. {error}"

    if not fits:
        solara.HTML("div", "The scenario has changed since this was found: search again.", classes=["ov-notice"])
    with solara.Div(classes=["ov-card"]):
        solara.HTML("h2", "The best setting")
        solara.HTML("p", escape(headline(found)), classes=["ov-headline"])
        for line in recommendation(found):
            solara.HTML("p", escape(line), classes=["ov-found"])
        if not found.front:
            solara.Button("Play this policy", on_click=lambda: play(found.best), color="primary", classes=["ov-play"])
        for sentence in remarks(found):
            solara.Text(sentence, classes=["ov-quiet", "ov-remark"])
        solara.Text(method(found), classes=["ov-quiet", "ov-remark"])
    if found.front:
        with solara.Div(classes=["ov-card"]):
            solara.HTML("h2", "The front")
            Front(found, picked, pick)
            solara.Button(
                "Play this policy", on_click=lambda: play(found.front[picked]), color="primary", classes=["ov-play"]
            )
    with solara.Div(classes=["ov-card"]):
        Beside(found)


@solara.component
def Front(found: Found, picked: int, pick: Any) -> None:
    """The efficient settings, of which a click picks one."""
    panel = solara.use_memo(lambda: front(found).panels[""][0], [found])
    spec = solara.use_memo(panel.figure.to_json, [panel])
    Figure(spec, panel.alt, 0, lambda point: pick(point["data"]) if isinstance(point["data"], int) else None)
    said = (
        "No setting has less of one measure without more of another. Click a dot, or choose a setting here, to play it."
    )
    solara.HTML("p", said, classes=["ov-quiet"])
    options = [(str(place), setting_text(found, each)) for place, each in enumerate(found.front)]
    Select("Setting", str(picked), {"": options}, lambda place: pick(int(place)))


@solara.component
def Beside(found: Found) -> None:
    """The setting and those beside it, or those of the front, as a table."""
    table = settings(found)
    solara.HTML("h2", "The settings of the front" if found.front else "What lies beside it")
    columns = [Column(title, numeric=numeric) for title, numeric in zip(table.headings, table.numeric, strict=True)]
    Table("Settings of the search", columns, table.rows)


def _middle(found: Found) -> int:
    return next((place for place, each in enumerate(found.front) if each is found.best), 0)
