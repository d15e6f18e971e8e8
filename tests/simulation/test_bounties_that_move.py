"""Bounties that move between actors and overseers who learn by Hedge: rows P7 and P12."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import oversight
from oversight.games import falling_bounty

BOUNTY = "policy.monitoring.bounty"


def learners(rate: float, starts: tuple[float, float], principal: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Gain 1, sanction 2, an inspection costs 1: inspections rest at a half."""
    response = {"kind": "hedge", "rate": rate, "start": starts[1]}
    monitoring = {"kind": "strategic", "inspection_cost": 1.0, "bounty": 3.8, "response": response}
    entry = {"kind": "hedge", "size": 20_000, "rate": rate, "start": starts[0]}
    return {
        "name": "learners",
        "policy": {"monitoring": monitoring, "sanction": {"kind": "fixed", "amount": 2.0}},
        "population": [entry | {"gain": {"kind": "constant", "value": 1.0}}],
        "principal": principal,
        **more,
    }


def falling(slope: float) -> dict[str, Any]:
    """A bounty of 3.8 where inspections are a half, lower by the slope where all are inspected."""
    steering = {"kind": "feedback", "observes": "inspections", "control": "proportional"}
    return steering | {"lever": BOUNTY, "base": 3.8, "target": 0.5, "slope": -slope, "low": 0.0, "high": 10.0}


def test_a_bounty_that_rises_as_inspections_fall() -> None:
    """Row P12: the rest point, the critical slope, and the radius of the step there."""
    loop = falling_bounty(1, 2, 1, 3.8, 2, 0.02)
    assert (loop.violation, loop.inspection, loop.critical) == pytest.approx((0.263158, 0.5, 0.112), abs=1e-6)
    assert loop.radius == pytest.approx(0.998757, abs=1e-6)
    assert falling_bounty(1, 2, 1, 3.8, loop.critical, 0.02).radius == pytest.approx(1, abs=1e-12)
    assert falling_bounty(1, 2, 1, 3.8, 0.11, 0.02).radius < falling_bounty(1, 2, 1, 3.8, 0, 0.02).radius
    assert falling_bounty(1, 2, 1, 3.8, 0.11, 0.02).radius > 1
    with pytest.raises(ValueError, match="gain < sanction"):
        falling_bounty(2, 1, 1, 3.8, 2, 0.02)


@pytest.mark.parametrize("slope", [0.0, 2.0])
def test_play_stands_still_or_spirals_as_the_slope_says(slope: float) -> None:
    """Steps of .1, where the critical slope is .56: the map itself, iterated, and how far from rest it ends."""
    rate, periods, starts = 0.1, 240, (0.3, 0.45)
    series = oversight.run(learners(rate, starts, falling(slope), periods=periods)).series
    loop = falling_bounty(1, 2, 1, 3.8, slope, rate)
    lean, look, path = *(np.log(start / (1 - start)) for start in starts), []
    for _ in range(periods):
        x, y = 1 / (1 + np.exp(-lean)), 1 / (1 + np.exp(-look))
        path.append((x, y, 3.8 - slope * (y - 0.5)))
        lean, look = lean + rate * (1 - 2 * y), look + rate * (path[-1][2] * x - 1)
    x, y, _ = np.array(path).T
    found = series["misconduct_rate"].to_numpy(), series["inspection_rate"].to_numpy(), series[f"lever.{BOUNTY}"]
    assert found[0][:-1] == pytest.approx(x[1:], abs=0.015)
    assert found[1][:-1] == pytest.approx(y[1:], abs=0.015)
    away = np.hypot(x - loop.violation, y - loop.inspection)
    assert (away[-80:].max() < away[:80].max()) == (loop.radius < 1)
    late = np.hypot(found[0] - loop.violation, found[1] - loop.inspection)
    assert (late[-80:].max() < late[:80].max()) == (slope > loop.critical)


def replicators(starts: tuple[float, float], until: float, turns: tuple[float, float]) -> Any:
    """Time means of x, y, r x and r x y under bounties in turns of 5, by the replicator equation."""

    def moves(_: float, at: Any, bounty: float) -> list[float]:
        x, y = 1 / (1 + np.exp(-at[:2]))
        return [1 - 2 * y, bounty * x - 1, x, y, bounty * x, bounty * x * y]

    at = np.array([*(np.log(start / (1 - start)) for start in starts), 0, 0, 0, 0])
    for turn in range(int(until / 5)):
        at = solve_ivp(moves, (0, 5), at, args=(turns[turn % 2],), rtol=1e-8, atol=1e-8).y[:, -1]
    return at[2:] / until


TURNS = {"steps": [{"at": 0, "set": {BOUNTY: 4.0}}, {"at": 100, "set": {BOUNTY: 2.5}}], "repeat": 200}


def test_no_schedule_of_bounties_takes_violations_below_the_floor() -> None:
    """Row P7: log-odds stay bounded, so that means are g / s of y and k of r x, and of x at least k / 4."""
    means = replicators((0.5, 0.5), 2000, (4.0, 2.5))
    assert means[[1, 2, 3]] == pytest.approx([0.5, 1.0, 0.5], abs=2e-3)
    assert means[0] > 0.27
    assert replicators((0.5, 0.5), 2000, (4.0, 4.0)) == pytest.approx([0.25, 0.5, 1.0, 0.5], abs=2e-3)


def test_bounties_in_turns_through_a_file() -> None:
    """Steps of .05, so that turns of 100 periods are turns of 5: time means as the replicator equation has them."""
    found = oversight.run(learners(0.05, (0.3, 0.4), {"kind": "schedule", **TURNS}, periods=1600)).series
    x, y, bounty = (found[name].to_numpy() for name in ("misconduct_rate", "inspection_rate", f"lever.{BOUNTY}"))
    means = [x.mean(), y.mean(), (bounty * x).mean(), (bounty * x * y).mean()]
    assert means == pytest.approx(replicators((0.3, 0.4), 80, (4.0, 2.5)), abs=0.03)
    fixed = {"kind": "schedule", "steps": [{"at": 0, "set": {BOUNTY: 4.0}}]}
    best = oversight.run(learners(0.05, (0.3, 0.4), fixed, periods=1600)).metrics["misconduct_rate"]
    assert best == pytest.approx(0.25, abs=0.01)
    assert x.mean() > best + 0.02
