"""Simulations come to what theory says, nearer with the root of the population."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest

import oversight
from oversight.scenario import load_experiment
from oversight.simulation import Run, batches, simulate
from posed import capacity, constant, fine, solved, spec, strategic

# Simulation meets theory

WORLDS = {
    "random_audit": spec({"kind": "random_audit", "rate": 0.4}, fine(1), {}),
    "audit_capacity": spec({"kind": "audit_capacity", "inspections": 40}, fine(1), {}),
    "targeted_audit": spec({"kind": "targeted_audit", "inspections": 30, "separation": 1}, fine(0.8), {}),
    "investigation_capacity": spec(capacity(30), fine(0.5), {}),
    "crackdown": spec(
        {"kind": "crackdown", "threshold": 5, "investigators_low": 10, "investigators_high": 30}, fine(0.5), {}
    ),
    "record_based": spec(
        {"kind": "record_based", "base_rate": 0.2, "rate_per_record": 0.2, "max_rate": 0.6},
        fine(1, record_lifetime=4),
        {},
    ),
    "strategic": spec(strategic(0.3, 1, response={"kind": "logit", "precision": 2}, adjustment=0.5), fine(1), {}),
    "suspension": spec({"kind": "audit_capacity", "inspections": 30}, fine(0.9, suspension=2), {}),
}
SCALED = ("inspections", "investigators", "threshold", "investigators_low", "investigators_high")


def scaled(experiment: dict[str, Any], size: int) -> dict[str, Any]:
    """The same world with more actors, and capacities that grow with them."""
    monitoring = {
        name: value * size / 100 if name in SCALED else value
        for name, value in experiment["policy"]["monitoring"].items()
    }
    population = [{**entry, "size": size} for entry in experiment["population"]]
    return {**experiment, "policy": {**experiment["policy"], "monitoring": monitoring}, "population": population}


@pytest.mark.slow
@pytest.mark.parametrize("kind", WORLDS)
def test_simulation_nears_theory_with_the_root_of_the_population(kind: str) -> None:
    """The root mean square distance over replicates falls with slope -1/2 on log-log axes.

    A root mean square over R independent normal deviations has a relative standard error of 1 / sqrt(2 R), which gives
    the standard error of the fitted slope; the bound is 4.4 of those (a false-alarm rate of 1e-5).
    """
    sizes, replicates = [100, 400, 1600], 400
    distances = []
    for size in sizes:
        source = load_experiment({**scaled(WORLDS[kind], size), "periods": 25, "burn_in": 24, "replicates": replicates})
        theory = oversight.solve({**scaled(WORLDS[kind], size)})
        stable = [each for each in theory.equilibria if each.stable]
        assert len(stable) == 1
        runs = [Run(source.experiment, replicate, "compliant") for replicate in range(replicates)]
        found = np.concatenate(
            [simulate([runs[place] for place in members])["misconduct_rate"] for members in batches(runs)]
        )
        distances.append(sqrt(np.mean((found - stable[0].misconduct_rate) ** 2)))
    x = np.log(sizes)
    slope = np.polyfit(x, np.log(distances), 1)[0]
    error = 1 / sqrt(2 * replicates) / sqrt(np.sum((x - x.mean()) ** 2))
    assert abs(slope + 0.5) < 4.4 * error, f"slope {slope:.3f} +- {error:.3f}, distances {distances}"


def test_simulation_follows_the_cycle_where_the_map_is_unstable() -> None:
    """A crackdown that no rate can stand under: the mean over the cycle, which is found here by iterating the map."""
    x, seen = 0.0, []
    for period in range(400):
        x = 1.2 - max(0.2, min(1.0, (0.1 if x < 0.3 else 0.6) / max(x, 1e-300)))
        if period >= 100:
            seen.append(x)
    monitoring = {"kind": "crackdown", "threshold": 6000, "investigators_low": 2000, "investigators_high": 12000}
    entry = {"size": 20_000, "gain": {"kind": "uniform", "low": 0.2, "high": 1.2}}
    world = spec(monitoring, fine(1), entry, periods=400, burn_in=100, replicates=1)
    found = oversight.run(world).series["misconduct_rate"].iloc[100:]
    assert found.mean() == pytest.approx(np.mean(seen), abs=0.002)
    phases = found.to_numpy().reshape(-1, 3).mean(axis=0)
    assert sorted(phases) == pytest.approx(sorted(seen[:3]), abs=0.01)


@pytest.mark.parametrize("penalty", [2.0, 4.0])
def test_fictitious_play_averages_come_to_the_equilibrium_that_best_responses_circle(penalty: float) -> None:
    """Each side best responds to the other's whole past; averages converge in 2 x 2 games (Miyasawa 1961)."""
    (each,) = solved(strategic(1, 4), fine(penalty), {"gain": constant(1)}).equilibria
    x, y = 1.0, 0.0
    for period in range(1, 400_000):
        violates, inspects = 1 - penalty * y > 0, 4 * x - 1 > 0
        x += (violates - x) / (period + 1)
        y += (inspects - y) / (period + 1)
    assert (each.misconduct_rate, each.inspection_rate) == pytest.approx((x, y), abs=0.01)


def test_slow_best_responses_average_near_the_equilibrium() -> None:
    """With gains that differ and small steps the simulated overseer hovers about Nash: k/r = .2 and (1 - .2) / f."""
    (each,) = solved(strategic(0.2, 1), fine(2), {}).equilibria
    assert (each.misconduct_rate, each.inspection_rate) == pytest.approx((0.2, 0.4), abs=1e-9)
    world = spec(
        strategic(0.2, 1, adjustment=0.002), fine(2), {"size": 20_000}, periods=1500, burn_in=700, replicates=1
    )
    found = oversight.run(world).metrics
    assert (found["misconduct_rate"], found["inspection_rate"]) == pytest.approx((0.2, 0.4), abs=0.005)


def test_a_population_of_one_that_is_suspended_in_part_is_still_watched() -> None:
    """In the limit three quarters of an actor are in play; an inspection earns .5 there, so that all are inspected."""
    watching = {"kind": "strategic", "inspection_cost": 1.5, "bounty": 0.0, "stake": 2.0, "response": {"kind": "best"}}
    population = {"size": 1, "gain": {"kind": "constant", "value": 1.0}}
    (each,) = solved(watching, {"kind": "fixed", "amount": 0.0, "suspension": 1}, population).equilibria
    assert (each.misconduct_rate, each.inspection_rate, each.active_share) == pytest.approx((1, 1, 0.5), abs=1e-9)
