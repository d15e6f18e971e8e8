"""Running shards on any `concurrent.futures.Executor`, the one interface of whatever runs them elsewhere.

On a cluster rows come back to this process, which writes them: no common folder is needed.
"""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from contextlib import AbstractContextManager, nullcontext

from oversight.caller import by_caller
from oversight.errors import InputError, Problem, UnfinishedError
from oversight.sweeps import cluster
from oversight.sweeps.remote import packed, run_shard, sent, unpacked
from oversight.sweeps.shard import Outcome, Shards
from oversight.sweeps.store import Store

MPI = "mpi"
"""In place of an address: the processes of an MPI world, by mpi4py."""
Cluster = str | Executor
"""The address of a Dask scheduler, `local`, `mpi`, or an executor whose processes can import the package."""


def executor_of(where: Cluster, workers: int) -> AbstractContextManager[Executor]:
    """What runs shards elsewhere, for as many rounds of them as there are.

    Args:
        where: an executor, which is the caller's and stays open, or the address of one.
        workers: processes of a local cluster.

    Raises:
        InputError: there is no such cluster, or what it needs is not installed.
        UnfinishedError: workers died again and again, or the cluster gave up.
    """
    if isinstance(where, Executor):
        return nullcontext(where)
    return _mpi() if where == MPI else cluster.executor_at(where, workers)


def run_on(executor: Executor, shards: Shards, store: Store, numbers: list[int]) -> Generator[Outcome]:
    """Run shards elsewhere, in whatever order they end.

    Args:
        executor: what runs them.
        shards: those of the sweep.
        store: where rows are written.
        numbers: the shards to run.

    Raises:
        UnfinishedError: a shard's worker died again and again, or has other versions installed.
    """
    # With each task, and not once to the cluster: what lies with workers is gone with those that die.
    sweep = sent(shards.design, shards.plan)
    asked = {executor.submit(run_shard, sweep, shard, _known(shards, shard)): shard for shard in numbers}
    for shard, (outcome, rows) in ended(asked):
        store.write(shard, unpacked(rows))
        yield outcome


def ended[Result](asked: dict[Future[Result], int]) -> Generator[tuple[int, Result]]:
    """What came of shards, in whatever order they end; those that have not begun are cancelled with this.

    Raises:
        UnfinishedError: the processes of the executor died.
    """
    broken: BrokenExecutor | None = None
    try:
        for done in as_completed(asked):
            try:
                result = done.result()
            except BrokenExecutor as error:  # others may have ended before
                broken = error
                continue
            yield asked.pop(done), result
    finally:
        for waiting in asked:
            waiting.cancel()
    if broken:
        said = f"The processes of the executor died ({broken})"
        raise UnfinishedError(f"{said}. Finished runs are kept: the same command goes on from there.")


def _known(shards: Shards, shard: int) -> bytes | None:
    known = shards.known(shard)
    return packed(known) if known is not None else None


def _mpi() -> Executor:
    try:
        from mpi4py.futures import MPIPoolExecutor
    except ImportError as error:
        remedy = "Install it, and an MPI library: pip install mpi4py."
        given = by_caller("--cluster mpi", "cluster")
        raise InputError(Problem(f"needs mpi4py, which cannot be used here ({error})", given, remedy=remedy)) from None
    executor: Executor = MPIPoolExecutor()
    return executor
