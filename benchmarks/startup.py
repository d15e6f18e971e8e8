"""How soon a small run is there, against the imports of a Mesa model that has done nothing yet."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.line import Line
from benchmarks.settings import Settings
from benchmarks.timing import fresh_seconds

SMALL = """\
name: small
policy: {monitoring: {kind: random_audit, rate: 0.2}, sanction: {kind: fixed, amount: 2}}
population: [{kind: rational, size: 50}]
periods: 20
"""
STARTS = 5
"""Starts of each in a round."""


def small_run(settings: Settings) -> Iterator[Line]:
    """Processor time of fresh processes in turn, after one start of each that writes its compiled modules."""
    with tempfile.TemporaryDirectory() as place:
        experiment = Path(place, "small.yaml")
        experiment.write_text(SMALL)
        run = ["-m", "oversight", "run", str(experiment)]
        others = ["-c", "import mesa, pandas"]
        for words in (run, others):
            fresh_seconds(words)
        pairs = [(fresh_seconds(run), fresh_seconds(others)) for _ in range(STARTS * settings.rounds)]
    ratio = median(ours / theirs for ours, theirs in pairs)
    yield Line("a small run against importing mesa and pandas", ratio, 0.5, "at most", f"{_shown(pairs)} s")


def _shown(pairs: list[tuple[float, float]]) -> str:
    return " and ".join(f"{median(column):.2f}" for column in zip(*pairs, strict=True))
