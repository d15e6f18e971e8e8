"""The page: a bar, seven tabs, and one session's state."""

from __future__ import annotations

import logging
from html import escape

import solara
import solara.lab

from oversight.app.compare import Compare
from oversight.app.game import GameTab
from oversight.app.game.shown import chosen
from oversight.app.live import Live
from oversight.app.map import Map
from oversight.app.results import ResultsTab
from oversight.app.scenarios import Scenarios
from oversight.app.search import Search, Work
from oversight.app.serving import served_now
from oversight.app.session import Session
from oversight.app.widgets import Address

_log = logging.getLogger("oversight")
TABS = {
    "live": "Live",
    "map": "Map",
    "search": "Search",
    "compare": "Compare",
    "results": "Results",
    "game": "Game",
    "scenarios": "Scenarios",
}


@solara.component
def Page() -> None:
    """One browser session; in words, without a trace of the program, where that fails."""
    failure, _ = solara.use_exception()
    solara.use_effect(lambda: _log.error("the page failed", exc_info=failure) if failure else None, [failure])
    if failure is None:
        Opened()
        return
    with solara.Div(classes=["ov-page"]):
        solara.HTML("h1", "This page failed")
        solara.Text("That is a mistake of the program, which whoever runs it finds in its output. Open the page anew.")


@solara.component
def Opened() -> None:
    """The session's state and the tabs."""
    router = solara.use_router()
    session = solara.use_memo(lambda: Session(served_now(), router.search or ""), [])
    solara.use_effect(lambda: session.close, [])
    searching = solara.use_memo(Work, [])
    solara.use_effect(lambda: searching.cancel, [])
    title, _ = heading(session)
    solara.Title(f"{title} · oversight")
    with solara.Div(classes=["ov-page"]):
        Address(query=session.query)
        Header(session)
        Tabs(session)
        Notice(session)
        # The society plays on behind the other tabs.
        shown = session.tab.value == "live"
        with solara.Div(classes=[] if shown else ["ov-hidden"], attributes={"data-tab": "live"} if shown else {}):
            Live(session)
        if not shown:
            with solara.Div(attributes={"data-tab": session.tab.value}):
                Other(session, searching)


def heading(session: Session) -> tuple[str, str]:
    """The title and the question of what is open."""
    scenario = session.scenario.value
    game = chosen(session.served.library, session.view.value) if session.tab.value == "game" else None
    return (game.title, game.question) if game else (scenario.title, scenario.experiment.question)


@solara.component
def Header(session: Session) -> None:
    """What is open, and the theme."""
    title, question = heading(session)
    with solara.Div(classes=["ov-header"], attributes={"role": "banner"}):
        solara.HTML("p", "oversight", classes=["ov-brand"])
        with solara.Div(classes=["ov-heading"]):
            solara.HTML("h1", escape(title))
            if question:
                solara.HTML("p", escape(question), classes=["ov-quiet"])
        with solara.Div(classes=["ov-theme"], attributes={"title": "Light, dark, or as the system has it"}):
            solara.lab.ThemeToggle()


@solara.component
def Tabs(session: Session) -> None:
    """Which part of the page is shown."""
    names = list(TABS)
    with solara.lab.Tabs(names.index(session.tab.value), lambda place: session.tab.set(names[place])):
        for title in TABS.values():
            solara.lab.Tab(title)


@solara.component
def Notice(session: Session) -> None:
    """What went wrong, until the next change that is right."""
    if session.notice.value:
        with solara.Div(classes=["ov-notice"], attributes={"role": "alert"}):
            solara.Text(session.notice.value)


@solara.component
def Other(session: Session, searching: Work) -> None:
    """The tabs that are made when they are opened."""
    match session.tab.value:
        case "map":
            Map(session)
        case "search":
            Search(session, searching)
        case "compare":
            Compare(session)
        case "results":
            ResultsTab(session)
        case "game":
            GameTab(session)
        case "scenarios":
            Scenarios(session)
