"""Copies, norms, cascades and panels: closed forms, and each a second, independent way."""

from __future__ import annotations

from itertools import combinations, pairwise, product
from math import comb, cosh, exp, inf, nan, sinh, sqrt

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq, linprog
from scipy.stats import beta, multivariate_normal, norm

from oversight.games import (
    Copies,
    ReviewerPanel,
    correlated_tipping,
    critical_utility,
    crowd_of_conformists,
    linear_norm,
    logit_conformists,
    public_opinion,
    rational_conformists,
    ring_conformists,
    silence_breaks,
    sycophantic_reports,
    threshold_cascade,
)
from oversight.games.chains import stationary


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z)) if z > 0 else exp(z) / (1 + exp(z))


def long_run(transitions: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    """The stationary law by linear equations."""
    number = len(transitions)
    equations = transitions.T - np.eye(number)
    equations[-1] = 1
    return np.linalg.solve(equations, np.append(np.zeros(number - 1), 1.0))


# Copies


def mean_over_the_factor(p: float, rho: float, value) -> float:  # type: ignore[no-untyped-def]
    """The mean of a function of the share, by the distribution of the share itself: Vasicek's density."""

    def density(share: float) -> float:
        x, a, b = norm.ppf(share), sqrt(1 - rho), norm.ppf(p)
        return float(a / sqrt(rho) * exp(x * x / 2 - (a * x - b) ** 2 / (2 * rho)))

    return sum(quad(lambda x: value(x) * density(x), low, high, limit=400)[0] for low, high in ((0, p), (p, 1)))


@pytest.mark.parametrize(
    ("p", "worst", "sd", "icc", "effect", "sd_of_100", "none_of_60"),
    [
        (0.05, 0.249575, 0.052397, 0.057799, 6.722095, 0.056507, 0.241104),
        (0.4, 0.81055, 0.173858, 0.125944, 13.468422, 0.179789, 0.000624),
    ],
)
def test_s1_to_s3_vasiceks_law(
    p: float, worst: float, sd: float, icc: float, effect: float, sd_of_100: float, none_of_60: float
) -> None:
    """Correlation .2; and by the share's density, and the bivariate normal law of two copies."""
    copies = Copies(p, 0.2)
    assert copies.quantile(0.99) == pytest.approx(worst, abs=5e-7)
    assert (copies.sd, copies.intraclass_correlation) == pytest.approx((sd, icc), abs=5e-7)
    assert (copies.design_effect(100), copies.sd_of(100)) == pytest.approx((effect, sd_of_100), abs=5e-7)
    assert copies.none_of(60) == pytest.approx(none_of_60, abs=5e-7)

    cut = norm.ppf(p)
    both = multivariate_normal([0, 0], [[1, 0.2], [0.2, 1]]).cdf([cut, cut])
    assert copies.sd**2 == pytest.approx(both - p * p, abs=1e-6)
    assert mean_over_the_factor(p, 0.2, lambda share: 1.0) == pytest.approx(1, abs=1e-9)
    assert copies.sd**2 == pytest.approx(mean_over_the_factor(p, 0.2, lambda share: (share - p) ** 2), abs=1e-9)
    assert copies.none_of(60) == pytest.approx(mean_over_the_factor(p, 0.2, lambda share: (1 - share) ** 60), abs=1e-9)
    below = mean_over_the_factor(p, 0.2, lambda share: float(share <= copies.quantile(0.9)))
    assert below == pytest.approx(0.9, abs=1e-3)
    variance = mean_over_the_factor(p, 0.2, lambda share: share * (1 - share) / 100 + (share - p) ** 2)
    assert copies.sd_of(100) == pytest.approx(sqrt(variance), abs=1e-9)


def test_s4_monitors_that_are_copies_miss_together() -> None:
    copies, alone = Copies(0.7, 0.5), Copies(0.7, 0)
    assert copies.at_least(1, 5) == pytest.approx(0.944852, abs=5e-7)
    assert alone.at_least(1, 5) == pytest.approx(0.99757, abs=5e-7)
    for needed in range(7):

        def binomial(share: float, needed: int = needed) -> float:
            return sum(comb(5, n) * share**n * (1 - share) ** (5 - n) for n in range(needed, 6))

        assert copies.at_least(needed, 5) == pytest.approx(mean_over_the_factor(0.7, 0.5, binomial), abs=1e-8)
        assert alone.at_least(needed, 5) == pytest.approx(binomial(0.7))


def test_no_correlation_and_full_correlation() -> None:
    alone, one = Copies(0.3, 0), Copies(0.3, 1)
    assert (alone.quantile(0.99), alone.sd, alone.design_effect(50)) == (0.3, 0, 1)
    assert alone.none_of(4) == pytest.approx(0.7**4)
    assert (one.quantile(0.69), one.quantile(0.71)) == (0, 1)
    assert one.sd == pytest.approx(sqrt(0.21))
    assert one.none_of(4) == pytest.approx(0.7)
    assert one.at_least(3, 4) == pytest.approx(0.3)
    assert one.design_effect(50) == pytest.approx(50)
    for sure in (0.0, 1.0):
        assert (Copies(sure, 0.5).none_of(3), Copies(sure, 0.5).sd) == (1 - sure, 0)


@pytest.mark.parametrize("rho", [1e-6, 1e-3, 0.5, 0.999, 1 - 1e-9])
@pytest.mark.parametrize("number", [1, 30, 10**6])
def test_what_copies_miss_at_any_correlation(rho: float, number: int) -> None:
    """The mean over the factor by the trapezoidal rule on a million points, which is exact to the digits of a float."""
    z = np.linspace(-10, 10, 1_000_001)
    share = norm.cdf((norm.ppf(0.02) + sqrt(rho) * z) / sqrt(1 - rho))
    mean = np.trapezoid((1 - share) ** number * norm.pdf(z), z)
    assert Copies(0.02, rho).none_of(number) == pytest.approx(mean, abs=1e-5)
    if number == 1:
        assert Copies(0.02, rho).none_of(1) == pytest.approx(0.98, abs=1e-11)


@pytest.mark.parametrize(
    ("given", "edge", "chance", "periods", "over", "misconduct"),
    [
        ((0.9, 0.2, 0.1), 0.235425, 0.029424, 28.243355, 0.99133, 0.749999),
        ((0.9, 0.25, 0.05), 0.341886, 0.000038, 6300.79536, 0.0157, 0.10863),
    ],
)
def test_s5_a_capacity_that_tips(
    given: tuple[float, float, float], edge: float, chance: float, periods: float, over: float, misconduct: float
) -> None:
    found = correlated_tipping(*given)
    assert (found.edge, found.chance) == pytest.approx((edge, chance), abs=5e-7)
    assert found.periods == pytest.approx(periods, abs=5e-6)
    assert (found.share_over, found.misconduct) == pytest.approx((over, misconduct), abs=1e-6)


@pytest.mark.parametrize(
    ("fine", "capacity", "rho"), [(0.9, 0.2, 0.1), (0.9, 0.25, 0.05), (0.9, 0.2, 0.6), (0.85, 0.2, 0.95)]
)
def test_tipping_of_shares_that_are_cut_into_cells(fine: float, capacity: float, rho: float) -> None:
    """The chain of shares, in 800 cells below the edge and 400 above, solved by linear equations."""
    found = correlated_tipping(fine, capacity, rho)
    bounds = np.concatenate([np.linspace(0, found.edge, 801), np.linspace(found.edge, 1, 401)[1:]])
    middles = (bounds[:-1] + bounds[1:]) / 2
    mean = 1 - fine * np.minimum(1, capacity / middles)
    law_of_share = norm.cdf((sqrt(1 - rho) * norm.ppf(bounds) - norm.ppf(mean)[:, None]) / sqrt(rho))
    transitions = np.diff(law_of_share, axis=1)
    good = middles < found.edge
    waits = np.linalg.solve(np.eye(good.sum()) - transitions[np.ix_(good, good)], np.ones(good.sum()))
    assert found.periods == pytest.approx(waits[np.searchsorted(middles, 1 - fine)], rel=1e-3)
    law = long_run(transitions)
    assert found.share_over == pytest.approx(law[~good].sum(), rel=1e-3)
    assert found.misconduct == pytest.approx(law @ middles, rel=1e-3)


def test_a_capacity_without_an_edge_is_refused() -> None:
    for capacity in (0.05, 0.3):
        with pytest.raises(ValueError, match="there is no edge, which takes a capacity above"):
            correlated_tipping(0.9, capacity, 0.1)
    for correlation in (1e-3, 1e-9):
        with pytest.raises(ValueError, match=r"so small that it tips less than once in 1e\+30 periods"):
            correlated_tipping(0.9, 0.2, correlation)


def test_long_runs_of_chains_to_every_digit() -> None:
    """A chain between two states that it leaves with 1e-40 and 3e-40, and one by linear equations."""
    assert stationary(np.array([[1, 1e-40], [3e-40, 1]])) == pytest.approx([0.75, 0.25], rel=1e-15)
    random = np.random.default_rng(1).random((9, 9))
    transitions = random / random.sum(axis=1, keepdims=True)
    assert stationary(transitions) == pytest.approx(long_run(transitions), rel=1e-10)
    with pytest.raises(ValueError, match="from state 1 no earlier one is reached"):
        stationary(np.eye(2))


# Norms


def test_n1_the_social_multiplier() -> None:
    """Against iteration, and a difference quotient."""
    found = linear_norm(0.8, 0.5)
    assert (found.share, found.slope) == pytest.approx((0.4, -2))
    share = 0.0
    for _ in range(100):
        share = min(max(1 - 0.8 + 0.5 * share, 0), 1)
    assert found.share == pytest.approx(share)
    assert (linear_norm(0.801, 0.5).share - found.share) / 0.001 == pytest.approx(found.slope)
    assert vars(linear_norm(0.1, 0.5)) == {"share": 1, "slope": 0}
    assert vars(linear_norm(1.1, 0.5)) == {"share": 0, "slope": 0}


@pytest.mark.parametrize(("weight", "expected"), [(0.7, [(0, True), (0.75, False), (1, True)]), (0.3, [(0.25, True)])])
def test_n2_rational_conformists(weight: float, expected: list[tuple[float, bool]]) -> None:
    found = rational_conformists(0.6, weight)
    assert [(norm.share, norm.stable) for norm in found] == [
        (pytest.approx(share), stable) for share, stable in expected
    ]


@pytest.mark.parametrize("weight", [0.0, 0.1, 0.3, 0.45, 0.5, 0.55, 0.8, 1.5])
@pytest.mark.parametrize("sanction", [-0.2, 0.05, 0.3, 0.61, 1.0, 1.7])
def test_norms_are_all_fixed_points_and_stable_where_iteration_stays(weight: float, sanction: float) -> None:
    """Fixed points on a grid of the response, and what small steps aside do."""

    def response(share: float) -> float:
        return min(max(1 - sanction + weight * (2 * share - 1), 0), 1)

    found = rational_conformists(sanction, weight)
    grid = np.linspace(-0.0005, 1.0005, 1002)
    excess = [response(share) - share for share in grid]
    crossings = sum(before * after < 0 for before, after in pairwise(excess))
    assert len(found) == crossings
    for each in found:
        assert response(each.share) == pytest.approx(each.share)
        aside = each.share + (1e-4 if each.share < 0.5 else -1e-4)
        for _ in range(300):
            aside = response(aside)
        assert (abs(aside - each.share) < 1e-4) == each.stable


def test_every_share_is_a_norm_where_response_and_diagonal_agree() -> None:
    with pytest.raises(ValueError, match="every share is an equilibrium"):
        rational_conformists(0.5, 0.5)


@pytest.mark.parametrize(
    ("utility", "weight", "expected", "critical"),
    [
        (0, 0.8, [0.5], 0),
        (0, 1.5, [0.07072, 0.5, 0.92928], 0.207546),
        (0.1, 1.5, [0.09946, 0.39701, 0.946928], 0.207546),
    ],
)
def test_n3_logit_conformists(utility: float, weight: float, expected: list[float], critical: float) -> None:
    """Brock and Durlauf (2001) at precision 2; and all that a fine grid brackets."""
    found = logit_conformists(utility, weight, 2)
    assert [each.share for each in found] == pytest.approx(expected, abs=5e-7)
    assert [each.stable for each in found] == ([True, False, True] if len(found) == 3 else [True])
    assert critical_utility(weight, 2) == pytest.approx(critical, abs=5e-7)

    def excess(share: float) -> float:
        return sigmoid(2 * (utility + weight * (2 * share - 1))) - share

    grid = np.linspace(0, 1, 10_002)
    roots = [brentq(excess, *ends) for ends in pairwise(grid) if excess(ends[0]) * excess(ends[1]) < 0]
    assert [each.share for each in found] == pytest.approx(roots, abs=1e-9)


def test_three_norms_on_one_side_of_the_critical_utility_and_one_on_the_other() -> None:
    for weight, precision in ((1.5, 2), (1.01, 2), (3, 10), (1e6, 1e6)):
        critical = critical_utility(weight, precision)
        for sign in (-1, 1):
            assert len(logit_conformists(sign * critical * (1 - 1e-6), weight, precision)) == 3
            assert len(logit_conformists(sign * critical * (1 + 1e-6), weight, precision)) == 1


def test_norms_at_any_scale() -> None:
    for scale in (1e3, 1e20, 1e150):
        low, middle, high = logit_conformists(0, scale, 1)
        assert (low.share, middle.share, high.share) == pytest.approx((0, 0.5, 1), abs=1e-12)
    assert [each.share for each in logit_conformists(1, 5, 0)] == [0.5]


def every_state(number: int, utility: float, weight: float, precision: float) -> np.ndarray:  # type: ignore[type-arg]
    """The stationary law of all 2^N states of a ring whose members all revise at once."""
    states = np.array(list(product((0, 1), repeat=number)))
    seen = (np.roll(states, 1, axis=1) + np.roll(states, -1, axis=1)) / 2
    chance = 1 / (1 + np.exp(-precision * (utility + weight * (2 * seen - 1))))
    transitions = np.prod(np.where(states[None], chance[:, None], 1 - chance[:, None]), axis=2)
    law = np.full(len(states), 1 / len(states))
    for _ in range(14):  # 2^14 steps
        transitions = transitions @ transitions
    return law @ transitions


@pytest.mark.parametrize(
    ("utility", "share", "second", "limit"), [(0, 0.5, 0.456964, 0.5), (0.1, 0.697211, 0.356161, 0.704771)]
)
def test_n4_conformists_on_a_ring(utility: float, share: float, second: float, limit: float) -> None:
    """Eight of them at precision 2, weight 1.5."""
    found = ring_conformists(8, utility, 1.5, 2)
    assert (found.share, found.next_covariance, found.second_covariance) == pytest.approx((share, 0, second), abs=5e-7)
    assert found.limit == pytest.approx(limit, abs=5e-7)
    assert ring_conformists(5000, utility, 1.5, 2).share == pytest.approx(limit, abs=5e-7)


@pytest.mark.parametrize("number", [3, 4, 5, 8])
@pytest.mark.parametrize(("utility", "weight", "precision"), [(0.1, 1.5, 2), (-0.3, 0.8, 1), (0.2, -1, 1.5)])
def test_a_ring_is_the_long_run_of_all_its_states(number: int, utility: float, weight: float, precision: float) -> None:
    law = every_state(number, utility, weight, precision)
    acts = 2 * np.array(list(product((0, 1), repeat=number))) - 1
    mean = law @ acts[:, 0]
    found = ring_conformists(number, utility, weight, precision)
    assert found.share == pytest.approx((1 + mean) / 2, abs=1e-9)
    assert found.next_covariance == pytest.approx(law @ (acts[:, 0] * acts[:, 1]) - mean**2, abs=1e-9)
    assert found.second_covariance == pytest.approx(law @ (acts[:, 0] * acts[:, 2]) - mean**2, abs=1e-9)
    coupling, field = precision * weight / 4, precision * utility / 2
    assert found.limit == pytest.approx((1 + sinh(field) / sqrt(sinh(field) ** 2 + exp(-4 * coupling))) / 2)


def test_rings_at_any_scale() -> None:
    assert ring_conformists(8, 1e200, 1, 1).share == 1
    assert ring_conformists(8, 0, 1e200, 1).share == 0.5
    assert cosh(0) == ring_conformists(8, 0, 1e200, 1).second_covariance, "all alike"


@pytest.mark.parametrize(
    ("own", "mean", "sd", "undecided"), [(False, 0.596049, 0.314667, 0.271206), (True, 0.597595, 0.316892, 0.262581)]
)
def test_n5_a_crowd_where_everyone_sees_everyone(own: bool, mean: float, sd: float, undecided: float) -> None:
    """Twelve of them, precision 2, weight 1.2, utility .02; and all 2^6 states of a crowd of six."""
    found = crowd_of_conformists(12, 0.02, 1.2, 2, own_act_counts=own)
    assert (found.mean, found.sd, found.between(0.3, 0.7)) == pytest.approx((mean, sd, undecided), abs=5e-7)

    states = np.array(list(product((0, 1), repeat=6)))
    total = states.sum(axis=1, keepdims=True)
    seen = total / 6 + 0 * states if own else (total - states) / 5
    chance = 1 / (1 + np.exp(-2 * (0.02 + 1.2 * (2 * seen - 1))))
    law = long_run(np.prod(np.where(states[None], chance[:, None], 1 - chance[:, None]), axis=2))
    counts = np.bincount(total[:, 0], weights=law)
    assert crowd_of_conformists(6, 0.02, 1.2, 2, own_act_counts=own).law == pytest.approx(counts, abs=1e-9)


def test_crowds_that_hardly_ever_change() -> None:
    """Two who see each other, both acts alike: (0, 0) and (1, 1) hold each other, and last as long as each other."""
    found = crowd_of_conformists(2, 0, 1, 300)
    assert found.law == pytest.approx([0.25, 0.5, 0.25]), "one of each swaps for ever, and takes half of the time"
    assert crowd_of_conformists(20, 0.01, 1, 30).law[-1] == pytest.approx(1, abs=1e-4)
    assert sum(crowd_of_conformists(20, 0.01, -1, 30).law) == pytest.approx(1)
    with pytest.raises(ValueError, match="so high that some of the crowds never change"):
        crowd_of_conformists(12, 0, 1, 1e4)


# Cascades


def test_f1_one_threshold_decides() -> None:
    """Granovetter (1978): 0, 1/100, ... all act; without the second one person does."""
    whole = [n / 100 for n in range(100)]
    assert threshold_cascade(whole) == 1
    assert threshold_cascade([0, 0.02, *whole[2:]]) == 0.01
    assert threshold_cascade([n * 0.01 for n in range(100)]) == 1, "though 29 x .01 is not 29 / 100"
    assert threshold_cascade([0.5, 2]) == 0


@pytest.mark.parametrize("seed", range(20))
def test_a_cascade_is_what_joining_in_leads_to(seed: int) -> None:
    thresholds = np.random.default_rng(seed).beta(2, 3, size=37) - 0.1
    share = 0.0
    for _ in range(40):
        share = np.mean(thresholds <= share)
    assert threshold_cascade(thresholds.tolist()) == share


def test_f2_silence_breaks_at_one_ninth() -> None:
    """Thresholds Beta(2, 2): x = e + (1 - e) (3 x^2 - 2 x^3), whose roots are 1 and those of a quadratic."""
    found = silence_breaks(2, 2)
    assert (found.outspoken, found.share) == pytest.approx((1 / 9, 0.25))
    for outspoken in (0.0, 0.03, 0.08, 1 / 9 - 1e-6):
        # (x - 1) (2 (1 - e) x^2 - (1 - e) x + e) = 0
        roots = sorted(np.roots([2 * (1 - outspoken), -(1 - outspoken), outspoken]).real)
        opinions = public_opinion(2, 2, outspoken)
        assert [each.share for each in opinions] == pytest.approx([*roots, 1], abs=1e-9)
        assert [each.stable for each in opinions] == [True, False, True]
    assert [each.share for each in public_opinion(2, 2, 0.08)] == pytest.approx([0.112081, 0.387919, 1], abs=5e-7)
    assert [each.share for each in public_opinion(2, 2, 1 / 9 + 1e-6)] == [1]


@pytest.mark.parametrize("outspoken", [0.0, 0.02, 0.2, 0.7, 1.0])
@pytest.mark.parametrize(
    ("a", "b"),
    [(2, 2), (3, 1.5), (1.2, 6), (2, 1), (1, 2), (1, 0.5), (0.5, 0.5), (0.5, 2), (3, 0.7), (0.7, 1), (0.2, 900)],
)
def test_public_opinions_are_all_that_a_grid_finds(a: float, b: float, outspoken: float) -> None:
    """And stable iff the response crosses the diagonal from above."""
    places = 0.5 - np.cos(np.linspace(0, np.pi, 40_000)) / 2  # dense near both ends
    excess = outspoken + (1 - outspoken) * beta.cdf(places, a, b) - places
    inside = [
        (low + high) / 2
        for (low, high), (x, y) in zip(pairwise(places[1:-1]), pairwise(excess[1:-1]), strict=True)
        if x * y < 0
    ]
    found = public_opinion(a, b, outspoken)
    ends = ([0.0] if outspoken == 0 else []), [1.0]
    assert [each.share for each in found] == pytest.approx([*ends[0], *inside, *ends[1]], abs=1e-4)
    for each in found:
        aside = each.share + (1e-6 if each.share < 0.5 else -1e-6)
        moves = outspoken + (1 - outspoken) * beta.cdf(aside, a, b) - aside
        assert (moves * (aside - each.share) < 0) == each.stable


@pytest.mark.parametrize(("a", "b"), [(2, 2), (3, 1.5), (1.2, 6), (20, 30), (700, 900)])
def test_silence_breaks_where_the_quiet_share_vanishes(a: float, b: float) -> None:
    found = silence_breaks(a, b)
    assert len(public_opinion(a, b, found.outspoken * (1 - 1e-6))) == 3
    assert len(public_opinion(a, b, found.outspoken * (1 + 1e-6))) == 1
    below, _, _ = public_opinion(a, b, found.outspoken * (1 - 1e-8))
    assert below.share == pytest.approx(found.share, abs=1e-3)


def test_f3_sycophantic_reports() -> None:
    """Weight .4, precision 4, 101 reports, majority .6; the sum over counts, and where the choice flips."""
    found = sycophantic_reports(0.4, 1, 1, 4, 101, 0.6)
    assert (found.falsifies, found.public, found.gap) == pytest.approx((0.310026, 0.413985, 0.186015), abs=5e-7)
    assert (found.wins, found.flips_at) == pytest.approx((0.040387, 0.166667), abs=5e-7)
    assert (found.flipping_weight, found.rational_weight) == pytest.approx((0.29882, 0.5), abs=5e-7)
    true = 0.6 * (1 - sigmoid(4 * (0.4 - 0.6)))
    assert found.wins == pytest.approx(sum(comb(101, n) * true**n * (1 - true) ** (101 - n) for n in range(51, 102)))
    flipping = brentq(lambda weight: 0.6 * (1 - sigmoid(4 * (weight - (1 - weight)))) - 0.5, 0, 1)
    assert found.flipping_weight == pytest.approx(flipping)
    assert sycophantic_reports(found.flipping_weight, 1, 1, 4, 101, 0.6).wins == pytest.approx(0.5)
    assert sycophantic_reports(0.5, 1, 1, 1e6, 1, 0.9).falsifies == 0.5


# Panels of reviewers

PRINCIPAL = (1, -2, -1)
PANELS = [
    (((1, -3, 1), (1, 1, -3), (2, -4, -1)), 0, -0.230769),
    (((1, -3, 1), (1, 1, -3), (1, -2, -1), (2, -5, -2)), 2, 0),
    (((1, -3, 1), (1, 1, -1)), 0, -1.5),
]


def covers(principal: tuple[float, ...], reviewers: tuple[tuple[float, ...], ...]) -> bool:
    """Farkas: some combination of reviewers, of no negative weight, is at most the principal's utility everywhere."""
    if not reviewers:
        return min(principal) >= 0
    feasible = linprog(np.zeros(len(reviewers)), A_ub=np.array(reviewers).T, b_ub=principal, bounds=(0, None))
    return bool(feasible.status == 0)


@pytest.mark.parametrize(("reviewers", "depth", "worst"), PANELS)
def test_r1_a_panel_of_reviewers(reviewers: tuple[tuple[float, ...], ...], depth: int, worst: float) -> None:
    """Rejection depth, soundness with dissenters, the worst that all approve; the dual programme says the same."""
    panel = ReviewerPanel(PRINCIPAL, reviewers)
    assert panel.rejection_depth() == depth
    assert [panel.is_sound(dissenters) for dissenters in range(4)] == [dissenters < depth for dissenters in range(4)]
    found = panel.worst_approved()
    assert found.worth == pytest.approx(worst, abs=5e-7)
    assert np.dot(found.weights, PRINCIPAL) == pytest.approx(found.worth)
    assert min(np.dot(found.weights, reviewer) for reviewer in reviewers) >= -1e-9
    for dissenters in range(len(reviewers) + 1):
        kept = combinations(reviewers, len(reviewers) - dissenters)
        assert (dissenters < depth) == all(covers(PRINCIPAL, those) for those in kept)


@pytest.mark.parametrize("seed", range(15))
def test_depths_of_random_panels(seed: int) -> None:
    """Reviewers whose utilities are the principal's and noise, by the dual programme."""
    random = np.random.default_rng(seed)
    principal = tuple(random.normal(size=3).tolist())
    reviewers = tuple(tuple((np.array(principal) + 0.4 * random.normal(size=3)).tolist()) for _ in range(5))
    panel = ReviewerPanel(principal, reviewers)
    uncovered = [
        dissenters
        for dissenters in range(6)
        if not all(covers(principal, those) for those in combinations(reviewers, 5 - dissenters))
    ]
    assert panel.rejection_depth() == (uncovered[0] if uncovered else 6)


def test_a_principal_whom_nothing_harms() -> None:
    panel = ReviewerPanel((1, 0), ((-1, -1),))
    assert panel.rejection_depth() == 2
    assert panel.worst_approved(1).worth == 0


# Bad input


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Copies(1.2, 0), "probability is 1.2: it is a share"),
        (lambda: Copies(0.2, nan), "correlation is nan"),
        (lambda: Copies(0.2, 0.1).quantile(2), "level is 2"),
        (lambda: Copies(0.2, 0.1).sd_of(0), "number is 0: it must be a whole number, 1 or more"),
        (lambda: Copies(0.2, 0.1).design_effect(0), "number is 0"),
        (lambda: Copies(0.2, 0.1).none_of(-1), "number is -1"),
        (lambda: Copies(0.2, 0.1).at_least(0.5, 3), "needed is 0.5"),  # type: ignore[arg-type]
        (lambda: correlated_tipping(1, 0.2, 0.1), "fine is 1 and correlation 0.1: both must be below 1"),
        (lambda: correlated_tipping(0.9, 0, 0.1), "capacity is 0: it must be above 0"),
        (lambda: linear_norm(0.5, 1), "weight is 1: from 1 on"),
        (lambda: linear_norm(inf, 0.5), "expected_sanction is inf"),
        (lambda: rational_conformists(0.5, -1), "weight is -1"),
        (lambda: logit_conformists(0, 1, -1), "precision is -1"),
        (lambda: logit_conformists(0, 1e200, 1e200), "precision_times_weight is inf"),
        (lambda: critical_utility(-1, 1), "weight is -1: it must be 0 or more"),
        (lambda: ring_conformists(2, 0, 1, 1), "number is 2: it must be a whole number, 3 or more"),
        (lambda: crowd_of_conformists(1, 0, 1, 1), "number is 1"),
        (lambda: threshold_cascade([]), "number_of_thresholds is 0"),
        (lambda: threshold_cascade([0.1, nan]), r"thresholds\[1\] is nan"),
        (lambda: public_opinion(0, 1, 0.1), "a is 0: it must be above 0"),
        (lambda: public_opinion(1, 1, 0), "every share is an equilibrium"),
        (lambda: public_opinion(2, 2, -0.1), "outspoken is -0.1"),
        (lambda: silence_breaks(1, 2), "a is 1: it must be above 1"),
        (lambda: sycophantic_reports(0.4, 1, 1, 4, 100, 0.6), "reports is 100: an odd number"),
        (lambda: sycophantic_reports(0.4, 1, 1, 4, 101, 0.5), "majority is 0.5: it must be above 0.5"),
        (lambda: sycophantic_reports(0.4, 1, 1, inf, 101, 0.6), "precision is inf"),
        (lambda: ReviewerPanel((), ((),)), "number_of_outcomes is 0"),
        (lambda: ReviewerPanel((1, 2), ()), "number_of_reviewers is 0"),
        (lambda: ReviewerPanel((1, 2), ((1,),)), r"reviewers\[0\] has 1 utilities: there are 2 outcomes"),
        (lambda: ReviewerPanel((1, 2), ((1, nan),)), r"reviewers\[0\]\[1\] is nan"),
        (lambda: ReviewerPanel((1, 2), ((1, 1),)).worst_approved(2), "dissenters is 2: there are 1 reviewers"),
        (lambda: ReviewerPanel((1, 2), ((1, 1),)).is_sound(-1), "dissenters is -1"),
    ],
)
def test_numbers_out_of_range_are_named(call, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=words):
        call()
