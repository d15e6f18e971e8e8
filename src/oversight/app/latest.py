"""Work for which only the newest request counts."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial

from oversight.errors import OversightError

_log = logging.getLogger("oversight")


class Cancelled(Exception):
    """Work ends where it was cancelled or overtaken."""


class Latest[Asked, Found]:
    """Works one request at a time, beside the session; a request that a newer one overtook is never begun.

    `work` is given the request and a function that tells whether a newer one, or a cancellation, is waiting, so that
    it may stop early. `done` is given the request and what was found, unless the request was cancelled or overtaken
    while it was worked on; `failed`, in its place, what to tell the reader of an error that `work` let through.
    """

    def __init__(
        self,
        work: Callable[[Asked, Callable[[], bool]], Found],
        done: Callable[[Asked, Found], None],
        failed: Callable[[str], None],
    ):
        self._work = work
        self._done = done
        self._failed = failed
        self._lock = threading.Lock()
        self._next: list[Asked] = []
        self._busy = False
        self._number = 0

    def ask(self, asked: Asked) -> None:
        """Work on `asked` as soon as what is under way can stop, instead of all that was asked before."""
        with self._lock:
            self._next = [asked]
            self._number += 1
            if self._busy:
                return
            self._busy = True
        threading.Thread(target=self._run, daemon=True).start()

    def cancel(self) -> None:
        """Forget all that was asked."""
        with self._lock:
            self._next = []
            self._number += 1

    def _overtook(self, number: int) -> bool:
        return self._number != number

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._next:
                    self._busy = False
                    return
                asked, number = self._next.pop(), self._number
            overtook = partial(self._overtook, number)
            try:
                found = self._work(asked, overtook)
            except OversightError as error:  # a class of the reader's own that breaks its contract
                if not overtook():
                    self._failed(str(error))
            except Exception as error:  # or nothing that is asked later would ever be worked on
                _log.exception("work of the page failed")
                if not overtook():
                    self._failed(f"This failed, which is a mistake of the program: {type(error).__name__}: {error}")
            else:
                if not overtook():
                    self._done(asked, found)
