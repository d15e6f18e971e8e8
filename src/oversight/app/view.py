"""What a reader chose to look at, apart from the scenario: axes, measures, a baseline. It is part of the link too."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlencode

PREFIX = "view."
_LONGEST = 200
_MOST = 20


def with_view(query: str, view: Mapping[str, str]) -> str:
    """A link's query with the choices of `view` at its end."""
    choices = urlencode({PREFIX + name: value for name, value in view.items() if value}, quote_via=quote, safe="/:,")
    return "&".join(part for part in (query, choices) if part)


def parted(query: str) -> tuple[str, dict[str, str]]:
    """The query without the choices of a view, and those.

    They are texts that the tabs hold against what they have to choose from; too long ones, or too many, are dropped.
    """
    rest = [part for part in query.removeprefix("?").split("&") if not part.startswith(PREFIX)]
    chosen = [part for part in query.removeprefix("?").split("&") if part.startswith(PREFIX) and len(part) <= _LONGEST]
    pairs = parse_qsl("&".join(chosen[:_MOST]))
    return "&".join(rest), {name.removeprefix(PREFIX): value for name, value in pairs}
