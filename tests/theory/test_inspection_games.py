"""Strategic overseers: Nash, logit and leadership equilibria of inspection games, by hand."""

from __future__ import annotations

import pytest

from posed import constant, fine, rates, solved, strategic

# Inspection games


@pytest.mark.parametrize(
    ("penalty", "bounty", "x", "y"), [(100, 4, 0.25, 0.5), (200, 4, 0.25, 0.25), (100, 8, 0.125, 0.5)]
)
def test_nash_of_the_inspection_game(penalty: float, bounty: float, x: float, y: float) -> None:
    """I1: k/r and g/p; a harsher penalty moves only the inspections."""
    found = solved(strategic(1, bounty), fine(penalty), {"gain": constant(50)})
    (each,) = found.equilibria
    assert (each.misconduct_rate, each.inspection_rate) == pytest.approx((x, y), abs=1e-9)
    assert each.stable is False
    for path in found.paths:  # lagged best responses cycle around it
        assert path.length == 4
        assert (path.misconduct_rate, path.inspection_rate) == pytest.approx((0.5, 0.5))


def test_stake_counts_like_a_bounty() -> None:
    found = solved(strategic(1, 3, stake=1), fine(100), {"gain": constant(50)})
    assert rates(found) == pytest.approx([0.25], abs=1e-9)


def test_nash_with_a_distribution_of_gains() -> None:
    """U[0, 1], fine 4: the violation rate stays k/r, and inspections make it so: 1 - 4 y = .2."""
    (each,) = solved(strategic(0.2, 1), fine(4), {}).equilibria
    assert (each.misconduct_rate, each.inspection_rate) == pytest.approx((0.2, 0.2), abs=1e-9)


def test_corners_of_the_inspection_game() -> None:
    """Inspections that never pay are not made; ones that always pay are always made."""
    (idle,) = solved(strategic(5, 4), fine(100), {"gain": constant(50)}).equilibria
    assert (idle.misconduct_rate, idle.inspection_rate) == (1, 0)
    (busy,) = solved(strategic(1, 4), fine(20), {"gain": constant(50)}).equilibria
    assert (busy.misconduct_rate, busy.inspection_rate) == (1, 1)


def test_three_equilibria_where_the_signs_allow_them() -> None:
    """Violating pays only if inspected (false flags outnumber hits): D0 = -.1, D1 = .3, kappa = beta = .5."""
    found = solved(
        strategic(0.5, 5),
        fine(0.5),
        {"gain": constant(-0.1)},
        detector={"sensitivity": 0.2, "false_positive_rate": 1.0},
    )
    assert rates(found) == pytest.approx([0, 0.5, 1], abs=1e-9)
    assert [each.inspection_rate for each in found.equilibria] == pytest.approx([0, 0.25, 1], abs=1e-9)
    assert [each.stable for each in found.equilibria] == [True, False, True]


@pytest.mark.parametrize(("precision", "x", "y"), [(1, 0.419202, 0.663026), (5, 0.270146, 0.599388)])
def test_logit_equilibrium(precision: float, x: float, y: float) -> None:
    """I7: x = s(l (g - p y)), y = s(l (r x - k)) at g = 1, p = 2, r = 4, k = 1."""
    monitoring = strategic(1, 4, response={"kind": "logit", "precision": precision})
    found = solved(monitoring, fine(2), {"kind": "quantal", "precision": precision, "gain": constant(1)})
    (each,) = found.equilibria
    assert (each.misconduct_rate, each.inspection_rate) == pytest.approx((x, y), abs=1e-6)


def test_penalties_matter_to_logit_players() -> None:
    """The negative control of penalty irrelevance."""

    def rate(penalty: float) -> float:
        monitoring = strategic(1, 4, response={"kind": "logit", "precision": 2})
        return rates(solved(monitoring, fine(penalty), {"kind": "quantal", "precision": 2, "gain": constant(1)}))[0]

    assert rate(4) < rate(2) - 0.01


def test_leadership_deters_at_the_least_rate() -> None:
    """I2: g/p, ties comply."""
    found = solved(strategic(1, 10, response="leadership"), fine(10), {"gain": constant(1), "harm": constant(10)})
    (each,) = found.equilibria
    assert each.inspection_rate == pytest.approx(0.1, abs=1e-12)
    assert each.misconduct_rate == 0
    assert found.price_of_non_commitment.value == pytest.approx(1)


@pytest.mark.parametrize(("penalty", "cost"), [(4, 0.35), (8, 0.375)])
def test_social_cost_rises_with_the_penalty(penalty: float, cost: float) -> None:
    """C5: H k/r (1 - g/p) + k g/p, harm averted when caught."""
    found = solved(
        strategic(0.2, 1), fine(penalty), {"gain": constant(1), "harm": constant(2)}, detector={"harm_averted": 1}
    )
    assert [each.social_cost for each in found.equilibria] == pytest.approx([cost], abs=1e-9)


def test_price_of_non_commitment() -> None:
    """P9: 1 + h p / (r g)."""
    found = solved(strategic(1, 4), fine(2), {"gain": constant(1), "harm": constant(10)})
    assert found.price_of_non_commitment.value == pytest.approx(6, abs=1e-9)


@pytest.mark.parametrize("overseers", [1, 2, 5])
def test_several_overseers_who_share_a_bounty(overseers: int) -> None:
    """D = g/p stays, each looks with y = 1 - (1-D)^(1/m), and x = k m y / (r D) rises with their number."""
    monitoring = strategic(0.2, 2, overseers={"size": overseers})
    (each,) = solved(monitoring, fine(4), {"gain": constant(1)}).equilibria
    y = 1 - 0.75 ** (1 / overseers)
    assert each.inspection_rate == pytest.approx(0.25, abs=1e-9)
    assert each.misconduct_rate == pytest.approx(0.2 * overseers * y / (2 * 0.25), abs=1e-9)
