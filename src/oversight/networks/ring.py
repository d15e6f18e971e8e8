"""Actors in a circle."""

from __future__ import annotations

from typing import Literal

import numpy as np

from oversight.arrays import Wholes
from oversight.networks.network import Linked, pairs
from oversight.quantities import PositiveCount, quantity


class Ring(Linked):
    """Actors stand in a circle, and see those next to them: half of `neighbours` on each side."""

    kind: Literal["ring"] = "ring"
    neighbours: PositiveCount = quantity("Neighbours", "Of each actor; an even number.", "actors", default=2)

    def number(self, size: int) -> float:
        return size * self.neighbours / 2

    def edges(self, size: int, generator: np.random.Generator) -> Wholes:
        import networkx as nx  # heavy, and only needed where there are neighbours

        return pairs(nx.circulant_graph(size, range(1, self.neighbours // 2 + 1)))

    def refuses(self, size: int) -> tuple[str, str] | None:
        return uneven(self.neighbours, size)


def uneven(neighbours: int, size: int) -> tuple[str, str] | None:
    """The mistake of a number of neighbours that a circle of `size` actors does not have."""
    if neighbours % 2:
        return "neighbours", f"is {neighbours}: half of them stand on each side, so that it must be even"
    if neighbours >= size:
        return "neighbours", f"is {neighbours}, and in a circle of {size} actors each has {size - 1} others at most"
    return None
