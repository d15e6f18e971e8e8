"""How long a class is tried before it is run: a slow one is cut off."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from oversight.errors import OversightError

_ends: ContextVar[float] = ContextVar("ends", default=float("inf"))


class TookTooLong(OversightError):
    """A class was cut off before all its promises were examined."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Within it, `check_time` raises `TookTooLong` once so many seconds have passed."""
    token = _ends.set(time.perf_counter() + seconds)
    try:
        yield
    finally:
        _ends.reset(token)


def check_time() -> None:
    """Raise `TookTooLong` if the time is up. A call of the class itself is not interrupted."""
    if time.perf_counter() > _ends.get():
        raise TookTooLong("it takes too long")
