"""Work beside a session: one at a time, the newest only, and an error does not end it."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from oversight.app.latest import Latest
from oversight.errors import OversightError


def test_what_a_newer_request_overtook_is_never_begun() -> None:
    begun, answered, gate, over = [], [], threading.Event(), threading.Event()

    def work(asked: int, overtaken: Callable[[], bool]) -> int:
        begun.append(asked)
        gate.wait(5)
        return 10 * asked

    def done(asked: int, found: int) -> None:
        answered.append((asked, found))
        over.set()

    latest = Latest(work, done, pytest.fail)
    for asked in (1, 2, 3):
        latest.ask(asked)
    gate.set()
    assert over.wait(5)
    assert begun[-1] == 3
    assert len(begun) <= 2
    assert answered == [(3, 30)]


def test_an_error_is_told_and_the_next_request_is_worked_on() -> None:
    told, answered, over = [], [], threading.Event()

    def work(asked: int, overtaken: Callable[[], bool]) -> int:
        return 1 // asked

    def done(asked: int, found: int) -> None:
        answered.append(found)
        over.set()

    def failed(words: str) -> None:
        told.append(words)
        over.set()

    latest = Latest(work, done, failed)
    latest.ask(0)
    assert over.wait(5)
    over.clear()
    latest.ask(1)
    assert over.wait(5)
    assert answered == [1]
    assert "ZeroDivisionError" in told[0]


def test_a_fault_of_the_readers_own_class_is_told_as_it_is() -> None:
    told, over = [], threading.Event()

    def work(asked: int, overtaken: Callable[[], bool]) -> None:
        raise OversightError("Late raised RuntimeError: too late")

    latest = Latest(work, lambda asked, found: pytest.fail("answered"), lambda words: (told.append(words), over.set()))
    latest.ask(1)
    assert over.wait(5)
    assert told == ["Late raised RuntimeError: too late"]


def test_what_was_cancelled_is_not_answered() -> None:
    begun, gate, stopped = threading.Event(), threading.Event(), threading.Event()

    def work(asked: int, overtaken: Callable[[], bool]) -> None:
        begun.set()
        gate.wait(5)
        if overtaken():
            stopped.set()

    latest = Latest(work, lambda asked, found: pytest.fail("answered"), pytest.fail)
    latest.ask(1)
    assert begun.wait(5)
    latest.cancel()
    gate.set()
    assert stopped.wait(5)
