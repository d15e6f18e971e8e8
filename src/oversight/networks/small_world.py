"""A circle with short cuts."""

from __future__ import annotations

from typing import Literal

import numpy as np

from oversight.arrays import Wholes
from oversight.networks.network import Linked, pairs
from oversight.networks.ring import uneven
from oversight.quantities import PositiveCount, Probability, quantity


class SmallWorld(Linked):
    """A ring of which each link is moved, with probability `rewiring`, to an actor drawn at random.

    Watts and Strogatz, Nature 393 (1998) 440.
    """

    kind: Literal["small_world"] = "small_world"
    neighbours: PositiveCount = quantity(
        "Neighbours", "Of each actor before links are moved; an even number.", "actors", default=4
    )
    rewiring: Probability = quantity("Rewiring", "Probability that a link is moved.", "probability", default=0.1)

    def number(self, size: int) -> float:
        return size * self.neighbours / 2

    def edges(self, size: int, generator: np.random.Generator) -> Wholes:
        import networkx as nx

        return pairs(nx.watts_strogatz_graph(size, self.neighbours, self.rewiring, seed=generator))

    def refuses(self, size: int) -> tuple[str, str] | None:
        return uneven(self.neighbours, size)
