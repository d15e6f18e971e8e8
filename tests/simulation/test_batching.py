"""Granularity, batches, shards and workers change speed, never results: trajectories are equal bit for bit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import oversight.simulation.run as run_module
import worlds
from oversight.environments.enforcement import Enforcement
from oversight.scenario import Experiment, load_experiment
from oversight.scenario.family import Placed
from oversight.simulation import Engine, Granularity, Run, batch, batches, play
from oversight.sweeps import estimate

ARRAYS = ("violating", "inspected", "caught", "sanctioned", "gain", "harm")


def runs_of(experiment: dict[str, Any], points: Sequence[dict[str, float]]) -> list[Run]:
    source = load_experiment(experiment)
    base = source.experiment
    made = [source.at(point) for point in points]
    return [
        Run(point, replicate, start) for replicate in range(base.replicates) for point in made for start in base.starts
    ]


def trajectories(runs: Sequence[Run], granularity: Granularity = "entry") -> list[list[Any]]:
    """Everything that happened, a list a run: each period's arrays and totals, and the final measures."""
    seen: list[list[Any]] = [[] for _ in runs]

    def watch(model: Engine) -> None:
        shape = model.violating.shape
        perceived = [np.broadcast_to(group.perceived, (shape[0], group.members)) for group in model.groups]
        arrays = [np.broadcast_to(getattr(model, name), shape) for name in ARRAYS]
        totals = [np.broadcast_to(getattr(model.totals, name), (shape[0], 1)) for name in model.totals.__slots__]
        for run, history in enumerate(seen):
            history.append([array[run].copy() for array in (*arrays, *perceived, *totals)])

    model = play(batch(runs), granularity, watch)
    for run, history in enumerate(seen):
        history.append([values[run] for values in model.measures().values()])
    return seen


