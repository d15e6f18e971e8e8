"""Running shards, here or in worker processes."""

from __future__ import annotations

import json
import logging
import pickle
import signal
import subprocess
import sys
import threading
from collections import Counter, deque
from collections.abc import Generator, Iterable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

from oversight.arrays import Indices
from oversight.caller import by_caller
from oversight.errors import UnfinishedError
from oversight.sweeps.design import Design
from oversight.sweeps.packed import Packed
from oversight.sweeps.plan import Plan
from oversight.sweeps.shard import Outcome, Shards
from oversight.sweeps.store import Store
from oversight.sweeps.worker import Task

TRIES = 3
"""How often a shard is begun whose worker dies."""

_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from oversight.sweeps.worker import main; main()"
# A group of its own: an interrupt at the terminal reaches this process alone, which decides when to stop.
_APART: dict[str, Any] = (
    {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
    if sys.platform == "win32"
    else {"process_group": 0}
)

_log = logging.getLogger("oversight")


def run_here(shards: Shards, numbers: Iterable[int]) -> Generator[Outcome]:
    """Run shards one after the other in this process."""
    yield from map(shards.run, numbers)


def run_in_pool(design: Design, plan: Plan, store: Store, numbers: list[int], workers: int) -> Generator[Outcome]:
    """Run shards in `workers` processes, in whatever order they end. They end when this does.

    The processes are programs of their own that import the package and no more: where the caller's code stands, in a
    script, a notebook or on standard input, makes no difference to them.

    Raises:
        UnfinishedError: a shard's worker died each of `TRIES` times.
    """
    task = pickle.dumps(Task(Packed.of(design.source), design.added, plan, store.folder, store.code))
    waiting, tries = deque(numbers), Counter[int | None]()
    said: SimpleQueue[tuple[_Worker, Any]] = SimpleQueue()
    crew: list[_Worker] = []
    try:
        for _ in range(workers):
            _hire(crew, task, said)
        while waiting or any(worker.shard is not None for worker in crew):
            try:
                worker, reply = said.get(timeout=0.5)  # an interrupt is not heard in here on every platform
            except Empty:
                continue
            if isinstance(reply, _Died):
                tries[worker.shard] += 1
                _say_or_give_up(worker.shard, plan, reply, tries[worker.shard])
                waiting.extendleft([] if worker.shard is None else [worker.shard])
                crew.remove(worker)
                worker.end()
                _hire(crew, task, said)
                continue
            if isinstance(reply, BaseException):
                raise reply
            if reply is not None:
                worker.shard = None
                yield reply
            if waiting:
                worker.run(waiting.popleft())
    finally:
        for worker in crew:
            worker.process.kill()
        for worker in crew:
            worker.end()


class _Died:
    """How a worker process ended that should have gone on."""

    def __init__(self, code: int):
        killed = f"was killed by {signal.Signals(-code).name}" if -code in list(signal.Signals) else ""
        self.how = killed or f"ended by itself with code {code}"


class _Worker:
    """A worker process, and the thread that hears what it says: `said` gets pairs of the worker and its reply."""

    def __init__(self, task: bytes, said: SimpleQueue[tuple[_Worker, Any]]):
        self.shard: int | None = None
        command = [sys.executable, "-c", _START, json.dumps(sys.path)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **_APART)
        self.thread = threading.Thread(target=self._listen, args=(task, said), daemon=True)
        self.thread.start()

    def run(self, shard: int) -> None:
        """Let it run a shard. That it has died meanwhile is heard by the thread."""
        self.shard = shard
        with suppress(OSError):
            self._send(pickle.dumps(shard))

    def end(self) -> None:
        """Wait until it is gone."""
        self.process.wait()
        self.thread.join()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            with suppress(OSError):
                pipe.close()

    def _send(self, order: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(order)
        self.process.stdin.flush()

    def _listen(self, task: bytes, said: SimpleQueue[tuple[_Worker, Any]]) -> None:
        assert self.process.stdout is not None
        try:
            self._send(task)
            while True:
                said.put((self, pickle.load(self.process.stdout)))
        except Exception:  # half a reply may be anything
            said.put((self, _Died(self.process.wait())))


def _hire(crew: list[_Worker], task: bytes, said: SimpleQueue[tuple[_Worker, Any]]) -> None:
    crew.append(_Worker(task, said))


def _say_or_give_up(shard: int | None, plan: Plan, died: _Died, times: int) -> None:
    """Say that a worker died.

    Raises:
        UnfinishedError: it did so too often.
    """
    what = "A worker process" if shard is None else f"The worker process of {_runs(plan, shard)}"
    memory = f" The system kills what takes too much memory: {by_caller('--workers 1', '`workers=1`')} takes least."
    if times < TRIES:
        _log.warning("%s %s; they are run again.", what, died.how)
        return
    raise UnfinishedError(
        f"{what} {died.how}, {times} times over.{memory} Finished runs are kept: the same command goes on from there."
    )


def _runs(plan: Plan, shard: int) -> str:
    slots = plan.slots(shard)
    return f"{len(slots):,} runs at points {_span(slots.point)}, replicates {_span(slots.replicate)}"


def _span(numbers: Indices) -> str:
    low, high = numbers.min(), numbers.max()
    return str(low) if low == high else f"{low} to {high}"
