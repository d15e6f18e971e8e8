"""Penalties at inference: flagged answers are drawn again, or withheld; solved, simulated and recomputed."""

from __future__ import annotations

from itertools import product
from math import exp, log
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import oversight
from oversight.errors import InputError
from oversight.games import resampled
from posed import UNIFORM, constant, rates

Mapping = dict[str, Any]

POLICY = """\
name: asked_again
monitoring: {kind: random_audit, rate: 1}
detector: {sensitivity: 0.8, false_positive_rate: 0.1}
sanction: {kind: fixed, amount: 0, resample: 3}
"""
SYSTEMS = {"kind": "trained", "temperature": 0.5, "violating": {"base": 0.2}, "complying": {"base": 0.8}}


def spec(policy: Mapping | str, *entries: Mapping, **keys: Any) -> Mapping:
    population = [{"size": 1_000, "gain": constant(0.0)} | entry for entry in entries or (SYSTEMS,)]
    return {"name": "again", "policy": policy, "population": population, **keys}


def asked(rate: float = 1.0, again: int | None = 3, **keys: Any) -> Mapping:
    detector = {"sensitivity": 0.8, "false_positive_rate": 0.1}
    sanction = {"kind": "fixed", "amount": 0.0, "resample": again, **keys}
    return {"monitoring": {"kind": "random_audit", "rate": rate}, "detector": detector, "sanction": sanction}


def test_a_policy_file_that_draws_flagged_answers_again(tmp_path: Path) -> None:
    """x = .2, d = .8, f = .1: .061120 by three answers; .051904 and .013824 withheld; 1.2976 answers; limit .052632."""
    (tmp_path / "asked_again.yaml").write_text(POLICY)
    (tmp_path / "again.yaml").write_text(str(spec("asked_again.yaml")).replace("'", ""))
    file = tmp_path / "again.yaml"
    known = resampled(0.2, 0.8, 0.1, 3)
    assert (known.sent, known.blocked, known.withheld, known.draws, known.limit) == pytest.approx(
        (0.061120, 0.051904, 0.013824, 1.297600, 0.052632), abs=5e-7
    )

    def found(overrides: Mapping) -> list[float]:
        (one,) = oversight.solve(file, overrides=overrides).equilibria
        assert one.certificate.holds
        return [one.misconduct_rate, one.measures["answers"], one.measures["withheld_rate"]]

    assert found({}) == pytest.approx([known.sent, known.draws, 0.0], abs=1e-9)
    withheld = {"policy.sanction.withhold": True}
    assert found(withheld) == pytest.approx([known.blocked, known.draws, known.withheld], abs=1e-9)
    assert found(withheld | {"policy.sanction.resample": 100})[0] == pytest.approx(known.limit, abs=1e-9)
    run = oversight.run(file, overrides=withheld | {"periods": 400, "population.0.size": 1000}).metrics
    assert run["misconduct_rate"] == pytest.approx(known.blocked, abs=5 * (0.05 / 4e5) ** 0.5)
    assert run["withheld_rate"] == pytest.approx(known.withheld, abs=5 * (0.014 / 4e5) ** 0.5)
    assert run["answers"] == pytest.approx(known.draws, abs=5 * (0.5 / 4e5) ** 0.5)


def test_drawing_again_until_nothing_is_flagged_is_a_fine_in_training() -> None:
    """Odds x (1 - d) / (1 - f), as an expected sanction of t log((1 - f) / (1 - d)), 1.504077 t, would have it."""
    again = oversight.solve(spec(asked(again=100)))
    fine = 0.5 * log(0.9 / 0.2)
    assert fine / 0.5 == pytest.approx(1.504077, abs=5e-7)
    taught = asked(again=None) | {"detector": {}, "sanction": {"kind": "fixed", "amount": fine}}
    assert rates(again) == pytest.approx(rates(oversight.solve(spec(taught))), abs=1e-9)


def enumerated(drawn: list[float], flags: list[float], most: int, withhold: bool) -> list[float]:
    """What is done in the end, by every sequence of answers and flags; what is done first is complying."""
    done = [0.0] * len(drawn)
    for answers in product(range(len(drawn)), repeat=most):
        still = 1.0
        for place, answer in enumerate(answers):
            rest = still * drawn[answer]
            last = place == most - 1 and not withhold
            # All later answers follow, each with its own chance.
            done[answer] += rest * (1.0 if last else 1 - flags[answer]) / len(drawn) ** (most - 1 - place)
            still = rest * flags[answer]
        if withhold:
            done[0] += still
    return done


