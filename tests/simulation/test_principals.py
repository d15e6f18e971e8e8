"""The policy moves while runs go on: schedules are the runs they are made of, and all else goes on."""

from __future__ import annotations

import copy
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import beta

import oversight
import worlds
from oversight.errors import InputError
from oversight.scenario import load_experiment
from oversight.simulation import Engine, Run, batch, shape_of, simulate

quickly = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
UNIFORM = {"kind": "uniform", "low": 0, "high": 1}
ALL_ALIKE = {"kind": "constant", "value": 0.5}
ROTATION = ({0: 0.5, 2: 0.0}, 5)


def schedule(path: str, values: dict[int, float], repeat: int | None = None) -> dict[str, Any]:
    steps = [{"at": at, "set": {path: value}} for at, value in values.items()]
    return {"kind": "schedule", "steps": steps, **({"repeat": repeat} if repeat else {})}


def audits(gain: dict[str, Any], rate: float = 0.2, fine: float = 1, **more: Any) -> dict[str, Any]:
    return {
        "name": "audits",
        "policy": {"monitoring": {"kind": "random_audit", "rate": rate}, "sanction": {"kind": "fixed", "amount": fine}},
        "population": [{"kind": "rational", "size": 1000, "gain": gain}],
        "periods": 50,
        **more,
    }


def capacity(value: float, size: int = 10_000, **more: Any) -> dict[str, Any]:
    """U[0, 1] gains, fine .9, so many investigators per actor, everybody violating at first."""
    monitoring = {"kind": "investigation_capacity", "investigators": value * size}
    return {
        "name": "capacity",
        "policy": {"monitoring": monitoring, "sanction": {"kind": "fixed", "amount": 0.9}},
        "population": [{"kind": "rational", "size": size, "gain": UNIFORM}],
        "periods": 40,
        "start": "violating",
        **more,
    }


def surge(to: float, periods: int, size: int = 10_000) -> dict[str, Any]:
    return schedule("policy.monitoring.investigators", {0: to * size, periods: 0.2 * size})


RATE = "policy.monitoring.rate"


@pytest.mark.parametrize(("gain", "steady", "rotating"), [(ALL_ALIKE, 1.0, 0.6), (UNIFORM, 0.8, 0.8)])
def test_crackdowns_deter_where_steady_audits_deter_nobody(gain: Any, steady: float, rotating: float) -> None:
    """Lando and Shavell (2004): audits at .2 on average; two periods in five at .5, where a tie complies, then none."""
    moving = audits(gain, principal=schedule(RATE, *ROTATION))
    within = 0 if gain is ALL_ALIKE else 5 * 0.4 / np.sqrt(1000 * 50)  # five standard errors
    assert oversight.run(audits(gain)).metrics["misconduct_rate"] == pytest.approx(steady, abs=within)
    found = oversight.run(moving).metrics
    assert found["misconduct_rate"] == pytest.approx(rotating, abs=within)
    assert found[f"lever.{RATE}"] == pytest.approx(0.2, abs=1e-12)
    paths = oversight.solve(moving).paths
    assert [path.misconduct_rate for path in paths] == pytest.approx([rotating] * 2, abs=1e-9)


def test_the_best_announced_crackdown() -> None:
    """Row P4: gains Beta(2, 2), fine 1, audits at .3 on average; .75 in two periods of five. Eeckhout et al. (2010)."""
    gain = {"kind": "beta", "a": 2, "b": 2}
    moving = oversight.solve(audits(gain, 0.3, principal=schedule(RATE, {0: 0.75, 2: 0.0}, 5)))
    assert 1 - moving.paths[0].misconduct_rate == pytest.approx(0.3375, abs=1e-9)
    (steady,) = oversight.solve(audits(gain, 0.3)).equilibria
    assert 1 - steady.misconduct_rate == pytest.approx(0.216, abs=1e-9)
    rates = np.linspace(0.3, 1, 1401)
    envelope = beta(2, 2).cdf(rates) * 0.3 / rates  # a crackdown at each rate, for as long as it is paid for
    assert (rates[envelope.argmax()], envelope.max()) == pytest.approx((0.75, 0.3375))


