"""Which runs a sweep consists of, in what order, and how they are cut into shards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

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
class Round:
    """The replicates from `first` to before `last` of some design points, in canonical order.

    The order is by replicate, then point, then start, so that neighbours share their draws.
    """

    points: range | Indices
    """Ascending."""
    first: int
    last: int
    starts: int
    runs_per_shard: int
    """Runs of every shard but the last."""

    @classmethod
    def of(cls, points: range | Indices, first: int, last: int, starts: int, actor_periods: int) -> Round:
        """A round that is cut into shards of about a second each; `actor_periods` are those of the largest run."""
        runs, second = len(points) * (last - first) * starts, ACTOR_PERIODS // max(1, actor_periods)
        return cls(points, first, last, starts, max(1, min(second, MAX_RUNS, -(-runs // LEAST_SHARDS))))

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.points) * (self.last - self.first) * self.starts

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

    def at(self, places: Indices) -> Slots:
        """The runs at places in the canonical order."""
        rest, start = np.divmod(places, self.starts)
        replicate, place = np.divmod(rest, len(self.points))
        return Slots(np.asarray(self.points)[place], self.first + replicate, start)

    def shards_of(self, points: range) -> set[int]:
        """The shards that hold the runs of consecutive design points."""
        low, high = np.searchsorted(np.asarray(self.points), [points.start, points.stop]).tolist()
        found: set[int] = set()
        for replicate in range(self.last - self.first if low < high else 0):
            first, last = ((replicate * len(self.points) + place) * self.starts for place in (low, high))
            found.update(range(first // self.runs_per_shard, -(-last // self.runs_per_shard)))
        return found


@dataclass(frozen=True)
class Plan:
    """All runs: a round of every design point, and rounds of those that need more, or that are added.

    Shards are numbered throughout.

    The cut into shards depends on the experiment alone, never on the number of workers.
    """

    rounds: tuple[Round, ...]
    actor_periods: int
    """Actor-periods of the largest run."""

    @classmethod
    def of(cls, points: int, replicates: int, starts: int, actor_periods: int) -> Plan:
        """The plan of as many replicates of every design point."""
        return cls((Round.of(range(points), 0, replicates, starts, actor_periods),), actor_periods)

    def further(self, points: Indices, replicates: int) -> Plan:
        """The plan with another round, in which some points of the last one get so many replicates in all."""
        return self._with(points, self.rounds[-1].last, replicates)

    def grown(self, points: int, replicates: int) -> Plan:
        """The plan with a round of so many replicates of further design points, up to `points` in all."""
        return self._with(range(self.points, points), 0, replicates)

    def _with(self, points: range | Indices, first: int, last: int) -> Plan:
        more = Round.of(points, first, last, self.starts, self.actor_periods)
        return replace(self, rounds=(*self.rounds, more))

    @property
    def points(self) -> int:
        """Number of design points."""
        return 1 + max(int(each.points[-1]) for each in self.rounds)

    @property
    def starts(self) -> int:
        """Number of starts of each replicate."""
        return self.rounds[0].starts

    @property
    def replicates(self) -> int:
        """The most replicates that a design point has."""
        return max(each.last for each in self.rounds)

    @property
    def runs(self) -> int:
        """Number of runs."""
        return sum(each.runs for each in self.rounds)

    @property
    def shards(self) -> int:
        """Number of shards."""
        return sum(each.shards for each in self.rounds)

    @property
    def last_shards(self) -> range:
        """The shards of the last round."""
        return range(self.shards - self.rounds[-1].shards, self.shards)

    @property
    def first_of_level(self) -> int:
        """The first of the design points that were added last."""
        return int(self.rounds[self._level].points[0])

    @property
    def last_level(self) -> range:
        """The shards of the design points that were added last."""
        return range(sum(each.shards for each in self.rounds[: self._level]), self.shards)

    def size(self, shard: int) -> int:
        """How many runs a shard has."""
        own, place = self._placed(shard)
        return own.size(place)

    def slots(self, shard: int) -> Slots:
        """The runs of a shard."""
        own, place = self._placed(shard)
        return own.slots(place)

    def shards_of(self, points: range) -> list[int]:
        """The shards that hold the runs of consecutive design points."""
        return sorted(first + shard for first, each in self._begun() for shard in each.shards_of(points))

    def counts(self) -> Indices:
        """Replicates of each design point, (points,)."""
        found = np.zeros(self.points, dtype=np.int64)
        for each in self.rounds:
            found[np.asarray(each.points)] = each.last
        return found

    @property
    def _level(self) -> int:
        """The round in which design points were added last."""
        return max(place for place, each in enumerate(self.rounds) if each.first == 0)

    def _begun(self) -> Iterator[tuple[int, Round]]:
        """Every round with the number of its first shard."""
        first = 0
        for each in self.rounds:
            yield first, each
            first += each.shards

    def _placed(self, shard: int) -> tuple[Round, int]:
        """The round of a shard, and its number there."""
        first, own = [(first, each) for first, each in self._begun() if first <= shard][-1]
        return own, shard - first
