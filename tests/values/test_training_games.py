"""Loading, policy gradients, penalties on the model, certification, control charts: closed forms, recomputed."""

from __future__ import annotations

from math import exp, inf, log

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp
from scipy.optimize import linprog, minimize
from scipy.stats import binom

from oversight.games import (
    Decay,
    PolicyGradient,
    PricedLoading,
    bernoulli_cusum,
    bernoulli_ewma,
    bernoulli_shiryaev_roberts,
    binomial_cusum,
    binomial_ewma,
    cheapest_mix,
    loading_to_reach,
    natural_step,
    regularised,
    resampled,
    resetting_retraining,
    run_rule,
    shutdown,
    stepwise_retraining,
)

PRICED = PricedLoading(gain=0.5, harm=1, sanction=2, temperature=0.2, price=0.5, coverage=0.6)


def close(value: float) -> object:
    return pytest.approx(value, abs=6e-7)


def logit(x: float) -> float:
    return log(x / (1 - x))


# Loading


def test_the_best_loading_is_that_of_a_numerical_minimum() -> None:
    def cost(inspection: float, loading: float) -> float:
        before, after = PRICED.violation(inspection), PRICED.violation(inspection, loading)
        kl = after * log(after / before) + (1 - after) * log((1 - after) / (1 - before))
        return 0.6 * (after + 0.5 * kl) + 0.4 * before

    found = minimize(lambda at: cost(0.2, at[0]), [0.1], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-14})
    assert PRICED.best_loading == pytest.approx(0.4)
    assert PRICED.best_loading == pytest.approx(found.x[0], abs=1e-4)
    assert PRICED.least_cost(0.2) == close(0.480783)
    assert PRICED.least_cost(0.2) == pytest.approx(found.fun, abs=1e-9)
    both = minimize(lambda at: 0.3 * at[0] + cost(*at), [0.5, 0.3], bounds=[(0, 1), (0, 2)], options={"ftol": 1e-14})
    assert PRICED.best(0.3).cost == close(0.196530)
    assert PRICED.best(0.3).cost == pytest.approx(both.fun, abs=1e-7)


@pytest.mark.parametrize(
    ("inspection_cost", "inspection", "cost"), [(0.3, 0.551045, 0.196530), (3.5, 0, 0.851101), (0.002, 1, 0.002365)]
)
def test_the_best_mix(inspection_cost: float, inspection: float, cost: float) -> None:
    found = PRICED.best(inspection_cost)
    assert (found.inspection, found.loading) == (pytest.approx(inspection, abs=1e-5), pytest.approx(0.4))
    assert found.cost == close(cost)


def test_inspections_alone_cost_more() -> None:
    assert PRICED.best_without_loading(0.3).cost == close(0.209268)
    assert PRICED.least_cost(0) == close(0.851101)


@pytest.mark.parametrize(("target", "sanction"), [(0.05, 0.0), (0.05, 0.3), (0.4, 0.1)])
def test_the_loading_that_a_rate_takes(target: float, sanction: float) -> None:
    loading = loading_to_reach(target, 0.1, sanction)
    rate = quad(lambda gain: 1 / (1 + exp((sanction + loading - gain) / 0.1)), 0, 1)[0]
    assert rate == pytest.approx(target, abs=1e-9)


def test_the_loading_of_a_rate_that_there_is_anyway() -> None:
    assert loading_to_reach(0.05, 0.1, 0.3) == close(0.743268)
    assert loading_to_reach(0.9, 0.1, 0.3) == 0
    assert loading_to_reach(0.05, 1e-3) == pytest.approx(0.95, abs=1e-9)


def test_the_cheapest_mix_is_that_of_a_linear_programme() -> None:
    found = cheapest_mix(0.1, 0.6, 0.5, 2, 0.1)
    assert (found.inspection * 2, found.loading, found.cost) == (close(0.75), close(0.25), close(0.2125))
    for target, coverage, cost in ((0.1, 0.6, 0.1), (0.5, 0.6, 0.1), (0.1, 0.6, 0.2), (0.3, 1.0, 0.05)):
        # D, l, violations in and out of training's reach
        whole = linprog(
            [0.25, cost, 0, 0],
            A_ub=[[0, 0, coverage, 1 - coverage], [-1, -1, -1, 0], [-1, 0, 0, -1]],
            b_ub=[target, -1, -1],
        )
        assert cheapest_mix(target, coverage, 0.5, 2, cost).cost == pytest.approx(whole.fun)


