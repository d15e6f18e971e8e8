"""Palettes in policies: training that says what levels values are to reach, solved and simulated.

Unless said the gains are U[0, 1], temperature .1, equal base shares; a violation scores -1 on honesty.
"""

from __future__ import annotations

from math import exp, log
from typing import Any

import numpy as np
import pytest

import oversight
from oversight.errors import InputError
from oversight.palettes import Answers, palette
from oversight.response.posed import posed
from oversight.scenario import load_experiment
from posed import UNIFORM, capacity, constant, fine, rates, strategic

Mapping = dict[str, Any]
DISHONEST = {"honesty": -1.0}
LIES = {"values": DISHONEST, "base": 0.5}


def audit(rate: float) -> Mapping:
    return {"kind": "random_audit", "rate": rate}


def trained(t: float = 0.1, **keys: Any) -> Mapping:
    return {"kind": "trained", "temperature": t, "gain": UNIFORM, "violating": LIES, "complying": {"base": 0.5}, **keys}


def lying(b: float, t: float, g: float, **keys: Any) -> Mapping:
    return trained(t, gain=constant(g), violating={"values": DISHONEST, "base": b}, complying={"base": 1 - b}, **keys)


def aim(level: float, **keys: Any) -> Mapping:
    return {"kind": "palette", "targets": {"honesty": level}, **keys}


def spec(monitoring: Mapping, sanction: Mapping | float, training: Mapping, *entries: Mapping, **keys: Any) -> Mapping:
    amount = fine(sanction) if isinstance(sanction, int | float) else sanction
    policy = {"monitoring": monitoring, "sanction": amount, "training": training}
    return {"name": "levels", "policy": policy, "population": [{"size": 2_000, **entry} for entry in entries], **keys}


def solved(*parts: Any, **keys: Any) -> Any:
    found = oversight.solve(spec(*parts, **keys))
    assert all(each.certificate.holds for each in found.equilibria)
    return found


def weights(*parts: Any, **keys: Any) -> dict[str, float]:
    training = posed([load_experiment(spec(*parts, **keys)).experiment]).policy.training
    assert training is not None
    return {name: float(np.ravel(weight)[0]) for name, weight in training.loads.items()}


def due(x: float, t: float = 0.1) -> float:
    """What values and sanctions together have to take for misconduct x, at gains U[0, 1] and equal base shares."""
    return t * log((exp(1 / t) - exp(x / t)) / (exp(x / t) - 1))


# One value


def test_a_palette_under_audits() -> None:
    """b = .2, t = .5, g = 1, p s = .6: honesty -.05 takes w = 1.179072, and .273165 nats."""
    world = (audit(0.3), 2.0, aim(-0.05), lying(0.2, 0.5, 1.0))
    w = 0.4 - 0.5 * (log(0.05 / 0.95) - log(0.2 / 0.8))
    assert w == pytest.approx(1.179072, abs=5e-7)
    assert weights(*world) == pytest.approx({"honesty": w}, abs=1e-9)
    (found,) = solved(*world).equilibria
    assert found.misconduct_rate == pytest.approx(0.05, abs=1e-9)
    assert found.measures["value.honesty.in"] == pytest.approx(-0.05, abs=1e-9)
    assert found.measures["nats"] == pytest.approx(0.273165, abs=5e-7)
    assert found.measures["weight.honesty"] == pytest.approx(w, abs=1e-9)
    # Five standard errors of a share of 200,000.
    simulated = oversight.run(spec(*world, periods=100)).metrics
    assert simulated["misconduct_rate"] == pytest.approx(0.05, abs=5 * (0.0475 / 200_000) ** 0.5)
    assert simulated["nats"] == pytest.approx(0.273165, abs=5e-7)
    assert simulated["weight.honesty"] == pytest.approx(w, abs=1e-9)


def test_a_palette_over_gains() -> None:
    """p s = .3, misconduct of 5 %: w = T(.05) - p s = .743268; without audits in training, T(.05) = 1.043268."""
    assert due(0.05) == pytest.approx(1.043268, abs=5e-7)
    assert weights(audit(0.3), 1.0, aim(-0.05), trained())["honesty"] == pytest.approx(due(0.05) - 0.3, abs=1e-8)
    bare = (audit(0.3), 1.0, aim(-0.05, at="no_audits"), trained())
    assert weights(*bare)["honesty"] == pytest.approx(due(0.05), abs=1e-8)
    assert rates(solved(*bare)) == pytest.approx([0.003179], abs=5e-7)


