"""What a second random quantity costs the solver."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

from benchmarks.line import Line
from benchmarks.settings import Settings
from benchmarks.timing import cpu_seconds, one_core
from oversight.equilibrium import solve_all
from oversight.scenario import Experiment, load_experiment


def solved(settings: Settings) -> Iterator[Line]:
    """All equilibria of a turnover cap, where gains differ and where gains and turnover do."""
    one, two = (_experiment(turnover) for turnover in ({"kind": "constant", "value": 170.0}, _LOGNORMAL))
    solve_all([one, two], certified=False)
    pairs = []
    with one_core():
        for _ in range(settings.rounds):
            pairs.append(tuple(cpu_seconds(lambda each=each: solve_all([each])) for each in (two, one)))
    yield Line("solver: two random quantities, time of one", median(a / b for a, b in pairs), 10, "at most")


_LOGNORMAL: dict[str, Any] = {"kind": "lognormal", "mu": 4.0, "sigma": 1.5}


def _experiment(turnover: dict[str, Any]) -> Experiment:
    data = {
        "name": "turnover",
        "policy": {
            "monitoring": {"kind": "audit_capacity", "inspections": 40, "cost_per_inspection": 0.1},
            "sanction": {"kind": "turnover_cap", "amount": 15, "share": 0.03, "share_of_maximum": 0.3},
        },
        "population": [
            {"kind": "rational", "size": 500, "gain": {"kind": "exponential", "mean": 1.0}, "turnover": turnover}
        ],
    }
    return load_experiment(data).experiment
