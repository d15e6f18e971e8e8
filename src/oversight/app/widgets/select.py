"""A choice from a list, possibly in groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import solara


@solara.component_vue("select.vue", vuetify=False)
def _Select(label: str, value: str, groups: list[dict[str, Any]], event_choose: Callable[[str], None]) -> None:
    pass


def Select(
    label: str, value: str, groups: Mapping[str, Sequence[tuple[str, str]]], on_value: Callable[[str], None]
) -> solara.Element:
    """The browser's own list. `groups` maps headings (empty for none) to (value, title) pairs."""
    listed = [{"title": title, "options": [list(option) for option in options]} for title, options in groups.items()]
    return _Select(label=label, value=value, groups=listed, event_choose=on_value)
