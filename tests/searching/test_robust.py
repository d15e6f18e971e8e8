"""Searches under uncertainty, along fronts and against a policy are held to closed forms."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import oversight
from oversight.environments.enforcement import Enforcement
from oversight.report.search.told import headline, remarks
from oversight.searching import Found

RATE, HIGH = "policy.monitoring.rate", "population.actors.gain.high"


def audits(cost: float, **sections: Any) -> dict[str, Any]:
    """Random audits with a fine of 2, of actors whose gains are U[0, 1] and whose violations do harm of 1."""
    return {
        "name": "audits",
        "policy": {
            "monitoring": {"kind": "random_audit", "rate": 0.1, "cost_per_inspection": cost},
            "sanction": {"kind": "fixed", "amount": 2.0},
        },
        "population": [
            {
                "name": "actors",
                "kind": "rational",
                "size": 100,
                "gain": {"kind": "uniform", "low": 0.0, "high": 1.0},
                "harm": {"kind": "constant", "value": 1.0},
            }
        ],
        "social_cost": {"gain_weight": 0.0},
        **sections,
    }


def robust(how: str, **keys: Any) -> Found:
    """With gains U[0, a], a 1 or 2 with equal chance: (1 - 2 p / a)+ + .7 p."""
    search = {
        "levers": {RATE: {"low": 0, "high": 1}},
        "uncertain": {HIGH: {"kind": "empirical", "values": [1.0, 2.0]}},
        "worlds": 2,
        "robust": how,
        **keys,
    }
    return oversight.search(audits(0.7, search=search), confirm=False)


@pytest.mark.parametrize(
    ("how", "rate", "value"), [("expected", 0.5, 0.6), ("worst", 1.0, 0.7), ("regret", 0.65, 0.105)]
)
def test_robust_policies(how: str, rate: float, value: float) -> None:
    """Expected cost is least at p = .5; the worst is 1 - .3 p; regret rises as .7 p - .35 and falls as .3 - .3 p."""
    found = robust(how)
    assert found.recommended[RATE] == pytest.approx(rate, abs=1e-5)
    assert found.value(found.best) == pytest.approx(value, abs=1e-6)


def test_a_quantile_is_one_over_the_worlds() -> None:
    """Half way between both worlds: the mean of the two costs."""
    found = robust("quantile", quantile=0.5)
    assert found.value(found.best) == pytest.approx(0.6, abs=1e-6)


@pytest.mark.slow
def test_bounds_hold_as_robustly_as_the_objective() -> None:
    """Misconduct is 1 - 2 p / a: at most .4 on average from p = .4, in the worse world from .6, to where it is .4."""
    bound = {"misconduct_rate": {"at_most": 0.4}}
    expected = robust("expected", minimise="oversight_cost", subject_to=bound)
    worst = robust("worst", minimise="oversight_cost", subject_to=bound)
    assert expected.recommended[RATE] == pytest.approx(0.4, abs=1e-5)
    assert worst.recommended[RATE] == pytest.approx(0.6, abs=1e-5)
    assert "in the worst of 2 worlds" in headline(worst)


def test_the_price_of_a_bound_is_its_slope() -> None:
    """Misconduct m costs .7 (1 - m) / 2 in audits: .35 for each unit, .0035 for each percentage point."""
    search = {
        "levers": {RATE: {"low": 0, "high": 1}},
        "minimise": "oversight_cost",
        "subject_to": {"misconduct_rate": {"at_most": 0.2}},
    }
    found = oversight.search(audits(0.7, search=search), confirm=False)
    (price,) = found.prices
    assert price.one == pytest.approx(0.35, rel=1e-3)
    assert "A percentage point of misconduct rate is worth 0.0035" in " ".join(remarks(found))


def test_a_jump_has_no_price() -> None:
    """By steps of .1, misconduct of at most .2 takes p = .4; of a little less, p = .5."""
    search = {
        "levers": {RATE: {"low": 0, "high": 1, "step": 0.1}},
        "minimise": "oversight_cost",
        "subject_to": {"misconduct_rate": {"at_most": 0.2}},
    }
    (price,) = (found := oversight.search(audits(0.7, search=search), confirm=False)).prices
    assert price.jump
    assert price.looser == 0
    assert "jumps: it has no price" in " ".join(remarks(found))


@pytest.mark.slow
def test_a_bound_that_outcomes_jump_past_may_move() -> None:
    """Capacity tips from misconduct of at least 1 / 2 to 1 - f = .1: a bound of .2 or a little more is the same."""
    experiment = audits(
        0.0,
        search={
            "levers": {"policy.monitoring.investigators": {"low": 0, "high": 100}},
            "minimise": "oversight_cost",
            "subject_to": {"misconduct_rate": {"at_most": 0.2}},
        },
    )
    experiment["policy"] = {
        "monitoring": {"kind": "investigation_capacity", "investigators": 10, "cost_per_investigator": 1},
        "sanction": {"kind": "fixed", "amount": 0.9},
    }
    found = oversight.search(experiment, confirm=False)
    (price,) = found.prices
    assert price.one == 0
    assert "changes nothing" in " ".join(remarks(found))


@pytest.mark.slow
def test_a_front_is_the_line_of_efficient_policies() -> None:
    """Misconduct is 1 - 2 p and audits cost .7 p: all p from 0 to 1 / 2 are efficient, and none beyond."""
    search = {"levers": {RATE: {"low": 0, "high": 1}}, "minimise": ["oversight_cost", "misconduct_rate"]}
    found = oversight.search(audits(0.7, search=search), confirm=False)
    assert len(found.front) >= 20
    for each in found.front:
        assert each.outcome["misconduct_rate"] == pytest.approx(1 - 2 * each.outcome["oversight_cost"] / 0.7, abs=1e-6)
    rates = [each.point[RATE] for each in found.front]
    assert rates == sorted(rates)
    assert rates[0] == pytest.approx(0.0, abs=1e-5)
    assert rates[-1] == pytest.approx(0.5, abs=1e-5)
    assert max(later - earlier for earlier, later in pairwise(rates)) < 0.05
    assert found.best.point[RATE] == pytest.approx(0.25, abs=0.03)


def test_the_worst_population_within_bounds() -> None:
    """Audits at .1 with a fine of 2 deter gains below .2: of gains U[0, a] that is .2 / a, least at a = 3."""
    against = {"levers": {HIGH: {"low": 0.5, "high": 3.0}}, "maximise": "misconduct_rate"}
    found = oversight.search(audits(0.7, against=against), confirm=False, against=True)
    assert found.recommended == {HIGH: 3.0}
    assert found.value(found.best) == pytest.approx(1 - 0.2 / 3)
    assert headline(found).startswith("Highest misconduct rate: 93.3")


def test_a_search_that_was_broken_off_goes_on_with_what_it_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second try asks theory about what the first did not come to, and finds what an unbroken one finds."""
    search = {"levers": {RATE: {"low": 0, "high": 1}}, "minimise": "social_cost"}
    asked: list[int] = []
    forecasts = Enforcement.forecasts

    def counted(self: Enforcement, points: Any, starts: bool) -> Any:
        if len(asked) == 3:
            raise KeyboardInterrupt
        asked.append(len(points))
        return forecasts(self, points, starts)

    whole = oversight.search(audits(0.7, search=search), confirm=False)
    monkeypatch.setattr(Enforcement, "forecasts", counted)
    with pytest.raises(KeyboardInterrupt):
        oversight.search(audits(0.7, search=search), confirm=False, out=tmp_path)
    (part, *_) = sorted((tmp_path / "evaluations").rglob("part_*.parquet"))
    assert {RATE, "outcome", "metric.social_cost"} <= set(pd.read_parquet(part).columns)
    part.write_bytes(b"broken")
    known = sum(asked[1:])
    asked.clear()
    monkeypatch.setattr(Enforcement, "forecasts", lambda *args: asked.append(len(args[1])) or forecasts(*args))
    found = oversight.search(audits(0.7, search=search), confirm=False, out=tmp_path)
    assert found.recommended == whole.recommended
    assert sum(asked) == whole.tried - known


def test_settings_whose_keys_contradict_one_another_are_passed_over() -> None:
    """A crackdown has no fewer investigators than quiet times: of 6 x 6 settings 21 can be had."""
    levers = {f"policy.monitoring.investigators_{when}": {"low": 0, "high": 5, "step": 1} for when in ("low", "high")}
    experiment = audits(0.0, search={"levers": levers, "minimise": "oversight_cost"})
    crackdown = {"kind": "crackdown", "threshold": 30, "investigators_low": 0, "investigators_high": 5}
    experiment["policy"]["monitoring"] = {**crackdown, "cost_per_investigator": 1.0}
    found = oversight.search(experiment, confirm=False)
    assert set(found.recommended.values()) == {0}
    assert found.tried == 36


def test_rounding_misses_no_bound() -> None:
    """Audits of .2 at 1.1 each cost .22 and the least that a binary fraction can be more."""
    search = {
        "levers": {RATE: {"low": 0, "high": 1, "step": 0.1}},
        "minimise": "misconduct_rate",
        "subject_to": {"oversight_cost": {"at_most": 0.22}},
    }
    assert 0.2 * 1.1 > 0.22
    assert oversight.search(audits(1.1, search=search), confirm=False).recommended == {RATE: 0.2}