def test_borrowed_alignment() -> None:
    """Trained to 5 % under audits, 26.4067 % of what is met is misconduct once they stop: weights stay."""
    model = oversight.model(spec(audit(0.3), 1.0, aim(-0.05), trained(size=20_000)))
    model.step()
    assert model.engine.totals.violations[0, 0] / 20_000 == pytest.approx(0.05, abs=5 * 0.00155)
    model.change_policy({"policy.monitoring.rate": 0.0})
    model.step()
    assert model.engine.totals.violations[0, 0] / 20_000 == pytest.approx(0.264067, abs=5 * 0.0032)
    model.change_policy({"policy.training.targets.honesty": -0.1})
    model.step()
    assert model.engine.totals.violations[0, 0] / 20_000 == pytest.approx(0.1, abs=5 * 0.0022)


def test_what_is_met_already_takes_no_weight() -> None:
    """At p s = .6 misconduct is .357486 without values."""
    world = (audit(0.3), 2.0, aim(-0.4), lying(0.2, 0.5, 1.0))
    assert weights(*world) == {"honesty": 0.0}
    assert rates(solved(*world)) == pytest.approx([0.357486], abs=5e-7)


def test_values_do_not_reach_beyond_training() -> None:
    """Half of the opportunities are like those of training: .05 there, and .357486 elsewhere."""
    (found,) = solved(audit(0.3), 2.0, aim(-0.05, coverage=0.5), lying(0.2, 0.5, 1.0)).equilibria
    assert found.measures["value.honesty.in"] == pytest.approx(-0.05, abs=1e-9)
    assert found.measures["value.honesty.out"] == pytest.approx(-0.357486, abs=5e-7)


def test_weights_that_were_found_drift_like_others() -> None:
    """A decay of all of it leaves nothing after the first period: (.05 + .357486 x 9) / 10."""
    world = spec(audit(0.3), 2.0, aim(-0.05, drift={"decay": 1.0}), lying(0.2, 0.5, 1.0), periods=10)
    expected = (0.05 + 9 * 0.357486) / 10
    run = oversight.run(world)
    assert run.series["weight.honesty"].tolist() == pytest.approx([1.179072] + 9 * [0.0], abs=5e-7)
    assert run.metrics["weight.honesty"] == pytest.approx(0.1179072, abs=5e-8)
    assert run.metrics["misconduct_rate"] == pytest.approx(expected, abs=5 * (0.22 / 20_000) ** 0.5)


def test_one_model_in_several_hands() -> None:
    """Entries under one policy share the weights: their mean level is the target, by the tilt that all have alike."""
    one, other = lying(0.2, 0.5, 1.0, size=1_500, name="a"), lying(0.3, 0.2, 0.4, size=500, name="b")
    world = (audit(0.3), 2.0, aim(-0.05), one, other)
    w = weights(*world)["honesty"]
    shares = [1 / (1 + (1 - b) / b * exp((0.6 + w - g) / t)) for b, t, g in ((0.2, 0.5, 1.0), (0.3, 0.2, 0.4))]
    assert 0.75 * shares[0] + 0.25 * shares[1] == pytest.approx(0.05, abs=1e-9)
    assert solved(*world).equilibria[0].misconduct_rates == pytest.approx({"a": shares[0], "b": shares[1]}, abs=1e-8)


def test_beliefs_are_those_of_the_actors() -> None:
    """Those who take detection for .1 need w = T - .1 s, whatever it is."""
    world = (audit(0.3), 1.0, aim(-0.05), trained(belief={"kind": "fixed", "value": 0.1}))
    assert weights(*world)["honesty"] == pytest.approx(due(0.05) - 0.1, abs=1e-8)


# Several values

P0 = (0.40, 0.20, 0.15, 0.10, 0.10, 0.05)
VALUES = ((0, 0, 0), (1, -0.5, 0.2), (-1, 0.5, 0.3), (0.5, 1, -0.6), (-0.5, -1, 1), (1, 0.5, -1))
GAINS, SANCTIONS = (0.0, 0.3, 0.2, 0.5, 0.1, 0.6), (0.0, 0.8, 0.5, 1.0, 0.6, 1.5)
NAMES = ("a", "b", "c")


