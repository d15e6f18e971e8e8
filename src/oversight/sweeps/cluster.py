"""Running shards on a Dask cluster. Rows come back to this process, which writes them: no common folder is needed."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from oversight.caller import by_caller
from oversight.errors import InputError, Problem, UnfinishedError
from oversight.scenario import Source
from oversight.sweeps.plan import Plan
from oversight.sweeps.remote import run_shard, sent, unpacked
from oversight.sweeps.shard import Outcome
from oversight.sweeps.store import Store

LOCAL = "local"
"""The address of a cluster that is begun here, for one sweep."""
_PATIENCE = 20
"""Seconds until a scheduler must have answered."""
_APART: dict[str, Any] = {} if sys.platform == "win32" else {"process_group": 0}


def run_on_cluster(
    address: str, workers: int, source: Source, plan: Plan, store: Store, numbers: list[int]
) -> Generator[Outcome]:
    """Run shards on the workers of a Dask scheduler, in whatever order they end.

    Args:
        address: of the scheduler, `tcp://host:port`, or `local` for one on this machine with `workers` processes.
        workers: processes of a local cluster.
        source: the sweep.
        plan: its shards.
        store: where rows are written.
        numbers: the shards to run.

    Raises:
        InputError: Dask is not installed, or there is no scheduler at the address.
        UnfinishedError: a shard's worker died again and again, or has other versions installed.
    """
    distributed = _distributed()
    with _local(workers) if address == LOCAL else nullcontext() as own, _client(distributed, own or address) as client:
        # With each task, and not once to the cluster: what lies with workers is gone with those that die.
        sweep = sent(source, plan)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it may be large
            shards = {client.submit(run_shard, sweep, shard, pure=False): shard for shard in numbers}
        try:
            for done in distributed.as_completed(shards, loop=client.loop):
                outcome, rows = _result(distributed, done, plan.size(shards[done]))
                store.write(shards.pop(done), unpacked(rows))
                yield outcome
        finally:
            if own is None:  # one of our own ends as a whole
                with suppress(Exception):
                    client.cancel(list(shards), force=True)


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


def _result(distributed: Any, done: Any, runs: int) -> tuple[Outcome, bytes]:
    try:
        found: tuple[Outcome, bytes] = done.result()
    except distributed.KilledWorker:
        raise UnfinishedError(
            f"The workers of {runs:,} runs died, one after the other. Finished runs are kept: the same command goes on "
            "from there."
        ) from None
    except (distributed.scheduler.NoValidWorkerError, distributed.CancelledError) as error:
        raise UnfinishedError(f"The cluster gave up on {runs:,} runs ({error}). Finished runs are kept.") from None
    return found


@contextmanager
def _local(workers: int) -> Iterator[Path]:
    """A scheduler and workers on this machine, which answer here alone; they end with the sweep.

    They are programs of their own that import the package and no more, wherever the caller's code stands.
    """
    with TemporaryDirectory(prefix="oversight-cluster-") as place:
        known = Path(place, "scheduler.json")
        both = ["--host", "127.0.0.1", "--scheduler-file", str(known), "--no-dashboard"]
        scheduler = ["distributed.cli.dask_scheduler", *both, "--port", "0"]
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
