"""Dask clusters."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from oversight.caller import by_caller
from oversight.errors import InputError, Problem, UnfinishedError

LOCAL = "local"
"""The address of a cluster that is begun here, for one sweep."""
_PATIENCE = 20
"""Seconds until a scheduler must have answered."""
_IDLE = 30
"""Seconds without work after which a scheduler that was begun here ends."""
_APART: dict[str, Any] = {} if sys.platform == "win32" else {"process_group": 0}


@contextmanager
def executor_at(address: str, workers: int) -> Iterator[Executor]:
    """The workers of a Dask scheduler.

    Args:
        address: of the scheduler, `tcp://host:port`, or `local` for one on this machine with `workers` processes.
        workers: processes of a local cluster.

    Raises:
        InputError: Dask is not installed, or there is no scheduler at the address.
        UnfinishedError: workers died again and again, or the cluster gave up.
    """
    distributed = _distributed()
    with _local(workers) if address == LOCAL else nullcontext() as own, _client(distributed, own or address) as client:
        executor: Executor = client.get_executor(pure=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is sent with a task may be large
            try:
                yield executor
            except distributed.KilledWorker:
                said = "The workers that were given the same runs died, one after the other"
                raise UnfinishedError(f"{said}. Finished runs are kept: the same command goes on from there.") from None
            except (distributed.scheduler.NoValidWorkerError, distributed.CancelledError) as error:
                raise UnfinishedError(f"The cluster gave up on runs ({error}). Finished runs are kept.") from None
            finally:
                if own is None:  # one of our own ends as a whole
                    with suppress(Exception):
                        executor.shutdown(wait=False, cancel_futures=True)


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        remedy = "Install it: pip install 'oversight[cluster]'."
        given = by_caller("--cluster", "cluster")
        raise InputError(Problem("needs Dask, which is not installed", given, remedy=remedy)) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is told in our words
    return distributed


@contextmanager
def _client(distributed: Any, where: str | Path) -> Iterator[Any]:
    how = {"scheduler_file": str(where)} if isinstance(where, Path) else {"address": where}
    try:
        client = distributed.Client(**how, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        local = by_caller("--cluster local", "cluster='local'")
        remedy = f"Start one with `dask scheduler`, and workers with `dask worker ADDRESS`; or use {local}."
        message = f"no Dask scheduler answers at {where} ({str(error).partition(chr(10))[0][:80]})"
        raise InputError(Problem(message, by_caller("--cluster", "cluster"), remedy=remedy)) from None
    try:
        yield client
    finally:
        with suppress(Exception):
            client.close(timeout=0.5)


@contextmanager
def _local(workers: int) -> Iterator[Path]:
    """A scheduler and workers on this machine, which answer here alone; they end with the sweep.

    They are programs of their own that import the package and no more, wherever the caller's code stands.
    """
    with TemporaryDirectory(prefix="oversight-cluster-") as place:
        known = Path(place, "scheduler.json")
        both = ["--host", "127.0.0.1", "--scheduler-file", str(known), "--no-dashboard"]
        # It ends by itself if this process is killed, and its workers with it.
        scheduler = ["distributed.cli.dask_scheduler", *both, "--port", "0", "--idle-timeout", f"{_IDLE} seconds"]
        crew = ["--nworkers", str(workers), "--nthreads", "1", "--memory-limit", "0", "--local-directory", place]
        started: list[subprocess.Popen[bytes]] = []
        try:
            for words in (scheduler, ["distributed.cli.dask_worker", *both, *crew]):
                started.append(_started(words))
            yield known
        finally:
            for process in started:
                _ended(process)


def _started(words: list[str]) -> subprocess.Popen[bytes]:
    path = os.pathsep.join([*sys.path, os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-m", *words],
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **_APART,
    )


def _ended(process: subprocess.Popen[bytes]) -> None:
    """End a program with all processes that it has begun."""
    with suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
