"""What is shown, as files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara


@solara.component
def Downloads(name: str, csv: Callable[[], str], figure: bool = True) -> None:
    """Buttons for the data, made when it is asked for, and for the figure of the same card.

    Args:
        name: of the files, without an ending.
        csv: makes the data.
        figure: whether the card has a figure.
    """
    asked, set_asked = solara.use_state({"number": 0, "text": ""})
    number = int(str(asked["number"])) + 1
    _Downloads(name=name, csv=asked, figure=figure, event_ask=lambda _: set_asked({"number": number, "text": csv()}))


@solara.component_vue("downloads.vue", vuetify=False)
def _Downloads(name: str, csv: dict[str, Any], figure: bool, event_ask: Callable[[Any], None]) -> None:
    pass
