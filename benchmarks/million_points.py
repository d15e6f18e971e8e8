"""A million design points of one run each: how long, and how much memory at most."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.design_points import RATES, experiment
from benchmarks.line import Line
from benchmarks.settings import Settings

POINTS = 1_000_000
WORKERS = 2
_EVERY = 0.2
"""Seconds between looks at the memory."""


def million(settings: Settings) -> Iterator[Line]:
    """From the experiment's file to the report, in wall time; the memory is that of all processes together (Linux)."""
    points = settings.some(POINTS)
    for name, theory in {"without theory": False, "with theory and prices": True}.items():
        found = [_measured(theory, points // RATES) for _ in range(settings.rounds)]
        seconds, memory = (median(column) for column in zip(*found, strict=True))
        detail = f"{seconds:.0f} s for {points:,} points, {WORKERS} workers"
        yield Line(f"GB of a million design points, {name}", memory / 1e9, 1.5, "at most", detail)


def _measured(theory: bool, fines: int) -> tuple[float, int]:
    with tempfile.TemporaryDirectory() as place:
        file = Path(place, "million.yaml")
        file.write_text(json.dumps(experiment(theory, fines)))  # JSON is YAML
        words = ["-m", "oversight", "sweep", str(file), "--workers", str(WORKERS), "--out", place + "/out"]
        began, peak = time.perf_counter(), 0
        with subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as sweep:
            while sweep.poll() is None:
                peak = max(peak, sum(map(_memory, _family(sweep.pid))))
                time.sleep(_EVERY)
        if sweep.returncode:
            raise RuntimeError("the sweep failed")
        return time.perf_counter() - began, peak


def _family(process: int) -> list[int]:
    """A process and all that it has begun."""
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:  # it has ended
        return []
    return [process, *(each for child in children for each in _family(int(child)))]


def _memory(process: int) -> int:
    """Bytes of a process, its part of what it shares with others."""
    try:
        said = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in said.splitlines() if line.startswith("Pss:"))
