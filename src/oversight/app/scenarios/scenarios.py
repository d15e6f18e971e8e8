"""The tab itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import solara

from oversight.app.controls import controls
from oversight.app.draft import Draft, drafted
from oversight.app.game.shown import show
from oversight.app.library import GAME, POLICY, Item, Library
from oversight.app.link import to_query
from oversight.app.panel import ControlPanel
from oversight.app.session import Session
from oversight.app.upload import MAX_BYTES
from oversight.errors import OversightError, Problem

TAB = "scenarios"


@solara.component
def Scenarios(session: Session) -> None:
    """The library, the form and the text of the running scenario."""
    scenario = session.scenario.value
    draft = current(session.draft.value, session)

    def choose(name: str) -> None:
        if name.startswith(GAME):
            show(session, name.removeprefix(GAME))
            return
        try:
            session.open(session.served.library.scenario(name), TAB)
            session.draft.value = None
        except OversightError as error:
            session.notice.value = str(error)

    def write(text: str) -> None:
        session.draft.value = None if text == scenario.text() else drafted(text, session.served.library)

    def play(written: Draft) -> None:
        if written.scenario is None:
            session.draft.value = written
            return
        try:
            session.open(written.scenario, TAB)
            session.draft.value = replace(written, opened=True)
        except OversightError as error:
            session.draft.value = Draft(written.text, problems=(Problem(str(error)),))

    with solara.Div(classes=["ov-scenarios"]):
        with solara.Div(classes=["ov-card"]):
            solara.HTML("h2", "Library")
            _Chooser(groups=listed(session.served.library), current=scenario.base or "", event_choose=choose)
        with solara.Div(classes=["ov-card"]):
            solara.HTML("h2", "Form")
            ControlPanel(controls(scenario), session.errors.value, session.edit)
        with solara.Div(classes=["ov-card"]):
            solara.HTML("h2", "Text")
            _Editor(
                text=draft.text if draft else scenario.text(),
                problems=[_told(problem) for problem in draft.problems] if draft else [],
                state=state(draft),
                name=f"{scenario.experiment.name}.yaml",
                link=to_query(scenario),
                most=MAX_BYTES,
                event_write=lambda text: write(str(text)),
                event_play=lambda text: play(drafted(str(text), session.served.library)),
                event_discard=lambda _: session.draft.set(None),
            )


def current(draft: Draft | None, session: Session) -> Draft | None:
    """The draft, unless it is that of a scenario that has changed since."""
    if draft and draft.opened and draft.scenario is not session.scenario.value:
        return None
    return draft


def state(draft: Draft | None) -> str:
    """What the text is: `running`, or `valid` or `wrong` while it differs from what runs."""
    if draft is None or draft.opened:
        return "running"
    return "valid" if draft.scenario else "wrong"


def listed(library: Library) -> list[dict[str, Any]]:
    """The library as the list shows it; a policy's name says that it is one."""

    def items(found: list[Item], prefix: str) -> list[dict[str, str]]:
        return [{"value": prefix + one.name, "title": one.title, "problem": one.problem} for one in found]

    groups = {
        "Experiments": items(library.experiments, ""),
        "Games": items(library.games, GAME),
        "Policies": items(library.policies, POLICY),
    }
    return [{"title": title, "items": found} for title, found in groups.items() if found]


def _told(problem: Problem) -> dict[str, Any]:
    words = ": ".join(part for part in (problem.path, problem.message) if part)
    return {"line": problem.line, "words": f"{words}. {problem.remedy}".strip()}


@solara.component_vue("chooser.vue", vuetify=False)
def _Chooser(groups: list[dict[str, Any]], current: str, event_choose: Callable[[str], None]) -> None:
    pass


@solara.component_vue("editor.vue", vuetify=False)
def _Editor(
    text: str,
    problems: list[dict[str, Any]],
    state: str,
    name: str,
    link: str,
    most: int,
    event_write: Callable[[Any], None],
    event_play: Callable[[Any], None],
    event_discard: Callable[[Any], None],
) -> None:
    pass
