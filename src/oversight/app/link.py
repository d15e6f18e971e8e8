"""The page's state as the query of a link, and back."""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from oversight.app.library import Library
from oversight.app.scenario import Scenario
from oversight.app.upload import MAX_BYTES, MAX_VALUES, from_text, refuse_monsters
from oversight.documents.yaml_file import parse_value
from oversight.errors import InputError, Problem

TABS = ("live", "map", "search", "compare", "results", "game", "scenarios")
LONGEST = 1_000
"""Characters of a query beyond which the whole text, compressed, is the better link."""
MAX_QUERY = 60_000
MAX_CHANGES = 100
MAX_DIGITS = 9
"""Of the number of a replicate."""
_SHOWN = "the link"


def to_query(scenario: Scenario, tab: str = TABS[0], replicate: int = 0) -> str:
    """The query of a link, without `?`: a bundled scenario and what was changed, or else the whole text."""
    shown = {"replicate": str(replicate)} if replicate else {}
    shown |= {"tab": tab} if tab != TABS[0] else {}
    if scenario.base is not None:
        changes = {path: _written(value) for path, value in scenario.changes.items()}
        query = _encoded({"scenario": scenario.base, **changes, **shown})
        if len(query) <= LONGEST:
            return query
    packed = urlsafe_b64encode(zlib.compress(scenario.text().encode(), 9)).decode().rstrip("=")
    return _encoded({"yaml": packed, **shown})


def from_query(query: str, library: Library, otherwise: Scenario | None = None) -> tuple[Scenario, str, int]:
    """The scenario, tab and replicate of a link; where it names no scenario, `otherwise` or the library's first.

    Raises:
        InputError: the link is damaged, or what it holds is wrong.
    """
    parts = _parts(query)
    tab = parts.pop("tab", TABS[0])
    if tab not in TABS:
        raise InputError(Problem("names a tab that the page does not have", file=_SHOWN, remedy=f"{', '.join(TABS)}."))
    replicate = parts.pop("replicate", "0")
    if not (replicate.isdecimal() and len(replicate) <= MAX_DIGITS):
        raise InputError(Problem("names no replicate", file=_SHOWN, remedy="Replicates are numbered from 0."))
    packed, name = parts.pop("yaml", None), parts.pop("scenario", None)
    if packed is not None:
        if name is not None or parts:
            raise InputError(Problem("holds a whole scenario and changes to another", file=_SHOWN, remedy=_REMEDY))
        return from_text(_unpacked(packed), _SHOWN, library), tab, int(replicate)
    scenario = library.scenario(name) if name is not None else otherwise or library.first
    for path, text in parts.items():
        refuse_monsters(text, path)
    changes = {path: parse_value(text, path, MAX_VALUES) for path, text in parts.items()}
    return scenario.changed(changes) if changes else scenario, tab, int(replicate)


_REMEDY = "Copy the whole link again, or ask for it anew."


def _parts(query: str) -> dict[str, str]:
    if len(query) > MAX_QUERY:
        raise InputError(Problem("is too long", file=_SHOWN, remedy=_REMEDY))
    try:
        pairs = parse_qsl(query.removeprefix("?"), True, errors="strict", max_num_fields=MAX_CHANGES)
    except ValueError:  # not UTF-8, or too many
        raise InputError(Problem("is damaged", file=_SHOWN, remedy=_REMEDY)) from None
    parts = dict(pairs)
    if len(parts) < len(pairs) or "" in parts:
        raise InputError(Problem("is damaged: something is said twice", file=_SHOWN, remedy=_REMEDY))
    return parts


def _unpacked(packed: str) -> bytes:
    try:
        data = urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(data, MAX_BYTES + 1)
    except (ValueError, zlib.error):
        raise InputError(Problem("is damaged", file=_SHOWN, remedy=_REMEDY)) from None
    if not unpacking.eof and len(text) <= MAX_BYTES:
        raise InputError(Problem("is cut off", file=_SHOWN, remedy=_REMEDY))
    return text


def _written(value: Any) -> str:
    """A value as YAML on one line; a text bare where it reads as that text."""
    if isinstance(value, str) and value.isidentifier() and parse_value(value, "") == value:
        return value
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    # YAML reads a pair of surrogates as two characters, and no control character as it is.
    return "".join(sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in text)


def _encoded(parts: dict[str, str]) -> str:
    return urlencode(parts, quote_via=quote, safe="/:,")
