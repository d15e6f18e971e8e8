"""The worlds that a setting is judged in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from oversight.scenario.designs.sampled import inside, latin_hypercube, quantiles
from oversight.scenario.search import Uncertainty

Worlds = Sequence[Mapping[str, Any]]
"""The uncertain facts in each of several equally likely worlds, by dotted path."""


def worlds(uncertainty: Uncertainty | None, seed: int) -> Worlds:
    """A Latin hypercube of the uncertain facts, as a nested sweep draws it; one world without facts if all is known."""
    if uncertainty is None:
        return [{}]
    facts, count = dict(uncertainty.facts), uncertainty.worlds
    drawn = quantiles(facts, inside(latin_hypercube(len(facts), count, seed)))
    return [{path: axis.values[world] for path, axis in drawn.items()} for world in range(count)]
