"""What the page was started with: the same for every session."""

from __future__ import annotations

from dataclasses import dataclass

from oversight.app.library import Library
from oversight.app.scenario import Scenario


@dataclass(frozen=True)
class Served:
    """The files on offer, and the scenario that a session begins with."""

    library: Library
    scenario: Scenario
    game: str = ""
    """The game of the library that a session begins with, if any."""


served: Served | None = None
"""Set once, before the server starts."""


def served_now() -> Served:
    """What `oversight serve` was given."""
    assert served is not None
    return served
