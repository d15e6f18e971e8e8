"""What a reader may set: one value, and groups of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

ControlKind = Literal["number", "integer", "switch", "choice", "note"]


@dataclass(frozen=True)
class Choice:
    """One of the values of a choice: as a file has it, in words, and what it means."""

    value: str
    title: str
    help: str = ""


@dataclass(frozen=True)
class Control:
    """One value of a scenario, and how it is set.

    A switch at the path of a number or section says whether that is there at all; a note says what has no control.
    Percentages are held as shares.
    `least` and `most` are the ends of a slider; a number beyond them may be typed, and the schema judges it.
    """

    path: str
    title: str
    unit: str
    help: str
    kind: ControlKind
    value: Any
    least: float = 0.0
    most: float = 1.0
    step: float = 1.0
    choices: tuple[Choice, ...] = ()
    percent: bool = False
    resets: bool = False

    @property
    def key(self) -> str:
        """What identifies the control on a page: a number that may be absent shares its path with a switch."""
        return f"{self.path}?" if self.kind == "switch" else self.path


@dataclass(frozen=True)
class Group:
    """Controls under one heading."""

    title: str
    controls: tuple[Control, ...]
