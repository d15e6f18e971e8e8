"""How long the runs that are left will take."""

from __future__ import annotations

_UNDER_WAY = 0.5
"""How much of a shard is done, on average, that another worker is at when one ends."""


class Pace:
    """Time left, from the work of the shards that have ended and the seconds that each took its worker.

    What workers take to start is no part of it, so that the first shards say as much as the last. From the first tenth
    on it is true within a fifth where each worker has at least five shards.

    Args:
        workers: how many shards are run at a time; where nobody knows, 1: more are counted as they are seen.
    """

    def __init__(self, workers: int):
        self._workers = workers
        self._seen: set[str] = set()
        self._ended = 0
        self._work = 0.0
        self._seconds = 0.0

    def ended(self, work: float, seconds: float, worker: str) -> None:
        """Hear of a shard that has ended, after `seconds` at a worker."""
        self._seen.add(worker)
        self._ended += 1
        self._work += work
        self._seconds += seconds

    def left(self, work: float) -> float:
        """Seconds until `work` is done too, shards under way included; infinite before any has ended."""
        if not work:
            return 0.0
        if not self._work:
            return float("inf")
        at_once = max(self._workers, len(self._seen))
        each = self._work / self._ended
        under_way = _UNDER_WAY * min((at_once - 1) * each, work)
        # The last shard ends when its worker does, however many there are.
        of_one = (work - under_way) / min(at_once, max(1.0, work / each))
        return of_one * self._seconds / self._work
