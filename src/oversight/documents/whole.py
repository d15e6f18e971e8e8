"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oversight.errors import UnfinishedError


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A place to write a file at, which is put at `path` once it is all there: a reader sees the old or the new one.

    Raises:
        UnfinishedError: it cannot be written, as on a full disk; what was at `path` is there still.
    """
    unfinished = path.with_name(f".{path.name}-{os.getpid()}.tmp")
    try:
        yield unfinished
        os.replace(unfinished, path)
    except OSError as error:
        raise UnfinishedError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
