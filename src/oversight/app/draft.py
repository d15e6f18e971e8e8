"""A text that someone is writing, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from oversight.app.library import Library
from oversight.app.scenario import Scenario
from oversight.app.upload import from_text
from oversight.errors import InputError, Problem


@dataclass(frozen=True)
class Draft:
    """A text with the scenario that it is, or with its problems. `opened` once that scenario runs."""

    text: str
    scenario: Scenario | None = None
    problems: tuple[Problem, ...] = ()
    opened: bool = False


def drafted(text: str, library: Library) -> Draft:
    """The text, read and checked."""
    try:
        return Draft(text, from_text(text, "", library))
    except InputError as error:
        return Draft(text, problems=tuple(error.problems))
