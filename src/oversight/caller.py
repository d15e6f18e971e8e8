"""Who is told what is wrong: someone at the command line, who has options, or a program, which has arguments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_at_command_line = False


@contextmanager
def command_line() -> Iterator[None]:
    """The whole process is a command, in all of its threads."""
    global _at_command_line
    _at_command_line = True
    try:
        yield
    finally:
        _at_command_line = False


def by_caller(option: str, argument: str) -> str:
    """How the caller writes something that may be asked for: as an option, or as an argument in Python."""
    return option if _at_command_line else argument