def menu(temperature: float = 0.5, paid: bool = True) -> Mapping:
    options = [
        {
            "name": f"o{place}",
            "gain": GAINS[place] * paid,
            "harm": SANCTIONS[place],
            "base": P0[place],
            "values": {name: float(value) for name, value in zip(NAMES, VALUES[place], strict=True)},
        }
        for place in range(1, 6)
    ]
    return {
        "kind": "trained",
        "temperature": temperature,
        "gain": constant(1.0),
        "harm": constant(1.0),
        "options": options,
        "complying": {"base": P0[0]},
    }


BY_HARM = {"kind": "proportional", "base": "harm", "factor": 1.0}


def three(*targets: float, **keys: Any) -> Mapping:
    return {"kind": "palette", "targets": dict(zip(NAMES, targets, strict=True)), **keys}


@pytest.mark.parametrize(
    ("at", "p", "known", "kl"),
    [
        ("no_audits", 0.0, (0.556623, 0.849989, 1.272154), 0.075009),
        ("policy", 0.5, (0.922225, 1.328311, 1.834017), 0.182597),
    ],
)
def test_a_palette_of_three_values(at: str, p: float, known: tuple[float, ...], kl: float) -> None:
    """Against the palette of a table whose base has the incentives, in money: temperature x weights."""
    base = [b * exp((g - p * s) / 0.5) for b, g, s in zip(P0, GAINS, SANCTIONS, strict=True)]
    table = palette(Answers.of(VALUES, base), (0.3, 0.1, 0.0)).aligned
    assert 0.5 * table.weights == pytest.approx(known, abs=5e-7)
    assert table.kl == pytest.approx(kl, abs=5e-7)
    found = weights(audit(0.5), BY_HARM, three(0.3, 0.1, 0.0, at=at), menu())
    assert list(found.values()) == pytest.approx(list(0.5 * table.weights), abs=1e-9)
    (solution,) = solved(audit(p), BY_HARM, three(0.3, 0.1, 0.0, at=at), menu()).equilibria
    assert solution.measures["nats"] == pytest.approx(kl, abs=5e-7)
    assert [solution.measures[f"value.{name}.in"] for name in NAMES] == pytest.approx((0.3, 0.1, 0.0), abs=1e-8)


def test_audits_withdrawn_leave_targets_missed() -> None:
    """Levels .426404, .165465, -.070850 without the audits that the model was trained under."""
    found = weights(audit(0.5), BY_HARM, three(0.3, 0.1, 0.0), menu())
    (solution,) = solved(audit(0.0), BY_HARM, {"weights": found}, menu()).equilibria
    levels = [solution.measures[f"value.{name}"] for name in NAMES]
    assert levels == pytest.approx((0.426404, 0.165465, -0.070850), abs=5e-7)


def test_the_nearest_palette() -> None:
    """Slack -.022549, share .748634; .95 of it takes weights 6.255211, 10.792253, 16.149404 and .634656 nats."""
    world = (audit(0.0), 0.0, three(0.3, 0.2, 0.05, infeasible="nearest"), menu(1.0, paid=False))
    assert list(weights(*world).values()) == pytest.approx((6.255211, 10.792253, 16.149404), rel=1e-6)
    assert solved(*world).equilibria[0].measures["nats"] == pytest.approx(0.634656, abs=5e-7)
    with pytest.raises(InputError, match=r"the slack is −0\.0225, and at most 0\.749 of the way") as refused:
        oversight.solve(spec(audit(0.0), 0.0, three(0.3, 0.2, 0.05), menu(1.0, paid=False)))
    assert refused.value.problems[0].path == "policy.training.targets"


