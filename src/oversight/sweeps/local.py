"""Running shards here, or in processes of this machine: whoever runs a shard writes its rows."""

from __future__ import annotations

import pickle
from collections.abc import Generator, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from oversight.arrays import Indices
from oversight.documents.whole import written_whole
from oversight.scenario.packed import Packed
from oversight.sweeps.design import Design
from oversight.sweeps.executors import ended
from oversight.sweeps.plan import Plan
from oversight.sweeps.shard import Outcome, Shards
from oversight.sweeps.store import Store


def run_here(shards: Shards, numbers: Iterable[int]) -> Generator[Outcome]:
    """Run shards one after the other in this process."""
    yield from map(shards.run, numbers)


def run_beside(executor: Executor, shards: Shards, store: Store, numbers: list[int]) -> Generator[Outcome]:
    """Run shards in processes that see the results folder, in whatever order they end.

    Raises:
        UnfinishedError: a shard's worker died again and again, or a file cannot be written.
    """
    design, plan = shards.design, shards.plan
    # Read once by each process: a design may be large, and there may be many shards. A later round has more of them.
    sweep = store.folder.resolve() / f".sweep-{plan.shards}.tmp"
    held = Sweep(Packed.of(design.source), design.added, plan, store.folder.resolve(), store.code)
    try:
        with written_whole(sweep) as unfinished:
            unfinished.write_bytes(pickle.dumps(held))
        asked = {executor.submit(Errand(sweep, shard, _runs(plan, shard))): shard for shard in numbers}
        for _, outcome in ended(asked):
            yield outcome
    finally:
        sweep.unlink(missing_ok=True)


@dataclass(frozen=True)
class Sweep:
    """All that a process needs to run the shards of a sweep."""

    source: Packed
    added: Indices
    """Where its grid has grown."""
    plan: Plan
    folder: Path
    code: str


@dataclass(frozen=True)
class Errand:
    """One shard of the sweep that a file holds."""

    sweep: Path
    shard: int
    what: str

    def __str__(self) -> str:
        return self.what

    def __call__(self) -> Outcome:
        return _opened(self.sweep).run(self.shard)


@lru_cache(maxsize=1)
def _opened(sweep: Path) -> Shards:
    held: Sweep = pickle.loads(sweep.read_bytes())
    return Shards(Design(held.source.opened(), held.added), held.plan, Store(held.folder, held.code))


def _runs(plan: Plan, shard: int) -> str:
    slots = plan.slots(shard)
    return f"{len(slots):,} runs at points {_span(slots.point)}, replicates {_span(slots.replicate)}"


def _span(numbers: Indices) -> str:
    low, high = numbers.min(), numbers.max()
    return str(low) if low == high else f"{low} to {high}"
