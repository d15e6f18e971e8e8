"""Sessions of the page that play at once: the longest wait for a period, and what their leaving gives back."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from benchmarks.line import Line
from benchmarks.settings import Settings
from benchmarks.visitor import Visitor

SESSIONS, ACTORS, WAIT = 30, 200, 2.0
_WORLD = f"""\
name: sessions
policy:
  monitoring: {{kind: random_audit, rate: 0.2}}
  detector: {{sensitivity: 0.9, false_positive_rate: 0.05}}
  sanction: {{kind: fixed, amount: 3.0}}
population:
  - {{kind: rational, size: {ACTORS}, gain: {{kind: exponential, mean: 1.0}}}}
periods: 100000
"""


def at_once(settings: Settings) -> Iterator[Line]:
    """Waves of sessions that open the page, play, and leave; the server has all of this machine."""
    with tempfile.TemporaryDirectory() as folder, _server(Path(folder)) as (address, process):
        asyncio.run(_wave(address, 2, sessions=1))  # which imports what every session needs
        alone = _resident(process)
        waves = []
        for _ in range(4):
            waves.append((*asyncio.run(_wave(address, settings.some(20))), _resident(process)))
    gaps, rates, sizes = zip(*waves, strict=True)
    detail = f"{min(rates):.0f} periods/s in all, slowest of {len(waves)} waves"
    yield Line(f"page: {SESSIONS} sessions of {ACTORS} actors, longest wait (s)", max(gaps), WAIT, "at most", detail)
    detail = ", ".join(f"{size / 1e6:.0f}" for size in sizes) + " MB after each wave"
    yield Line("page: memory after the last wave over the second's", sizes[-1] / sizes[1], 1.1, "at most", detail)
    detail = f"{sizes[-1] / 1e6:.0f} MB against {alone / 1e6:.0f} MB"
    yield Line("page: memory after the last wave over one session's", sizes[-1] / alone, 1.3, "at most", detail)


@contextmanager
def _server(folder: Path) -> Iterator[tuple[str, int]]:
    (folder / "sessions.yaml").write_text(_WORLD)
    words = [sys.executable, "-m", "oversight", "serve", "sessions.yaml", "--port", "0"]
    with subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found, "the page did not start"
        yield found[0], server.pid
        server.terminate()


async def _wave(address: str, seconds: int, sessions: int = SESSIONS) -> tuple[float, float]:
    """The longest wait for a period, the first included, and periods a second of all sessions together."""
    visitors = [Visitor(address) for _ in range(sessions)]
    play, ready = asyncio.Event(), asyncio.Semaphore(0)
    visits = [asyncio.create_task(visitor.visit(seconds, play, ready)) for visitor in visitors]
    for _ in visits:
        await ready.acquire()
    play.set()
    began = time.perf_counter()
    await asyncio.gather(*visits)
    end = began + seconds
    times = [[began, *(step for step in visitor.steps if step < end), end] for visitor in visitors]
    longest = max(later - earlier for steps in times for earlier, later in pairwise(steps))
    await asyncio.sleep(5)  # the server collects what closed sessions leave behind with a delay
    return longest, sum(len(steps) - 2 for steps in times) / seconds


def _resident(process: int) -> int:
    """Bytes that a process holds in memory."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * 4096
