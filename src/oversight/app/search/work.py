"""A search under way beside the session, and what the last one found."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import solara

from oversight.app.latest import Cancelled, Latest
from oversight.app.scenario import Scenario
from oversight.app.search.form import Form
from oversight.errors import InputError, Problem
from oversight.searching import Found, search

_EVERY = 0.15
"""Seconds between two looks at the progress."""


@dataclass(frozen=True, eq=False)
class Question:
    """A search of a scenario."""

    scenario: Scenario
    form: Form


@dataclass(frozen=True, eq=False)
class Answer:
    """What was found, or the mistakes of the question."""

    question: Question
    found: Found | None = None
    problems: tuple[Problem, ...] = ()


@dataclass
class Work:
    """What is asked, how far that is, and the last answer. It outlives the tab, which may be left meanwhile."""

    form: solara.Reactive[Form | None] = field(default_factory=lambda: solara.Reactive(None))
    tried: solara.Reactive[int | None] = field(default_factory=lambda: solara.Reactive(None))
    """How many settings were tried, None where nothing is under way."""
    answer: solara.Reactive[Answer | None] = field(default_factory=lambda: solara.Reactive(None))
    failure: solara.Reactive[str] = field(default_factory=lambda: solara.Reactive(""))

    def __post_init__(self) -> None:
        self._latest: Latest[Question, Answer] = Latest(self._searched, self._know, self._fail)

    def change(self, form: Form) -> None:
        """Ask for something else from now on; what was wrong may be right now."""
        self.form.value = form
        self.failure.value = ""
        if self.answer.value and self.answer.value.problems:
            self.answer.value = None

    def start_over(self) -> None:
        """Forget all that is about another scenario."""
        self.cancel()
        self.form.value = None
        self.answer.value = None
        self.failure.value = ""

    def ask(self, question: Question) -> None:
        """Search, instead of what is under way."""
        self.form.value = question.form
        self.answer.value = None
        self.failure.value = ""
        self.tried.value = 0
        self._latest.ask(question)

    def cancel(self) -> None:
        """Stop before the next settings are tried."""
        self._latest.cancel()
        self.tried.value = None

    def _searched(self, question: Question, overtaken: Callable[[], bool]) -> Answer:
        shown = time.monotonic()

        def told(tried: int) -> None:
            nonlocal shown
            if overtaken():
                raise Cancelled
            if time.monotonic() - shown > _EVERY:
                shown = time.monotonic()
                self.tried.value = tried

        try:
            return Answer(question, search(question.form.source(question.scenario), told=told))
        except Cancelled:
            return Answer(question)
        except InputError as error:
            return Answer(question, problems=tuple(error.problems))

    def _know(self, question: Question, answer: Answer) -> None:
        self.answer.value = answer
        self.tried.value = None

    def _fail(self, words: str) -> None:
        self.failure.value = words
        self.tried.value = None
