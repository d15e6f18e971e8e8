"""A few are seen by many."""

from __future__ import annotations

from typing import Literal

import numpy as np

from oversight.arrays import Wholes
from oversight.networks.network import Linked, pairs
from oversight.quantities import PositiveCount, quantity


class ScaleFree(Linked):
    """Actors come one after another and link to `links_each` others, the likelier the more links these have.

    Barabasi and Albert, Science 286 (1999) 509. The order in which they come is drawn, so that any entry may hold the
    actors with many links.
    """

    kind: Literal["scale_free"] = "scale_free"
    links_each: PositiveCount = quantity("Links of each", "Links that each actor makes when it comes.", default=2)

    def number(self, size: int) -> float:
        return float(size * self.links_each)

    def edges(self, size: int, generator: np.random.Generator) -> Wholes:
        import networkx as nx

        made = pairs(nx.barabasi_albert_graph(size, self.links_each, seed=generator))
        return generator.permutation(size)[made]

    def refuses(self, size: int) -> tuple[str, str] | None:
        if self.links_each >= size:
            return "links_each", f"is {self.links_each}, and each of {size} actors has {size - 1} others"
        return None