def played(experiment: dict[str, Any], pick: Any = list, **options: Any) -> tuple[list[dict[str, Any]], Any]:
    """What each period came to, and the measures."""
    made: Any = load_experiment(json.loads(json.dumps(experiment))).experiment
    runs = [Run(made, replicate, start) for replicate in range(2) for start in made.starts]
    engine, seen = Engine(batch(pick(runs)), **options), []

    def watch(engine: Engine) -> None:
        shape = engine.violating.shape
        names = ("violating", "inspected", "caught", "sanctioned", "gain", "harm")
        rows = {name: np.array(np.broadcast_to(getattr(engine, name), shape)) for name in names}
        sums = {name: np.broadcast_to(getattr(engine.totals, name), (shape[0], 1)) for name in engine.totals.__slots__}
        seen.append(rows | sums)

    engine.play(watch)
    return seen, engine.measures()


def assert_same(one: dict[str, Any], other: dict[str, Any], rows: slice = slice(None)) -> None:
    assert one.keys() == other.keys()
    for name, values in one.items():
        np.testing.assert_array_equal(values[rows], other[name], err_msg=name)


@pytest.mark.parametrize("repeat", [None, 7])
@pytest.mark.parametrize("kind", ["rational", "quantal", "hedge"])
def test_a_schedule_is_the_runs_that_it_is_made_of(kind: str, repeat: int | None) -> None:
    """Bit for bit, where nothing carries over; hedge carries its weights over, and is one run only until the step."""
    entry = {"kind": kind, "size": 40, "gain": UNIFORM, **({"precision": 4} if kind == "quantal" else {})}
    entry |= {"rate": 0.3} if kind == "hedge" else {}
    base = audits(UNIFORM, 0.1) | {"population": [entry], "periods": 30}
    parts = {value: played(audits(UNIFORM, value) | {"population": [entry], "periods": 30})[0] for value in (0.1, 0.6)}
    moving, _ = played(base | {"principal": schedule(RATE, {3: 0.6}, repeat)})
    for period, found in enumerate(moving):
        if kind != "hedge" or period < 3:
            cracks = (period if repeat is None else period % repeat) >= 3
            assert_same(parts[0.6 if cracks else 0.1][period], found)


def test_residual_deterrence_decays_by_the_share_that_beliefs_move() -> None:
    """Beliefs move by a of the way: after a crackdown at .8 the belief is .8 (1 - a)^k, exactly."""
    slow = audits(UNIFORM, 0.8) | {"periods": 12, "principal": schedule(RATE, {5: 0.0})}
    slow["population"][0]["belief"] = {"kind": "announced", "adjustment": 0.3}
    series = oversight.run(slow).series
    assert series.perceived_detection.to_numpy() == pytest.approx(
        [*[0.8] * 5, *(0.8 * 0.7**k for k in range(1, 8))], abs=1e-12
    )


@pytest.mark.parametrize(("to", "periods", "holds"), [(0.3, 9, True), (0.3, 8, False), (0.5, 2, True), (0.5, 1, False)])
def test_a_surge_and_what_it_leaves_behind(to: float, periods: int, holds: bool) -> None:
    """Row P5: nine periods at .3, or two at .5, and .2 holds misconduct at .1, which alone leaves it at .764575."""
    moving = capacity(0.2, principal=surge(to, periods))
    end = oversight.run(moving).series.misconduct_rate.iloc[-10:].mean()
    assert end == pytest.approx(0.1 if holds else 0.764575, abs=5 * 0.43 / np.sqrt(1e5))
    later = oversight.solve(moving | {"burn_in": 39, "periods": 40}).paths[1]
    assert later.misconduct_rate == pytest.approx(0.1 if holds else 0.764575, abs=1e-3)


