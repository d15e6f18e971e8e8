"""A sweep in a process of its own, as a command would run it."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.scenarios import random_audit_grid
from benchmarks.sweeps import sweep


@dataclass(frozen=True)
class Cost:
    """Wall and processor seconds of the sweep, workers included; the peak memory of this process in bytes."""

    wall: float
    cpu: float
    memory: int
    runs: int


def in_fresh_process(size: int, periods: int, replicates: int, workers: int = 1, cluster: str = "") -> Cost:
    """Run the grid of random audits elsewhere."""
    words = (size, periods, replicates, workers, *([cluster] if cluster else []))
    command = [sys.executable, "-m", "benchmarks.fresh", *map(str, words)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Cost(**json.loads(done.stdout))


def _measure(size: int, periods: int, replicates: int, workers: int, cluster: str | None) -> Cost:
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        runs = sweep(random_audit_grid(size, periods), replicates, 0, Path(place, "results"), workers, cluster)
        wall = time.perf_counter() - began
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    return Cost(wall, cpu, _peak(own.ru_maxrss), runs)


def _peak(maxrss: int) -> int:
    """On Linux `ru_maxrss` of a new process starts at its parent's, which is far larger here: ask for its own."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    numbers, addresses = sys.argv[1:5], sys.argv[5:]
    print(json.dumps(asdict(_measure(*map(int, numbers), addresses[0] if addresses else None))))
