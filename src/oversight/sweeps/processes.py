"""Worker processes of this machine, as an executor: programs of their own that import the package and no more.

Where the caller's code stands, in a script, a notebook or on standard input, makes no difference to them.
"""

from __future__ import annotations

import json
import logging
import pickle
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from typing import Any

from oversight.caller import by_caller
from oversight.errors import UnfinishedError

TRIES = 3
"""How often a task is begun whose worker dies."""

_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from oversight.sweeps.worker import main; main()"
# A group of its own: an interrupt at the terminal reaches this process alone, which decides when to stop.
_APART: dict[str, Any] = (
    {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
    if sys.platform == "win32"
    else {"process_group": 0}
)

_log = logging.getLogger("oversight")


class Processes(Executor):
    """At most so many processes, begun as they are needed; one that dies is replaced, and its task run again.

    What is submitted must travel by pickle; `str` of it says in messages what it runs. A task whose worker dies `TRIES`
    times ends with an `UnfinishedError`.
    """

    def __init__(self, workers: int):
        self._most = workers
        self._crew: list[_Worker] = []
        self._waiting: deque[_Order] = deque()
        self._idle_deaths = 0
        self._closed = False
        self._lock = threading.RLock()

    def submit[Result](self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Run a call in one of the processes; see `concurrent.futures.Executor.submit`."""
        order = _Order(pickle.dumps((fn, args, kwargs)), str(fn))
        with self._lock:
            if self._closed:
                raise RuntimeError("cannot schedule new futures after shutdown")
            self._waiting.append(order)
            idle = sum(worker.order is None for worker in self._crew)
            if len(self._waiting) > idle and len(self._crew) < self._most:
                self._hire()
            self._give_out()
        return order.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes, whatever they are doing; tasks that have not ended are cancelled or broken off."""
        with self._lock:
            self._closed = True
            crew, waiting = list(self._crew), list(self._waiting)
            self._waiting.clear()
        for order in waiting:
            order.future.cancel()
        for worker in crew:
            worker.process.kill()
        for worker in crew:
            worker.end()

    def _hire(self) -> None:
        self._crew.append(_Worker(self._heard))

    def _give_out(self) -> None:
        """Let idle workers that are ready run what waits."""
        for worker in self._crew:
            while worker.ready and worker.order is None and self._waiting:
                order = self._waiting.popleft()
                if order.future.running() or order.future.set_running_or_notify_cancel():
                    worker.run(order)

    def _heard(self, worker: _Worker, reply: Any) -> None:
        """A worker is ready, has done what it was to do, has raised, or is gone."""
        with self._lock:
            if self._closed:
                return
            if isinstance(reply, _Died):
                self._replace(worker, reply)
            else:
                worker.ready, order, worker.order = True, worker.order, None
                if order is not None:
                    order.ended(*reply)
                self._give_out()

    def _replace(self, worker: _Worker, died: _Died) -> None:
        order = worker.order
        self._crew.remove(worker)
        if order is None:
            self._idle_deaths += 1
        else:
            order.deaths += 1
        times = order.deaths if order else self._idle_deaths
        if times < TRIES:
            what = f"The worker process of {order.what}" if order else "A worker process"
            _log.warning("%s %s; they are run again.", what, died.how)
            if order:
                self._waiting.appendleft(order)
        else:
            # Without a worker that so much as begins, nothing that waits will be run.
            broken = [order] if order else list(self._waiting)
            for each in broken:
                each.ended(_given_up(each.what, died, times), failed=True)
            if not order:
                self._waiting.clear()
                return
        self._hire()


class _Order:
    """A task on its way: as it travels, what it runs in words, and its future."""

    def __init__(self, packed: bytes, what: str):
        self.packed = packed
        self.what = what
        self.future: Future[Any] = Future()
        self.deaths = 0

    def ended(self, result: Any, failed: bool) -> None:
        """Say what came of it."""
        if failed:
            if self.future.running() or self.future.set_running_or_notify_cancel():
                self.future.set_exception(result)
        else:
            self.future.set_result(result)


class _Died:
    """How a worker process ended that should have gone on."""

    def __init__(self, code: int):
        killed = f"was killed by {signal.Signals(-code).name}" if -code in list(signal.Signals) else ""
        self.how = killed or f"ended by itself with code {code}"


class _Worker:
    """A worker process, and the thread that hears what it says."""

    def __init__(self, heard: Callable[[_Worker, Any], None]):
        self.order: _Order | None = None
        self.ready = False
        command = [sys.executable, "-c", _START, json.dumps(sys.path)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **_APART)
        self.thread = threading.Thread(target=self._listen, args=(heard,), daemon=True)
        self.thread.start()

    def run(self, order: _Order) -> None:
        """Let it run a task. That it has died meanwhile is heard by the thread."""
        self.order = order
        assert self.process.stdin is not None
        with suppress(OSError):
            self.process.stdin.write(order.packed)
            self.process.stdin.flush()

    def end(self) -> None:
        """Wait until it is gone."""
        self.process.wait()
        self.thread.join()

    def _listen(self, heard: Callable[[_Worker, Any], None]) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            while True:
                heard(self, pickle.load(self.process.stdout))
        except Exception:  # half a reply may be anything
            heard(self, _Died(self.process.wait()))
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                pipe.close()


def _given_up(what: str, died: _Died, times: int) -> UnfinishedError:
    memory = f"The system kills what takes too much memory: {by_caller('--workers 1', '`workers=1`')} takes least."
    return UnfinishedError(
        f"The worker process of {what} {died.how}, {times} times over. {memory} Finished runs are kept: the same "
        "command goes on from there."
    )
