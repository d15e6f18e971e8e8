"""A sweep on any `concurrent.futures.Executor` has the rows of one in this process, bit for bit."""

from __future__ import annotations

import importlib.util
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from shutil import copytree, which
from typing import Any

import pyarrow.parquet as pq
import pytest

import oversight
from helpers import Command
from oversight.errors import UnfinishedError

MPIEXEC = which("mpiexec", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))


def parts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "runs.parquet").iterdir()}


@pytest.fixture
def here(write: Callable[..., Path], tmp_path: Path) -> Path:
    oversight.sweep(write(), out=tmp_path / "here", workers=1)
    return tmp_path / "here"


def test_threads_of_this_process(here: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as executor:
        oversight.sweep(tmp_path / "trial.yaml", out=tmp_path / "there", cluster=executor)
    assert parts(tmp_path / "there") == parts(here)
    assert logging.getLogger("oversight").level == logging.NOTSET  # what is said afterwards is heard


@pytest.mark.slow
def test_processes_of_the_standard_library(here: Path, tmp_path: Path) -> None:
    with ProcessPoolExecutor(2, get_context("spawn")) as executor:
        oversight.sweep(tmp_path / "trial.yaml", out=tmp_path / "there", cluster=executor)
        # It is the caller's, and stays open.
        assert executor.submit(len, "abc").result() == 3
    assert parts(tmp_path / "there") == parts(here)


class Dying(Executor):
    """Runs some tasks at once, and then no more."""

    def __init__(self, tasks: int):
        self.left = tasks

    def submit(self, task: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        found: Future[Any] = Future()
        self.left -= 1
        if self.left < 0:
            found.set_exception(BrokenProcessPool("a child process terminated abruptly"))
        else:
            found.set_result(task(*given, **named))
        return found


def test_an_executor_that_breaks_loses_nothing(here: Path, tmp_path: Path) -> None:
    with pytest.raises(UnfinishedError, match=r"terminated abruptly.*Finished runs are kept"):
        oversight.sweep(tmp_path / "trial.yaml", out=tmp_path / "there", cluster=Dying(2))
    some = parts(tmp_path / "there")
    assert len(some) == 2
    finished = oversight.sweep(tmp_path / "trial.yaml", out=tmp_path / "there", cluster=Dying(100))
    there = sum(pq.ParquetFile(tmp_path / "there" / "runs.parquet" / name).metadata.num_rows for name in some)
    assert finished.manifest["simulated_runs"] == len(finished.runs()) - there
    assert parts(tmp_path / "there") == parts(here)


def test_a_larger_design_takes_on_what_is_there(here: Path, tmp_path: Path) -> None:
    before = len(oversight.load_results(here).runs())
    more = {"replicates": 5, "sweep.parameters": {"policy.monitoring.rate": {"values": [0.7, 0.5, 0.1]}}}
    copytree(here, tmp_path / "there")
    with ThreadPoolExecutor(1) as executor:
        there = oversight.sweep(tmp_path / "trial.yaml", more, out=tmp_path / "there", cluster=executor)
    oversight.sweep(tmp_path / "trial.yaml", more, out=here, workers=1)
    assert there.manifest["simulated_runs"] == len(there.runs()) - before
    assert parts(tmp_path / "there") == parts(here)


def test_without_mpi_the_remedy_is_told(
    command: Command, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mpi4py.futures", None)
    write()
    answer = command("sweep", "trial.yaml", "--cluster", "mpi")
    assert answer.code == 2
    assert "--cluster mpi: needs mpi4py" in answer.err
    assert "pip install mpi4py" in answer.err


@pytest.mark.slow
@pytest.mark.skipif(not MPIEXEC or importlib.util.find_spec("mpi4py") is None, reason="no MPI on this machine")
def test_the_processes_of_an_mpi_world(here: Path, tmp_path: Path) -> None:
    as_root = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    sweep = ["oversight", "sweep", "trial.yaml", "--cluster", "mpi", "--out", "there"]
    assert MPIEXEC is not None
    world = [MPIEXEC, "-n", "2", sys.executable, "-m", "mpi4py.futures", "-m"]
    subprocess.run([*world, *sweep], cwd=tmp_path, env=os.environ | as_root, check=True, timeout=120)
    assert parts(tmp_path / "there") == parts(here)