def test_loading_that_gets_dearer_is_used_until_it_costs_what_it_saves() -> None:
    found = cheapest_mix(0.3, 0.6, 0.5, 2, 0, rising_cost=1)
    assert (found.loading, found.inspection * 2, found.cost) == (close(0.15), close(0.61), close(0.16375))


# Policy gradients


@pytest.mark.parametrize(
    ("method", "logits", "time"), [("natural", 1, 114.877996), ("vanilla", 1, 2704.503467), ("vanilla", 2, 1352.251734)]
)
def test_how_long_misconduct_takes_to_fall(method: str, logits: int, time: float) -> None:
    learner = PolicyGradient(-0.2, 0.2, method, logits)
    assert learner.time(0.5, 0.01) == close(time)
    assert learner.after(0.5, time) == pytest.approx(0.01, rel=1e-6)
    assert learner.time(0.01, 0.5) == inf


def test_what_is_left_follows_the_differential_equation() -> None:
    path = solve_ivp(
        lambda _, odds: -0.04 / (2 + np.exp(odds) + np.exp(-odds)), (0, 2000), [0.0], rtol=1e-10, atol=1e-12
    )
    left = PolicyGradient(-0.2, 0.2, "vanilla").after(0.5, 2000)
    assert left == close(0.013798)
    assert left == pytest.approx(1 / (1 + exp(-path.y[0, -1])), rel=1e-6)


def test_entropy_stops_at_the_logit() -> None:
    assert regularised(-0.2, 0.2, 0.1, 0.5, 30) == close(0.287198)
    assert regularised(-0.2, 0.2, 0.1, 0.5, 10_000) == close(0.119203)
    odds = 0.0
    for _ in range(30):
        odds += 0.2 * (-0.2 - 0.1 * odds)
    assert regularised(-0.2, 0.2, 0.1, 0.5, 30) == pytest.approx(1 / (1 + exp(-odds)))


def test_a_natural_step_is_that_of_the_fisher_matrix() -> None:
    logits, payoffs = np.array((0.3, -0.2, 0.5)), np.array((0, -0.2, -0.1))
    chances = np.exp(logits) / np.exp(logits).sum()
    fisher = np.diag(chances) - np.outer(chances, chances)
    moved = logits + 0.2 * np.linalg.pinv(fisher) @ (chances * (payoffs - chances @ payoffs))
    expected = np.exp(moved) / np.exp(moved).sum()
    np.testing.assert_allclose(natural_step(tuple(logits), tuple(payoffs), 0.2), expected)
    np.testing.assert_allclose(expected, (0.359717, 0.209624, 0.430659), atol=6e-7)


# Penalties on the model


def test_corrections_balance_the_drift() -> None:
    assert stepwise_retraining(0.02, 0.3, 0.4) == close(1 / 6)
    assert stepwise_retraining(1, 0.3, 0.4) == 1
    rng = np.random.default_rng(1)
    odds, violations, draws = 0.0, 0, rng.random((100_000, 2))
    for act, catch in draws:
        violated = act < 1 / (1 + exp(-odds))
        violations += violated
        odds += 0.02 - 0.4 * (violated and catch < 0.3)
    assert violations / len(draws) == pytest.approx(1 / 6, rel=0.03)


def test_resets_renew() -> None:
    found = resetting_retraining(0.05, 0.5, 0.2)
    assert (found.misconduct, found.periods) == (close(0.468711), close(10.667561))
    assert found.periods == pytest.approx(1 / (0.2 * found.misconduct))
    # The stationary law of the periods since a reset.
    chances = 1 / (1 + np.exp(-(logit(0.05) + 0.5 * np.arange(300))))
    law = np.zeros(300)
    law[0] = 1
    for _ in range(3_000):
        caught = 0.2 * chances * law
        law = np.concatenate([[caught.sum()], (law - caught)[:-1]])
    assert found.misconduct == pytest.approx(float(law @ chances), rel=1e-9)


def test_asking_again_while_flagged() -> None:
    found = resampled(0.2, 0.8, 0.1, 3)
    assert (found.limit, found.sent, found.blocked) == (close(0.052632), close(0.061120), close(0.051904))
    assert (found.withheld, found.draws, found.worth) == (close(0.013824), close(1.2976), close(1.504077))
    assert logit(0.2) - found.worth == pytest.approx(logit(found.limit))
    assert resampled(0.2, 0.8, 0.1, 1).sent == pytest.approx(0.2)
    assert resampled(0.2, 0.8, 0.1, 200).sent == pytest.approx(found.limit)


