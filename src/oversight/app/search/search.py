"""The tab itself."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import solara

from oversight.app.map.axes import axes
from oversight.app.search.answered import Answered
from oversight.app.search.asked import Asked, Sheet
from oversight.app.search.form import begun
from oversight.app.search.measures import measures
from oversight.app.search.work import Question, Work
from oversight.app.session import Session


@solara.component
def Search(session: Session, work: Work) -> None:
    """What is searched, and what was found; the search goes on behind the other tabs."""
    scenario = session.scenario.value
    found = solara.use_memo(lambda: axes(scenario), [scenario])
    known, reason = solara.use_memo(lambda: measures(scenario.experiment), [scenario])
    held = work.form.value
    other = held is not None and held.written is not scenario.written
    solara.use_effect(lambda: work.start_over() if other else None, [other])
    form = begun(scenario, found) if held is None or other else held
    answer = None if other else work.answer.value
    sheet = Sheet(
        form=form,
        experiment=scenario.experiment,
        axes={axis.path: axis for axis in found},
        measures=known,
        problems=answer.problems if answer else (),
        change=work.change,
    )
    with solara.Div(classes=["ov-live", "ov-results"]):
        with solara.Div(classes=["ov-card", "ov-choices"]):
            Asked(sheet)
        with solara.Div(classes=["ov-live-main"]):
            with solara.Div(classes=["ov-card", "ov-transport"]):
                solara.Button(
                    "Search",
                    on_click=lambda: work.ask(Question(scenario, form)),
                    color="primary",
                    disabled=work.tried.value is not None or bool(reason) or not form.levers,
                )
                solara.Text(sheet.said, classes=["ov-quiet"])
            Told(work, sheet, reason)
            if answer and answer.found:
                Answered(session, answer, answer.found).key(str(id(answer)))


@solara.component
def Told(work: Work, sheet: Sheet, reason: str) -> None:
    """How far the search is, or why there is nothing to see."""
    answer = work.answer.value
    if work.tried.value is not None:
        Tried(work.tried.value, work.cancel)
    elif reason:
        _empty(reason)
    elif work.failure.value:
        _notice(work.failure.value)
    elif sheet.problems:
        for problem in sheet.problems:
            _notice(f"{sheet.place(problem)}{problem.message}. {problem.remedy}".strip())
    elif answer is None or answer.found is None:
        _empty(
            "Nothing has been searched yet. A search looks for the setting that makes a measure least, among those "
            "that keep to the bounds; of two measures it finds the front between them."
        )


@solara.component
def Tried(tried: int, cancel: Callable[[], None]) -> None:
    """How many settings were tried so far, and a button that stops there."""
    with solara.Div(classes=["ov-progress"], attributes={"role": "status"}):
        solara.Text(f"Searching: {tried:,} settings tried" if tried else "Searching")
        solara.v.ProgressLinear(indeterminate=True, attributes={"aria-label": "Searching"})
        solara.Button("Cancel", on_click=cancel, outlined=True, small=True)


def _empty(words: str) -> None:
    with solara.Div(classes=["ov-empty"]):
        solara.Text(words)


def _notice(words: str) -> None:
    solara.HTML("div", escape(words), classes=["ov-notice"], attributes={"role": "alert"})
