"""Which cells of a grid a line passes through, and what halving them adds: a tree of cells, as fine as it must be."""

from __future__ import annotations

from itertools import product

import numpy as np

from oversight.arrays import Indices, Table
from oversight.scenario.designs import Lattice

Truths = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


class Cells:
    """The cells between the points of a lattice that are known, each by its lowest corner.

    A cell of level k has sides of 1 / 2^k of the grid's own steps. One that the line is seen to cross, by any known
    point in it or on its sides, is halved along every part, until it is of the finest level.
    """

    def __init__(self, lattice: Lattice):
        self.lattice = lattice
        self.halved = np.flatnonzero(lattice.halved)
        first = lattice.settings(lattice.grid())
        last = np.array(lattice.shape)[self.halved] - 1
        self.corners: list[Indices] = [np.zeros(0, dtype=np.int64) for _ in range(lattice.depth + 1)]
        """Of each level, places of the lattice, ascending."""
        self.corners[0] = lattice.places(first[(first[:, self.halved] < last).all(axis=1)])

    def further(self, places: Indices, below: Truths, above: Truths) -> Indices:
        """Places, ascending, that halving the crossed cells adds to those that are known; none where none is crossed.

        Args:
            places: those that are known, (points,).
            below: whether each lies below the line, of several lines, (points, lines).
            above: whether it lies on it or above; neither where nobody knows.
        """
        settings = self.lattice.settings(places)
        while True:
            found = [self._halve(level, settings, below, above) for level in range(self.lattice.depth)]
            new: Indices = np.setdiff1d(np.concatenate(found), places)
            # The halves of a cell may all have been met as neighbours of others: then those are looked at.
            if len(new) or not any(map(len, found)):
                return new

    def _halve(self, level: int, settings: Indices, below: Truths, above: Truths) -> Indices:
        """Replace the crossed cells of a level by their halves, and return the places of the halves' corners."""
        corners, side = self.corners[level], 2 ** (self.lattice.depth - level)
        crossed = self._crossed(corners, side, settings, below, above)
        parents = self.lattice.settings(corners[crossed])
        self.corners[level] = corners[~crossed]
        self.corners[level + 1] = np.union1d(self.corners[level + 1], self._beside(parents, (0, side // 2)))
        return self._beside(parents, (0, side // 2, side))

    def _crossed(self, corners: Indices, side: int, settings: Indices, below: Truths, above: Truths) -> Truths:
        """Whether there are points on both sides of a line in each cell, (cells,)."""
        shape = len(corners), below.shape[1]
        lower, higher = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        if not len(corners):
            return np.zeros(0, dtype=bool)
        own = settings[:, self.halved]
        for back in product((False, True), repeat=len(self.halved)):
            # A point on the side of a cell is in the next one too, whose corner lies one side back.
            corner = own // side * side - np.array(back) * side
            inside = ((own - corner <= side) & (corner >= 0)).all(axis=1)
            inside &= (corner + side < np.array(self.lattice.shape)[self.halved]).all(axis=1)
            whole = settings[inside].copy()
            whole[:, self.halved] = corner[inside]
            sought = self.lattice.places(whole)
            place = np.minimum(np.searchsorted(corners, sought), len(corners) - 1)
            known = corners[place] == sought
            np.logical_or.at(lower, place[known], below[inside][known])
            np.logical_or.at(higher, place[known], above[inside][known])
        found: Truths = (lower & higher).any(axis=1)
        return found

    def _beside(self, settings: Indices, steps: tuple[int, ...]) -> Indices:
        """The places that lie so many steps away along the halved parts, each once."""
        moves = np.zeros((len(steps) ** len(self.halved), len(self.lattice.shape)), dtype=np.int64)
        moves[:, self.halved] = list(product(steps, repeat=len(self.halved)))
        return np.unique(self.lattice.places((settings[:, None] + moves).reshape(-1, settings.shape[1])))


def sides(values: Table, threshold: float) -> tuple[Truths, Truths]:
    """Whether values lie below a threshold, and whether they do not; neither where they are missing."""
    return values < threshold, values >= threshold
