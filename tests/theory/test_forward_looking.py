"""Actors that look ahead, held against closed forms and against a dynamic programme written out here."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from math import sqrt
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import t

import oversight
import worlds
from oversight import distributions
from oversight.actors import ACTORS
from oversight.distributions.normal import Normal
from oversight.documents.schema import sections
from oversight.errors import InputError
from oversight.foresight import prospects_of
from oversight.policy import Chances, Policy
from oversight.policy.sanctions import AnySanction
from oversight.response import Facing, Responder
from oversight.scenario import load_experiment
from oversight.scenario.entry import entry_model
from oversight.simulation import Run, simulate

FALSE_ALARM = 1e-5
UNIFORM = {"kind": "uniform", "low": 0, "high": 1}
HALF = {"kind": "random_audit", "rate": 0.5}


def experiment(sanction: Any, monitoring: Any = HALF, detector: Any = None, **keys: Any) -> dict[str, Any]:
    of_run = {name: keys.pop(name) for name in ("periods", "replicates", "burn_in", "start") if name in keys}
    return {
        "name": "test",
        "policy": {"monitoring": monitoring, "sanction": sanction, "detector": detector or {}},
        "population": [{"kind": "forward_looking", "size": 500, "gain": UNIFORM, **keys}],
        "periods": 20,
        **of_run,
    }


def misconduct(spec: dict[str, Any], replicates: int = 40) -> Any:
    source = load_experiment(spec)
    runs = [Run(source.experiment, replicate, "compliant") for replicate in range(replicates)]
    return simulate(runs)["misconduct_rate"]


def assert_mean(values: Any, expected: float) -> None:
    error = values.std(ddof=1) / sqrt(len(values))
    assert abs(values.mean() - expected) <= t.isf(FALSE_ALARM / 2, len(values) - 1) * error


def test_b11_escalating_fines_over_two_periods() -> None:
    """T1 = p f1 + p [V(p f1) - V(p f2)], V(T) = (1 - T)^2 / 2; in the second period everyone is myopic."""
    p, (low, high) = 0.5, (0.8, 1.6)
    first = 1 - (p * low + p * ((1 - p * low) ** 2 - (1 - p * high) ** 2) / 2)
    caught = first * p
    second = (1 - caught) * (1 - p * low) + caught * (1 - p * high)
    assert (first, second) == pytest.approx((0.52, 0.496))
    spec = experiment({"kind": "escalating", "amounts": [low, high]}, discount=1, horizon=2, periods=2, size=2000)
    assert_mean(misconduct({**spec, "burn_in": 1}), second)
    assert_mean(misconduct({**spec, "periods": 1}), first)


@pytest.mark.parametrize("suspension", [1, 3])
@pytest.mark.parametrize("discount", [0.5, 0.9, 0.99])
def test_b16_suspension_alone_deters(suspension: int, discount: float) -> None:
    """T = p d (1 - d^D) / (1 - d) (1 - T)^2 / 2."""

    def excess(threshold: float) -> float:
        weight = discount * (1 - discount**suspension) / (1 - discount)
        return threshold - 0.5 * weight * (1 - threshold) ** 2 / 2

    threshold = brentq(excess, 0, 1, xtol=1e-14)
    if (suspension, discount) == (1, 0.9):
        assert threshold == pytest.approx(0.159100, abs=1e-6)
    entry = entry_of(gain=UNIFORM)
    sanction = {"kind": "fixed", "amount": 0, "suspension": suspension}
    prospects = prospects_of(sanction_of(sanction), entry.gain, entry.harm, [Chances(0.5, 0.0)])
    assert 0.5 * float(np.squeeze(prospects.loss(np.float64(discount)))) == pytest.approx(threshold, abs=1e-12)
    assert_mean(misconduct(experiment(sanction, discount=discount)), 1 - threshold)


def entry_of(**keys: Any) -> Any:
    model = entry_model("forward_looking", ACTORS.classes["forward_looking"])
    return model.model_validate({"kind": "forward_looking", "size": 1, "discount": 0.5, **keys})


def sanction_of(data: dict[str, Any]) -> Any:
    kinds = {model.model_fields["kind"].default: model for model in sections(AnySanction)}
    return kinds[data["kind"]].model_validate(data)


def policy_of(sanction: dict[str, Any]) -> Policy:
    monitoring = {"kind": "random_audit", "rate": 0.5}
    return Policy.model_validate({"name": "trial", "monitoring": monitoring, "sanction": sanction})


def test_nothing_to_lose_deters_nobody() -> None:
    assert (misconduct(experiment({"kind": "fixed", "amount": 0}, discount=0.95), 3) == 1).all()


@pytest.mark.parametrize("kind", ["fixed", "proportional", "escalating"])
def test_without_a_future_it_is_the_rational_actor(kind: str) -> None:
    fines: dict[str, Any] = {"fixed": {"amount": 0.7}, "proportional": {"factor": 1.8}}
    sanction = {"kind": kind, "suspension": 2, **fines.get(kind, {"amounts": [0.3, 0.9]})}
    spec = experiment(sanction, detector={"false_positive_rate": 0.2}, discount=0)
    plain = {key: value for key, value in spec["population"][0].items() if key != "discount"}
    np.testing.assert_array_equal(
        misconduct(spec, 4), misconduct({**spec, "population": [{**plain, "kind": "rational"}]}, 4)
    )


# A dynamic programme of its own: value iteration on a sample of gains, histories as tuples.

GAINS = (np.arange(4000) + 0.5) / 4000
Step = Callable[[Hashable], Hashable]


def losses(
    record: Callable[[Any], int],
    clean: Step,
    caught: Step,
    chances: Callable[[int], tuple[float, float]],
    taken: Callable[[Any, int], tuple[Any, Any]],
    discount: float,
    suspension: int,
    start: Hashable,
    horizon: int | None = None,
) -> dict[Hashable, float]:
    """What a sanction costs later on, by state, for gains that are U[0, 1]."""
    states, found = [start], {start}
    while states:
        state = states.pop()
        for new in (clean(state), caught(state)):
            if new not in found:
                found.add(new)
                states.append(new)
    layers: list[dict[Hashable, float]] = [dict.fromkeys(found, 0.0)]

    def loss(state: Hashable) -> float:
        back = layers[-1 - suspension] if len(layers) > suspension else dict.fromkeys(found, 0.0)
        away = back if horizon else layers[-1]
        return discount * (layers[-1][clean(state)] - discount**suspension * away[caught(state)])

    for _ in range(4000 if horizon is None else horizon - 1):
        new = {}
        for state in found:
            r = record(state)
            (p, q), (guilty, innocent) = chances(r), taken(GAINS, r)
            stay, cost = discount * layers[-1][clean(state)], loss(state)
            new[state] = float(np.mean(np.maximum(GAINS - p * (guilty + cost), -q * (innocent + cost)))) + stay
        layers.append(new)
        if horizon is None and max(abs(new[state] - layers[-2][state]) for state in found) < 1e-13:
            break
    return {state: loss(state) for state in found}


def shift(bit: int, times: int = 1) -> Callable[[Any], Any]:
    """A history, newest first, after a period with this bit and others with none."""
    return lambda state: (*[0] * (times - 1), bit, *state)[: len(state)]


CASES: dict[str, dict[str, Any]] = {
    "records and suspension": {
        "sanction": {"kind": "escalating", "amounts": [0.2, 0.5, 0.8], "suspension": 2},
        "taken": lambda g, r: ([0.2, 0.5, 0.8][min(r, 2)],) * 2,
    },
    "records that lapse": {
        "sanction": {"kind": "escalating", "amounts": [0.2, 0.9], "suspension": 1, "record_lifetime": 4},
        "taken": lambda g, r: ([0.2, 0.9][min(r, 1)],) * 2,
    },
    "suspended longer than records last": {
        "sanction": {"kind": "escalating", "amounts": [0.2, 0.9], "suspension": 4, "record_lifetime": 3},
        "taken": lambda g, r: ([0.2, 0.9][min(r, 1)],) * 2,
    },
    "by the gain, up to wealth": {
        "sanction": {"kind": "proportional", "factor": 1.1, "limited_liability": True, "suspension": 1},
        "taken": lambda g, r: (np.minimum(1.1 * g, 0.5),) * 2,
    },
    "gain forfeited as well": {
        "sanction": {"kind": "escalating", "amounts": [0.1, 0.4], "limited_liability": True, "forfeit_gain": True},
        "taken": lambda g, r: (np.minimum([0.1, 0.4][min(r, 1)] + g, 0.5), min([0.1, 0.4][min(r, 1)], 0.5)),
    },
    "beyond one's wealth": {
        "sanction": {"kind": "fixed", "amount": 0.7, "limited_liability": True, "forfeit_gain": True, "suspension": 2},
        "taken": lambda g, r: (0.5, 0.5),
    },
}
ERRORS = {"sensitivity": 0.9, "false_positive_rate": 0.3}


@pytest.mark.parametrize("horizon", [None, 12])
@pytest.mark.parametrize("case", CASES)
def test_every_decision_is_that_of_the_dynamic_programme(case: str, horizon: int | None) -> None:
    sanction, taken = CASES[case]["sanction"], CASES[case]["taken"]
    discount, suspension, lifetime = 0.8, sanction.get("suspension", 0), sanction.get("record_lifetime")
    monitoring = {"kind": "record_based", "base_rate": 0.3, "rate_per_record": 0.25, "max_rate": 0.9}

    def chances(r: int) -> tuple[float, float]:
        inspected = min(0.9, 0.3 + 0.25 * r)
        return 0.9 * inspected, 0.3 * inspected

    if lifetime:
        start: Any = (0,) * lifetime
        graph = (sum, shift(0), shift(1, suspension + 1), chances, taken, discount, suspension, start)
    else:
        graph = (int, lambda r: r, lambda r: min(r + 1, 4), chances, taken, discount, suspension, 0)
    spec = experiment(
        sanction, monitoring, ERRORS, discount=discount, periods=12, size=60, wealth={"kind": "constant", "value": 0.5}
    )
    if horizon:
        spec["population"][0]["horizon"] = horizon
    rows = oversight.run(spec, agents=True).agents
    whole_life = losses(*graph) if horizon is None else None
    histories: dict[int, list[int]] = {actor: [] for actor in range(60)}
    deterred_by_the_future = 0
    for period, table in rows.groupby("period"):
        by_state = whole_life or losses(*graph, horizon=horizon - int(period))  # type: ignore[operator]
        for row in table.itertuples():
            past = histories[row.actor]
            past.append(int(row.sanctioned))
            if not row.active:
                continue
            state = tuple([*reversed(past[:-1]), *[0] * lifetime][:lifetime]) if lifetime else min(sum(past[:-1]), 4)
            r = graph[0](state)
            (p, q), (guilty, innocent) = chances(r), taken(row.gain, r)
            worth = row.gain - p * guilty + q * innocent
            advantage = worth - (p - q) * by_state[state]
            if abs(advantage) > 1e-4:
                assert row.violated == (advantage > 0)
                deterred_by_the_future += worth > 0 > advantage
    assert deterred_by_the_future > 5


@pytest.mark.parametrize("suspension", [0, 1])
def test_patient_actors_whose_records_lapse(suspension: int) -> None:
    """A discount of 0.97, at which plain value iteration takes a thousand steps."""

    def chances(r: int) -> tuple[float, float]:
        return (0.3, 0.05) if r == 0 else (0.9, 0.2)

    amounts = [0.2, 1.5]
    graph = (shift(0), shift(1, suspension + 1), chances, lambda g, r: (amounts[min(r, 1)],) * 2, 0.97, suspension)
    expected = losses(sum, *graph, (0,) * 3)
    sanction = {"kind": "escalating", "amounts": amounts, "suspension": suspension, "record_lifetime": 3}
    entry = entry_of(gain=UNIFORM)
    faced = [Chances(*chances(r)) for r in (0, 1)]
    prospects = prospects_of(sanction_of(sanction), entry.gain, entry.harm, faced)
    for state, loss in expected.items():
        number = sum(bit << place for place, bit in enumerate(state))
        found = prospects.at(np.array([[number]])).loss(np.array([[0.97]]))
        assert found.item() == pytest.approx(loss, abs=1e-6)


def test_theory_asks_the_same_class() -> None:
    """B16 at a given chance of 0.5, and two more whose thresholds solve the same equation."""
    chances = [Chances(np.array([[0.5], [0.0], [1.0]]), np.zeros((1, 1)))]
    entry = entry_of(gain=UNIFORM, discount=0.9)
    responder = Responder(entry, policy_of({"kind": "fixed", "amount": 0, "suspension": 1}))
    share = responder.share(
        Facing(perceived=chances[0].violating, false_detection=chances[0].complying, chances=chances), 3
    )
    thresholds = [brentq(lambda x, p=p: x - p * 0.9 * (1 - x) ** 2 / 2, 0, 1, xtol=1e-14) for p in (0.5, 0.0, 1.0)]
    assert share[:, 0] == pytest.approx(1 - np.array(thresholds), abs=1e-9)


def test_theory_does_not_follow_histories() -> None:
    chances = [Chances(np.full((1, 1), 0.5), np.zeros((1, 1)))] * 2
    faced = Facing(perceived=chances[0].violating, false_detection=chances[0].complying, chances=chances)
    policy = policy_of({"kind": "escalating", "amounts": [1, 2], "record_lifetime": 3})
    with pytest.raises(InputError, match=r"record_lifetime: .* decides by history"):
        Responder(entry_of(gain=UNIFORM), policy).share(faced, 1)


def test_a_learned_belief_holds_at_every_record() -> None:
    """Nobody is inspected, so everybody goes on believing in 0.5; T is that of B16."""
    spec = experiment(
        {"kind": "fixed", "amount": 0, "suspension": 1},
        {"kind": "random_audit", "rate": 0},
        discount=0.9,
        belief={"kind": "fixed", "value": 0.5},
    )
    assert_mean(misconduct(spec), 1 - 0.159100)


@pytest.mark.parametrize("kind", worlds.DISTRIBUTIONS)
def test_partial_means_of_every_distribution(kind: str) -> None:
    keys: dict[str, Any] = {
        "constant": {"value": 0.7},
        "uniform": {"low": -0.5, "high": 1.5},
        "triangular": {"low": -0.5, "mode": 0.2, "high": 1.5},
        "beta": {"a": 0.7, "b": 2.5, "low": -0.5, "high": 2.0},
        "normal": {"mean": 0.3, "sd": 0.8},
        "lognormal": {"mu": -0.2, "sigma": 0.6},
        "exponential": {"mean": 0.8},
        "pareto": {"minimum": 0.4, "shape": 2.5},
        "empirical": {"values": [0.2, 1.0, -0.3, 1.0]},
    }
    made = next(m for m in sections(distributions.AnyDistribution) if m.model_fields["kind"].default == kind)
    distribution: Any = made.model_validate({"kind": kind, **keys[kind]})
    u = (np.arange(400_000) + 0.5) / 400_000
    values = np.ravel(distribution.quantile(u)) * np.ones_like(u)
    for x in (-np.inf, -1.0, -0.3, 0.0, 0.2, 0.7, 1.0, 2.5, np.inf):
        chance, mean = distribution.above(np.float64(x))
        assert float(np.squeeze(chance)) == pytest.approx(np.mean(values > x), abs=1e-5)
        assert float(np.squeeze(mean)) == pytest.approx(np.mean(values * (values > x)), abs=2e-4)


def test_partial_mean_of_a_normal_distribution() -> None:
    """The density integrated by quadrature."""
    chance, mean = Normal(mean=0.3, sd=0.8).above(np.float64(0.9))
    density = lambda x: np.exp(-(((x - 0.3) / 0.8) ** 2) / 2) / (0.8 * sqrt(2 * np.pi))  # noqa: E731
    assert float(chance) == pytest.approx(quad(density, 0.9, 20)[0], abs=1e-12)
    assert float(mean) == pytest.approx(quad(lambda x: x * density(x), 0.9, 20)[0], abs=1e-12)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"population.0.discount": 1}, "population.0.discount: a life without end needs a discount below 1"),
        ({"population.0.horizon": 5}, "population.0.horizon: is 5, and the run lasts for 20 periods"),
        ({"policy.sanction.record_lifetime": 9}, "policy.sanction.record_lifetime: .* at most 8 periods"),
        (
            {"population.0.gain": {"kind": "pareto", "minimum": 1, "shape": 1}},
            "population.0.gain: .* needs gains with a finite mean",
        ),
        (
            {
                "policy.sanction": {"kind": "proportional", "factor": 2, "base": "harm"},
                "population.0.harm": {"kind": "exponential", "mean": 1},
            },
            "population.0.harm: .* constant or proportional",
        ),
        (
            {"policy.monitoring": {"kind": "record_based", "base_rate": 0, "rate_per_record": 1e-5}},
            "policy.monitoring.rate_per_record: .* 1000 steps",
        ),
    ],
)
def test_what_cannot_be_valued_is_refused(changes: dict[str, Any], says: str) -> None:
    spec = experiment({"kind": "escalating", "amounts": [1, 2]}, discount=0.5)
    with pytest.raises(InputError, match=says):
        oversight.run(spec, changes)


def test_a_lifetime_without_records_does_not_matter() -> None:
    sanction = {"kind": "fixed", "amount": 0.3, "suspension": 1}
    found = [misconduct(experiment({**sanction, **more}, discount=0.9), 2) for more in ({}, {"record_lifetime": 50})]
    np.testing.assert_array_equal(*found)


# Options

OPTIONS: list[dict[str, Any]] = [
    {"name": "minor"},
    {"name": "severe", "gain": 2, "harm": 5, "severity": 2},
    {"name": "hidden", "cost": 0.1, "visibility": 0.3},
    {"name": "alike", "violation": False, "gain": 0.6, "harm": 0},
]
FINES: dict[str, tuple[dict[str, Any], Callable[[Any, dict[str, Any], int], tuple[Any, Any]]]] = {
    "by severity": (
        {"kind": "graded", "amounts": [0.3, 0.9], "suspension": 2},
        lambda g, option, r: ([0.3, 0.9][option.get("severity", 1) - 1], 0.3),
    ),
    "lower for the severe": (
        {"kind": "graded", "amounts": [0.9, 0.3], "suspension": 1},
        lambda g, option, r: ([0.9, 0.3][option.get("severity", 1) - 1], 0.3),
    ),
    "by the record": (
        {"kind": "escalating", "amounts": [0.2, 0.8], "suspension": 1},
        lambda g, option, r: ([0.2, 0.8][min(r, 1)],) * 2,
    ),
    "by records that lapse": (
        {"kind": "escalating", "amounts": [0.2, 0.8], "record_lifetime": 2},
        lambda g, option, r: ([0.2, 0.8][min(r, 1)],) * 2,
    ),
    "by the gain, up to wealth": (
        {"kind": "proportional", "factor": 0.8, "limited_liability": True, "forfeit_gain": True, "suspension": 1},
        lambda g, option, r: (np.minimum(1.8 * option.get("gain", 1) * g, 0.5), np.minimum(0.8 * g, 0.5)),
    ),
}


@pytest.mark.parametrize(("fines", "discount"), [("by severity", 0.0), *((name, 0.85) for name in FINES)])
def test_every_choice_between_options_is_that_of_the_dynamic_programme(fines: str, discount: float) -> None:
    """By value iteration on a sample of gains, U[0, 1], and the best option of each."""
    sanction, taken = FINES[fines]
    suspension, lifetime = sanction.get("suspension", 0), sanction.get("record_lifetime")
    monitoring = {"kind": "record_based", "base_rate": 0.3, "rate_per_record": 0.2, "max_rate": 0.7}
    if lifetime:
        start: Any = (0,) * lifetime
        record, clean, caught = sum, shift(0), shift(1, suspension + 1)
    else:
        start, record, clean, caught = 0, int, lambda r: r, lambda r: min(r + 1, 4)

    def worth(g: Any, r: int, cost: float) -> Any:
        """Of complying and of each option, when a sanction costs so much later on."""
        inspected = min(0.7, 0.3 + 0.2 * r)
        q = 0.1 * inspected
        found = [-q * (taken(g, OPTIONS[0], r)[1] + cost)]
        for option in OPTIONS:
            v = option.get("visibility", 1)
            p = inspected * (v * 0.9 + (1 - v) * 0.1)
            found.append(option.get("gain", 1) * g - option.get("cost", 0) - p * (taken(g, option, r)[0] + cost))
        return np.array(np.broadcast_arrays(*found))

    states = {start}
    while more := {new for state in states for new in (clean(state), caught(state))} - states:
        states |= more
    values = dict.fromkeys(states, 0.0)

    def loss(state: Hashable) -> float:
        return discount * (values[clean(state)] - discount**suspension * values[caught(state)])

    for _ in range(150):  # .85^150 < 1e-10
        values = {
            state: float(worth(GAINS, record(state), loss(state)).max(axis=0).mean()) + discount * values[clean(state)]
            for state in states
        }
    entry = {
        "kind": "forward_looking",
        "size": 80,
        "gain": UNIFORM,
        "wealth": {"kind": "constant", "value": 0.5},
        "discount": discount,
        "options": OPTIONS,
    }
    policy = {
        "monitoring": monitoring,
        "sanction": sanction,
        "detector": {"sensitivity": 0.9, "false_positive_rate": 0.1},
    }
    spec = {"name": "options", "policy": policy, "population": [entry], "periods": 10}
    rows = oversight.run(spec, agents=True).agents
    names = ["", *(option["name"] for option in OPTIONS)]
    histories: dict[int, list[int]] = {actor: [] for actor in range(80)}
    by_state = {state: loss(state) for state in states}
    changed = 0
    for row in rows.itertuples():
        past = histories[row.actor]
        past.append(int(row.sanctioned))
        if not row.active:
            continue
        state = tuple([*reversed(past[:-1]), *[0] * lifetime][:lifetime]) if lifetime else min(sum(past[:-1]), 4)
        # The draw itself: what an option earns of it is in the table.
        offered = next((option for option in OPTIONS if option["name"] == row.option), OPTIONS[0])
        g = (row.gain + offered.get("cost", 0)) / offered.get("gain", 1)
        here = worth(np.array([g]), record(state), by_state[state])[:, 0]
        if np.diff(np.sort(here)[-2:])[0] > 1e-3:
            assert names[int(here.argmax())] == row.option
            changed += here.argmax() != worth(np.array([g]), record(state), 0.0)[:, 0].argmax()
    assert bool(changed > 5) == (discount > 0)


@pytest.mark.parametrize(
    "monitoring",
    [
        {"kind": "random_audit", "rate": 0.5},
        pytest.param({"kind": "targeted_audit", "inspections": 6_000, "separation": 2}, marks=pytest.mark.slow),
        pytest.param(
            {"kind": "investigation_capacity", "investigators": 3_000, "triage": "severity"}, marks=pytest.mark.slow
        ),
    ],
    ids=lambda monitoring: monitoring["kind"],
)
def test_theory_of_options_that_are_looked_ahead_over(monitoring: dict[str, Any]) -> None:
    """Certified, and where simulations rest."""
    entry = {
        "kind": "forward_looking",
        "name": "e",
        "size": 20_000,
        "gain": UNIFORM,
        "discount": 0.8,
        "options": OPTIONS,
    }
    sanction = {"kind": "graded", "amounts": [0.3, 0.9], "suspension": 2}
    detector = {"sensitivity": 0.9, "false_positive_rate": 0.1}
    policy = {"monitoring": monitoring, "sanction": sanction, "detector": detector}
    spec = {"name": "o", "policy": policy, "population": [entry], "periods": 40, "burn_in": 20}
    found = oversight.solve(spec)
    assert all(each.certificate is not None and each.certificate.holds for each in found.equilibria)
    run = oversight.run(spec).metrics
    path = next(path for path in found.paths if path.start == "compliant")
    (only,) = [each for each in found.equilibria if abs(each.misconduct_rate - path.misconduct_rate) < 1e-6]
    for name, rate in only.option_rates.items():
        assert run[name] == pytest.approx(rate, abs=5 * np.sqrt(0.25 / 100_000)), name