def test_a_block_begins_where_the_one_before_ended() -> None:
    """Row P11: ten periods at .2 or .3, from a violating and from a compliant past."""
    found = {value: [path.misconduct_rate for path in oversight.solve(blocks(value)).paths] for value in (0.2, 0.3)}
    assert found[0.2] == pytest.approx([0.1, 0.772401], abs=1e-6)
    assert found[0.3] == pytest.approx([0.1, 0.435964], abs=1e-6)
    last = oversight.solve(blocks(0.2) | {"burn_in": 9}).paths[1]
    assert last.misconduct_rate == pytest.approx(0.764576, abs=1e-6)


def blocks(value: float) -> dict[str, Any]:
    return capacity(0.5, periods=10, principal=schedule("policy.monitoring.investigators", {0: value * 10_000}))


def test_theory_plays_the_path_that_simulation_does() -> None:
    """Suspensions, pooled beliefs and adjusting ones carry over; phases are those of the measured periods."""
    moving = audits(UNIFORM, 0.3, 0.6) | {"periods": 40, "burn_in": 5, "replicates": 1}
    moving["policy"]["sanction"]["suspension"] = 2
    moving["population"] = [
        {"kind": "rational", "size": 20_000, "gain": UNIFORM, "belief": {"kind": "announced", "adjustment": 0.2}},
        {"kind": "quantal", "precision": 5, "size": 20_000, "gain": UNIFORM, "name": "poolers"}
        | {"belief": {"kind": "pooled_window", "window": 3, "prior_caught": 0.3, "prior_violations": 1.0}},
    ]
    moving["principal"] = schedule(RATE, {0: 0.7, 4: 0.05}, 9)
    (path, _), found = oversight.solve(moving).paths, oversight.run(moving).metrics
    assert found["misconduct_rate"] == pytest.approx(path.misconduct_rate, abs=0.002)
    for place, phase in enumerate(path.phases):
        assert found[f"misconduct_rate.phase_{place}"] == pytest.approx(phase["misconduct_rate"], abs=0.004)
        assert found[f"social_cost.phase_{place}"] == pytest.approx(phase["social_cost"], abs=0.004)
    assert not oversight.solve(moving).equilibria


def test_accounts_are_kept_at_the_prices_of_their_periods() -> None:
    """A sanction costs society 1, then 3; detectors miss half, then nothing: each period counts by its own numbers."""
    path = {"policy.sanction.cost_per_sanction": 3.0, "policy.detector.sensitivity": 1.0}
    moving = audits(UNIFORM, 0.5) | {"periods": 20}
    moving["policy"] |= {"detector": {"sensitivity": 0.5}}
    moving["policy"]["sanction"]["cost_per_sanction"] = 1.0
    moving["population"][0] |= {"kind": "unconditional", "rate": 0.4, "harm": {"kind": "constant", "value": 0}}
    moving["principal"] = {"kind": "schedule", "steps": [{"at": 10, "set": path}]}
    run = oversight.run(moving)
    assert run.metrics["social_cost"] == pytest.approx(run.series.social_cost.mean(), abs=1e-12)
    assert run.metrics["social_cost.phase_0"] == pytest.approx(0.4 * 0.5 * 0.5 * 1, abs=0.03)
    assert run.metrics["social_cost.phase_1"] == pytest.approx(0.4 * 0.5 * 3, abs=0.05)
    assert run.metrics["apparent_misconduct_rate"] == pytest.approx(0.4, abs=0.03)


