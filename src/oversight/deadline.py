"""How long theory may think about a question: whatever takes long asks here, now and then, whether to go on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from math import inf
from time import perf_counter, thread_time

from oversight.errors import OversightError


@dataclass(slots=True)
class _Limit:
    """The processor time at which time is up, and the moment before which that cannot be."""

    end: float
    earliest: float


_LIMIT: ContextVar[_Limit | None] = ContextVar("limit", default=None)


class OutOfTimeError(OversightError):
    """The time allowed is used up."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Allow what is done inside this many seconds of processor time, which other programs do not use up.

    Of two limits, one inside the other, the nearer end counts.
    """
    outer, now = _LIMIT.get(), thread_time()
    end = min(outer.end if outer else inf, now + seconds)
    token = _LIMIT.set(_Limit(end, perf_counter() + end - now))
    try:
        yield
    finally:
        _LIMIT.reset(token)


def keep_to_time() -> None:
    """Go on, if there is time left.

    Raises:
        OutOfTimeError: there is none.
    """
    limit = _LIMIT.get()
    # Nobody uses more processor time than passes, and asking for that takes a hundred microseconds on some machines.
    now = perf_counter()
    if limit is None or now < limit.earliest:
        return
    left = limit.end - thread_time()
    if left < 0:
        raise OutOfTimeError
    limit.earliest = now + left
