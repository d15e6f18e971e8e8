"""The time left is true within a fifth from the first tenth on."""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator

import pytest

from oversight.sweeps.pace import Pace
from oversight.sweeps.progress import told


def played(works: list[float], workers: int, seed: int, known: bool) -> Iterator[tuple[float, float, float]]:
    """A sweep on workers that start at different times and are not quite equally fast.

    Yields, whenever a shard ends, the share of the work that is done, the time, and when all is expected to end.
    """
    chance = random.Random(seed)
    pace = Pace(workers if known else 1)
    waiting = list(enumerate(works))[::-1]
    running: list[tuple[float, int, float, float]] = []
    for worker in range(workers):
        _, work = waiting.pop()
        seconds = work * chance.uniform(0.9, 1.1)
        heapq.heappush(running, (chance.uniform(1, 3) + seconds, worker, work, seconds))
    left = total = sum(works)
    while running:
        now, worker, work, seconds = heapq.heappop(running)
        left -= work
        pace.ended(work, seconds, str(worker))
        yield 1 - left / total, now, now + pace.left(left)
        if waiting:
            _, more = waiting.pop()
            seconds = more * chance.uniform(0.9, 1.1)
            heapq.heappush(running, (now + seconds, worker, more, seconds))


# Where a shard is too large a part, or not all workers have been seen by the first tenth, nobody can tell.
FORETOLD = [
    (workers, shards, known)
    for workers in (1, 2, 4, 16)
    for shards in (40, 300)
    for known in (True, False)
    if shards >= (5 if known else 20) * workers
]


@pytest.mark.parametrize(("workers", "shards", "known"), FORETOLD)
@pytest.mark.parametrize("sizes", ["equal", "growing", "mixed"])
def test_the_end_is_foretold_within_a_fifth(workers: int, shards: int, sizes: str, known: bool) -> None:
    for seed in range(5):
        chance = random.Random(-seed)
        works = {
            "equal": [1.0] * shards,
            "growing": [0.5 + place / shards for place in range(shards)],
            "mixed": [chance.choice([0.3, 1.0, 1.7]) for _ in range(shards)],
        }[sizes]
        seen = list(played(works, workers, seed, known))
        end = seen[-1][1]
        far = [(done, abs(expected - end) / end) for done, _, expected in seen if done >= 0.1]
        assert max(error for _, error in far) < 0.2, (seed, max(far, key=lambda each: each[1]))
        assert seen[-1][2] == pytest.approx(end)


def test_without_any_ended_nothing_is_known() -> None:
    assert Pace(2).left(5.0) == float("inf")
    assert Pace(2).left(0.0) == 0.0
    assert told(None, 3.0) == ""
    assert told(3_723.2 + 5, 5.0) == "1:02:04"
    assert told(4.0, 5.0) == "0:00:00"
