"""Experiments as mappings in a line, and their solutions, each of whose certificates must hold."""

from __future__ import annotations

from typing import Any

import oversight
from oversight.equilibrium import Solution

UNIFORM = {"kind": "uniform", "low": 0, "high": 1}


def constant(value: float) -> dict[str, Any]:
    return {"kind": "constant", "value": value}


def fine(amount: float, **keys: Any) -> dict[str, Any]:
    return {"kind": "fixed", "amount": amount, **keys}


def capacity(investigators: float, **keys: Any) -> dict[str, Any]:
    return {"kind": "investigation_capacity", "investigators": investigators, **keys}


def strategic(cost: float, bounty: float, **keys: Any) -> dict[str, Any]:
    return {"kind": "strategic", "inspection_cost": cost, "bounty": bounty, "response": "best", **keys}


def spec(monitoring: Any, sanction: Any, *population: Any, detector: Any = None, **keys: Any) -> dict[str, Any]:
    entries = [{"kind": "rational", "size": 100, "name": f"e{i}", **e} for i, e in enumerate(population)]
    policy = {"monitoring": monitoring, "sanction": sanction, "detector": detector or {}}
    return {"name": "test", "policy": policy, "population": entries, **keys}


def solved(*parts: Any, **keys: Any) -> Solution:
    found = oversight.solve(spec(*parts, **keys))
    for each in found.equilibria:
        assert each.certificate is not None
        assert each.certificate.holds, each
    return found


def rates(found: Solution) -> list[float]:
    return [each.misconduct_rate for each in found.equilibria]
