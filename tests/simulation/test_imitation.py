"""Imitators in finite populations, held against their birth and death chain."""

from __future__ import annotations

from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

import oversight
from oversight.errors import InputError
from oversight.scenario import load_experiment
from oversight.simulation import Run, batch, play
from statistical import assert_mean

FALSE_ALARM = 1e-5


def inspection_game(fine: float, actors: int, overseers: int, turns: int, periods: int) -> dict[str, Any]:
    """F1's game: g = 10, k = 1, r = 4, from half and half."""
    response = {"kind": "imitation", "one_at_a_time": turns}
    monitoring = {"kind": "strategic", "inspection_cost": 1, "bounty": 4, "response": response}
    entry = {"kind": "imitator", "one_at_a_time": turns, "gain": {"kind": "constant", "value": 10}}
    return {
        "name": "finite",
        "policy": {
            "monitoring": {**monitoring, "overseers": {"size": overseers}},
            "sanction": {"kind": "fixed", "amount": fine},
        },
        "population": [{**entry, "size": actors}],
        "periods": periods,
        "burn_in": periods - 1,
    }


def last_states(spec: dict[str, Any], runs: int) -> Any:
    experiment = load_experiment(spec).experiment
    model = play(batch([Run(experiment, replicate, "compliant") for replicate in range(runs)]))
    return model.measures()["misconduct_rate"]


def takes_over(fine: float, actors: int, overseers: int) -> float:
    """The chance that violation takes over, by the linear equations of the chain on (violators, inspectors).

    At each step one actor and one overseer look at another of their kind; copying has probability (payoff difference) /
    max(p - g, r - k, g, k).
    """
    g, k, r = 10.0, 1.0, 4.0
    largest = max(fine - g, r - k, g, k)
    index = np.arange((actors + 1) * (overseers + 1)).reshape(actors + 1, overseers + 1)
    matrix, right = np.eye(index.size), np.zeros(index.size)
    for i in range(actors + 1):
        for j in range(overseers + 1):
            if i in (0, actors):
                right[index[i, j]] = float(i == actors)
                continue
            x, y = i / actors, j / overseers
            moves = []
            for many, size, worth in ((i, actors, g - fine * y), (j, overseers, r * x - k)):
                meet = many * (size - many) / (size * (size - 1)) * abs(worth) / largest
                moves.append([(0, 1 - meet), (1 if worth > 0 else -1, meet)])
            for di, chance_i in moves[0]:
                for dj, chance_j in moves[1]:
                    if chance_i * chance_j:
                        matrix[index[i, j], index[i + di, j + dj]] -= chance_i * chance_j
    return float(np.linalg.solve(matrix, right)[index[actors // 2, overseers // 2]])


@pytest.mark.parametrize(("fine", "actors", "overseers"), [(11, 20, 10), (30, 20, 10), (30, 12, 4), (200, 20, 10)])
def test_absorption_is_that_of_the_exact_chain(fine: float, actors: int, overseers: int) -> None:
    expected, runs = takes_over(fine, actors, overseers), 2_000
    found = last_states(inspection_game(fine, actors, overseers, 500, 20), runs)
    assert np.isin(found, (0, 1)).all()
    won = int(found.sum())
    assert binom.cdf(won, runs, expected) > FALSE_ALARM / 2
    assert binom.sf(won - 1, runs, expected) > FALSE_ALARM / 2


@pytest.mark.slow
@pytest.mark.parametrize(("fine", "periods", "expected"), [(11, 150, 0), (30, 1_600, 0.79), (500, 60, 0)])
def test_f1_violation_takes_over_at_middling_penalties_only(fine: float, periods: int, expected: float) -> None:
    """F1: .79 is a recomputation with a standard error of .016; the shape is arXiv 2510.24905's."""
    runs = 300
    found = last_states(inspection_game(fine, 1_000, 100, 1_000, periods), runs)
    settled = found[np.isin(found, (0, 1))]
    assert len(settled) > 0.97 * runs
    spread = 4.42 * sqrt(expected * (1 - expected) / len(settled) + (0.016**2 if expected else 0))
    assert settled.mean() == pytest.approx(expected, abs=spread)


def sweep(path: Path, monitoring: dict[str, Any], *population: dict[str, Any], **keys: Any) -> Any:
    entries = [{"size": 1_000, "gain": {"kind": "constant", "value": 1}, **entry} for entry in population]
    policy = {"monitoring": monitoring, "sanction": {"kind": "fixed", "amount": 2}}
    spec = {"name": "imitation", "policy": policy, "population": entries, "replicates": 40, **keys}
    return oversight.sweep(spec, out=path, workers=1).runs()


def test_a_share_of_the_actors_copies_at_once(tmp_path: Path) -> None:
    """Of 700 who comply half look, meet one of the 300 violators of 999 others, and copy with .4 of the largest, 1."""
    entry = {"kind": "imitator", "revision": 0.5, "start": 0.3}
    found = sweep(tmp_path, {"kind": "random_audit", "rate": 0.3}, entry, periods=1)
    assert_mean(found["metric.misconduct_rate"], 0.3 + 0.7 * 0.5 * (300 / 999) * (1 - 0.3 * 2))


def test_a_share_of_the_overseers_copies_at_once(tmp_path: Path) -> None:
    """Everyone violates: an inspection is worth 3, the largest difference. Beliefs lag by a period."""
    monitoring = {
        "kind": "strategic",
        "inspection_cost": 1,
        "bounty": 4,
        "response": {"kind": "imitation", "revision": 0.5, "start": 0.2},
        "overseers": {"size": 50},
    }
    everyone = {"kind": "unconditional", "rate": 1}
    found = sweep(tmp_path, monitoring, everyone, periods=2, burn_in=1, start="violating")
    assert_mean(found["metric.perceived_detection"], 0.2 + 0.8 * 0.5 * (10 / 49))


def test_copying_stops_when_all_do_the_same() -> None:
    for start in (0, 1):
        entry = {"kind": "imitator", "start": start, "size": 40, "revision": 1}
        policy = {"monitoring": {"kind": "random_audit", "rate": 1 - start}, "sanction": {"kind": "fixed", "amount": 5}}
        found = oversight.run({"name": "alike", "policy": policy, "population": [entry], "periods": 20})
        assert found.metrics["misconduct_rate"] == start


def test_imitating_overseers_need_others_to_copy() -> None:
    spec = inspection_game(30, 20, 10, 5, 5)
    del spec["policy"]["monitoring"]["overseers"]
    with pytest.raises(InputError, match=r"policy\.monitoring\.overseers: is missing"):
        oversight.run(spec)
