"""Links that chance makes."""

from __future__ import annotations

from typing import Literal

import numpy as np

from oversight.arrays import Wholes
from oversight.networks.network import Linked, pairs
from oversight.quantities import NonNegative, quantity


class Random(Linked):
    """Any two actors are linked with the same probability: Erdos and Renyi, Publicationes Mathematicae 6 (1959) 290."""

    kind: Literal["random"] = "random"
    neighbours: NonNegative = quantity("Neighbours", "Mean number of an actor's.", "actors", default=4.0)

    def number(self, size: int) -> float:
        return size * self.neighbours / 2

    def edges(self, size: int, generator: np.random.Generator) -> Wholes:
        import networkx as nx

        chance = self.neighbours / max(size - 1, 1)
        # So small a chance is nothing beside 1, and networkx divides by the logarithm of what is left of it.
        return pairs(nx.fast_gnp_random_graph(size, chance if 1 - chance < 1 else 0.0, seed=generator))

    def refuses(self, size: int) -> tuple[str, str] | None:
        if self.neighbours > size - 1:
            return "neighbours", f"is {self.neighbours:g}, and each of {size} actors has {size - 1} others"
        return None
