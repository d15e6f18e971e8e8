"""One session of the page, without a browser."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from oversight.app import session as module
from oversight.app.library import Library
from oversight.app.serving import Served
from oversight.app.session import Session
from oversight.equilibrium import Solution, solve_all
from oversight.scenario import Experiment

ROOT = Path(__file__).resolve().parent.parent
RATE = "policy.monitoring.rate"


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Nothing is solved while this is cleared."""
    free = threading.Event()
    free.set()

    def solved(experiments: Sequence[Experiment], **how: Any) -> list[Solution]:
        assert free.wait(10)
        return solve_all(experiments, **how)

    monkeypatch.setattr(module, "solve_all", solved)
    yield free
    free.set()


@pytest.fixture
def session() -> Iterator[Session]:
    library = Library(ROOT)
    session = Session(Served(library, library.experiment("detection_by_penalty")), "")
    yield session
    session.close()


def wait_for(right: Callable[[], bool]) -> None:
    for _ in range(200):
        if right():
            return
        time.sleep(0.02)
    raise AssertionError("it did not happen")


def known(session: Session) -> bool:
    theory = session.theory.value
    return theory.solution is not None and theory.experiment == session.scenario.value.experiment


def test_earlier_lines_are_those_of_the_policy_that_ruled(held: threading.Event, session: Session) -> None:
    wait_for(lambda: known(session))
    first = session.theory.value.solution
    session.society.value.step()
    held.clear()
    session.move({RATE: 0.11})
    session.society.value.step()
    session.move({RATE: 0.12})  # before that of 0.11 is solved
    assert first
    assert [(past.start, past.end, past.equilibria) for past in session.past] == [(0, 1, first.equilibria)]


def test_another_scenario_has_no_lines_of_the_last(held: threading.Event, session: Session) -> None:
    wait_for(lambda: known(session))
    held.clear()
    session.open(session.served.library.experiment("capacity_tipping"))
    assert session.theory.value.solution is None
    held.set()
    wait_for(lambda: known(session))
