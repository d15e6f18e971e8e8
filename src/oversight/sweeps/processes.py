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
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from contextlib import suppress
from typing import Any

from oversight.caller import by_caller
from oversight.errors import UnfinishedError

TRIES = 3
"""How often a call is begun whose worker dies."""

_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from oversight.worker import main; main()"
# A group of its own: an interrupt at the terminal reaches this process alone, which decides when to stop.
_APART: dict[str, Any] = (
    {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
    if sys.platform == "win32"
    else {"process_group": 0}
)

_log = logging.getLogger("oversight")


class Processes(Executor):
    """At most so many processes, begun as they are needed; one that dies is replaced, and its call run again.

    What is submitted must travel by pickle; `str` of it says in messages what it runs. A call whose worker dies `TRIES`
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
        """End the processes, whatever they are doing; calls that have not ended are cancelled."""
        with self._lock:
            self._closed = True
            crew, dropped = list(self._crew), list(self._waiting)
            dropped += [worker.order for worker in crew if worker.order]
            self._crew.clear()
            self._waiting.clear()
        for worker in crew:
            worker.process.kill()
        for worker in crew:
            worker.end()
        for order in dropped:
            order.dropped()

    def _hire(self) -> None:
        try:
            self._crew.append(_Worker(self._heard))
        except (OSError, RuntimeError) as error:  # the system has no more processes, or no more threads
            if not self._crew:
                self._give_up(f"No worker process can be begun ({error}).")

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
            order, worker.order = worker.order, None
            if isinstance(reply, _Died):
                self._crew.remove(worker)
                self._replace(order, reply)
            elif order is None:
                worker.ready, self._idle_deaths = True, 0
            else:
                order.ended(*reply)
            self._give_out()

    def _replace(self, order: _Order | None, died: _Died) -> None:
        """Begin another process for one that has died, if there is anything to do for it."""
        if order is None:
            self._idle_deaths += 1
            if self._idle_deaths < TRIES:
                _log.warning("A worker process %s; another is begun where it is needed.", died.how)
        else:
            order.deaths += 1
            if order.deaths < TRIES:
                _log.warning("The worker process of %s %s; they are run again.", order.what, died.how)
                self._waiting.appendleft(order)
            else:
                said = f"The worker process of {order.what} {died.how}, {TRIES} times over.{died.advice}"
                order.ended(_unfinished(said), failed=True)
        if self._waiting and self._idle_deaths < TRIES:
            self._hire()
        elif not any(worker.ready for worker in self._crew):
            often = f"Worker processes ended {self._idle_deaths} times before they were ready"
            self._give_up(f"{often}; the last one {died.how}.{died.advice}")

    def _give_up(self, why: str) -> None:
        """Nothing that waits will be run."""
        waiting, self._waiting = self._waiting, deque()
        for order in waiting:
            order.ended(_unfinished(why), failed=True)


class _Order:
    """A call on its way: as it travels, what it runs in words, and its future."""

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

    def dropped(self) -> None:
        """Let whoever waits for it know that nothing will come of it."""
        if self.future.cancel():
            self.future.set_running_or_notify_cancel()
        else:
            self.future.set_exception(CancelledError())


class _Died:
    """How a worker process ended that should have gone on, and what to do about it."""

    def __init__(self, code: int):
        self.how, self.advice = f"ended by itself with code {code}", ""
        if -code in list(signal.Signals):
            least = by_caller("--workers 1", "`workers=1`")
            self.how = f"was killed by {signal.Signals(-code).name}"
            self.advice = f" The system kills what takes too much memory: {least} takes least."


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
        """Let it run a call. That it has died meanwhile is heard by the thread."""
        self.order = order
        assert self.process.stdin is not None
        with suppress(OSError):
            pickle.dump(order.packed, self.process.stdin)
            self.process.stdin.flush()

    def end(self) -> None:
        """Wait until it is gone."""
        self.process.wait()
        self.thread.join()

    def _listen(self, heard: Callable[[_Worker, Any], None]) -> None:
        for packed in self._replies():
            heard(self, packed and _read(packed))
        heard(self, _Died(self.process.wait()))
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            with suppress(OSError):
                pipe.close()

    def _replies(self) -> Iterator[bytes]:
        assert self.process.stdout is not None
        with suppress(Exception):  # half a reply may be anything
            while True:
                yield pickle.load(self.process.stdout)


def _read(packed: bytes) -> tuple[Any, bool]:
    """What came of a call, and whether it was raised."""
    try:
        answer: tuple[Any, bool] = pickle.loads(packed)
    except Exception as error:  # there is no such class here, say
        return error, True
    return answer


def _unfinished(why: str) -> UnfinishedError:
    return UnfinishedError(f"{why} Finished runs are kept: the same command goes on from there.")