def test_gains_that_differ_are_contexts() -> None:
    """Gains of 0 and 1 alike often: the conditional palette of two contexts, .5 money to a nat."""
    entry = menu() | {"gain": {"kind": "empirical", "values": [0.0, 1.0]}}
    base = [b * exp(g * x / 0.5) for x in (0.0, 1.0) for b, g in zip(P0, GAINS, strict=True)]
    # Each context is met half of the time, whatever its weights sum to.
    base = [weight / sum(base[first : first + 6]) for first in (0, 6) for weight in base[first : first + 6]]
    table = palette(Answers.of([*VALUES, *VALUES], base, [0] * 6 + [1] * 6), (0.3, 0.1, 0.0)).aligned
    found = weights(audit(0.5), BY_HARM, three(0.3, 0.1, 0.0, at="no_audits"), entry)
    assert list(found.values()) == pytest.approx(list(0.5 * table.weights), abs=1e-8)


# An overseer who answers


@pytest.mark.parametrize(("target", "x", "nats"), [(0.1, 0.1, True), (0.3, 0.2, False)])
def test_training_in_step_with_an_overseer(target: float, x: float, nats: bool) -> None:
    """Looking pays from .2 on: a lower target empties the audit room, w = T(.1) = .945855; a higher one idles."""
    training = aim(-target, when="each_period")
    (found,) = solved(strategic(0.2, 1.0), 2.0, training, trained()).equilibria
    assert found.misconduct_rate == pytest.approx(x, abs=1e-7)
    assert (found.measures["nats"] > 0) is nats
    y = 0.0 if nats else due(0.2) / 2
    assert found.inspection_rate == pytest.approx(y, abs=1e-7)
    assert found.measures["weight.honesty"] == pytest.approx(due(0.1) if nats else 0.0, abs=1e-7)
    if nats:
        assert due(0.1) == pytest.approx(0.945855, abs=5e-7)
        model = oversight.model(spec(strategic(0.2, 1.0), 2.0, training, trained()))
        model.step()
        model.step()
        assert float(model.engine.loaded.training.loads["honesty"][0, 0]) == pytest.approx(due(0.1), abs=1e-8)


def test_training_in_step_with_a_capacity() -> None:
    """Capacity .1 an actor: where all but the target is trained away, the bad equilibrium is the target."""
    training, look = aim(-0.3, when="each_period"), capacity(200)
    low, middle, high = solved(look, 1.5, training, trained()).equilibria
    assert due(low.misconduct_rate) == pytest.approx(1.5, abs=1e-6)
    assert due(middle.misconduct_rate) == pytest.approx(1.5 * 0.1 / middle.misconduct_rate, abs=1e-6)
    assert (high.misconduct_rate, high.stable) == (pytest.approx(0.3, abs=1e-8), True)
    world = spec(look, 1.5, training, trained(), start="violating", periods=60, burn_in=20)
    # Five standard errors of 80,000.
    assert oversight.run(world).metrics["misconduct_rate"] == pytest.approx(0.3, abs=0.0085)


def test_weights_that_are_stated_are_no_measure() -> None:
    world = spec(audit(0.3), 2.0, {"weights": {"honesty": 0.5}}, lying(0.2, 0.5, 1.0), periods=2)
    assert "weight.honesty" not in {**oversight.run(world).metrics, **oversight.solve(world).equilibria[0].measures}


def test_targets_are_swept_like_any_lever() -> None:
    sweep = {"kind": "grid", "parameters": {"policy.training.targets.honesty": {"values": [-0.05, -0.2, -0.9]}}}
    world = spec(audit(0.3), 1.0, aim(-0.05), trained(size=1_000), sweep=sweep, periods=50, replicates=2)
    found = oversight.sweep(world, workers=1)
    x = [0.05, 0.2, rates(solved(audit(0.3), 1.0, aim(-0.9), trained()))[0]]
    assert list(found.summary["theory.highest"]) == pytest.approx(x, abs=1e-8)
    assert list(found.summary["metric.misconduct_rate.mean"]) == pytest.approx(x, abs=0.01)
    w = [due(0.05) - 0.3, due(0.2) - 0.3, 0.0]
    assert list(found.summary["metric.weight.honesty.mean"]) == pytest.approx(w, abs=1e-7)


def test_kinds_of_training_are_swept() -> None:
    kinds = [{"kind": "weights", "weights": {"honesty": 0.743268}}, aim(-0.05)]
    sweep = {"kind": "grid", "parameters": {"policy.training": {"values": kinds}}}
    world = spec(audit(0.3), 1.0, aim(-0.05), trained(size=100), sweep=sweep, periods=2, replicates=2)
    assert list(oversight.sweep(world, workers=1).summary["theory.highest"]) == pytest.approx([0.05, 0.05], abs=1e-6)