def test_sweeps_move_the_numbers_of_schedules_in_one_batch() -> None:
    """Runs of design points stand in one batch, each with its own course; a phase has its measures in the summary."""
    moving = audits(ALL_ALIKE) | {"periods": 10, "replicates": 2, "principal": schedule(RATE, *ROTATION)}
    at = f"principal.steps.0.set.{RATE}"
    moving["sweep"] = {"kind": "grid", "parameters": {at: {"values": [0.4, 0.5, 0.7]}}}
    table = oversight.sweep(moving, workers=1).summary
    assert table["metric.misconduct_rate.mean"].tolist() == [1.0, 0.6, 0.6]
    assert table["metric.misconduct_rate.phase_0.mean"].tolist() == [1, 0, 0]
    assert table["metric.misconduct_rate.phase_1.mean"].tolist() == [1, 1, 1]
    assert table[f"metric.lever.{RATE}.phase_0.mean"].tolist() == pytest.approx([0.4, 0.5, 0.7])
    assert table["theory.misconduct_rate"].tolist() == pytest.approx([1.0, 0.6, 0.6])


@pytest.mark.parametrize(
    ("principal", "where", "says"),
    [
        (schedule("policy.monitoring.rates", {0: 0.5}), "principal.steps.0.set", "names no number"),
        (schedule("population.0.size", {0: 5.0}), "principal.steps.0.set", "names no number"),
        (schedule("policy.sanction.suspension", {0: 2.0}), "principal.steps.0.set", "stays as it is"),
        (schedule("policy.monitoring.rate", {0: 0.5, 3: 1.5}), "principal.steps.1.set", "above the most allowed"),
        (schedule("policy.monitoring.rate", {0: 0.5, 9: 0.1}, 9), "principal.steps.1.at", "never reached"),
        (schedule("policy.monitoring.rate", {4: 0.5, 3: 0.1}), "principal.steps.1.at", "not after the step before"),
    ],
)
def test_wrong_settings_are_told_where_they_stand(principal: dict[str, Any], where: str, says: str) -> None:
    with pytest.raises(InputError) as refused:
        oversight.run(audits(UNIFORM, principal=principal))
    (problem,) = refused.value.problems
    assert problem.path.startswith(where)
    assert says in problem.message
    assert problem.remedy


ALWAYS = {
    "schedule": schedule(RATE, {0: 0.5, 3: 0.1}),
    "feedback": {"kind": "feedback", "lever": RATE, "base": 0.1, "target": 0.1, "slope": 1.0, "low": 0.0, "high": 1.0},
    "ucb": {"kind": "ucb", "arms": {RATE: [0.1, 0.2]}},
}
VARIED = {
    "sweep": {"kind": "grid", "parameters": {RATE: {"values": [0.1, 0.2]}}},
    "search": {"levers": {RATE: {"low": 0.1, "high": 0.2}}, "minimise": ["social_cost"]},
}


@pytest.mark.parametrize("section", VARIED)
@pytest.mark.parametrize("kind", ALWAYS)
def test_what_a_principal_always_sets_is_not_varied(kind: str, section: str) -> None:
    with pytest.raises(InputError, match="is set by the principal in every period") as refused:
        load_experiment(audits(UNIFORM, principal=ALWAYS[kind], **{section: VARIED[section]}))
    assert refused.value.problems[0].path.startswith(section)
    assert refused.value.problems[0].remedy
    # A number that some period leaves as the file says it is varied for good reason, and so is another principal's.
    later = schedule(RATE, {3: 0.1})
    assert load_experiment(audits(UNIFORM, principal=later, **{section: VARIED[section]})).experiment
    points = [{RATE: 0.1, "principal": ALWAYS[kind]}, {RATE: 0.1, "principal": None}]
    several = {"kind": "list", "points": points}
    assert load_experiment(audits(UNIFORM, principal=ALWAYS[kind], sweep=several)).experiment


def test_a_number_of_a_section_that_is_not_there_is_told_to_be_stated_first() -> None:
    moved = schedule("policy.payoffs.actor.error.flagged", {0: 0.5})
    with pytest.raises(InputError, match="The policy has no `payoffs`: state it there first"):
        oversight.run(audits(UNIFORM, principal=moved))
    assert oversight.run(audits(UNIFORM, principal=moved), {"policy.payoffs": {}}).metrics["paid_to_actors"] == 0


