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
    base, _, part = name.partition(".")
    if name in known or base not in known:
        return known.get(name)
    return replace(known[base], title=f"{known[base].title}: {part.replace('_', ' ').replace('.', ', ')}")
