"""Records, lifetimes and schedules of fines against chains solved here."""

from __future__ import annotations

from math import exp, sqrt
from typing import Any

import numpy as np
import pytest

import oversight
from oversight.equilibrium import solve_all
from oversight.scenario import load_experiment
from posed import UNIFORM, capacity, fine, rates, solved, spec

# Records


def test_records_that_never_lapse_end_at_the_last_fine() -> None:
    """Fines .5, .9, 1.5 at p = .5: everyone goes on until the last, m = 1 - .75; at 2 the last deters for good."""
    audits = {"kind": "random_audit", "rate": 0.5}
    for last, expected in ((1.5, 0.25), (2.0, 0.0)):
        found = solved(audits, {"kind": "escalating", "amounts": [0.5, 0.9, last]}, {})
        assert rates(found) == pytest.approx([expected], abs=1e-9)


@pytest.mark.parametrize("suspension", [0, 2, 7])
def test_records_that_lapse_against_a_chain_solved_here(suspension: int) -> None:
    """Fines .3, 1, 1.6 by sanctions in the last 5 periods: the chain of sanctioned periods, by linear algebra."""
    p, fines, lifetime = 0.5, (0.3, 1.0, 1.6), 5
    memory = max(lifetime, suspension)
    states = list(range(2**memory))
    chain = np.zeros((len(states), len(states)))
    violating, playing = np.zeros(len(states)), np.zeros(len(states))
    for bits in states:
        record = bin(bits & (2**lifetime - 1)).count("1")
        active = not bits & (2**suspension - 1)
        m = 1 - p * fines[min(record, 2)] if active else 0.0
        violating[bits], playing[bits] = m, active
        after = (bits << 1) & (2**memory - 1)
        chain[bits, after | 1] += p * m
        chain[bits, after] += 1 - p * m
    system = np.vstack([chain.T - np.eye(len(states)), np.ones(len(states))])
    law = np.linalg.lstsq(system, np.append(np.zeros(len(states)), 1.0), rcond=None)[0]
    sanction = {"kind": "escalating", "amounts": fines, "record_lifetime": lifetime, "suspension": suspension}
    found = solved({"kind": "random_audit", "rate": p}, sanction, {})
    assert rates(found) == pytest.approx([law @ violating / (law @ playing)], abs=1e-8)
    assert found.equilibria[0].active_share == pytest.approx(law @ playing, abs=1e-8)


def test_long_lifetimes_have_the_law_of_a_loss_system() -> None:
    """A hundred periods and a chance that falls with the record: against simulation of one very long row of bits."""
    found = oversight.solve(
        spec(
            {"kind": "record_based", "base_rate": 0.02, "rate_per_record": 0.01, "max_rate": 0.1},
            fine(1, record_lifetime=100),
            {"kind": "unconditional", "rate": 0.5},
        )
    )
    generator = np.random.default_rng(5)
    rows, seen = np.zeros((4000, 100), dtype=bool), []
    for period in range(1500):
        chance = 0.5 * np.minimum(0.1, 0.02 + 0.01 * rows.sum(axis=1))
        if period >= 500:
            seen.append(chance.mean() / 0.5)
        rows[:, period % 100] = generator.random(4000) < chance
    ours = found.equilibria[0].detection_probability
    spread = np.std([np.mean(part) for part in np.array_split(seen, 5)], ddof=1) / sqrt(5)
    assert abs(ours - np.mean(seen)) < 17 * spread  # Student's t with 4 degrees of freedom at 1e-4, two-sided, is 13


def test_a_schedule_may_be_longer_than_records_last() -> None:
    """In three periods nobody comes to more than three sanctions: what would follow on more is of no matter."""
    steps = {"kind": "record_based", "base_rate": 0.1, "rate_per_record": 0.05}
    long, short = (
        solved({**steps, "max_rate": highest}, fine(2, record_lifetime=3), {"gain": UNIFORM}) for highest in (1.0, 0.25)
    )
    assert rates(long) == pytest.approx(rates(short), abs=1e-9)


def test_no_share_of_an_unbounded_turnover_is_no_share() -> None:
    """Two scenarios solved together, in one of which a bisection ends where turnover is infinite."""

    def capped(rate: float, share: float) -> Any:
        sanction = {"kind": "turnover_cap", "amount": 15.0, "share": share}
        entry = {"gain": {"kind": "exponential", "mean": 1}, "turnover": {"kind": "lognormal", "mu": 5, "sigma": 1}}
        audits = {"kind": "random_audit", "rate": rate}
        return load_experiment(spec(audits, sanction, entry, detector={"sensitivity": 0.9})).experiment

    found = solve_all([capped(0.312, 0.0), capped(0.0195, 0.024)], certified=False, prices=False)[0]
    assert rates(found) == pytest.approx([exp(-0.312 * 0.9 * 15)], abs=1e-9)


def test_records_that_outlive_the_certificate_are_not_refuted() -> None:
    found = oversight.solve(
        spec(capacity(20), {"kind": "escalating", "amounts": [0.3, 0.6, 1.2], "record_lifetime": 20}, {})
    )
    assert len(found.equilibria) == 3
    assert all(each.certificate is None for each in found.equilibria)