@pytest.mark.parametrize(("income", "threshold"), [(0.0, 0.519494), (0.2, 0.915910), (1.0, 1.0)])
def test_a_shutdown_deters_by_value_iteration(income: float, threshold: float) -> None:
    found = shutdown(0.5, 0.9, income=income)
    assert found.threshold == close(threshold)
    value = 0.0
    for _ in range(500):
        least = min(1.0, 0.5 * 0.9 * value)
        # A gain above the threshold is taken, and play goes on unless it is caught.
        value = income + 0.9 * value + (1 - least) * ((1 + least) / 2 - 0.5 * 0.9 * value)
    assert found.threshold == pytest.approx(min(1.0, 0.45 * value), abs=1e-9)


def test_those_shut_down_are_gone() -> None:
    found = shutdown(0.5, 0.9)
    assert (found.misconduct, found.replacements) == (close(0.480506), close(0.240253))
    assert found.active_after(20) == close(0.004106)


# Certification


def test_how_often_to_certify() -> None:
    decay = Decay(misconduct=0.2, loading=0.5, decay=0.05, harm=1, certification=0.6)
    best = decay.best_in_time()
    assert (best.every, best.cost) == (close(7.883730), close(0.362886))
    found = decay.best()
    assert (found.every, found.cost, decay.never) == (8, close(0.354276), close(0.7))
    assert (decay.cost(7), decay.cost(9)) == (close(0.354768), close(0.355833))
    summed = sum(0.2 + 0.5 * (1 - 0.95**period) for period in range(8)) / 8 + 0.6 / 8
    assert found.cost == pytest.approx(summed)


def test_what_costs_more_than_it_restores_is_never_certified() -> None:
    decay = Decay(misconduct=0.2, loading=0.5, decay=0.05, harm=1, certification=10)
    assert decay.best_in_time().every == inf
    assert decay.best().every == inf
    assert decay.best().cost == decay.never


# Control charts


@pytest.mark.parametrize(
    ("reference", "alarm", "rates", "lengths"),
    [
        (14, 56, (0.05, 0.1), (1195.635403, 108.461686)),
        (14, 84, (0.05, 0.1), (5835.63027, 177.270863)),
        (4, 12, (0.1, 0.4), (2505.407864, 17.544809)),
    ],
)
def test_false_and_true_alarms_of_cusums(
    reference: int, alarm: int, rates: tuple[float, float], lengths: tuple[float, float]
) -> None:
    """Row M1: S = max(0, S + m x - 1), before the drift and after it (Reynolds and Stoumbos 1999)."""
    assert [bernoulli_cusum(rate, reference, alarm) for rate in rates] == pytest.approx(lengths, abs=1e-6)


def test_false_and_true_alarms_of_shiryaev_and_roberts() -> None:
    """Row M2, by a renewal equation on other nodes, to three digits; and E[R at the alarm] by playing it."""
    assert bernoulli_shiryaev_roberts(0.05, 0.05, 0.1, 200) == pytest.approx(255.447726, rel=2.5e-3)
    assert bernoulli_shiryaev_roberts(0.1, 0.05, 0.1, 200) == pytest.approx(71.466471, rel=2.5e-3)
    rng, level, reached = np.random.default_rng(2), np.zeros(40_000), []
    while len(level):
        level = (1 + level) * np.where(rng.random(len(level)) < 0.05, 2.0, 0.9 / 0.95)
        reached += level[level >= 200].tolist()
        level = level[level < 200]
    found = bernoulli_shiryaev_roberts(0.05, 0.05, 0.1, 200)
    assert found == pytest.approx(np.mean(reached), abs=4 * np.std(reached) / 200)


def test_cusums_by_summed_survival() -> None:
    assert bernoulli_cusum(0.05, 10, 30) == pytest.approx(1283.706566, rel=1e-8)
    assert bernoulli_cusum(0.2, 10, 30) == close(28.088610)
    assert bernoulli_cusum(0.2, 10, 30, start=15) == close(17.578609)
    assert binomial_cusum(0.05, 20, 2, 5) == pytest.approx(3119.868429, rel=1e-8)
    lasting, length = np.eye(5)[0], 0.0
    chances = binom.pmf(np.arange(21), 20, 0.2)
    for _ in range(500):
        length += lasting.sum()
        further = np.zeros(5)
        for state, found in np.ndindex(5, 21):
            there = max(0, state + found - 2)
            if there < 5:
                further[there] += lasting[state] * chances[found]
        lasting = further
    assert binomial_cusum(0.2, 20, 2, 5) == close(3.039207)
    assert binomial_cusum(0.2, 20, 2, 5) == pytest.approx(length)


