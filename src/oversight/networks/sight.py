"""What actors see of their neighbours: sums of whole numbers over the rows of a sparse matrix."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from oversight.arrays import Floats
from oversight.networks.network import Linked, Network


class Sight:
    """Sums over the neighbours of `size` actors under one graph."""

    def __init__(self, network: Network, size: int, generator: np.random.Generator):
        self._matrix: Any = _matrix(network, size, generator) if isinstance(network, Linked) else None

    def lists(self) -> list[list[int]] | None:
        """The neighbours of each actor, in ascending order; None where all others are."""
        if self._matrix is None:
            return None
        ends = self._matrix.indptr
        return [sorted(self._matrix.indices[low:high].tolist()) for low, high in itertools.pairwise(ends)]

    def sums(self, values: Floats) -> Floats:
        """Of each actor the sum over its neighbours, (runs, size); whole numbers, so that no order of addition shows.

        Args:
            values: a whole number of each actor, (runs, size).
        """
        if self._matrix is None:
            return values.sum(axis=1, keepdims=True) - values
        found: Floats = np.ascontiguousarray((self._matrix @ values.T).T)
        return found


def _matrix(network: Linked, size: int, generator: np.random.Generator) -> Any:
    from scipy.sparse import csr_array  # heavy, and only needed here

    one, other = network.edges(size, generator).T
    rows, columns = np.concatenate([one, other]), np.concatenate([other, one])
    return csr_array((np.ones(len(rows)), (rows, columns)), shape=(size, size))
