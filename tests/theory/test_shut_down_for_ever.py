"""A suspension that nobody comes back from: closed forms of shutdown, through files and commands."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import oversight
from oversight.errors import InputError
from oversight.games import shutdown
from posed import UNIFORM, rates

Mapping = dict[str, Any]
CLOSE = 1e-9
LOOKS_AHEAD = {"kind": "forward_looking", "discount": 0.9}


def spec(entry: Mapping = LOOKS_AHEAD, amount: float = 0.0, **keys: Any) -> Mapping:
    """Half of all violations are caught, and end it; gains are U[0, 1]."""
    sanction = {"kind": "fixed", "amount": amount, "suspension": "forever"}
    actors = {"size": 2_000, "gain": UNIFORM} | entry
    policy = {"monitoring": {"kind": "random_audit", "rate": 0.5}, "sanction": sanction}
    return {"name": "shutdown", "policy": policy, "population": [actors], **keys}


@pytest.mark.parametrize(("income", "amount"), [(0.0, 0.0), (0.2, 0.0), (0.1, 0.3)])
def test_the_threshold_of_an_actor_that_looks_ahead(income: float, amount: float) -> None:
    """T = p S + p d (w + (1 - T)^2 / 2) / (1 - d): .519494, and .915910 with an income of .2."""
    known = shutdown(0.5, 0.9, amount, income)
    assert {(0.0, 0.0): 0.519494, (0.2, 0.0): 0.915910}.get((income, amount), known.threshold) == pytest.approx(
        known.threshold, abs=5e-7
    )
    solved = oversight.solve(spec(LOOKS_AHEAD | {"income": income}, amount))
    assert rates(solved) == pytest.approx([known.misconduct], abs=CLOSE)
    assert all(each.certificate.holds for each in solved.equilibria)
    assert [path.misconduct_rate for path in solved.paths] == pytest.approx([known.misconduct] * 2, abs=CLOSE)


def test_those_in_play_die_out() -> None:
    """(1 - p m)^t: .004106 of them are left after 20 periods, of whom .480506 violate in each."""
    known = shutdown(0.5, 0.9)
    assert (known.misconduct, known.replacements) == pytest.approx((0.480506, 0.240253), abs=5e-7)
    run = oversight.run(spec(LOOKS_AHEAD | {"size": 200_000}, periods=21, burn_in=20)).metrics
    left = known.active_after(20)
    assert left == pytest.approx(0.004106, abs=5e-7)
    assert run["active_share"] == pytest.approx(left, abs=4 * (left / 2e5) ** 0.5)
    run = oversight.run(spec(LOOKS_AHEAD | {"size": 200_000}, periods=20)).metrics
    mean = sum(known.active_after(period) for period in range(20)) / 20
    assert run["active_share"] == pytest.approx(mean, rel=0.02)
    assert run["misconduct_rate"] == pytest.approx(known.misconduct, abs=0.003)


def test_in_the_long_run_those_who_may_be_shut_down_are_gone() -> None:
    (solved,) = oversight.solve(spec({"kind": "rational"}, 3.0)).equilibria
    assert solved.active_share == 1  # nobody violates
    (solved,) = oversight.solve(spec({"kind": "rational"}, 1.0)).equilibria
    assert solved.misconduct_rate == pytest.approx(0.5, abs=CLOSE)
    assert solved.active_share < 1e-9
    assert solved.social_cost < 1e-9


def test_records_end_where_play_does() -> None:
    """Nobody is in play with a record, so that what a second sanction would cost is no matter."""
    posed = spec(LOOKS_AHEAD | {"discount": 0.5})
    plain = rates(oversight.solve(posed))
    posed["policy"]["sanction"] = {"kind": "escalating", "amounts": [0.0, 9.0], "suspension": "forever"}
    solved = oversight.solve(posed)
    assert rates(solved) == pytest.approx(plain, abs=CLOSE)
    assert all(each.certificate.holds for each in solved.equilibria)


def test_it_is_swept_like_other_suspensions() -> None:
    swept = {"kind": "grid", "parameters": {"policy.sanction.suspension": {"values": [0, 3, "forever"]}}}
    table = oversight.sweep(spec(LOOKS_AHEAD | {"size": 500}, periods=30, replicates=2, sweep=swept)).summary
    assert list(table["param.policy.sanction.suspension"]) == ["0", "3", "forever"]
    shares = table["metric.active_share.mean"]
    assert shares[0] == 1 > shares[1] > 0.3 > shares[2]
    assert table["theory.misconduct_rate"][2] == pytest.approx(shutdown(0.5, 0.9).misconduct, abs=CLOSE)


def test_entries_die_out_each_at_its_own_pace() -> None:
    """Of violations .170 and .9995 at p = .3, (1 - .051)^t and (1 - .300)^t are left: after 50 periods only the first.

    No mixture by their sizes is right, so that theory is left to the simulation.
    """
    halves = {"kind": "trained", "violating": {"base": 0.2}, "complying": {"base": 0.8}}
    patient = halves | {"name": "a", "size": 20_000, "temperature": 0.5, "gain": {"kind": "constant", "value": 0.5}}
    eager = halves | {"name": "b", "size": 20_000, "temperature": 0.1, "gain": {"kind": "constant", "value": 1.5}}
    policy = {
        "monitoring": {"kind": "random_audit", "rate": 0.3},
        "sanction": {"kind": "fixed", "amount": 2.0, "suspension": "forever"},
    }
    posed = {"name": "two", "policy": policy, "population": [patient, eager], "periods": 31, "burn_in": 30}
    alone = oversight.solve(posed | {"population": [patient]})
    slow = 0.25 / (0.25 + np.exp((2.0 * 0.3 - 0.5) / 0.5))
    assert rates(alone) == pytest.approx([slow], abs=CLOSE)
    solved = oversight.solve(posed)
    assert not solved.equilibria
    assert "one after the other" in solved.not_covered
    left = 20_000 * (1 - 0.3 * slow) ** 30
    played = oversight.run(posed).metrics["misconduct_rate"]
    assert played == pytest.approx(slow, abs=4 * (slow * (1 - slow) / left) ** 0.5)


def test_what_nobody_costs_has_no_price() -> None:
    solved = oversight.solve(spec({"kind": "rational"}, 1.0))
    assert solved.optimum.social_cost == 0
    assert np.isnan(solved.price_of_anarchy.value)
    assert "nobody is in play" in solved.price_of_anarchy.note


def test_nobody_is_left_to_lead() -> None:
    posed = spec({"kind": "rational"}, 1.0)
    posed["policy"]["monitoring"] = {"kind": "strategic", "inspection_cost": 1, "bounty": 4, "response": "leadership"}
    with pytest.raises(InputError, match=r"policy.sanction.suspension: .*leadership.* Say a number of periods"):
        oversight.solve(posed)
