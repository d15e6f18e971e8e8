"""Running shards, here or in worker processes."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from oversight.actors import ACTORS
from oversight.actors.crew import CREW
from oversight.plugins import known_kinds
from oversight.scenario import Source, experiment_model
from oversight.sweeps.plan import Plan
from oversight.sweeps.shard import Outcome, Shards
from oversight.sweeps.store import Store

_shards: Shards | None = None


def run_here(shards: Shards, numbers: Iterable[int]) -> Iterator[Outcome]:
    """Run shards one after the other in this process."""
    return map(shards.run, numbers)


def run_in_pool(
    source: Source, plan: Plan, labels: list[str], folder: Path, numbers: list[int], workers: int
) -> Iterator[Outcome]:
    """Run shards in `workers` processes, in whatever order they end.

    An interrupt lets the shards in flight finish, so that nothing is lost.
    """
    # spawn: the same on every platform, and no thread of this process is copied mid-step.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(
        workers, context, _begin, (_portable(source), _one_by_one(source), plan, labels, str(folder))
    )
    try:
        waiting: set[Future[Outcome]] = set()
        for number in numbers:
            with _uninterrupted():
                waiting.add(pool.submit(_run, number))
            while len(waiting) >= 2 * workers:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Processes that start in here ignore interrupts from their first moment on: the parent decides when to stop."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _portable(source: Source) -> dict[str, Any]:
    names = ("document", "plugins", "policies", "overrides")
    return {name: getattr(source, name) for name in names}


def _one_by_one(source: Source) -> list[str]:
    """Kinds that this process knows to need one-by-one calls."""
    return [kind for kind, rule in source.kinds.own(ACTORS).items() if CREW.needs_scalars(rule)]


def _begin(source: dict[str, Any], one_by_one: list[str], plan: Plan, labels: list[str], folder: str) -> None:
    global _shards
    logging.getLogger("oversight").setLevel(logging.ERROR)  # the parent has said it
    parent = multiprocessing.parent_process()
    if parent is not None:
        # A killed parent leaves its workers waiting for ever: end with it.
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    # Classes do not travel between processes, so their files are imported again.
    kinds = known_kinds(source["plugins"], [source["document"].data, source["policies"]])
    CREW.one_by_one |= {kinds.own(ACTORS)[kind] for kind in one_by_one}
    model = experiment_model(kinds)
    _shards = Shards(Source(model=model, **source), plan, labels, Store(Path(folder)))


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _run(number: int) -> Outcome:
    assert _shards is not None
    return _shards.run(number)
