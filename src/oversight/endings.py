"""How a process ends: by an interrupt, which is heard once, and not by a class of somebody's that ends it."""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

DEAF = 2.0
"""Seconds after an interrupt in which others are not heard, so that what ends is not ended half way."""

end_process = os._exit
"""Python's own `os._exit`, which `exits_raise` replaces."""


class _Interrupts:
    """Raises KeyboardInterrupt where a signal finds the program; ends the process `limit` seconds after the first."""

    def __init__(self, limit: float | None, farewell: str):
        self.limit = limit
        self.farewell = farewell
        self.heard = -math.inf

    def __call__(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if now - self.heard < DEAF:
            return
        self.heard = now
        if self.limit is not None:
            timer = threading.Timer(self.limit, self._end)
            timer.daemon = True
            timer.start()
        raise KeyboardInterrupt

    def _end(self) -> None:
        os.write(2, f"{self.farewell}\n".encode())
        end_process(128 + signal.SIGINT)


@contextmanager
def interrupted_once(limit: float | None = None, farewell: str = "") -> Iterator[None]:
    """In here an interrupt raises KeyboardInterrupt once, and others that follow it are not heard.

    With `limit`, the process says `farewell` and ends so many seconds later whatever it does: code of others may
    swallow a KeyboardInterrupt, or be busy. Whoever has set an ending of its own for interrupts keeps it.
    """
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler or threading.current_thread() is not threading.main_thread():
        yield
        return
    interrupts = _Interrupts(limit, farewell)
    signal.signal(signal.SIGINT, interrupts)
    try:
        yield
    finally:
        # A process that is to end in a moment stays deaf: an interrupt would break its last steps.
        ends = limit is not None and interrupts.heard > -math.inf
        signal.signal(signal.SIGINT, signal.SIG_IGN if ends else before)


@contextmanager
def exits_raise() -> Iterator[None]:
    """In here `os._exit`, called by a class of one's own in this thread, raises SystemExit as `sys.exit` does."""
    process, thread, real = os.getpid(), threading.get_ident(), os._exit

    def refused(status: int) -> NoReturn:
        if (os.getpid(), threading.get_ident()) != (process, thread):
            real(status)
        raise SystemExit(f"os._exit({status})")

    os._exit = refused
    try:
        yield
    finally:
        os._exit = real
