"""No rate is above 1, not by a rounding; and more inspections than any integer holds are inspections of everyone."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

import oversight

MONITORING: list[dict[str, Any]] = [
    {"kind": "random_audit", "rate": 1},
    {"kind": "record_based", "base_rate": 1, "rate_per_record": 0},
    {"kind": "audit_capacity", "inspections": 1e19},
    {"kind": "targeted_audit", "inspections": 1e19, "separation": 1},
    {"kind": "investigation_capacity", "investigators": 60},
]
POPULATIONS: list[list[dict[str, Any]]] = [
    [{"kind": "unconditional", "size": 7, "rate": 1}],
    [{"kind": "unconditional", "size": size, "rate": 1, "name": f"of_{size}"} for size in (3, 7, 11, 13, 17)],
    [
        {"kind": "rational", "size": size, "gain": {"kind": "constant", "value": 9}, "name": f"of_{size}"}
        for size in (3, 7)
    ],
]


@pytest.mark.parametrize(("monitoring", "population"), [*product(MONITORING, POPULATIONS)])
@pytest.mark.parametrize("suspension", [0, 2])
def test_no_rate_is_above_one(monitoring: dict[str, Any], population: list[dict[str, Any]], suspension: int) -> None:
    experiment = {
        "name": "ones",
        "policy": {"monitoring": monitoring, "sanction": {"kind": "fixed", "amount": 1, "suspension": suspension}},
        "population": population,
        "periods": 3,
    }
    solution = oversight.solve(experiment)
    assert solution.equilibria
    for each in (*solution.equilibria, *solution.paths):
        assert 0 < each.misconduct_rate <= 1
        assert 0 < each.inspection_rate <= 1
    for each in solution.equilibria:
        assert all(0 < rate <= 1 for rate in each.misconduct_rates.values())
    for path in solution.paths:
        assert 0 < path.lowest <= path.highest <= 1
    metrics = oversight.run(experiment).metrics
    assert metrics["inspection_rate"] == 1
    assert metrics["misconduct_rate"] == 1
