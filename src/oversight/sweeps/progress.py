"""A progress bar on standard error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress


class Bar:
    """A bar of runs: called with those done and all, it moves. Another moves while a `step` takes its time."""

    def __init__(self, progress: Progress, runs: int):
        self._progress = progress
        self._runs = progress.add_task("sweep", total=runs, count="", rate="")
        self._step = progress.add_task("", total=None, count="", rate="", visible=False)

    def __call__(self, done: int, total: int) -> None:
        speed = self._progress.tasks[0].speed
        rate = f"{speed:,.0f} runs/s" if speed else ""
        self._progress.update(self._runs, completed=done, total=total, count=f"{done:,}/{total:,} runs", rate=rate)

    def step(self, what: str) -> None:
        """Say what is done now that does not count runs; nothing for an empty text."""
        self._progress.update(self._step, description=what, visible=bool(what))


@contextmanager
def progress_bar(runs: int, shown: bool = True) -> Iterator[Bar]:
    """A bar with rate and time left."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[count]}"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=not shown) as progress:
        bar = Bar(progress, runs)
        yield bar
        bar.step("")