@pytest.mark.parametrize("withhold", [False, True])
def test_options_that_show_in_part_in_and_out_of_training(withhold: bool) -> None:
    """Half of the opportunities are inspected, at each of three answers; complying, open, hidden and harmless acts."""
    options = [
        {"name": "open", "values": {"honesty": -1.0}, "base": 0.3},
        {"name": "hidden", "cost": 0.2, "visibility": 0.25, "base": 0.2},
        {"name": "harmless", "violation": False, "gain": 0.5, "base": 0.1},
    ]
    entry = {"kind": "trained", "temperature": 0.4, "options": options, "complying": {"base": 0.4}, "size": 4_000}
    policy = asked(0.5, amount=0.6, withhold=withhold)
    policy |= {"training": {"weights": {"honesty": 0.3}, "coverage": 0.7}}
    posed = spec(policy, entry | {"gain": constant(1.0)}, periods=100)
    (solved,) = oversight.solve(posed).equilibria
    assert solved.certificate.holds
    flags = [0.1, 0.8, 0.25 * 0.8 + 0.75 * 0.1, 0.8]
    expected = np.zeros(4)
    for share, weight in ((0.7, 0.3), (0.3, 0.0)):
        worth = [0.0, 1 - weight, 0.8, 0.5]
        odds = [b * exp((w - 0.6 * 0.5 * f) / 0.4) for b, w, f in zip((0.4, 0.3, 0.2, 0.1), worth, flags, strict=True)]
        drawn = [each / sum(odds) for each in odds]
        final = enumerated(drawn, flags, 3, withhold)
        expected += share * (0.5 * np.array(drawn) + 0.5 * np.array(final))
    names = ["misconduct_rate.open", "misconduct_rate.hidden", "share.harmless"]
    assert solved.misconduct_rate == pytest.approx(expected[1] + expected[2], abs=1e-8)
    run = oversight.run(posed).metrics
    assert [run[name] for name in names] == pytest.approx(expected[1:], abs=0.004)
    for name in ("answers", "withheld_rate"):
        assert run[name] == pytest.approx(solved.measures[name], abs=0.006)
    for name in ("detection_rate", "false_sanction_rate"):
        held = getattr(solved, {"detection_rate": "detection_probability"}.get(name, name))
        assert run[name] == pytest.approx(held, abs=0.004)


def test_gains_that_differ_are_drawn_again_each_at_its_own_odds() -> None:
    policy = asked(0.5, amount=1.0)
    posed = spec(policy, SYSTEMS | {"gain": UNIFORM, "size": 4_000}, periods=60)
    (solved,) = oversight.solve(posed).equilibria
    gains = (np.arange(20_000) + 0.5) / 20_000
    drawn = 1 / (1 + 4 * np.exp(-(gains - 0.5 * (0.8 - 0.1)) / 0.5))
    sent = np.array([resampled(float(x), 0.8, 0.1, 3).sent for x in drawn[10::20]])
    assert solved.misconduct_rate == pytest.approx(0.5 * drawn[10::20].mean() + 0.5 * sent.mean(), abs=1e-4)
    assert solved.certificate.holds
    run = oversight.run(posed).metrics
    assert run["misconduct_rate"] == pytest.approx(solved.misconduct_rate, abs=0.004)
    assert run["sanctions_paid"] < 0.1  # the last of three answers alone is sanctioned


def test_answers_are_drawn_alike_in_a_sweep_and_alone() -> None:
    """And one answer more leaves those before it as they were."""
    sweep = {"kind": "grid", "parameters": {"policy.sanction.resample": {"values": [1, 2, 3]}}}
    posed = spec(asked(), periods=30, replicates=2)
    rows = [row for _, row in oversight.sweep(posed | {"sweep": sweep}).runs().iterrows()]
    for row in rows:
        changes = {"policy.sanction.resample": int(row["param.policy.sanction.resample"])}
        alone = oversight.run(posed, changes, replicate=int(row["replicate"])).metrics
        assert [alone[name] for name in ("misconduct_rate", "answers")] == [
            row["metric.misconduct_rate"],
            row["metric.answers"],
        ]
    drawn = {(row["param.policy.sanction.resample"], row["replicate"]): row["metric.answers"] for row in rows}
    assert drawn[1, 0] == 1 < drawn[2, 0] < drawn[3, 0]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"population": [{"kind": "rational", "size": 9, "gain": UNIFORM}]}, "its answer would be the same"),
        (
            {"policy": asked() | {"monitoring": {"kind": "targeted_audit", "inspections": 3, "separation": 1}}},
            "inspects by what is done",
        ),
        ({"policy": asked(self_report={"share": 0.5})}, "`self_report` is about what is done once"),
        ({"policy": asked(again=None, withhold=True)}, "about the last answer that `resample` lets be drawn"),
        (
            {
                "population": [
                    SYSTEMS
                    | {"size": 9, "gain": UNIFORM, "belief": {"kind": "moving_average", "rate": 0.1, "start": 0.5}}
                ]
            },
            "learns from what was caught",
        ),
    ],
    ids=["rational", "targeted", "reports", "withheld", "belief"],
)
def test_what_cannot_be_drawn_again_is_refused_with_what_would_be_right(changes: Mapping, said: str) -> None:
    with pytest.raises(InputError) as refused:
        oversight.solve(spec(asked()) | changes)
    problem = refused.value.problems[0]
    assert said in problem.message
    assert problem.remedy


def test_over_suspensions_it_is_simulated_alone() -> None:
    assert "simulate it" in oversight.solve(spec(asked(suspension=2))).not_covered
