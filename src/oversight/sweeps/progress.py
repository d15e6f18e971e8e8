"""A progress bar on standard error."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil, isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, Task


class Bar:
    """A bar of runs: called with those done, all, and the seconds left, it moves. Another moves during a `step`."""

    def __init__(self, progress: Progress, runs: int):
        self._progress = progress
        self._began = time.monotonic()
        self._runs = progress.add_task("sweep", total=runs, count="", rate="", ends=None)
        self._step = progress.add_task("", total=None, count="", rate="", ends=None, visible=False)
        self._first: int | None = None

    def __call__(self, done: int, total: int, left: float) -> None:
        now = time.monotonic()
        self._first = done if self._first is None else self._first
        new = done - self._first
        rate = f"{new / (now - self._began):,.0f} runs/s" if new else ""
        ends = now + left if isfinite(left) else None
        count = f"{done:,}/{total:,} runs"
        self._progress.update(self._runs, completed=done, total=total, count=count, rate=rate, ends=ends)

    def step(self, what: str) -> None:
        """Say what is done now that does not count runs; nothing for an empty text."""
        self._progress.update(self._step, description=what, visible=bool(what))


@contextmanager
def progress_bar(runs: int, shown: bool = True) -> Iterator[Bar]:
    """A bar with rate and time left."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn
    from rich.text import Text

    class Left(ProgressColumn):
        """The time until the runs end."""

        def render(self, task: Task) -> Text:
            return Text(told(task.fields["ends"], time.monotonic()), style="progress.remaining")

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[count]}"),
        TextColumn("{task.fields[rate]}"),
        Left(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=not shown) as progress:
        bar = Bar(progress, runs)
        yield bar
        bar.step("")


def told(ends: float | None, now: float) -> str:
    """The time until `ends` as hours, minutes and seconds; nothing where it is not known."""
    if ends is None:
        return ""
    minutes, seconds = divmod(max(0, ceil(ends - now)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}"
