"""What the actors of running runs know of their neighbours."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from oversight.actors.beliefs import PublicHistory
from oversight.arrays import Flags, Floats, Wholes
from oversight.networks import Network
from oversight.networks.sight import Sight
from oversight.simulation.streams import Draws, Purpose, Streams

_KEPT = 64
"""Graphs that are kept: the runs of one replicate, of all design points that agree, see the same."""


class Neighbours:
    """Shares of the neighbours that violated, or were sanctioned, last period; and who may decide anew.

    Neighbours who were suspended do not count; where nobody is left, a share is 0.
    """

    def __init__(self, network: Network, size: int, streams: Streams, replicates: tuple[int, ...]):
        distinct, self._rows = np.unique(np.array(replicates), return_inverse=True)
        self._seen: list[Sight] = [_sight(network, size, streams.seed, int(replicate)) for replicate in distinct]
        self._whole = network.whole
        self._revises: Draws | None = None
        self._revision = network.revision
        if network.revision < 1:
            self._revises = streams.draws("uniform", Purpose.NETWORK, size, name="revision")
        self.violating: Floats = np.zeros((1, 1))
        self.sanctioned: Floats = np.zeros((1, 1))
        self._links = self.sums(np.ones((len(replicates), size), dtype=bool))

    def sums(self, values: Floats | Flags | Wholes) -> Floats:
        """Sums of whole numbers over each actor's neighbours, (runs, size)."""
        numbers = values.astype(np.float64)
        if self._whole or len(self._seen) == 1:
            return self._seen[0].sums(numbers)
        found = np.empty(numbers.shape)
        for place, sight in enumerate(self._seen):
            mine = self._rows == place
            found[mine] = sight.sums(numbers[mine])
        return found

    def lists(self) -> list[list[int]] | None:
        """The neighbours of each actor in the first run; None where all others are."""
        return self._seen[int(self._rows[0])].lists()

    def see(self, violating: Flags, sanctioned: Flags, played: Flags | None) -> None:
        """Look at what the neighbours did in a period; `played` is None where all did."""
        among = self._links if played is None else self.sums(played)
        some = np.maximum(among, 1.0)
        self.violating, self.sanctioned = self.sums(violating) / some, self.sums(sanctioned) / some

    def held(self, anew: Any, before: Any) -> Any:
        """What is done in a period, `Flags` or `Choices`: what those do who decide `anew`, what others did `before`."""
        if self._revises is None:
            return anew
        return np.where(self._revises.next() < self._revision, anew, before)


class Experiences:
    """What came of the neighbours' violations in the last periods, for beliefs that learn from it."""

    def __init__(self, neighbours: Neighbours, windows: set[int], shape: tuple[int, int]):
        self._neighbours = neighbours
        self._bits = np.zeros((max(windows), 2, *shape), dtype=bool)
        self._own = {window: np.zeros((2, *shape), dtype=np.int64) for window in windows}
        self._period = 0

    def add(self, caught: Flags, violating: Flags) -> None:
        """Remember a period, and forget what no window reaches."""
        new = np.stack([caught, violating])
        length = len(self._bits)
        for window, own in self._own.items():
            own += new
            if self._period >= window:
                own -= self._bits[(self._period - window) % length]
        self._bits[self._period % length] = new
        self._period += 1

    def last(self, window: int, columns: slice) -> PublicHistory:
        """Sums over the neighbours of the actors in `columns`, and the last `window` periods, (runs, members)."""
        caught, violations = (self._neighbours.sums(own)[:, columns] for own in self._own[window])
        return PublicHistory(caught, violations)


@lru_cache(maxsize=_KEPT)
def _sight(network: Network, size: int, seed: int, replicate: int) -> Sight:
    return Sight(network, size, Streams(seed, (replicate,), 1).generator(Purpose.NETWORK))
