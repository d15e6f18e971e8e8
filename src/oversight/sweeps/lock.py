"""One folder, one sweep."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from oversight.errors import InputError, Problem
from oversight.sweeps.remedies import elsewhere

LOCK = ".lock"
HOLDER = ".sweep.json"


@contextmanager
def held_by_one(folder: Path, command: str) -> Iterator[None]:
    """Keep other sweeps out of a results folder, which is made if it is not there.

    The lock is the operating system's, and ends with the process however that ends.

    Raises:
        InputError: another sweep is writing there, or the folder cannot be made.
    """
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise InputError(
            Problem(
                f"another sweep is writing here: {_holder(folder)}",
                file=str(folder),
                remedy=f"Wait until it ends, or {elsewhere()}.",
            )
        ) from None
    except OSError as error:
        raise InputError(Problem(f"cannot be made: {error.strerror}", file=str(folder))) from None
    try:
        _sign(folder, command)
        yield
    finally:
        with suppress(OSError):
            (folder / HOLDER).unlink()
            # While it is held: who has opened it meanwhile sees that it is gone, and begins anew.
            (folder / LOCK).unlink()
        lock.release()


def _sign(folder: Path, command: str) -> None:
    """Say who holds the lock. In a file of its own: where locks are mandatory, that of the lock cannot be read."""
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    (folder / HOLDER).write_text(
        json.dumps({"process": os.getpid(), "computer": platform.node(), "since": since, "command": command}),
        encoding="utf-8",
    )


def _holder(folder: Path) -> str:
    try:
        signed = json.loads((folder / HOLDER).read_text(encoding="utf-8"))
        command = f" (`{signed['command']}`)" if signed["command"] else ""
        return f"process {signed['process']} on {signed['computer']}, since {signed['since']}{command}"
    except (OSError, ValueError, KeyError, TypeError):
        return "a process that has only just begun, or is about to end"
