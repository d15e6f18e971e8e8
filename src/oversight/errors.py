"""Everything that the package raises on purpose, under one root."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto


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

    `file` and `line` are absent for input that did not come from a file (`--set`, a Python mapping).
    """

    message: str
    path: str = ""
    file: str | None = None
    line: int | None = None
    remedy: str = ""
    mistake: Mistake = Mistake.OTHER

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.file and self.line else self.file
        head = ": ".join(part for part in (place, self.path, self.message) if part)
        return f"{head}. {self.remedy}" if self.remedy else head


class InputError(OversightError):
    """The input is wrong; nothing was run or written. Holds one `Problem` a mistake."""

    def __init__(self, problems: Iterable[Problem] | Problem | str):
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems = [problems] if isinstance(problems, Problem) else list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ChangedExperimentError(OversightError):
    """The results folder holds runs of a different experiment."""


class KindError(OversightError):
    """A class of one's own raised, or returned what it may not."""


class ActorError(KindError):
    """An actor class broke the contract of `oversight.actors.Actor`."""
