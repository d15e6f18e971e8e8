"""Witnesses in a scenario: what they report is the closed form of their game, and is inspected.

Gains are U[0, 1], the sanction is 1. Simulated shares are held to five standard errors.
"""

from __future__ import annotations

from math import inf, sqrt
from typing import Any

import numpy as np
import pytest

import oversight
from oversight.errors import InputError
from oversight.games import report_bounty, volunteers_dilemma
from oversight.policy.witnesses import Witnesses
from oversight.scenario.stacking import stack
from posed import capacity, fine, solved, strategic

SIZE, PERIODS = 50_000, 4
Mapping = dict[str, Any]
FIVE = {"number": 5, "cost": 1, "stake": 4}
"""Someone of them reports with 1 - (1 / 4)^(5 / 4) = .823223."""


def world(monitoring: Mapping, witnesses: Mapping, *population: Mapping, **policy: Any) -> Mapping:
    entries = [{"kind": "rational", "size": SIZE, **entry} for entry in population or ({},)]
    whole = {"monitoring": monitoring, "sanction": fine(1), "witnesses": witnesses, **policy}
    return {"name": "witnesses", "policy": whole, "population": entries, "periods": PERIODS, "seed": 3}


def near(share: float = 1.0) -> float:
    """Five standard errors of a rate among this share of all opportunities."""
    return 5 * sqrt(0.25 / (SIZE * PERIODS * share))


def alone(spec: Mapping) -> Any:
    found = oversight.solve(spec)
    for each in found.equilibria:
        assert each.certificate.holds
    return found


@pytest.mark.parametrize("number", [1, 2, 5, 40])
@pytest.mark.parametrize("cost", [0.0, 0.3, 1.0, 3.9, 4.0, 5.0])
@pytest.mark.parametrize("precision", [inf, 0.0, 2.0, 50.0])
def test_they_report_as_their_game_has_it(number: int, cost: float, precision: float) -> None:
    logit: Mapping = {} if precision == inf else {"response": "logit", "precision": precision}
    for pays, game in (("stake", volunteers_dilemma), ("bounty", report_bounty)):
        own = Witnesses(number=number, cost=cost * 0.75, retaliation=cost * 0.25, **{pays: 4.0}, **logit)
        expected = game(number, cost * 0.75, 4.0, retaliation=cost * 0.25, precision=precision).reported
        assert own.reported == pytest.approx(expected, abs=1e-9)


def test_rows_of_a_stack_have_their_own_witnesses() -> None:
    each = [Witnesses(number=5, cost=cost, stake=stake) for cost, stake in ((1.0, 4.0), (0.5, 4.0), (3.0, 2.0))]
    stacked = stack(each).reported
    assert stacked.shape == (3, 1)
    assert stacked[:, 0].tolist() == [float(one.reported) for one in each]


def test_a_reported_violation_is_inspected_as_others_are_by_chance() -> None:
    """At audits of .2: p = 1 - (1 - .823223) .8 = .858579, misconduct .141421; inspections m p + (1 - m) .2."""
    for monitoring in ({"kind": "random_audit", "rate": 0.2}, {"kind": "audit_capacity", "inspections": 0.2 * SIZE}):
        spec = world(monitoring, FIVE)
        (found,) = alone(spec).equilibria
        chance = 1 - (1 - 0.823223304703363) * 0.8
        assert found.misconduct_rate == pytest.approx(1 - chance, abs=1e-9)
        assert found.inspection_rate == pytest.approx(0.2 + (1 - chance) * (chance - 0.2), abs=1e-9)
        assert found.measures["witnessed_rate"] == pytest.approx(0.823223304703363)
        run = oversight.run(spec).metrics
        assert run["misconduct_rate"] == pytest.approx(1 - chance, abs=near())
        assert run["witnessed_rate"] == pytest.approx(0.823223, abs=near(0.14))
        assert run["detection_rate"] == pytest.approx(chance, abs=near(0.14))
        assert run["inspection_rate"] == pytest.approx(found.inspection_rate, abs=near())


def test_more_witnesses_report_less_where_they_have_a_stake_and_more_of_a_bounty_that_suffices() -> None:
    """Audits of .2 alone leave .8. Of one, two, five and a hundred witnesses with a stake 1, .9375, .823, .753 report;
    a bounty of 4 is worth a report at a cost of 1 to all of up to four."""
    rates = []
    for number in (1, 2, 5, 100):
        (found,) = alone(world({"kind": "random_audit", "rate": 0.2}, FIVE | {"number": number})).equilibria
        rates.append(found.misconduct_rate)
    assert rates == pytest.approx([0.8 * 0.25 ** (n / (n - 1)) if n > 1 else 0.0 for n in (1, 2, 5, 100)], abs=1e-9)
    assert rates == sorted(rates)
    bounty = {"number": 4, "cost": 1, "bounty": 4}
    (found,) = alone(world({"kind": "random_audit", "rate": 0.2}, bounty)).equilibria
    assert found.misconduct_rate == pytest.approx(0, abs=1e-9)


