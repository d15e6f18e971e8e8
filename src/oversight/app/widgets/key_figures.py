"""Numbers with their meaning on hover and on focus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import solara


@dataclass(frozen=True)
class KeyFigure:
    """A number as it is shown: `name` identifies it, `value` is text, `help` says what it means."""

    name: str
    title: str
    value: str
    help: str
    note: str = ""


@solara.component_vue("key_figures.vue", vuetify=False)
def _KeyFigures(figures: list[dict[str, Any]], label: str) -> None:
    pass


def KeyFigures(figures: Sequence[KeyFigure], label: str) -> solara.Element:
    """A row of cards called `label`."""
    return _KeyFigures(figures=[asdict(figure) for figure in figures], label=label)
