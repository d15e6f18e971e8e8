"""A switch closer to an end than a grid of rates resolves is still a switch."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest

from oversight.equilibrium import fixed_points as module
from posed import capacity, constant, fine, rates, solved, strategic

CAUTIOUS = {"kind": "risk_averse", "coefficient": 2, "gain": constant(10), "harm": constant(20)}


@pytest.mark.parametrize("sanction", [35, 100, 250])
def test_a_cautious_actor_is_indifferent_at_a_tiny_chance(sanction: float) -> None:
    """CARA of 2, gain 10, fine s: p = (e^20 - 1) / (e^2s - 1), e^-50 at s = 35. An overseer mixes at cost / bounty."""
    (only,) = solved(strategic(1, 4), fine(sanction), CAUTIOUS).equilibria
    assert only.misconduct_rate == pytest.approx(0.25, abs=1e-9)
    expected = log(exp(20) - 1) - 2 * sanction
    assert log(only.inspection_rate) == pytest.approx(expected, abs=1e-9)


def test_indifference_at_a_chance_that_no_number_is_small_enough_for() -> None:
    """At a fine of 1000 it is e^-1980: inspections are as good as none, and a quarter violate."""
    (only,) = solved(strategic(1, 4), fine(1000), CAUTIOUS).equilibria
    assert only.misconduct_rate == pytest.approx(0.25, abs=1e-9)
    assert only.inspection_rate < 1e-300


@pytest.mark.parametrize("precision", [1e3, 1e12, 1e15, 1e16, 1e17, 1e20, 1e40])
def test_a_sharp_logit_overseer_rests_where_it_is_nearly_indifferent(precision: float) -> None:
    """It inspects at y where 4 x - 1 = ln(y / (1 - y)) / precision: gains U[0, 1] and a fine of 2 make x = 1 - 2 y."""
    found = solved(strategic(1, 4, response={"kind": "logit", "precision": precision}), fine(2), {})
    (only,) = found.equilibria
    low, high = 0.25, 0.5
    for _ in range(100):
        y = 0.5 * (low + high)
        low, high = (y, high) if precision * (4 * (1 - 2 * y) - 1) > np.log(y / (1 - y)) else (low, y)
    assert only.inspection_rate == pytest.approx(y, abs=1e-9)
    assert only.misconduct_rate == pytest.approx(1 - 2 * y, abs=1e-9)
    assert not found.notes


@pytest.mark.parametrize("precision", [1e3, 1e16, 1e40])
def test_a_sharp_logit_overseer_of_actors_who_switch_near_zero(precision: float) -> None:
    """At e^-50 the overseer's odds ask for 4 x - 1 = -50 / precision."""
    found = solved(strategic(1, 4, response={"kind": "logit", "precision": precision}), fine(35), CAUTIOUS)
    assert rates(found) == pytest.approx([(1 - 50 / precision) / 4], abs=1e-9)


@pytest.mark.parametrize("share", [1e-20, 1e-12, 1e-9, 1e-3])
@pytest.mark.parametrize("top", [False, True])
def test_a_gain_that_is_nearly_nothing_or_nearly_the_fine(share: float, top: bool) -> None:
    """A gain g and a fine of 1 leave an actor indifferent at an inspection rate of g."""
    gain = 1 - share if top else share
    (only,) = solved(strategic(1, 4), fine(1), {"gain": constant(gain)}).equilibria
    assert only.misconduct_rate == pytest.approx(0.25, abs=1e-9)
    assert only.inspection_rate == pytest.approx(gain, rel=1e-9)


@pytest.mark.parametrize("share", [1e-20, 1e-12, 1e-9, 1e-3])
def test_capacity_that_is_nearly_none_still_tips(share: float) -> None:
    """n investigators among 100, a gain of n and a fine of 1: indifferent at p = n, which is n / V at V = 1 of 100."""
    found = solved(capacity(share), fine(1), {"gain": constant(share)})
    assert rates(found) == pytest.approx([0, 0.01, 1], abs=1e-9)
    assert not any("interval" in note for note in found.notes)


@pytest.mark.parametrize(("low", "high"), [(0.0, 1e-9), (1e-300, 1e-9), (1e-12, 1e-9)])
def test_halfway_by_exponent(low: float, high: float) -> None:
    middle = float(module._between(np.array([[low]]), np.array([[high]]))[0, 0])
    assert low < middle < high
    if low:
        assert log(middle) == pytest.approx((log(low) + log(high)) / 2, abs=0.5)


@pytest.mark.parametrize("coefficient", [0.5, 4])
def test_any_aversion_to_risk_has_its_tiny_chance(coefficient: float) -> None:
    """p = (e^10a - 1) / (e^80a - 1) at a fine of 80."""
    (only,) = solved(strategic(1, 4), fine(80), {**CAUTIOUS, "coefficient": coefficient}).equilibria
    expected = log(exp(10 * coefficient) - 1) - 80 * coefficient
    assert log(only.inspection_rate) == pytest.approx(expected, abs=1e-9)
