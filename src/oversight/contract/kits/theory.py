"""Theory held against simulation, for a kind that neither has ever seen."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from oversight.contract.promises import BrokenPromise, NotExamined
from oversight.equilibrium import Solution, solve
from oversight.scenario import Experiment, enforced, load_experiment
from oversight.simulation import Run, simulate

_REPLICATES = 8
_QUANTILE = 12.0
"""Student's t with 7 degrees of freedom exceeds this in one of some 150,000 tries, either side."""
_FINITE = 4e-3
"""What a finite population may be off its large-population limit, beside chance."""
_REFUTED = "refuted"
_REFUTES = 1e-4
"""Certificates over two random quantities may stop at a few millionths."""


@cache
def _base() -> Experiment:
    found = load_experiment(
        {
            "name": "trial",
            "policy": {
                "monitoring": {"kind": "random_audit", "rate": 0.4, "cost_per_inspection": 0.1},
                "sanction": {"kind": "fixed", "amount": 1.2, "record_lifetime": 4},
            },
            "population": [
                {
                    "kind": "rational",
                    "size": 2000,
                    "harm": {"kind": "uniform", "low": 0, "high": 1.5},
                    "wealth": {"kind": "uniform", "low": 1, "high": 3},
                    "turnover": {"kind": "lognormal", "mu": 1, "sigma": 0.3},
                }
            ],
            "periods": 60,
            "burn_in": 20,
        }
    )
    return enforced(found.experiment)


def experiment(policy: Mapping[str, Any], entry: Mapping[str, Any]) -> Experiment:
    """A small scenario with these parts of the policy and of its one population entry in the place of ordinary ones."""
    base = _base()
    member = base.population[0].model_copy(update=dict(entry))
    made = base.policy.model_copy(update=dict(policy))
    return base.model_copy(update={"policy": made, "population": (member,)})


def agrees(scenario: Experiment) -> None:
    """Where theory covers the scenario, its certificates hold, and a simulation comes to the same.

    Raises:
        BrokenPromise: they do not.
        NotExamined: theory does not cover it.
    """
    solution = solve(scenario)
    if solution.not_covered:
        raise NotExamined(solution.not_covered)
    for each in solution.equilibria:
        found = each.certificate
        if found is not None and not max(found.residual, found.overseer, found.tails) < _REFUTES:
            parts = {"rates": found.residual, "the overseer's rate": found.overseer, "tails or means": found.tails}
            off = ", ".join(f"{part} off by {gap:.2g}" for part, gap in parts.items() if not gap < _REFUTES)
            raise BrokenPromise(f"its certificate does not hold where theory sees it rest: {off}")
    if any(_REFUTED in note for note in solution.notes):
        raise BrokenPromise("the certificate refutes where theory sees it rest: it does not do what it declares")
    expected = _reached(solution)
    if expected is None:
        return
    table = simulate([Run(scenario, replicate, "compliant") for replicate in range(_REPLICATES)])
    for name, theory in expected.items():
        values = table[name]
        margin = _QUANTILE * values.std(ddof=1) / np.sqrt(_REPLICATES) + _FINITE * max(1.0, abs(theory))
        if np.isfinite(theory) and not abs(values.mean() - theory) <= margin:
            raise BrokenPromise(f"theory says {name} {theory:.4f}, the simulation {values.mean():.4f} ± {margin:.4f}")


def _reached(solution: Solution) -> dict[str, float] | None:
    """Where the compliant start leads, None where theory does not say."""
    path = next((path for path in solution.paths if path.start == "compliant" and path.length), None)
    if path is not None:
        return {"misconduct_rate": path.misconduct_rate, "social_cost": path.social_cost}
    if len(solution.equilibria) == 1 and not solution.paths and solution.equilibria[0].stable is not False:
        only = solution.equilibria[0]
        return {"misconduct_rate": only.misconduct_rate, "social_cost": only.social_cost}
    return None
