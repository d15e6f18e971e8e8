"""Selection and tilts on a proxy, against closed forms, enumerations and published curves."""

from __future__ import annotations

from itertools import product
from math import exp, inf, log, pi, sqrt

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from oversight.proxies import (
    OptimisationCurve,
    best_of_divergence,
    best_of_maximum,
    best_of_menu,
    best_of_value,
    normal_tilt,
    tilted_menu,
)


@pytest.mark.parametrize(
    ("n", "expected"),
    [(1, 0.0), (2, 1 / sqrt(pi)), (3, 1.5 / sqrt(pi)), (4, 1.029375), (16, 1.765991)],  # closed forms, published tables
)
def test_the_expected_maximum_of_normals(n: int, expected: float) -> None:
    assert best_of_maximum(n) == pytest.approx(expected, abs=6e-7)


@pytest.mark.parametrize(("n", "kl"), [(1, 0), (2, 0.193147), (4, 0.636294), (16, 1.835089)])
def test_the_divergence_of_best_of_n(n: int, kl: float) -> None:
    assert best_of_divergence(n) == pytest.approx(kl, abs=6e-7)
    density = quad(lambda u: n * u ** (n - 1) * log(n * u ** (n - 1)) if u else 0.0, 0, 1)[0]
    assert best_of_divergence(n) == pytest.approx(density, abs=1e-9)


def test_on_a_menu_draws_tie_and_the_divergence_is_less() -> None:
    base, n = (0.4, 0.3, 0.2, 0.1), 4
    found = best_of_menu(base, (0, 1, 2, 3), n)
    counted = np.zeros(4)
    for draws in product(range(4), repeat=n):
        counted[max(draws)] += np.prod([base[draw] for draw in draws])
    np.testing.assert_allclose(found.shares, counted, rtol=1e-12)
    assert found.kl == pytest.approx(0.587114, abs=6e-7)
    assert found.kl < best_of_divergence(n)


def test_options_that_the_proxy_ranks_alike_keep_their_proportions() -> None:
    found = best_of_menu((2, 1, 3), (1, 1, 0), 3).shares
    np.testing.assert_allclose(found, ((1 - 0.125) * 2 / 3, (1 - 0.125) / 3, 0.125))


def test_a_normal_error_keeps_a_fixed_share_of_what_selection_gains() -> None:
    assert best_of_value(16, 1, stats.norm()) == pytest.approx(best_of_maximum(16) / sqrt(2), abs=1e-7)
    assert best_of_value(16, 1, stats.norm()) == pytest.approx(1.248744, abs=6e-7)
    assert best_of_value(5, 3, stats.norm(scale=4)) == pytest.approx(best_of_maximum(5) * 9 / 5, abs=1e-6)


def test_a_heavy_tailed_error_takes_back_what_selection_gained() -> None:
    found = [best_of_value(n, 1, stats.t(3)) for n in (2, 4, 16, 64, 256, 1024, 16384)]
    known = (0.340303, 0.612171, 0.870965, 0.790801, 0.550107, 0.346701, 0.136389)
    np.testing.assert_allclose(found, known, rtol=3e-5)
    found = [best_of_value(n, 1, stats.pareto(1.5)) for n in (16, 64, 256)]
    np.testing.assert_allclose(found, (0.3644, 0.1428, 0.0560), atol=6e-5)


def test_two_draws_with_a_pareto_error() -> None:
    """E V = sqrt 2 E phi(e / sqrt 2) for the difference e of two errors, by integration over e."""

    def density(e: float) -> float:
        return 2 * quad(lambda t: 2.25 * t**0.5 * (1 / t + e) ** -2.5, 0, 1)[0]

    expected = quad(lambda e: sqrt(2) * stats.norm.pdf(e / sqrt(2)) * density(e), 0, 15)[0]
    assert best_of_value(2, 1, stats.pareto(1.5)) == pytest.approx(expected, abs=2e-5)


def test_a_normal_tilt_never_turns_down() -> None:
    found = normal_tilt(0.8, 1, 1)
    assert (found.value, found.proxy, found.kl) == (pytest.approx(0.8), pytest.approx(1.6), pytest.approx(0.64))
    x = np.linspace(-12, 12, 801)
    value, error = np.meshgrid(x, x, sparse=True)
    mass = np.exp(-(value**2 + error**2) / 2 + 0.8 * (value + error))
    assert float((mass * value).sum() / mass.sum()) == pytest.approx(found.value, rel=1e-9)


def test_a_proxy_that_is_wrong_at_its_best_option_turns_down() -> None:
    base, proxy, value = np.array((0.5, 0.3, 0.15, 0.05)), np.arange(4.0), np.array((0, 1, 1.5, -2))
    found = tilted_menu(base, proxy, value)
    tilts = np.linspace(0, 1, 100_001)[:, None]
    odds = base * np.exp(tilts * proxy)
    levels = odds @ value / odds.sum(axis=1)
    assert found.peak == pytest.approx(tilts[levels.argmax(), 0], abs=1e-4)
    assert (found.peak, found.value) == (pytest.approx(0.214310, abs=6e-7), pytest.approx(levels.max(), abs=1e-9))
    assert found.kl == pytest.approx(0.020192, abs=6e-7)
    assert found.back == pytest.approx(0.404821, abs=6e-7)
    assert found.limit == -2


def test_a_proxy_that_ranks_as_the_value_does_never_turns_down() -> None:
    found = tilted_menu((0.5, 0.3, 0.2), (0, 1, 2), (0, 1, 5))
    assert (found.peak, found.value, found.back) == (inf, 5, inf)
    assert found.kl == pytest.approx(log(5))


def test_a_proxy_that_ranks_against_the_value_is_best_left_alone() -> None:
    found = tilted_menu((0.5, 0.3, 0.2), (0, 1, 2), (2, 1, 0))
    assert (found.peak, found.value, found.kl, found.back) == (0, pytest.approx(1.3), 0, 0)


def test_published_curves_peak_where_they_say() -> None:
    curve = OptimisationCurve(1.5, 0.45)
    assert curve.learned_peak == (pytest.approx(exp(1.5 / 0.45 - 1)), pytest.approx(4.640516, abs=6e-7))
    assert curve.best_of_peak == (pytest.approx(5 / 3), pytest.approx(1.25))
    for reward, (distance, best) in ((curve.learned, curve.learned_peak), (curve.best_of, curve.best_of_peak)):
        assert reward(distance) == pytest.approx(best)
        assert max(reward(0.99 * distance), reward(1.01 * distance)) < best
        assert reward(0) == 0


@pytest.mark.parametrize(
    ("call", "wrong"),
    [
        (lambda: best_of_maximum(0), "n is 0"),
        (lambda: best_of_menu((1, 0), (0, 1), 2), r"base\[1\] is 0"),
        (lambda: best_of_menu((1, 1), (0, 1, 2), 2), "2 shares and 3 scores"),
        (lambda: best_of_value(2, 0, stats.norm()), "sd is 0"),
        (lambda: normal_tilt(inf, 1, 1), "strength is inf"),
        (lambda: tilted_menu((1, 1), (1, 1), (0, 1)), "ranks all options alike"),
        (lambda: OptimisationCurve(1, 0), "b is 0"),
    ],
)
def test_what_makes_no_sense_is_refused(call: object, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        call()
