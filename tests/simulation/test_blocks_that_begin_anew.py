"""Blocks of a principal with `reset` begin where the run began, whatever actors and overseers remember."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from oversight.scenario import load_experiment
from oversight.simulation import Engine, Run, batch
from oversight.simulation.streams import Draws

UNIFORM = {"kind": "uniform", "low": 0, "high": 1}
FINE = "policy.sanction.amount"
RATE = "policy.monitoring.rate"
BOUNTY = "policy.monitoring.bounty"
ARMS = {FINE: [0.3, 1.5], RATE: [0.2, 0.8], BOUNTY: [0.5, 2.0], "policy.monitoring.investigators": [8.0, 14.0]}
LENGTH = 7


AUDITS = {"kind": "random_audit", "rate": 0.4}
FIXED = {"kind": "fixed", "amount": 1.0}


def world(reset: bool, population: dict[str, Any], **more: Any) -> Any:
    """Two blocks of each of two arms."""
    policy = {"monitoring": AUDITS, "sanction": FIXED} | more.pop("policy", {})
    path = more.pop("lever", FINE)
    arms = {"kind": "halving", "arms": {path: ARMS[path]}, "rounds": [2], "every": LENGTH, "observes": True}
    whole = {
        "name": "blocks",
        "policy": policy,
        "population": [{"kind": "rational", "size": 40, "gain": UNIFORM} | population],
        "principal": arms | {"reset": reset},
        "periods": 4 * LENGTH,
    }
    return load_experiment(whole | more).experiment


VALUES = {"violating": {"values": {"honesty": -1.0}}}
NETWORK = {"network": {"kind": "ring", "neighbours": 4, "revision": 0.5}}
MARKET = {"notice": 0.5, "share_lost": 0.5, "periods": 3, "losses": "restart"}
IMITATION = {"kind": "imitation", "revision": 0.5, "start": 0.5}
WORLDS: dict[str, dict[str, Any]] = {
    "announced": {"population": {"belief": {"kind": "announced", "adjustment": 0.3}}, "lever": RATE},
    "moving": {"population": {"belief": {"kind": "moving_average", "start": 0.1, "rate": 0.3}}},
    "own": {"population": {"belief": {"kind": "own_experience", "prior_caught": 1.0, "prior_missed": 1.0}}},
    "pooled": {
        "population": {"belief": {"kind": "pooled_window", "window": 3, "prior_caught": 0.5, "prior_violations": 1.0}}
    },
    "hedge": {"population": {"kind": "hedge", "rate": 0.5}},
    "gradient": {"population": {"kind": "policy_gradient", "rate": 0.5, "start": 0.3}},
    "imitator": {"population": {"kind": "imitator", "revision": 0.5, "start": 0.4}},
    "neighbours": {"population": {"kind": "conformist", "weight": 0.8, "base": "rational"}, **NETWORK},
    "neighbourhood": {
        "population": {"belief": {"kind": "neighbourhood", "window": 2, "prior_caught": 1.0, "prior_missed": 1.0}},
        **NETWORK,
    },
    "records": {
        "population": {},
        "policy": {"sanction": {"kind": "escalating", "amounts": [0.2, 2.0]}},
        "lever": RATE,
    },
    "suspension": {"population": {}, "policy": {"sanction": FIXED | {"suspension": 3}}},
    "drift": {
        "population": VALUES,
        "policy": {"training": {"weights": {"honesty": 0.5}, "drift": {"decay": 0.1, "walk": 0.05}}},
    },
    "customers": {"population": {"income": 1.0}, "policy": {"market": MARKET}},
    "options": {
        "population": {
            "belief": {"kind": "announced", "adjustment": 0.3},
            "options": [{"name": "one"}, {"name": "two", "gain": 0.5, "severity": 2}],
        },
        "lever": RATE,
    },
    "capacity": {
        "population": {},
        "policy": {
            "monitoring": {"kind": "investigation_capacity", "investigators": 8.0},
            "sanction": FIXED | {"amount": 0.9},
        },
        "lever": "policy.monitoring.investigators",
    },
    "overseers": {
        "population": {"kind": "imitator", "revision": 0.5, "start": 0.4},
        "policy": {
            "monitoring": {"kind": "strategic", "inspection_cost": 0.2, "bounty": 1.0, "response": IMITATION}
            | {"overseers": {"size": 10}}
        },
        "lever": BOUNTY,
    },
}


def blocks(monkeypatch: pytest.MonkeyPatch, reset: bool, of: dict[str, Any], start: str) -> list[Any]:
    """What is done in each block, where each draw is in every period what it was in the first."""
    first: dict[int, tuple[Draws, Any]] = {}
    drawn = Draws.next

    def again(self: Draws) -> Any:
        if id(self) not in first:
            first[id(self)] = self, drawn(self)
        return first[id(self)][1]

    monkeypatch.setattr(Draws, "next", again)
    runs = [Run(world(reset, **of), replicate, start) for replicate in range(3)]  # type: ignore[arg-type]
    engine, found = Engine(batch(runs)), []
    engine.play(lambda each: found.append((each.violating.copy(), each.sanctioned.copy())))
    periods = np.array([np.broadcast_arrays(*pair) for pair in found])
    return list(periods.reshape(4, LENGTH, *periods.shape[1:]))


@pytest.mark.parametrize("of", WORLDS.values(), ids=WORLDS)
def test_with_the_same_draws_each_block_of_an_arm_is_the_same(
    of: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    carries = False
    for start in ("compliant", "violating"):
        one, again, other, other_again = anew = blocks(monkeypatch, True, of, start)
        np.testing.assert_array_equal(one, again)
        np.testing.assert_array_equal(other, other_again)
        carried = blocks(monkeypatch, False, of, start)
        np.testing.assert_array_equal(carried[0], one)
        carries |= not all(map(np.array_equal, carried, anew))
    assert carries
