"""Games in dollars, in millions and beyond: all branches, finite numbers only, and an answer for every precision."""

from __future__ import annotations

from math import exp, inf, log, nan
from typing import Any

import pytest

from oversight.distributions.exponential import Exponential
from oversight.games import (
    GainsGame,
    InspectionGame,
    hedge_cycle,
    logit_equilibria,
    overseer_wins,
    principal_branch,
    safety,
    shared_bounty,
    small_cycle,
    violation_takes_over,
)

TAX = InspectionGame(actor=((0, -500), (1000, -50000)), overseer=((0, -300), (0, 4000)))
SCALES = [10, 1e4, 1e7, 1e8, 1e12, 1e16, 1e20, 1e100, 1e300]


def coordination(scale: float) -> InspectionGame:
    """Each does what the other does: Nash at (0, 0), (1, 1) and violation 1 / 3, inspection 1 / 2."""
    return InspectionGame(actor=((0, 0), (-scale, scale)), overseer=((scale / 2, 0), (0, scale)))


@pytest.mark.parametrize("scale", SCALES)
def test_no_branch_is_lost_at_any_scale(scale: float) -> None:
    low, middle, high = logit_equilibria(coordination(scale), 1, 1)
    assert (low.violation, low.inspection) == pytest.approx((0, 0), abs=0.02)
    assert (high.violation, high.inspection) == pytest.approx((1, 1), abs=0.02)
    # In log odds u, v: u = scale (2 y - 1), v = scale (1.5 x - .5).
    u, v = (log(p / (1 - p)) for p in (middle.violation, middle.inspection))
    assert middle.inspection == pytest.approx((u / scale + 1) / 2, abs=1e-12)
    assert middle.violation == pytest.approx((v / scale + 0.5) / 1.5, abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("scale", [1e4, 1e16, 1e300])
def test_the_branch_of_coin_tosses_leads_to_the_risk_dominant_equilibrium(scale: float) -> None:
    """At coin tosses inspecting pays, .75 > .5, and with it violating."""
    assert principal_branch(coordination(scale), 1, 1) == logit_equilibria(coordination(scale), 1, 1)[-1]


def test_the_branch_of_an_early_birth() -> None:
    """At .1805 of these precisions a pair is born above the single equilibrium, which goes on as the lowest."""
    d0, d1, kappa, beta = 0.17206695981045694, -1.5127455293340528, -0.17239143535325363, -0.9810990265392112
    game = InspectionGame(actor=((0, 0), (d0, d1)), overseer=((0, -kappa), (0, beta)))
    low, _, _ = logit_equilibria(game, 13.843678724257558, 26.40879614508873)
    assert principal_branch(game, 13.843678724257558, 26.40879614508873) == low


def test_a_tax_audit_in_dollars() -> None:
    """Log odds 1000 - 50 500 y of evading and 4300 x - 300 of auditing, solved by halving x."""
    (only,) = logit_equilibria(TAX, 1, 1)
    assert principal_branch(TAX, 1, 1) == only
    low, high = 0.0, 1.0
    for _ in range(200):
        x = (low + high) / 2
        y = 1 / (1 + exp(-(4300 * x - 300)))
        low, high = (x, high) if log(x / (1 - x)) < 1000 - 50_500 * y else (low, x)
    assert only.violation == pytest.approx(x, abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("precision", [1e10, 1e100, 1e300, inf])
def test_a_precision_without_end_leads_to_nash(precision: float) -> None:
    (only,) = logit_equilibria(TAX, precision, precision)
    assert (only.violation, only.inspection) == pytest.approx((300 / 4300, 1000 / 50_500), abs=1e-9)
    assert principal_branch(TAX, precision, precision) == only
    assert len(logit_equilibria(coordination(1), precision, precision)) == 3
    assert principal_branch(coordination(1), precision, precision).violation == 1


def test_one_infinite_precision_beside_a_finite_one() -> None:
    """An actor that best responds is indifferent at y = 1000 / 50 500, and the overseer's log odds give x."""
    (only,) = logit_equilibria(TAX, inf, 0.1)
    y = 1000 / 50_500
    assert only.inspection == pytest.approx(y, abs=1e-12)
    assert only.violation == pytest.approx((log(y / (1 - y)) / 0.1 + 300) / 4300, abs=1e-12)


def test_payoffs_that_are_all_the_same_leave_coin_tosses() -> None:
    same = InspectionGame(actor=((1, 1), (1, 1)), overseer=((0, 0), (0, 0)))
    for precision in (0, 1, inf):
        (only,) = logit_equilibria(same, precision, precision)
        assert (only.violation, only.inspection) == (0.5, 0.5)


@pytest.mark.parametrize("precision", [5.0, 1e8, 1e100, 1e300, inf])
def test_overseers_of_exponential_gains_at_any_precision(precision: float) -> None:
    """Violation exp(-2 y / .8), inspecting pays 5 x - 1: at large precisions x = 1 / 4 and y = .4 ln 4."""
    tsebelis = InspectionGame.from_primitives(gain=1, sanction=2, inspection_cost=1, bounty=4)
    (found,) = GainsGame(Exponential(mean=0.8), 2, tsebelis).logit(precision)
    assert found.violation == pytest.approx(exp(-2 * found.inspection / 0.8), abs=1e-9)
    if precision > 5:
        assert (found.violation, found.inspection) == pytest.approx((0.25, 0.4 * log(4)), abs=1e-6)


@pytest.mark.parametrize("wrong", [nan, inf, -inf])
@pytest.mark.parametrize("name", ["gain", "sanction", "inspection_cost", "bounty", "stake", "sensitivity"])
def test_payoffs_are_finite_numbers(name: str, wrong: float) -> None:
    primitives = {"gain": 1.0, "sanction": 2.0, "inspection_cost": 1.0, "bounty": 4.0, "stake": 0.0, "sensitivity": 1.0}
    with pytest.raises(ValueError, match="finite numbers"):
        InspectionGame.from_primitives(**{**primitives, name: wrong})
    with pytest.raises(ValueError, match=rf"{name} is -?(nan|inf)"):
        shared_bounty(3, **{**primitives, name: wrong})


def test_differences_of_payoffs_are_finite_too() -> None:
    with pytest.raises(ValueError, match="gain_unseen is inf"):
        InspectionGame(actor=((-1e308, 0), (1e308, 0)), overseer=((0, 0), (0, 0)))


@pytest.mark.parametrize("wrong", [-1, -1e-9, nan, -inf])
def test_precisions_are_not_negative(wrong: float) -> None:
    for solve in (logit_equilibria, principal_branch):
        for pair in ((wrong, 1), (1, wrong)):
            with pytest.raises(ValueError, match="it must be 0 or more"):
                solve(TAX, *pair)
    with pytest.raises(ValueError, match="it must be 0 or more"):
        GainsGame(Exponential(mean=1), 2, TAX).logit(wrong)


TSEBELIS = InspectionGame.from_primitives(gain=1, sanction=2, inspection_cost=1, bounty=4)


@pytest.mark.parametrize(
    ("refused", "message"),
    [
        (lambda: GainsGame(Exponential(mean=1), nan, TAX), "net_sanction is nan"),
        (lambda: overseer_wins(nan), "gap is nan"),
        (lambda: safety(1.5), "audited is 1.5"),
        (lambda: safety(nan), "audited is nan"),
        (lambda: small_cycle(TSEBELIS, nan), "actor_rate is nan"),
        (lambda: small_cycle(TSEBELIS, 1, 0), "positive rates"),
        (lambda: hedge_cycle(TSEBELIS, 0.3, 0.4, inf, 1), "actor_rate is inf"),
        (lambda: hedge_cycle(TSEBELIS, 0, 0.4, 0.1, 1), "between 0 and 1"),
        (lambda: violation_takes_over(InspectionGame(((0, 0), (0, 0)), ((0, 0), (0, 0))), 4, 4), "nobody is copied"),
        (lambda: violation_takes_over(TSEBELIS, 1, 4), "actors is 1"),
        (lambda: shared_bounty(0, 1, 2, 1, 4), "overseers is 0"),
        (lambda: shared_bounty(2, -1, 2, 1, 4), "gain is -1"),
    ],
)
def test_what_is_no_number_for_a_game_is_refused_by_name(refused: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        refused()


def test_a_gap_of_any_size_has_a_winner() -> None:
    assert (overseer_wins(1e9), overseer_wins(-1e9)) == (0, 1)


def test_steep_learners_do_not_overflow() -> None:
    """At a rate of 1000 log odds leave the range of exp within a round."""
    with pytest.raises(ValueError, match="no full turn"):
        hedge_cycle(TSEBELIS, 0.3, 0.4, 1e3, 1e300, most_rounds=3)
