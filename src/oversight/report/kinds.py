"""Kinds in the words of a reader."""

from __future__ import annotations

from oversight import seams
from oversight.figures.words import plain


def title(kind: str, section: type) -> str:
    """A kind's name as words: its class's own, or the name in files; of a researcher's own class, the class name."""
    return seams.title(section) or plain(kind.rpartition(":")[2])


def capital(text: str) -> str:
    """The text with a capital letter first, and the others as they are."""
    return f"{text[:1].upper()}{text[1:]}"
