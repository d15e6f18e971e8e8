"""What a worker of a cluster does: it is sent a sweep once, runs shards by their numbers, and returns their rows."""

from __future__ import annotations

import logging
import pickle
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

import pyarrow as pa

from oversight.arrays import Indices
from oversight.endings import exits_raise
from oversight.errors import UnfinishedError
from oversight.plugins import own_sources
from oversight.scenario.packed import Packed
from oversight.sweeps.allocator import reuse_what_is_freed
from oversight.sweeps.design import Design
from oversight.sweeps.plan import Plan
from oversight.sweeps.shard import Outcome, Shards

_PACKAGES = ("oversight", "numpy", "scipy")
"""Packages whose version decides results."""


@dataclass(frozen=True)
class Sent:
    """All that a worker needs of a sweep, the files of plug-ins included."""

    source: Packed
    added: Indices
    """Where its grid has grown."""
    plan: Plan
    files: Mapping[str, Mapping[str, bytes]]
    """By plug-in, its files by their places beside one another."""
    versions: Mapping[str, str]


def sent(design: Design, plan: Plan) -> bytes:
    """A sweep as it is sent to workers."""
    files = {plugin: _packed(plugin) for plugin in design.source.plugins if Path(plugin).exists()}
    return pickle.dumps(Sent(Packed.of(design.source), design.added, plan, files, _versions()))


def run_shard(sweep: bytes, shard: int, known: bytes | None = None) -> tuple[Outcome, bytes]:
    """What a shard came to, and its rows as an Arrow stream; runs that are `known` are not run again."""
    with exits_raise(), _QUIET:
        table, outcome = _received(sweep).play(shard, None if known is None else unpacked(known))
    return outcome, packed(table)


def packed(rows: pa.Table) -> bytes:
    """Rows as they travel, an Arrow stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_table(rows)
    found: bytes = sink.getvalue().to_pybytes()
    return found


def unpacked(rows: bytes) -> pa.Table:
    """Rows that have travelled."""
    return pa.ipc.open_stream(rows).read_all()


class _Quiet:
    """In here nothing less than errors is said: the coordinator, which may be this very process, has said it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._level = logging.NOTSET

    def __enter__(self) -> None:
        logger = logging.getLogger("oversight")
        with self._lock:
            if not self._inside:
                self._level = logger.level
                logger.setLevel(logging.ERROR)
            self._inside += 1

    def __exit__(self, *raised: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:  # the last of several threads
                logging.getLogger("oversight").setLevel(self._level)


_QUIET = _Quiet()


@lru_cache(maxsize=1)
def _received(sweep: bytes) -> Shards:
    """The sweep in this process. Classes do not travel: their files do, and are imported here.

    Raises:
        UnfinishedError: other versions are installed here than there.
    """
    reuse_what_is_freed()
    task: Sent = pickle.loads(sweep)
    for name, there in task.versions.items():
        if _versions()[name] != there:
            raise UnfinishedError(f"A worker has {name} {_versions()[name]}, and the sweep was begun with {there}.")
    _forget()
    files = task.files
    plugins = [_written(name, files[name]) if name in files else name for name in task.source.fields["plugins"]]
    return Shards(Design(task.source.opened(plugins), task.added), task.plan, None)


def _versions() -> dict[str, str]:
    return {name: version(name) for name in _PACKAGES}


def _packed(plugin: str) -> dict[str, bytes]:
    beside = Path(plugin).resolve().parent
    return {str(file.resolve().relative_to(beside)): file.read_bytes() for file in own_sources(plugin)}


_FOLDERS: list[TemporaryDirectory[str]] = []
"""Where plug-ins of this process are written, until it ends."""


def _forget() -> None:
    """Forget the plug-ins of an earlier sweep: a worker outlives sweeps, and a file of that name may be another now."""
    earlier = {str(Path(folder.name).resolve()) for folder in _FOLDERS}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and any(Path(file).resolve().is_relative_to(folder) for folder in earlier):
            del sys.modules[name]
    sys.path[:] = [place for place in sys.path if str(Path(place).resolve()) not in earlier]
    for folder in _FOLDERS:
        folder.cleanup()
    _FOLDERS.clear()


def _written(plugin: str, files: Mapping[str, bytes]) -> str:
    _FOLDERS.append(TemporaryDirectory(prefix="oversight-plugins-"))
    folder = Path(_FOLDERS[-1].name)
    for place, content in files.items():
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return str(folder / Path(plugin).name)
