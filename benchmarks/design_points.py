"""What a design point costs: large grids of short runs, from the experiment's file to the report."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.line import Line
from benchmarks.mesa_baseline import RandomAudits, mesa_rows
from benchmarks.settings import Settings
from benchmarks.timing import cpu_seconds, fresh_seconds

ACTORS, PERIODS = 20, 10
RATES = 100
FEW, MANY = 200, 2_000
"""Fines in the small and in the large grid."""
MESA_FINES = 5
TARGETS = {"without theory": (False, 0.1), "with theory and prices": (True, 0.3)}
"""Milliseconds a point, at most."""


def points(settings: Settings) -> Iterator[Line]:
    """Processor time of fresh processes: a large grid less a small one, and what is left of the small one."""
    fines = settings.some(FEW), settings.some(MANY)
    for name, (theory, target) in TARGETS.items():
        rounds = [[_seconds(theory, each) for each in fines] for _ in range(settings.rounds)]
        more = RATES * (fines[1] - fines[0])
        each = median(1e3 * (large - small) / more for small, large in rounds)
        detail = f"{RATES * fines[0]:,} and {RATES * fines[1]:,} points"
        yield Line(f"ms a design point, {name}", each, target, "at most", detail)
        fixed = median(small - 1e-3 * each * RATES * fines[0] for small, _ in rounds)
        yield Line(f"s for start-up and report, {name}", fixed, 3, "at most")
        if not theory:
            mesa = cpu_seconds(lambda: mesa_rows(RandomAudits, ACTORS, PERIODS, _rates(), _fines(MESA_FINES), range(1)))
            ratio = 1e3 * mesa / (RATES * MESA_FINES) / each
            yield Line(
                "the same points by Mesa's batch_run, time of ours", ratio, detail=f"{ratio * each:.1f} ms a point"
            )


def _seconds(theory: bool, fines: int) -> float:
    with tempfile.TemporaryDirectory() as place:
        file = Path(place, "many.yaml")
        file.write_text(json.dumps(experiment(theory, fines)))  # JSON is YAML
        return fresh_seconds(["-m", "oversight", "sweep", str(file), "--workers", "1", "--out", place + "/out"])


def experiment(theory: bool, fines: int) -> dict[str, Any]:
    return {
        "name": "many_points",
        "policy": {"monitoring": {"kind": "random_audit", "rate": 0.2}, "sanction": {"kind": "fixed", "amount": 2}},
        "population": [{"kind": "rational", "size": ACTORS}],
        "periods": PERIODS,
        "replicates": 1,
        "theory": theory,
        "sweep": {
            "kind": "grid",
            "parameters": {
                "policy.monitoring.rate": {"start": 0, "stop": 1, "num": RATES},
                "policy.sanction.amount": {"start": 0, "stop": 4, "num": fines},
            },
        },
    }


def _rates() -> list[float]:
    return [place / (RATES - 1) for place in range(RATES)]


def _fines(number: int) -> list[float]:
    return [4 * place / (number - 1) for place in range(number)]