def test_what_does_not_show_is_seen_by_nobody() -> None:
    """An act that shows half of the time: it is flagged with .5 x .858579 x .8 + .5 x .2 x .1 at a detector of .8, .1;
    violators whose gain exceeds that less .2 x .1 violate."""
    detector = {"sensitivity": 0.8, "false_positive_rate": 0.1}
    options = [{"name": "hidden", "visibility": 0.5}]
    spec = world({"kind": "random_audit", "rate": 0.2}, FIVE, {"options": options}, detector=detector)
    seen = 1 - (1 - 0.823223304703363) * 0.8
    flagged = 0.5 * seen * 0.8 + 0.5 * 0.2 * 0.1
    (found,) = alone(spec).equilibria
    assert found.misconduct_rate == pytest.approx(1 - flagged + 0.02, abs=1e-9)
    assert found.measures["witnessed_rate"] == pytest.approx(0.823223304703363 / 2)
    run = oversight.run(spec).metrics
    assert run["misconduct_rate"] == pytest.approx(found.misconduct_rate, abs=near())
    assert run["witnessed_rate"] == pytest.approx(0.4116117, abs=near(0.6))
    assert run["inspection_rate"] == pytest.approx(found.inspection_rate, abs=near())


def test_investigators_hear_witnesses_first_and_no_more_cases_than_before() -> None:
    """Violations are cases anyhow: all that witnesses do is to say which are the first."""
    for number in (0.2, 0.05):
        monitoring = capacity(number * SIZE)
        spec = world(monitoring, FIVE)
        without = solved(monitoring, fine(1), {"size": SIZE})
        found = alone(spec)
        rates = [[each.misconduct_rate for each in each.equilibria] for each in (found, without)]
        assert rates[0] == pytest.approx(rates[1])
    forced = {"kind": "unconditional", "rate": 0.5}
    run = oversight.run(world(capacity(0.45 * SIZE), FIVE, forced)).metrics
    # .411612 of all actors are reported and investigated; .038388 of the .088388 others are.
    assert run["inspection_rate"] == pytest.approx(0.45, abs=2e-3)
    run = oversight.run(world(capacity(0.3 * SIZE), FIVE, forced)).metrics
    assert run["inspection_rate"] == pytest.approx(0.3, abs=2e-3)
    spec = world(capacity(0.45 * 10), FIVE, forced | {"size": 10}) | {"periods": 400}
    run = oversight.run(spec, agents=True)
    actors = run.agents
    assert actors.loc[
        actors["witnessed"] & (actors.groupby("period")["witnessed"].transform("sum") <= 4), "inspected"
    ].all()


def test_a_crackdown_hears_witnesses_first_too() -> None:
    """200 investigators look into no more than 200 cases, whoever reports them."""
    monitoring = {"kind": "crackdown", "threshold": 5_000, "investigators_low": 200, "investigators_high": 200}
    run = oversight.run(world(monitoring, FIVE, {"kind": "unconditional", "rate": 0.5, "size": 4_000})).metrics
    assert run["inspection_rate"] == pytest.approx(0.05, abs=0.005)


def test_what_only_looks_like_a_violation_is_reported_and_is_none() -> None:
    options = [{"name": "alike", "violation": False}, {"name": "wrong", "gain": 0}]
    entry = {"kind": "quantal", "precision": 1, "options": options, "size": 4_000}
    spec = world({"kind": "random_audit", "rate": 0.2}, FIVE, entry)
    run, (found,) = oversight.run(spec).metrics, oversight.solve(spec).equilibria
    assert run["witnessed_rate"] == pytest.approx(0.823223, abs=0.05)
    assert found.measures["witnessed_rate"] == pytest.approx(0.823223304703363)


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ({"monitoring": strategic(1, 4)}, "committed"),
        ({"monitoring": capacity(3, triage="severity")}, "triage"),
        ({"honeypots": {"rate": 0.1}}, "honeypots"),
        ({"witnesses": {"number": 2}}, "stake"),
        ({"witnesses": {"number": 2, "stake": 1, "bounty": 1}}, "Leave one of them out"),
        ({"witnesses": {"number": 2, "stake": 1, "response": "logit"}}, "precision"),
        ({"witnesses": {"number": 2, "stake": 1, "precision": 3}}, "does nothing"),
    ],
)
def test_what_does_not_go_with_them_is_refused_with_a_remedy(policy: Mapping, words: str) -> None:
    spec = world({"kind": "random_audit", "rate": 0.2}, FIVE, {"size": 10})
    spec["policy"] |= policy
    with pytest.raises(InputError, match=words) as refused:
        oversight.run(spec)
    assert "policy.witnesses" in str(refused.value)


def test_whoever_reports_itself_has_no_witnesses() -> None:
    """A share of .5 beats p = .858579: all report themselves, and nobody is left to be seen."""
    sanction = fine(1, self_report={"share": 0.5})
    spec = world({"kind": "random_audit", "rate": 0.2}, FIVE, sanction=sanction)
    (found,) = alone(spec).equilibria
    assert found.measures == pytest.approx({"self_report_rate": 1.0, "witnessed_rate": 0.0})
    run = oversight.run(spec).metrics
    assert (run["self_report_rate"], run["witnessed_rate"]) == (1, 0)
    assert run["misconduct_rate"] == pytest.approx(0.5, abs=near())
    assert np.isclose(run["detection_rate"], 0)