def test_rows_are_found_as_they_are_alone() -> None:
    """To the last bit: weights do not depend on what else is solved with them."""
    several = [
        load_experiment(spec(audit(rate), BY_HARM, three(0.3, 0.1, 0.0), menu())).experiment for rate in (0.0, 0.4, 0.9)
    ]
    together = posed(several).policy.training
    assert together is not None
    for row, each in enumerate(several):
        alone = posed([each]).policy.training
        assert alone is not None
        for name in NAMES:
            assert together.loads[name][row, 0] == alone.loads[name][0, 0]


@pytest.mark.parametrize("target", [-0.05, -0.2])
def test_a_run_is_the_same_beside_others(target: float) -> None:
    """To the last bit, where weights are found in each period."""
    training = aim(target, when="each_period")
    sweep = {"kind": "grid", "parameters": {"policy.training.targets.honesty": {"values": [-0.2, -0.1, -0.05]}}}
    world = spec(strategic(0.2, 1.0), 2.0, training, trained(size=200), periods=20, replicates=3)
    beside = oversight.sweep(world | {"sweep": sweep, "theory": False}, workers=1).runs()
    beside = beside[beside["param.policy.training.targets.honesty"] == target]
    single = {"kind": "grid", "parameters": {"policy.training.targets.honesty": {"values": [target]}}}
    alone = oversight.sweep(world | {"sweep": single, "theory": False}, workers=1).runs()
    assert list(beside["metric.misconduct_rate"]) == list(alone["metric.misconduct_rate"])
    assert list(beside["metric.nats"]) == list(alone["metric.nats"])


def test_a_policy_that_is_changed_before_anything_is_trained() -> None:
    model = oversight.model(spec(audit(0.3), 1.0, aim(-0.05), trained()))
    model.change_policy({"policy.monitoring.rate": 0.1})
    model.step()
    assert float(model.engine.loaded.training.loads["honesty"][0, 0]) == pytest.approx(due(0.05) - 0.1, abs=1e-8)


@pytest.mark.parametrize(
    ("monitoring", "entry", "training", "said"),
    [
        (audit(0.3), {"kind": "rational", "violating": LIES}, aim(-0.05), "no model that is held near a reference"),
        (audit(0.3), trained(), aim(0.1), "cannot be reached, whatever the weights"),
        (audit(0.3), trained(), aim(0.0), "cannot be reached with finite weights: the way .* ends there"),
        (audit(0.3), trained(), {"kind": "palette", "targets": {"honsety": 0.0}}, "Did you mean `honesty`"),
        (capacity(10), trained(), aim(-0.05), "policy.training.when: what is inspected follows from what is done"),
        (audit(0.3), trained(), aim(-0.05, when="each_period", drift={"decay": 0.1}), "nothing drifts"),
        (
            {"kind": "record_based", "base_rate": 0.1, "rate_per_record": 0.2, "max_rate": 0.5},
            trained(),
            aim(-0.05),
            "policy.training.at: incentives differ by the record",
        ),
        (
            audit(0.3),
            trained(belief={"kind": "own_experience", "prior_caught": 1.0, "prior_missed": 1.0}),
            aim(-0.05),
            "training does not know what they expect",
        ),
    ],
)
def test_levels_that_cannot_be_trained_are_told(monitoring: Mapping, entry: Mapping, training: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        oversight.solve(spec(monitoring, 2.0, training, entry))


def test_the_page_shows_what_members_are_about_to_do() -> None:
    """The curve before a period is of weights that it is trained to."""
    from oversight.app.society import Society

    training = aim(-0.1, when="each_period")
    world = spec(strategic(0.2, 1.0), 2.0, training, trained(size=400), trained(size=100, name="others"))
    society = Society(load_experiment(world).experiment)
    for _ in range(2):
        for entry in range(2):
            responder, ((often, facing),) = society.views_of(entry)
            assert often == 1.0
            assert responder.share(facing, 1) == pytest.approx(0.1, abs=1e-9)
        society.step()
