"""Everything that the package raises on purpose, under one root."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

_LONGEST = 80
_LONGEST_PATH = 300
_QUOTED = re.compile(r"`([^`]*)`")
_WORD = re.compile(r"\S{81,}")


def short(text: str, longest: int = _LONGEST) -> str:
    """A text as a message quotes it: at most 80 characters."""
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def _told(text: str) -> str:
    """A message whose quotations are short, and that moves no cursor: control characters are written out."""
    text = _QUOTED.sub(lambda found: f"`{short(found[1])}`", text)
    return _printable(_WORD.sub(lambda found: short(found[0], _LONGEST_PATH if "/" in found[0] else _LONGEST), text))


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


class OversightError(Exception):
    """Root of the package's own exceptions."""


class Mistake(Enum):
    """What kind of mistake a problem is, for programs: the words are for people, and may change."""

    MISSING = auto()
    """Something that is needed is not there."""
    IDLE = auto()
    """Something is there that has no effect beside another choice."""
    OUT_OF_BOUNDS = auto()
    """A number beyond what its key allows."""
    OTHER = auto()


@dataclass(frozen=True)
class Problem:
    """One mistake in the input: what is wrong, where, and what would be right.

    `file` and `line` are absent for input that did not come from a file (an override, a Python mapping).
    """

    message: str
    path: str = ""
    file: str | None = None
    line: int | None = None
    remedy: str = ""
    mistake: Mistake = Mistake.OTHER

    def __post_init__(self) -> None:
        # What a file or a link says is quoted, and may be of any length.
        object.__setattr__(self, "message", _told(self.message))
        object.__setattr__(self, "remedy", _printable(self.remedy))
        object.__setattr__(self, "path", _told(".".join(map(short, self.path.split(".")))))

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.file and self.line else self.file
        head = ": ".join(part for part in (place, self.path, self.message) if part)
        return f"{head}. {self.remedy}" if self.remedy else head


class InputError(OversightError):
    """The input is wrong; nothing was run or written. Holds one `Problem` a mistake, those of one file by line."""

    def __init__(self, problems: Iterable[Problem] | Problem | str):
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems = [problems] if isinstance(problems, Problem) else list(problems)
        if len({problem.file for problem in self.problems}) == 1:
            self.problems.sort(key=lambda problem: problem.line or 0)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ChangedExperimentError(OversightError):
    """The results folder holds runs of a different experiment."""


class UnfinishedError(OversightError):
    """What was begun could not be ended: a file could not be written, a worker process died. What is done is kept."""


class KindError(OversightError):
    """A class of one's own raised, or returned what it may not."""


class ActorError(KindError):
    """An actor class broke the contract of `oversight.actors.Actor`."""
