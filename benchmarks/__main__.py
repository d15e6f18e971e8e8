"""`python -m benchmarks [name ...]`: a line a ratio; exit code 1 if a target is missed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator

from benchmarks import (
    against_generator,
    against_mesa,
    design_points,
    memory,
    million_points,
    options,
    policy_map,
    sessions,
    startup,
    two_quantities,
    workers,
)
from benchmarks.line import Line
from benchmarks.settings import Settings

BENCHMARKS: dict[str, Callable[[Settings], Iterator[Line]]] = {
    "mesa": against_mesa.large,
    "mesa-small": against_mesa.small,
    "generator": against_generator.plain,
    "richest": against_generator.rich,
    "sorting": against_generator.sorting,
    "points": design_points.points,
    "million": million_points.million,
    "startup": startup.small_run,
    "workers": workers.two_workers,
    "cluster": workers.two_on_dask,
    "memory": memory.peak,
    "map": policy_map.solved,
    "two-quantities": two_quantities.solved,
    "options": options.three,
    "sessions": sessions.at_once,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"{', '.join(BENCHMARKS)}; all if none is given")
    parser.add_argument("--quick", action="store_true", help="one round of a fifth the size: rough, but soon there")
    parser.add_argument("--rounds", type=int, help="rounds that a median is taken of (default 3, 1 with --quick)")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark is called {', '.join(unknown)}: there are {', '.join(BENCHMARKS)}")
    settings = Settings(given.rounds or (1 if given.quick else 3), given.quick)
    missed = False
    for name in given.names or BENCHMARKS:
        for line in BENCHMARKS[name](settings):
            print(line, flush=True)
            missed |= line.missed
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