def test_moving_averages_and_runs() -> None:
    assert (run_rule(0.1, 3), run_rule(0.5, 3), run_rule(1, 4)) == (pytest.approx(1110), pytest.approx(14), 4)
    assert bernoulli_ewma(0.1, 0.1, 0.35) == pytest.approx(990.56, rel=0.02)
    assert bernoulli_ewma(0.4, 0.1, 0.35) == pytest.approx(16.308, rel=0.02)
    assert bernoulli_ewma(1, 0.2, 0.5) == 4  # 1 - .8^k reaches a half


@pytest.mark.parametrize(("weight", "alarm", "run"), [(0.5, 0.874, 3), (0.6, 0.72, 2), (0.9, 0.9899, 2), (1, 0.5, 1)])
def test_moving_averages_that_are_run_rules(weight: float, alarm: float, run: int) -> None:
    """A heavy weight: so many findings in a row reach the alarm, and no others do, since one in between undoes them."""
    assert bernoulli_ewma(0.3, weight, alarm) == pytest.approx(run_rule(0.3, run), rel=1e-4)


@pytest.mark.parametrize(
    ("rate", "inspections", "weight", "alarm", "start"),
    [(0.1, 20, 0.2, 0.15, 0.0), (0.2, 20, 0.05, 0.19, 0.1), (0.1, 1, 0.1, 0.3, 0.05)],
)
def test_moving_averages_by_playing_them(
    rate: float, inspections: int, weight: float, alarm: float, start: float
) -> None:
    """Twenty thousand of them, played till all have sounded."""
    rng, waits, level, period = np.random.default_rng(5), [], np.full(20_000, start), 0
    while len(level):
        period += 1
        level = (1 - weight) * level + weight * rng.binomial(inspections, rate, len(level)) / inspections
        waits += [period] * int((level >= alarm).sum())
        level = level[level < alarm]
    found = binomial_ewma(rate, inspections, weight, alarm, start)
    assert found == pytest.approx(np.mean(waits), abs=4 * np.std(waits) / np.sqrt(20_000))


@pytest.mark.parametrize(
    ("call", "wrong"),
    [
        (lambda: PricedLoading(0.5, 1, 2, 0, 0.5), "temperature is 0"),
        (lambda: PRICED.best(-1), "inspection_cost is -1"),
        (lambda: loading_to_reach(1, 0.1), "target is 1"),
        (lambda: cheapest_mix(0.1, 0.6, 0.5, 0, 0.1), "sanction is 0"),
        (lambda: PolicyGradient(-0.2, 0.2, "fast"), "method is 'fast'"),
        (lambda: PolicyGradient(-0.2, 0.2).time(0, 0.5), "start is 0"),
        (lambda: regularised(-0.2, 2, 1, 0.5, 3), "rate x temperature is 2"),
        (lambda: natural_step((1,), (1, 2), 1), "1 logits and 2 payoffs"),
        (lambda: stepwise_retraining(0.1, 0.5, 0), "correction is 0"),
        (lambda: resetting_retraining(0.1, 0, 0.5), "drift is 0"),
        (lambda: resampled(0.2, 0.8, 1, 3), "every answer is flagged"),
        (lambda: shutdown(0.5, 1), "discount is 1"),
        (lambda: Decay(0.2, 0.5, 2, 1, 0.1).best(), "decay is 2"),
        (lambda: bernoulli_cusum(0, 10, 30), "never sounds"),
        (lambda: binomial_cusum(0.1, 20, 2, 5, 5), "below the alarm"),
        (lambda: bernoulli_ewma(0.1, 0.1, 1), "alarm above 0 and below 1"),
        (lambda: binomial_ewma(0.1, 20, 0.1, 0.2, 0.2), "start is 0.2: it must be below"),
        (lambda: bernoulli_ewma(0.3, 0.5, 0.875), "an alarm beside it"),
        (lambda: bernoulli_shiryaev_roberts(0.1, 0.1, 0.05, 200), "after is 0.05"),
        (lambda: bernoulli_shiryaev_roberts(0.1, 0.05, 0.1, 0), "alarm is 0"),
    ],
)
def test_what_makes_no_sense_is_refused(call: object, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        call()