def test_a_policy_that_is_wrong_only_where_it_goes_is_refused() -> None:
    """What holds across keys holds for every setting, and for what several steps leave together."""
    first = {"at": 0, "set": {"policy.monitoring.max_rate": 0.3}}
    then = {"at": 4, "set": {"policy.monitoring.base_rate": 0.4}}
    monitoring = {"kind": "record_based", "base_rate": 0.1, "rate_per_record": 0.1, "max_rate": 0.5}
    moving = audits(UNIFORM)
    moving["policy"]["monitoring"] = monitoring
    for steps in ([first], [then]):
        oversight.run(moving | {"principal": {"kind": "schedule", "steps": steps}})
    with pytest.raises(InputError, match=r"steps\.1\.set\.policy\.monitoring\.base_rate: 0\.4 is above max_rate, 0\.3"):
        oversight.run(moving | {"principal": {"kind": "schedule", "steps": [first, then]}})


@quickly
@given(experiment=worlds.experiments(drifts=True), data=st.data())
def test_any_schedule_is_the_same_in_any_batch_and_granularity(experiment: dict[str, Any], data: Any) -> None:
    one = moved(experiment, data)
    try:
        together, measures = played(one)
    except InputError:
        return  # a setting that the policy does not take
    alone, own = played(one, lambda runs: runs[-1:])
    for whole, part in zip(together, alone, strict=True):
        assert_same(whole, part, slice(-1, None))
    assert_same(measures, own, slice(-1, None))
    apart, same = played(one, granularity="actor")
    for whole, part in zip(together, apart, strict=True):
        assert_same(whole, part)
    assert_same(measures, same)


@pytest.mark.slow
@settings(quickly, max_examples=60)
@given(experiment=worlds.experiments(drifts=True), data=st.data())
def test_runs_that_move_in_other_ways_share_a_batch(experiment: dict[str, Any], data: Any) -> None:
    one = moved(experiment, data)
    other = copy.deepcopy(one)
    for step in other["principal"]["steps"]:
        step["set"] = {path: value * 0.7 for path, value in step["set"].items()}
    try:
        made: Any = [load_experiment(json.loads(json.dumps(each))).experiment for each in (one, other)]
    except InputError:
        return  # a setting that the policy does not take
    runs = [Run(each, 0, each.starts[0]) for each in made]
    if shape_of(made[0]) == shape_of(made[1]):
        together = simulate(runs)
        for place, run in enumerate(runs):
            assert_same(together, simulate([run]), slice(place, place + 1))


def moved(experiment: dict[str, Any], data: Any) -> dict[str, Any]:
    """The experiment with some numbers of its policy moved at some times."""
    policy = load_experiment(copy.deepcopy(experiment)).experiment.model_dump(mode="json", by_alias=True)["policy"]
    found = sorted(numbers(policy, "policy"))
    levers = data.draw(st.lists(st.sampled_from(found), min_size=1, max_size=3, unique_by=lambda each: each[0]))
    times = sorted(data.draw(st.sets(st.integers(0, 8), min_size=1, max_size=3)))
    shares = st.sampled_from([0.25, 0.5, 0.9, 1.0])
    steps = [{"at": at, "set": {path: value * data.draw(shares) for path, value in levers}} for at in times]
    repeat = data.draw(st.sampled_from([None, 9]))
    return experiment | {"principal": {"kind": "schedule", "steps": steps, **({"repeat": repeat} if repeat else {})}}


def numbers(data: Any, path: str) -> list[tuple[str, float]]:
    if isinstance(data, dict):
        return [each for key, value in data.items() if key != "sources" for each in numbers(value, f"{path}.{key}")]
    return [(path, data)] if isinstance(data, float) else []