def assert_same(one: list[Any], other: list[Any]) -> None:
    assert len(one) == len(other)
    for left, right in zip(one, other, strict=True):
        for a, b in zip(left, right, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(experiment=worlds.experiments(drifts=True), amounts=st.lists(worlds.money, min_size=1, max_size=3))
def test_batch_and_granularity_do_not_change_trajectories(experiment: dict[str, Any], amounts: list[float]) -> None:
    points = [{"policy.detector.sensitivity": min(1.0, amount), "population.0.value": amount} for amount in amounts]
    runs = runs_of(experiment, points)
    together = trajectories(runs)
    for run, expected in zip(runs, together, strict=True):
        assert_same(trajectories([run])[0], expected)
        assert_same(trajectories([run], "actor")[0], expected)


@pytest.mark.slow
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(experiment=worlds.experiments(drifts=True), amounts=st.lists(worlds.money, min_size=1, max_size=3))
def test_many_random_worlds_do_not_depend_on_batching(experiment: dict[str, Any], amounts: list[float]) -> None:
    runs = runs_of(experiment, [{"policy.detector.sensitivity": min(1.0, amount)} for amount in amounts])
    together = trajectories(runs)
    half = len(runs) // 2
    apart = trajectories(runs[:half], "actor") + trajectories(runs[half:]) if half else trajectories(runs, "actor")
    for one, other in zip(apart, together, strict=True):
        assert_same(one, other)


@pytest.mark.parametrize("granularity", ["entry", "actor"])
@pytest.mark.parametrize("coefficient", [-1.0, -2.0, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_a_gain_of_nothing_never_tempts_whoever_cares_for_wealth(
    granularity: Granularity, coefficient: float, size: int
) -> None:
    """A tie, which rounding must not break: powers of one number and of many are rounded differently."""
    entry = {
        "kind": "risk_averse",
        "form": "crra",
        "coefficient": coefficient,
        "size": size,
        "gain": {"kind": "uniform", "low": 0.0, "high": 0.0},
        "wealth": {"kind": "constant", "value": 0.05},
    }
    policy = {"monitoring": {"kind": "random_audit", "rate": 0.0}, "sanction": {"kind": "fixed", "amount": 0.0}}
    source = load_experiment({"name": "tie", "policy": policy, "population": [entry], "periods": 2})
    model = play(batch([Run(source.experiment, 0, "compliant")]), granularity)
    assert model.measures()["misconduct_rate"] == 0


def test_large_rows_sum_the_same_alone_and_in_a_batch() -> None:
    """Long enough for numpy's pairwise summation to split rows, and for draws to come in several blocks."""
    experiment = {
        "name": "long",
        "policy": {
            "monitoring": {"kind": "targeted_audit", "inspections": 40.5, "separation": 1.5},
            "detector": {"sensitivity": 0.8, "false_positive_rate": 0.1},
            "sanction": {"kind": "escalating", "amounts": [1, 3], "suspension": 2, "record_lifetime": 3},
        },
        "population": [
            {"kind": "quantal", "size": 1500, "gain": {"kind": "lognormal", "mu": 0, "sigma": 1}},
            {
                "kind": "rational",
                "size": 700,
                "gain": {"kind": "exponential", "mean": 1},
                "belief": {"kind": "moving_average", "start": 0.2, "rate": 0.1},
            },
        ],
        "periods": 12,
        "replicates": 3,
        "start": "both",
    }
    runs = runs_of(experiment, [{"policy.monitoring.separation": value} for value in (0.5, 1.5)])
    together = trajectories(runs)
    for run, expected in zip(runs, together, strict=True):
        assert_same(trajectories([run])[0], expected)


def test_long_windows_sum_the_same_alone_and_in_a_batch() -> None:
    """The period before the first adds a fraction of a violation, so that the order of a sum shows."""
    experiment = {
        "name": "windows",
        "policy": {"monitoring": {"kind": "random_audit", "rate": 0.3}, "sanction": {"kind": "fixed", "amount": 0.6}},
        "population": [
            {
                "kind": "rational",
                "size": 5,
                "belief": {"kind": "pooled_window", "window": 10_000, "prior_caught": 0.1, "prior_violations": 1},
            }
        ],
        "periods": 120,
        "replicates": 12,
        "start": "violating",
    }
    runs = runs_of(experiment, [{"policy.monitoring.rate": 0.337}])
    together = trajectories(runs)
    for run, expected in zip(runs, together, strict=True):
        assert_same(trajectories([run])[0], expected)


def test_memory_follows_the_periods_and_not_the_longest_they_could_be() -> None:
    spec = {
        "name": "short",
        "policy": {
            "monitoring": {"kind": "random_audit", "rate": 0.5},
            "sanction": {"kind": "escalating", "amounts": [1, 2], "record_lifetime": 10_000},
        },
        "population": [
            {
                "kind": "rational",
                "size": 10,
                "belief": {"kind": "pooled_window", "window": 10_000, "prior_caught": 0, "prior_violations": 1},
            }
        ],
        "periods": 3,
    }
    model = play(batch(runs_of(spec, [{}])))
    assert model.history is not None
    assert model.records is not None
    assert len(model.history.caught) == 4  # with the period before the first
    assert len(model.records.entries) == 3


def test_batches_cover_all_runs_once_and_hold_one_structure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "TARGET_ACTORS", 50)
    experiment = {
        "name": "mixed",
        "policy": {"monitoring": {"kind": "random_audit", "rate": 0.5}, "sanction": {"kind": "fixed", "amount": 1}},
        "population": [{"kind": "rational", "size": 10}],
    }
    source = load_experiment(experiment)
    sizes = [10, 20, 10, 20, 10]
    runs = [
        Run(source.at({"population.0.size": size}), replicate, "compliant") for replicate in range(4) for size in sizes
    ]
    found = batches(runs)
    assert sorted(position for members in found for position in members) == list(range(len(runs)))
    for members in found:
        assert len({runs[member].experiment.actors for member in members}) == 1
        assert sum(runs[member].experiment.actors for member in members) <= 50


def test_common_random_numbers_do_not_depend_on_the_design_point() -> None:
    """Two points that differ in the fine alone see the same gains and inspections."""
    experiment = {
        "name": "crn",
        "policy": {"monitoring": {"kind": "random_audit", "rate": 0.5}, "sanction": {"kind": "fixed", "amount": 1}},
        "population": [{"kind": "rational", "size": 30}],
        "periods": 4,
        "replicates": 1,
    }
    low, high = trajectories(runs_of(experiment, [{"policy.sanction.amount": amount} for amount in (0.2, 1.8)]))
    for period in range(4):
        for name in ("gain", "inspected"):
            place = ARRAYS.index(name)
            np.testing.assert_array_equal(low[period][place], high[period][place])
    assert low[-1][0] > high[-1][0]  # and the higher fine deters


def test_seeds_and_replicates_differ() -> None:
    experiment = {
        "name": "seeds",
        "policy": {"monitoring": {"kind": "random_audit", "rate": 0.5}, "sanction": {"kind": "fixed", "amount": 1}},
        "population": [{"kind": "rational", "size": 200}],
        "periods": 2,
        "replicates": 2,
    }
    first, second = (trajectories(runs_of({**experiment, "seed": seed}, [{}])) for seed in (0, 1))
    gains = [history[0][ARRAYS.index("gain")] for history in (*first, *second)]
    assert len({tuple(gain) for gain in gains}) == 4


@pytest.mark.parametrize(("workers", "processes"), [(1, 1), (2, 2), (None, 4), (1000, 120)])
def test_estimate_scales_a_short_trial(workers: int | None, processes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock on which an actor-period takes 10 ns and a period of a batch 1 us: what a sweep takes is known."""
    clock, played = [0.0], []

    def simulate(self: Enforcement, points: Placed[Experiment], *_: Any) -> dict[str, Any]:
        runs = [points.experiment(place) for place in range(len(points))]
        work = sum(run.actors * run.periods for run in runs)
        played.append(work)
        clock[0] += 1e-8 * work + 1e-6 * runs[0].periods
        return {"misconduct_rate": np.zeros(len(runs))}

    monkeypatch.setattr(Enforcement, "play", simulate)
    monkeypatch.setattr("time.perf_counter", lambda: clock[0])
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    spec = {
        "name": "long",
        "policy": {"monitoring": {"kind": "random_audit", "rate": 0.5}, "sanction": {"kind": "fixed", "amount": 1}},
        "population": [{"kind": "rational", "size": 1000}],
        "periods": 20_000,
        "replicates": 40,
        "sweep": {"kind": "grid", "parameters": {"population.0.size": {"values": [500, 1000, 1500]}}},
    }
    found = estimate.estimate(load_experiment(spec), workers)
    assert sum(played) < 5e7
    starting = estimate._PROCESS_START if processes > 1 else 0
    seconds = (found["seconds"] - estimate._REPORT - starting) * processes
    assert seconds == pytest.approx(120 * 20_000 * (1e-8 * 1000 + 1e-6), rel=0.05)
