"""What a measure is called."""

from __future__ import annotations

from dataclasses import dataclass
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
