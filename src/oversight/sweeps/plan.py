"""Which runs a sweep consists of, in what order, and how they are cut into shards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oversight.arrays import Indices

ACTOR_PERIODS = 40_000_000
"""Work of a shard: about a second at the speed of the engine."""
MAX_RUNS = 50_000
LEAST_SHARDS = 16


@dataclass(frozen=True)
class Slots:
    """Places of runs in a sweep: design points, replicates, and the numbers of their starts, (runs,) each."""

    point: Indices
    replicate: Indices
    start: Indices

    def __len__(self) -> int:
        return len(self.point)


@dataclass(frozen=True)
class Plan:
    """All runs in canonical order: by replicate, then point, then start, so that neighbours share their draws.

    The cut into shards depends on the experiment alone, never on the number of workers.
    """

    points: int
    replicates: int
    starts: int
    actor_periods: int
    """Actor-periods of the largest run."""

    @property
    def runs(self) -> int:
        """Number of runs."""
        return self.points * self.replicates * self.starts

    @property
    def runs_per_shard(self) -> int:
        """Runs of every shard but the last."""
        second = ACTOR_PERIODS // max(1, self.actor_periods)
        return max(1, min(second, MAX_RUNS, -(-self.runs // LEAST_SHARDS)))

    @property
    def shards(self) -> int:
        """Number of shards."""
        return -(-self.runs // self.runs_per_shard)

    def size(self, shard: int) -> int:
        """How many runs a shard has."""
        return min(self.runs_per_shard, self.runs - shard * self.runs_per_shard)

    def slots(self, shard: int) -> Slots:
        """The runs of a shard."""
        first = shard * self.runs_per_shard
        return self.at(np.arange(first, first + self.size(shard)))

    def shards_of(self, points: range) -> list[int]:
        """The shards that hold the runs of consecutive design points."""
        found: set[int] = set()
        for replicate in range(self.replicates):
            first, last = ((replicate * self.points + point) * self.starts for point in (points.start, points.stop))
            found.update(range(first // self.runs_per_shard, -(-last // self.runs_per_shard)))
        return sorted(found)

    def at(self, places: Indices) -> Slots:
        """The runs at places in the canonical order."""
        rest, start = np.divmod(places, self.starts)
        replicate, point = np.divmod(rest, self.points)
        return Slots(point, replicate, start)
