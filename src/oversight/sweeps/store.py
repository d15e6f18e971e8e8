"""The results folder: Parquet parts with checksums, each written whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from errno import EACCES
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from oversight.documents.whole import written_whole
from oversight.errors import InputError, Problem, UnfinishedError
from oversight.sweeps.checksum import is_genuine, stamped
from oversight.sweeps.remedies import elsewhere, elsewhere_or_fresh

WRITTEN = (
    "manifest.json",
    "points.parquet",
    "runs.parquet",
    "runs.previous",
    "runs.set_aside",
    "summary.parquet",
    "summary.csv",
)
REPORT = "report.html"


class Store:
    """`runs.parquet`, a folder with one part a shard, and `runs.previous`, parts that a larger design may reuse.

    `code` stands for all that rows depend on beside their design points. What cannot be trusted is moved to
    `runs.set_aside`.
    """

    def __init__(self, folder: Path, code: str):
        self.folder = folder
        self.code = code
        self.parts = folder / "runs.parquet"
        self.previous = folder / "runs.previous"
        self.aside = folder / "runs.set_aside"

    def refuse_unknown(self) -> None:
        """Refuse a folder whose runs no manifest explains: nobody can say what they are.

        Raises:
            InputError: there are such runs.
        """
        if self.parts.exists() and (not self.parts.is_dir() or any(self.parts.iterdir())):
            said = "holds runs, but no manifest.json says of what"
            raise InputError(Problem(said, file=str(self.parts), remedy=elsewhere_or_fresh()))

    def begin(self) -> None:
        """Make the folder of parts and sweep away half-written files.

        Raises:
            InputError: the folder cannot be made.
        """
        if self.parts.exists() and not self.parts.is_dir():
            self.set_aside(self.parts)
        try:
            self.parts.mkdir(exist_ok=True)
        except OSError as error:
            raise InputError(Problem(f"cannot be made: {error.strerror}", file=str(self.parts))) from None
        for stray in (*self.folder.glob(".*.tmp"), *self.parts.glob(".*.tmp")):
            stray.unlink()

    def clear(self) -> None:
        """Forget all that sweeps have written here, or nothing of it.

        Raises:
            InputError: something cannot be deleted.
        """
        doomed = self.folder / ".deleted"
        moved: list[str] = []
        try:
            _refuse_protected(self.folder)
            if doomed.exists():  # what was left of another attempt
                shutil.rmtree(doomed)
            doomed.mkdir()
            for name in (*WRITTEN, REPORT):
                if os.path.lexists(self.folder / name):
                    os.rename(self.folder / name, doomed / name)
                    moved.append(name)
            shutil.rmtree(doomed)
        except OSError as error:
            for name in moved:
                if os.path.lexists(doomed / name):
                    os.rename(doomed / name, self.folder / name)
            with suppress(OSError):
                doomed.rmdir()
            where = error.filename or self.folder
            said = f"cannot be deleted: {error.strerror}; nothing was changed"
            raise InputError(Problem(said, file=str(where), remedy=f"Make it deletable, or {elsewhere()}.")) from None

    def retire(self) -> None:
        """Set the parts aside, for a larger design to take its rows from."""
        self.previous.mkdir(exist_ok=True)
        generation = len(list(self.previous.iterdir()))
        if self.parts.exists():
            os.replace(self.parts, self.previous / f"{generation:04d}")
        self.parts.mkdir()

    def set_aside(self, path: Path) -> Path:
        """Move what cannot be trusted out of the way; where it is now."""
        self.aside.mkdir(exist_ok=True)
        target = _free(self.aside / path.name)
        os.replace(path, target)
        return target

    def part(self, shard: int) -> Path:
        """Where the rows of a shard stand."""
        return self.parts / f"part-{shard:08d}.parquet"

    def entries(self) -> list[Path]:
        """All that a reader of `runs.parquet` would take for runs."""
        return sorted(path for path in self.parts.iterdir() if not path.name.startswith((".", "_")))

    def retired(self) -> list[Path]:
        """The retired parts."""
        return sorted(self.previous.glob("*/part-*.parquet"))

    def write(self, shard: int, table: pa.Table) -> None:
        """Write a shard's rows; a reader sees all of them or none.

        Raises:
            UnfinishedError: they cannot be written.
        """
        with written_whole(self.part(shard)) as unfinished:
            pq.write_table(stamped(table, self.code), unfinished)

    def read(self, path: Path) -> pa.Table:
        """The rows of a part.

        Raises:
            InputError: it cannot be read, or its rows are not those that were written there.
        """
        try:
            # One thread: reading ahead would hold more of the rows in memory than a summary needs.
            table = pq.ParquetFile(path).read(use_threads=False)
        except (OSError, ValueError) as error:  # pyarrow's own errors are kinds of these
            raise InputError(Problem(f"cannot be read ({_first_line(error)})", file=str(path))) from None
        if not is_genuine(table, self.code):
            said = "was changed since it was written, or is of another sweep: its checksum does not fit"
            raise InputError(Problem(said, file=str(path)))
        return table

    def reusable(self, replicates: tuple[int, int], keys: Sequence[str]) -> pa.Table:
        """Rows of retired parts at these design points, with a replicate in the inclusive range."""
        low, high = replicates
        rows = ds.dataset([str(path) for path in self.retired()], format="parquet")
        wanted = (ds.field("replicate") >= low) & (ds.field("replicate") <= high)
        return rows.to_table(filter=wanted & ds.field("point_key").isin(pa.array(keys)))

    def forget_previous(self) -> None:
        """Drop the retired parts, once all their rows stand in new ones."""
        shutil.rmtree(self.previous, ignore_errors=True)

    def tables(self, shards: Iterable[int]) -> Iterator[pa.Table]:
        """The parts of these shards, one at a time.

        Raises:
            UnfinishedError: one is not there, or is not what was written.
        """
        return map(self.whole, shards)

    def whole(self, shard: int) -> pa.Table:
        """The rows of a part that must be there.

        Raises:
            UnfinishedError: it is not there, or is not what was written.
        """
        try:
            return self.read(self.part(shard))
        except InputError as error:
            remedy = "Give the same sweep command again: it runs what is missing."
            raise UnfinishedError(f"{error}. {remedy}") from None


def _refuse_protected(folder: Path) -> None:
    """Refuse, before anything is touched, where this user may delete nothing.

    Raises:
        PermissionError: a folder is such a place.
    """
    inner = [place for name in WRITTEN for place, _, _ in os.walk(folder / name)]
    for place in (str(folder), *inner):
        if not os.access(place, os.W_OK | os.X_OK):
            raise PermissionError(EACCES, "no permission to delete what is in it", place)


def _free(path: Path) -> Path:
    """The path, or with the first number behind it that is not taken."""
    number = 0
    while os.path.lexists(taken := path.with_name(f"{path.name}.{number}" if number else path.name)):
        number += 1
    return taken


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
