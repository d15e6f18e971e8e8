"""What a measure is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf


@dataclass(frozen=True)
class Words:
    """The words of a measure. `unit` is in the schema's words, which a policy's `units` rename."""

    title: str
    unit: str = ""
    sentence: str = ""
    missing: str = ""
    """Why it may be missing."""
    percent: bool = False
    """Whether it is a share, shown times 100."""
    more_is_better: bool = False
    least: float = -inf
    most: float = inf
    """Bounds of what is possible, which cut confidence intervals."""


def words_in(known: Mapping[str, Words], name: str) -> Words | None:
    """The words of a measure among those that are known; those of a part are those of the whole, with its own title.

    None where there are none.
    """
    whole = name
    while whole not in known and "." in whole:
        whole = whole.rpartition(".")[0]
    if whole == name or whole not in known:
        return known.get(name)
    part = name[len(whole) + 1 :]
    return replace(known[whole], title=f"{known[whole].title}: {part.replace('_', ' ').replace('.', ', ')}")
