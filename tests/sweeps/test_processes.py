"""Worker processes of this machine keep the promises of `concurrent.futures.Executor`."""

from __future__ import annotations

import importlib
import logging
import operator
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, as_completed
from pathlib import Path
from typing import Any

import pytest

import oversight
from oversight.errors import UnfinishedError
from oversight.sweeps.processes import _START, TRIES, Processes


@pytest.fixture(scope="module")
def executor() -> Iterator[Processes]:
    with Processes(2) as processes:
        yield processes


def test_calls_run_elsewhere_and_return_what_they_return(executor: Processes) -> None:
    assert list(executor.map(operator.mul, range(20), range(20))) == [number**2 for number in range(20)]
    homes = {executor.submit(os.getpid).result() for _ in range(10)}
    assert 1 <= len(homes) <= 2
    assert os.getpid() not in homes


def test_what_a_call_raises_is_raised_here(executor: Processes) -> None:
    with pytest.raises(ZeroDivisionError):
        executor.submit(operator.truediv, 1, 0).result()
    with pytest.raises(SystemExit):
        executor.submit(sys.exit, 3).result()
    assert executor.submit(operator.add, 1, 2).result() == 3


def test_a_call_whose_process_dies_is_run_again_and_then_given_up(
    executor: Processes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "oversight"), pytest.raises(UnfinishedError, match=r"was killed by SIGKILL"):
        executor.submit(signal.raise_signal, signal.SIGKILL).result()
    assert caplog.text.count("was killed by SIGKILL; they are run again") == TRIES - 1
    assert executor.submit(operator.add, 1, 2).result() == 3  # others go on


def test_both_work_at_once() -> None:
    with Processes(2) as executor:
        both = [executor.submit(time.sleep, 600) for _ in range(2)]
        while not all(future.running() for future in both):
            time.sleep(0.01)


def test_shutdown_ends_what_runs_and_cancels_what_waits() -> None:
    before = threading.active_count()
    executor = Processes(1)
    running = executor.submit(time.sleep, 600)
    waiting = executor.submit(time.sleep, 600)
    while not running.running():
        time.sleep(0.01)
    home = executor._crew[0].process
    executor.shutdown()
    assert home.poll() == -signal.SIGKILL
    for future in as_completed([running, waiting], timeout=0):
        with pytest.raises(CancelledError):
            future.result()
    with pytest.raises(RuntimeError, match="after shutdown"):
        executor.submit(os.getpid)
    assert threading.active_count() == before


def test_processes_that_cannot_begin_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oversight.sweeps.processes._START", "raise SystemExit(7)")
    with (
        Processes(1) as executor,
        pytest.raises(UnfinishedError, match=r"ended 3 times.*ended by itself with code 7\."),
    ):
        executor.submit(os.getpid).result(timeout=60)


def test_what_failed_to_begin_long_ago_does_not_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every second process ends at its beginning."""
    begun = f"import sys; log = open({str(tmp_path / 'begun')!r}, 'a'); log.write('.'); log.tell() % 2 and sys.exit(7)"
    monkeypatch.setattr("oversight.sweeps.processes._START", f"{begun}; {_START}")
    with Processes(1) as executor:
        for _ in range(TRIES + 1):
            home = executor.submit(os.getpid).result(timeout=60)
            os.kill(home, signal.SIGKILL)
            while executor._crew:
                time.sleep(0.01)


def test_a_system_without_processes_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    with Processes(1) as executor:
        executor.submit(os.getpid).result(timeout=60)
        monkeypatch.setattr("subprocess.Popen", refused)
        for call in (signal.raise_signal, signal.SIGKILL), (os.getpid,):  # one is there, and then none
            with pytest.raises(UnfinishedError, match=r"No worker process can be begun \(.*unavailable"):
                executor.submit(*call).result(timeout=60)


ODD = """
import threading

class Odd(Exception):
    def __init__(self, one, other):
        super().__init__(f"{one} and {other}")

class Unreadable:
    def __reduce__(self):
        return int, ("no number",)

def odd():
    raise Odd("this", "that")

def locked():
    raise ValueError(threading.Lock())
"""


@pytest.mark.parametrize(
    ("name", "raised", "said"),
    [
        ("odd", RuntimeError, "Odd: this and that"),
        ("locked", RuntimeError, "ValueError: <unlocked"),
        ("threading.Lock", TypeError, "cannot pickle"),
        ("Unreadable", ValueError, "no number"),
    ],
)
def test_what_cannot_travel_back_is_told(
    name: str, raised: type[Exception], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "odd_calls.py").write_text(ODD)
    monkeypatch.syspath_prepend(tmp_path)
    odd = importlib.import_module("odd_calls")
    with Processes(1) as executor:
        with pytest.raises(raised, match=said):
            executor.submit(operator.attrgetter(name)(odd)).result(timeout=60)
        assert executor.submit(operator.add, 1, 2).result(timeout=60) == 3


def test_a_call_that_cannot_be_read_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "odd_calls.py").write_text("def here():\n    pass")
    with monkeypatch.context() as only_here:
        only_here.syspath_prepend(tmp_path)
        odd = importlib.import_module("odd_calls")
    with Processes(1) as executor, pytest.raises(ModuleNotFoundError, match="odd_calls"):
        executor.submit(odd.here).result(timeout=60)


@pytest.mark.slow
def test_they_can_be_handed_over_like_any_other(write: Callable[..., Path], tmp_path: Path) -> None:
    def parts(name: str) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (tmp_path / name / "runs.parquet").iterdir()}

    oversight.sweep(write(), out=tmp_path / "here", workers=1)
    with Processes(2) as executor:
        oversight.sweep(tmp_path / "trial.yaml", out=tmp_path / "there", cluster=executor)
    assert parts("there") == parts("here")
