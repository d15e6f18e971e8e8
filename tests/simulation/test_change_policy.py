"""A running model takes on another policy: what was goes on, what is new begins, and draws stay common."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import oversight
import worlds
from oversight.errors import InputError
from oversight.scenario import Experiment, load_experiment
from oversight.simulation import Engine, Granularity, Run, batch

ARRAYS = ("violating", "inspected", "caught", "sanctioned", "gain", "harm")
quickly = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


def runs_of(experiment: dict[str, Any]) -> list[Run]:
    made = loaded(json.dumps(experiment))
    return [Run(made, replicate, start) for replicate in range(made.replicates) for start in made.starts]


@lru_cache(maxsize=20)
def loaded(experiment: str) -> Experiment:
    return load_experiment(json.loads(experiment)).experiment


def trajectory(
    experiment: dict[str, Any],
    periods: int | None = None,
    then: dict[int, dict[str, Any]] | None = None,
    granularity: Granularity = "entry",
    pick: Callable[[list[Run]], list[Run]] = list,
) -> list[list[np.ndarray]]:
    """What happened in each period, a list of arrays; the last list holds the measures. `then` says what follows."""
    model = Engine(batch(pick(runs_of(experiment))), granularity)
    seen = []
    for period in range(model.stacked.periods if periods is None else periods):
        if then and period in then:
            model.change_policy(batch(pick(runs_of(then[period]))))
        model.step()
        shape = model.violating.shape
        parts = [np.broadcast_to(getattr(model, name), shape).copy() for name in ARRAYS]
        parts += [np.broadcast_to(group.perceived, (shape[0], group.members)).copy() for group in model.groups]
        parts += [np.broadcast_to(getattr(model.totals, name), (shape[0], 1)) for name in model.totals.__slots__]
        seen.append(parts)
    return [*seen, list(model.measures().values())]


def assert_same(one: list[list[np.ndarray]], other: list[list[np.ndarray]]) -> None:
    assert len(one) == len(other)
    for left, right in zip(one, other, strict=True):
        for a, b in zip(left, right, strict=True):
            np.testing.assert_array_equal(a, b)


@st.composite
def changes(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """An experiment, and the same population under another policy."""
    one, other = draw(worlds.experiments(chooses=False)), draw(worlds.experiments(chooses=False))
    if other["policy"]["monitoring"].get("response") == "leadership":
        assume(not any(worlds.neighbourly(entry) for entry in one["population"]))
        for entry in one["population"]:  # as in `worlds`
            entry |= {name: {"kind": "constant", "value": 1.5} for name in ("harm", "wealth", "turnover")}
    draw(worlds.options(one["population"], one["policy"], other["policy"]))
    for policy in (one["policy"], other["policy"]):
        draw(worlds.forewarned(policy, one["population"]))
        draw(worlds.reports(policy, one["population"]))
        if "training" in policy:
            one["population"][0]["complying"] = {"values": {"honesty": -0.5, "helpfulness": 0.25}}
    changed = {**one, "policy": other["policy"], "social_cost": other["social_cost"]}
    return one, changed


@quickly
@given(experiment=worlds.experiments())
def test_the_same_policy_again_changes_nothing(experiment: dict[str, Any]) -> None:
    again = dict.fromkeys(range(8), experiment)
    assert_same(trajectory(experiment, then=again)[:-1], trajectory(experiment)[:-1])


@quickly
@given(pair=changes())
def test_a_policy_taken_on_before_the_first_period_is_a_run_under_it(pair: Any) -> None:
    before, after = pair
    assert_same(trajectory(before, then={0: after}), trajectory(after))


some_moments = st.lists(st.integers(0, 15), min_size=1, max_size=4, unique=True)


@pytest.mark.slow
@quickly
@given(pair=changes(), moments=some_moments)
def test_any_policy_follows_any_other_whatever_the_granularity_and_the_batch(pair: Any, moments: list[int]) -> None:
    assert_follows(pair, moments)


@pytest.mark.slow
@settings(quickly, max_examples=120)
@given(pair=changes(), moments=some_moments)
def test_many_policies_follow_one_another(pair: Any, moments: list[int]) -> None:
    assert_follows(pair, moments)


def assert_follows(pair: Any, moments: list[int]) -> None:
    before, after = pair
    then = {moment: (after, before)[place % 2] for place, moment in enumerate(sorted(moments))}
    for entry in before["population"]:
        if entry.get("horizon"):
            entry["horizon"] = 9  # so that the end of a life is played past
    together = trajectory(before, 16, then)
    assert_same(trajectory(before, 16, then, "actor"), together)
    alone = trajectory(before, 16, then, pick=lambda runs: runs[-1:])
    assert_same(alone, [[part[-1:] for part in period] for period in together])


@quickly
@given(experiment=worlds.experiments())
def test_a_model_may_be_played_on(experiment: dict[str, Any]) -> None:
    for entry in experiment["population"]:
        if entry.get("horizon"):
            entry["horizon"] = 20
        if entry["belief"]["kind"] == "pooled_window":
            entry["belief"]["window"] = 11
    assert_same(trajectory(experiment, 20), trajectory({**experiment, "periods": 20}))


def fixed(amount: float, **options: Any) -> dict[str, Any]:
    return {"kind": "fixed", "amount": amount, **options}


def world(monitoring: dict[str, Any], sanction: Any, detector: Any = None, **entry: Any) -> dict[str, Any]:
    traits = {name: {"kind": "uniform", "low": 0, "high": 2} for name in ("wealth", "turnover")}
    return {
        "name": "world",
        "policy": {"monitoring": monitoring, "sanction": sanction, "detector": detector or {}},
        "population": [
            {"kind": "rational", "size": 12, **traits, **entry},
            {"kind": "quantal", "name": "others", "precision": 3, "size": 9, **traits, **entry},
        ],
        "periods": 9,
        "replicates": 2,
        "start": "both",
    }


AUDIT = {"kind": "random_audit", "rate": 0.4}
NOISY = {"sensitivity": 0.7, "false_positive_rate": 0.2}
STATELESS = [
    world(AUDIT, fixed(1.0)),
    world(AUDIT, fixed(1.5, forfeit_gain=True), {"sensitivity": 0.6}),
    world({"kind": "random_audit", "rate": 0.8}, {"kind": "proportional", "factor": 2}, NOISY),
    world({"kind": "audit_capacity", "inspections": 4.5}, fixed(0.8, limited_liability=True)),
    world({"kind": "audit_capacity", "inspections": 7}, {"kind": "turnover_cap", "amount": 1, "share": 0.5}, NOISY),
]


@pytest.mark.parametrize("after", STATELESS)
@pytest.mark.parametrize("before", STATELESS)
def test_draws_are_common_to_runs_that_changed_their_policy_at_any_time(before: Any, after: Any) -> None:
    """Where nothing carries over, the periods under a policy do not depend on what came before."""
    expected = trajectory(after)
    for moment in (1, 4, 8):
        assert_same(trajectory(before, then={moment: after})[moment:-1], expected[moment:-1])


HABITUAL = [
    {"kind": "targeted_audit", "inspections": 5.5, "separation": 1},
    {"kind": "investigation_capacity", "investigators": 3.5},
    {"kind": "crackdown", "threshold": 7, "investigators_low": 2, "investigators_high": 6},
    {"kind": "strategic", "inspection_cost": 0.3, "bounty": 1, "response": {"kind": "logit", "precision": 2}},
    AUDIT,
]


@pytest.mark.parametrize("after", HABITUAL)
@pytest.mark.parametrize("before", HABITUAL)
def test_draws_are_common_for_policies_that_respond(before: Any, after: Any) -> None:
    """Actors whom no policy moves: what responds to them responds alike, on normal draws as on uniform ones."""

    def unmoved(monitoring: Any) -> dict[str, Any]:
        made = world(monitoring, fixed(1.0), NOISY)
        sizes = [12, 9]
        made["population"] = [
            {"kind": "unconditional", "name": f"entry_{size}", "rate": 0.3, "size": size} for size in sizes
        ]
        return made

    expected = trajectory(unmoved(after))
    # A period later, since what actors know of an overseer is what it did in the last one.
    assert_same(trajectory(unmoved(before), then={4: unmoved(after)})[5:-1], expected[5:-1])


ALWAYS = {"kind": "random_audit", "rate": 1.0}
NEVER = {"kind": "random_audit", "rate": 0.0}


def violators(monitoring: dict[str, Any], sanction: dict[str, Any]) -> dict[str, Any]:
    """Two actors who always violate, so that what is inspected is sanctioned."""
    return {
        "name": "violators",
        "policy": {"monitoring": monitoring, "sanction": sanction},
        "population": [{"kind": "unconditional", "rate": 1.0, "size": 2}],
        "periods": 12,
    }


def playing(model: Engine, periods: int) -> list[float]:
    """How many played in each of so many periods."""
    counts = []
    for _ in range(periods):
        model.step()
        counts.append(float(model.totals.active[0, 0]))
    return counts


def started(experiment: dict[str, Any]) -> Engine:
    return Engine(batch([Run(load_experiment(experiment).experiment, 0, "compliant")]))


def change(model: Engine, experiment: dict[str, Any]) -> None:
    model.change_policy(batch([Run(load_experiment(experiment).experiment, 0, "compliant")]))


def test_a_suspension_runs_out_as_it_was_imposed() -> None:
    model = started(violators(ALWAYS, fixed(1, suspension=5)))
    assert playing(model, 2) == [2, 0]
    change(model, violators(NEVER, fixed(1)))
    assert playing(model, 6) == [0, 0, 0, 0, 2, 2]
    change(model, violators(ALWAYS, fixed(1, suspension=1)))
    assert playing(model, 5) == [2, 0, 2, 0, 2]


def test_records_stand_and_lapse_as_the_new_policy_says() -> None:
    def escalating(monitoring: dict[str, Any], **options: Any) -> dict[str, Any]:
        return violators(monitoring, {"kind": "escalating", "amounts": [1, 2, 3], **options})

    def records(model: Engine, periods: int) -> list[float]:
        """The record that each period began with."""
        found = []
        for _ in range(periods):
            model.step()
            assert model.last.record is not None
            found.append(float(model.last.record[0, 0]))
        return found

    model = started(violators(ALWAYS, fixed(1)))
    playing(model, 2)
    change(model, escalating(ALWAYS))  # no record was kept before
    assert records(model, 3) == [0, 1, 2]
    change(model, violators(NEVER, fixed(1)))  # reads no record, and they stand nevertheless
    playing(model, 1)
    change(model, escalating(NEVER))
    assert records(model, 2) == [3, 3]
    change(model, escalating(ALWAYS, record_lifetime=2))  # two periods more, the one made now in the last of them
    assert records(model, 4) == [3, 4, 2, 2]
    change(model, escalating(ALWAYS, record_lifetime=1))
    assert records(model, 2) == [1, 1]
    change(model, escalating(ALWAYS, record_lifetime=3))
    assert records(model, 4) == [1, 2, 3, 3]
    change(model, escalating(ALWAYS))
    assert records(model, 3) == [3, 4, 5]


def test_an_overseer_goes_on_from_the_rate_it_had() -> None:
    def strategic(response: Any, **keys: Any) -> dict[str, Any]:
        overseer = {"kind": "strategic", "inspection_cost": 0.25, "bounty": 1, "response": response, **keys}
        return violators(overseer, fixed(1))

    model = started(strategic({"kind": "hedge", "rate": 2, "start": 0.1}))

    def rate() -> float:
        model.step()
        return float(model.last.rate[0, 0])

    def odds(share: float) -> float:
        return share / (1 - share)

    # The period before the first was compliant: an inspection cost 0.25; in all others it earns 0.75.
    first = odds(0.1) * np.exp(-0.25 * 2)
    assert [odds(rate()) for _ in range(3)] == pytest.approx([first, first * np.exp(1.5), first * np.exp(3)])
    change(model, strategic({"kind": "hedge", "rate": 1}))  # whose start is of no matter now
    assert odds(rate()) == pytest.approx(first * np.exp(3.75))
    before = float(model.last.rate[0, 0])
    change(model, strategic("best", adjustment=0.5))
    assert rate() == pytest.approx(0.5 + 0.5 * before)
    change(model, strategic({"kind": "imitation", "revision": 1e-9}, overseers={"size": 10}))
    assert rate() == pytest.approx(np.round(10 * (0.5 + 0.5 * before)) / 10)
    change(model, violators(NEVER, fixed(1)))
    model.step()
    change(model, strategic({"kind": "hedge", "rate": 1, "start": 0.3}))  # nobody oversaw: it begins
    assert odds(rate()) == pytest.approx(odds(0.3) * np.exp(0.75))


def test_measures_are_of_the_periods_since_the_change() -> None:
    model = started({**violators(ALWAYS, fixed(1, cost_per_sanction=3)), "burn_in": 6})
    playing(model, 8)
    change(model, violators(ALWAYS, fixed(4, cost_per_sanction=0.5)))
    playing(model, 2)
    assert model.measures()["sanctions_paid"] == 4
    assert model.measures()["social_cost"] == 1.5


@pytest.mark.parametrize(
    "changed",
    [
        {"population": [{"kind": "unconditional", "rate": 1.0, "size": 3}]},
        {"population": [{"kind": "unconditional", "rate": 0.9, "size": 2}]},
        {"population": [{"kind": "rational", "size": 2}]},
        {"seed": 1},
        {"start": "violating"},
    ],
)
def test_another_population_is_refused(changed: dict[str, Any]) -> None:
    model = started(violators(ALWAYS, fixed(1)))
    playing(model, 2)
    other = load_experiment({**violators(NEVER, fixed(1)), **changed}).experiment
    with pytest.raises(InputError, match="Begin anew"):
        model.change_policy(batch([Run(other, 0, other.starts[0])]))
    assert playing(model, 1) == [2]


@pytest.mark.parametrize("name", ["amnesty_for_self_reports", "more_witnesses_fewer_reports", "forgive_the_small"])
def test_reports_may_come_and_go(name: str) -> None:
    """Actors may report themselves from a period on, at another share, and no longer; accounts agree throughout."""
    model = oversight.model(name)
    for share in (None, 0.1, 0.05, None, 0.1):
        scheme = None if share is None else {"share": share}
        model.change_policy({"policy.sanction.self_report": scheme})
        before = model.engine.measured_from
        for _ in range(3):
            model.step()
        assert model.engine.measured_from == before
        measures = {name: float(values[0]) for name, values in model.engine.measures().items()}
        assert ("self_report_rate" in measures) == (share is not None)
        # All who weigh anything report, at a share below the chance of being caught.
        told = [agent for agent in model.agents if agent.violated and agent.entry != "careless"]
        assert all(agent.sanctioned for agent in told) or share is None
        paid = sum(agent.paid for agent in model.agents)
        assert paid == pytest.approx(float(model.engine.totals.sanctions_paid[0, 0]))


def test_bribes_may_come_and_go() -> None:
    model = oversight.model("inspectors_for_hire")
    for scheme in ({"reward": 0.4, "bribe": {"efficiency": 0.8}}, None, {"reward": 0.1}):
        model.change_policy({"policy.inspectors": scheme})
        model.step()
        totals, paid = model.engine.totals, sum(agent.paid for agent in model.agents)
        assert paid == pytest.approx(float(totals.sanctions_paid[0, 0] + totals.bribes_paid[0, 0]))
        assert (totals.bribes_paid[0, 0] > 0) == (scheme is not None)
