"""Witnesses, self-reports, bribes and signals before the act: closed forms, and the games behind them solved anew."""

from __future__ import annotations

from itertools import combinations, product
from math import comb, exp, inf, isnan, nan

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from oversight.games import (
    audit_awareness,
    aware_inspection_game,
    bargain,
    best_self_reporting,
    bribed_inspection_game,
    bribed_oversight,
    leniency,
    report_bounty,
    self_reporting,
    volunteers_dilemma,
)

# Witnesses


def others_report(others: int, each: float) -> list[float]:
    """Probabilities that 0, 1, ... of the others report."""
    return [comb(others, n) * each**n * (1 - each) ** (others - n) for n in range(others + 1)]


@pytest.mark.parametrize(("number", "each", "reported"), [(5, 0.292893, 0.823223), (2, 0.75, 0.9375)])
def test_w1_the_volunteers_dilemma(number: int, each: float, reported: float) -> None:
    """Diekmann (1985), cost 1 and stake 4; the indifference by enumeration of what the others do."""
    found = volunteers_dilemma(number, 1, 4)
    assert (found.each, found.reported) == pytest.approx((each, reported), abs=5e-7)

    def reporting_pays(q: float) -> float:
        silent = [0.0] + [4.0] * (number - 1)
        return sum(p * (4 - 1 - quiet) for p, quiet in zip(others_report(number - 1, q), silent, strict=True))

    assert found.each == pytest.approx(brentq(reporting_pays, 0, 1), abs=1e-9)


@pytest.mark.parametrize(("number", "each", "reported"), [(5, 0.799742, 0.999678), (2, 1.0, 1.0)])
def test_w2_a_bounty_that_is_split_is_another_game(number: int, each: float, reported: float) -> None:
    """Cost 1 and bounty 4: with n others reporting, one gets 4 / (n + 1)."""
    found = report_bounty(number, 1, 4)
    assert (found.each, found.reported) == pytest.approx((each, reported), abs=5e-7)

    def worth(q: float) -> float:
        return sum(p * 4 / (n + 1) for n, p in enumerate(others_report(number - 1, q)))

    assert worth(1.0) >= 1 if found.each == 1 else worth(found.each) == pytest.approx(1, abs=1e-9)


def test_more_witnesses_fewer_reports() -> None:
    reported = [volunteers_dilemma(number, 1, 4).reported for number in range(1, 30)]
    assert reported == sorted(reported, reverse=True)
    assert reported[0] == 1, "one alone reports, since the stake exceeds the cost"
    assert reported[-1] == pytest.approx(1 - 1 / 4, abs=0.02), "towards 1 - cost / stake"


@pytest.mark.parametrize("solve", [volunteers_dilemma, report_bounty])
@pytest.mark.parametrize("number", [1, 2, 7])
def test_nobody_reports_where_the_cost_reaches_what_it_brings(solve, number: int) -> None:  # type: ignore[no-untyped-def]
    for cost, retaliation in ((4, 0), (1, 3), (5, 0)):
        assert vars(solve(number, cost, 4, retaliation=retaliation)) == {"each": 0, "reported": 0}
    assert solve(1, 1, 4, retaliation=2.9).reported == 1
    assert solve(number, 0, 4).each == 1


def test_retaliation_is_a_cost() -> None:
    """1 - ((1 + .5) / 4)^(5 / 4) by hand."""
    assert volunteers_dilemma(5, 1, 4, retaliation=0.5).reported == pytest.approx(1 - 0.375**1.25)


@pytest.mark.parametrize("number", [1, 2, 5])
@pytest.mark.parametrize("precision", [0, 0.5, 3, 20])
def test_logit_witnesses_answer_each_other(number: int, precision: float) -> None:
    """Damped iteration of q = s(l (what a report brings - cost)), written out by what the others do."""
    for solve, brings in (
        (volunteers_dilemma, [4.0] + [0.0] * (number - 1)),
        (report_bounty, [4.0 / (n + 1) for n in range(number)]),
    ):
        q = 0.5
        for _ in range(4000):
            worth = sum(p * each for p, each in zip(others_report(number - 1, q), brings, strict=True)) - 1.2
            q += 0.05 * (1 / (1 + exp(-precision * worth)) - q)
        found = solve(number, 1, 4, retaliation=0.2, precision=precision)
        assert found.each == pytest.approx(q, abs=1e-9)
        assert found.reported == pytest.approx(1 - (1 - q) ** number, abs=1e-8)


@pytest.mark.parametrize("precision", [1e6, 1e100, 1e308])
def test_sharp_witnesses_best_respond(precision: float) -> None:
    assert volunteers_dilemma(5, 1, 4, precision=precision).each == pytest.approx(1 - 0.25**0.25, abs=1e-5)
    assert report_bounty(5, 1, 4, precision=precision).each == pytest.approx(0.799742, abs=1e-5)
    assert report_bounty(2, 1, 4, precision=precision).each == pytest.approx(1)


# Self-reports


@pytest.mark.parametrize(
    ("averted", "inspection", "violation", "cost"), [(0, 1 / 6, 2 / 3, 0.833333), (0.25, 0.125, 0.75, 0.65625)]
)
def test_w3_the_best_scheme_of_self_reports(averted: float, inspection: float, violation: float, cost: float) -> None:
    """Kaplow and Shavell's logic, harm 1, sanction 2, inspections at 3; against a grid of rates and shares."""
    best = best_self_reporting(2, 1, 3, averted)
    assert (best.inspection, best.violation, best.cost, best.cost_without) == pytest.approx(
        (inspection, violation, cost, 1), abs=5e-7
    )
    grid = np.linspace(0, 1, 241)

    def social_cost(p: float, share: float) -> float:
        reports = share <= p
        violations = 1 - min(min(share, p) * 2, 1)
        harm = violations * (1 - averted if reports else 1)
        return float(harm + 3 * p * ((1 - violations) if reports else 1))

    costs = {(p, share): social_cost(p, share) for p in grid for share in grid}
    assert best.cost == pytest.approx(min(costs.values()), abs=1e-9)
    p, share = min(costs, key=lambda point: costs[point])
    assert (p, share) == pytest.approx((best.inspection, best.inspection))
    assert best.cost_without == pytest.approx(min(cost for (p, share), cost in costs.items() if share > p))


def test_inspections_that_cost_little_deter_all_and_those_that_cannot_do_their_utmost() -> None:
    cheap = best_self_reporting(2, 1, 0)
    assert (cheap.inspection, cheap.violation, cheap.cost) == (0.5, 0, 0)
    weak = best_self_reporting(0.5, 1, 0.01)
    assert (weak.inspection, weak.violation) == (1, 0.5)
    assert weak.cost_without == pytest.approx(0.5 + 0.01)


def test_w4_a_fixed_scheme_with_false_positives() -> None:
    """Those with g > .25 x 2 - .3 x .1 x 2 = .44 violate and report; the other .44 are inspected at .3."""
    found = self_reporting(0.3, 2, 0.25, false_positive_rate=0.1)
    assert (found.violation, found.reported, found.inspections) == pytest.approx((0.56, 0.56, 0.132))
    dearer = self_reporting(0.3, 2, 0.31, false_positive_rate=0.1)
    assert (dearer.violation, dearer.reported, dearer.inspections) == pytest.approx((0.46, 0, 0.3))
    tie = self_reporting(0.5, 2, 0.25, sensitivity=0.5)
    assert tie.reported == tie.violation == 0.5, "a tie reports"


@pytest.mark.parametrize("gain", [0.1, 0.43, 0.45, 0.9])
def test_a_violator_takes_the_best_of_three(gain: float) -> None:
    """Complying, violating in silence, violating and reporting: payoffs written out."""
    complies, silent, reports = -0.3 * 0.1 * 2, gain - 0.3 * 2, gain - 0.25 * 2
    assert (max(silent, reports) > complies) == (
        gain > 1 - self_reporting(0.3, 2, 0.25, false_positive_rate=0.1).violation
    )


def test_w5_leniency_makes_collusion_harder() -> None:
    """Profit 1, deviation 2, expected fine .3, reward 1; against values of staying and leaving, summed."""
    found = leniency(1, 2, 0.3, 1)
    assert (found.none, found.amnesty, found.reward) == pytest.approx((0.588235, 0.65, 0.766667), abs=5e-7)
    for discount, once in ((found.none, 2 - 0.3), (found.amnesty, 2.0), (found.reward, 3.0)):
        for shift, stays in ((-1e-3, False), (1e-3, True)):
            value = sum((1 - 0.3) * (discount + shift) ** t for t in range(400))
            assert (value > once) == stays


def test_collusion_that_never_pays_and_that_always_does() -> None:
    assert vars(leniency(1, 2, 1.5)) == {"none": inf, "amnesty": inf, "reward": inf}
    assert leniency(3, 2, 0.3).none == 0


# Bribes


@pytest.mark.parametrize(
    ("reward", "payment", "threshold", "violation", "recorded"),
    [(0.4, 0.85, 0.425, 0.575, 0), (1, 1.2, 0.6, 0.4, 0.5)],
)
def test_w6_a_bribe_is_a_smaller_fine(
    reward: float, payment: float, threshold: float, violation: float, recorded: float
) -> None:
    """Inspections .5, sanction 1.2, a bribe is worth .8 to the inspector, even power; the bargain maximised anew."""
    found = bargain(1.2, reward, 0.8, 0.5)
    assert (found.payment, found.collusion_proof_reward) == pytest.approx((payment, 0.96))
    outcome = bribed_oversight(0.5, found)
    assert (outcome.threshold, outcome.violation, outcome.recorded_detection) == pytest.approx(
        (threshold, violation, recorded)
    )
    if not found.reported:
        product_of_gains = minimize_scalar(
            lambda bribe: -((1.2 - bribe) ** 0.5) * (0.8 * bribe - reward) ** 0.5,
            bounds=(reward / 0.8, 1.2),
            method="bounded",
            options={"xatol": 1e-10},
        )
        assert found.payment == pytest.approx(product_of_gains.x, abs=1e-6)


def test_the_reward_at_which_bribes_end() -> None:
    assert bargain(1.2, 0.96, 0.8).reported
    assert not bargain(1.2, 0.9599, 0.8).reported
    assert bargain(1.2, 0, 0).reported, "a bribe that is worth nothing buys nothing"
    assert bargain(1.2, 0.4, 0.8, 0).payment == pytest.approx(0.5), "an inspector without power is held to its reward"
    assert bargain(1.2, 0.4, 0.8, 1).payment == pytest.approx(1.2)


def support_enumeration(actor: np.ndarray, inspector: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:  # type: ignore[type-arg]
    """All equilibria of a bimatrix game with supports of one or two: what is played is a best response."""
    found = []
    rows, columns = actor.shape
    for size in (1, 2):
        for mine, yours in product(combinations(range(rows), size), combinations(range(columns), size)):
            if size == 2:
                (a, b), (c, d) = actor[np.ix_(mine, yours)]
                (e, f), (g, h) = inspector[np.ix_(mine, yours)]
                if a - b - c + d == 0 or e - f - g + h == 0:
                    continue
                y, x = (d - b) / (a - b - c + d), (h - g) / (e - f - g + h)
            else:
                x = y = 1.0
            own, other = np.zeros(rows), np.zeros(columns)
            own[list(mine)], other[list(yours)] = (x, 1 - x)[:size], (y, 1 - y)[:size]
            if own.min() < -1e-12 or other.min() < -1e-12:
                continue
            regrets = (actor @ other).max() - own @ actor @ other, (own @ inspector).max() - own @ inspector @ other
            if max(regrets) <= 1e-12:
                found.append((own, other))
    return found


def test_w7_the_inspection_game_with_bribes() -> None:
    """g = 1, s = 10, w = 2, c = 1, k = .8: b = 6.25, violations 1 / 5, inspections 1 / 6.25; honest 1 / 2, 1 / 10."""
    for efficiency, violation, inspection in ((0.8, 0.2, 0.16), (0.1, 0.5, 0.1)):
        found = bargain(10, 2, efficiency, 0.5)
        (nash,) = bribed_inspection_game(1, 1, found).nash()
        assert (nash.violation[0], nash.inspection[0]) == pytest.approx((violation, inspection))
        pays, income = (0.5 * 10 + 0.5 * 2 / 0.8, 5.0) if efficiency == 0.8 else (10.0, 2.0)
        ((own, other),) = support_enumeration(np.array([[1, 1 - pays], [0, 0]]), np.array([[0, income - 1], [0, -1.0]]))
        assert (own[0], other[1]) == pytest.approx((violation, inspection))


# Signals before the act


@pytest.mark.parametrize(
    ("given", "on", "off", "violation", "watched", "unwatched", "detection", "gap"),
    [
        ((0.3, 2, 0.8, 0.1), 0.774194, 0.086957, 0.57, 0.165217, 0.743478, 0.086957, 0.578261),
        ((0.2, 1, 0.8, 0.1), 0.666667, 0.052632, 0.8, 0.456140, 0.885965, 0.114035, 0.429825),
    ],
)
def test_q1_audits_of_actors_that_notice_them(
    given: tuple[float, float, float, float],
    on: float,
    off: float,
    violation: float,
    watched: float,
    unwatched: float,
    detection: float,
    gap: float,
) -> None:
    """And by enumeration of inspected or not, signal or not, and 1000 gains."""
    found = audit_awareness(*given)
    assert (found.posterior_on, found.posterior_off) == pytest.approx((on, off), abs=5e-7)
    assert (found.violation, found.watched, found.unwatched) == pytest.approx((violation, watched, unwatched), abs=5e-7)
    assert (found.detection, found.gap, found.apparent) == pytest.approx((detection, gap, watched), abs=5e-7)
    rate, sanction, hit, alarm = given
    joint = {
        (seen, signal): (rate if seen else 1 - rate)
        * ((hit if seen else alarm) if signal else 1 - (hit if seen else alarm))
        for seen in (True, False)
        for signal in (True, False)
    }
    gains = (np.arange(1000) + 0.5) / 1000
    acts = {
        signal: np.mean(gains > sanction * joint[True, signal] / (joint[True, signal] + joint[False, signal]))
        for signal in (True, False)
    }
    assert found.violation == pytest.approx(sum(p * acts[signal] for (_, signal), p in joint.items()), abs=1e-3)
    caught = sum(p * acts[signal] for (seen, signal), p in joint.items() if seen)
    assert found.watched == pytest.approx(caught / rate, abs=1e-3)
    assert found.detection == pytest.approx(caught / found.violation, abs=1e-3)


def test_a_signal_that_says_nothing_changes_nothing() -> None:
    for chance in (0, 0.3, 1):
        found = audit_awareness(0.3, 2, chance, chance)
        assert (found.violation, found.watched, found.unwatched, found.detection) == pytest.approx((0.4, 0.4, 0.4, 0.3))
    assert isnan(audit_awareness(1, 2, 1, 0).detection), "nobody violates"
    assert audit_awareness(0.3, 2, 1, 0).violation == pytest.approx(0.7), "a perfect signal leaves the unwatched alone"


@pytest.mark.parametrize(
    ("hit", "violation", "inspection", "without", "with_signal"),
    [
        (0.6, 0.171429, 0.428571, 0.25, 0),
        (0.89, 0.292683, 0.731707, 0.909091, 0),
        (0.95, 0.877966, 0.033898, 1, 0.052632),
    ],
)
def test_q3_a_signal_against_a_strategic_inspector(
    hit: float, violation: float, inspection: float, without: float, with_signal: float
) -> None:
    """g = 1, s = 4, b = 5, c = .5, false alarms .1: the game of four by two, by support enumeration."""
    found = aware_inspection_game(1, 4, 0.5, 5, hit, 0.1)
    assert (found.violation, found.inspection) == pytest.approx((violation, inspection), abs=5e-7)
    assert (found.without_signal, found.with_signal) == pytest.approx((without, with_signal), abs=5e-7)
    assert found.flips_at == 0.9
    plans = [(0, 0), (1, 0), (0, 1), (1, 1)]  # violate without the signal, violate with it
    seen = np.array([(1 - hit) * off + hit * on for off, on in plans])
    unseen = np.array([0.9 * off + 0.1 * on for off, on in plans])
    ((own, other),) = support_enumeration(
        np.stack([unseen * 1, seen * (1 - 4)], axis=1), np.stack([0 * seen, 5 * seen - 0.5], axis=1)
    )
    assert found.inspection == pytest.approx(other[1])
    assert (found.without_signal, found.with_signal) == pytest.approx(own @ np.array(plans))
    assert found.violation == pytest.approx(own @ (other[1] * seen + other[0] * unseen))


def test_the_regime_flips_at_one_less_cost_by_bounty() -> None:
    below, at, beyond = (aware_inspection_game(1, 4, 0.5, 5, 0.9 + step, 0.1) for step in (-1e-9, 0, 1e-9))
    assert (below.inspection, at.inspection) == pytest.approx((0.75, 0.75))
    assert at.without_signal == 1
    assert beyond.inspection == pytest.approx(1 / 28), "odds 1 / 3 x .1 / .9"
    assert beyond.with_signal == pytest.approx(0, abs=1e-8)


def test_without_a_signal_it_is_the_inspection_game() -> None:
    for chance in (0, 0.5, 1):
        found = aware_inspection_game(1, 4, 0.5, 5, chance, chance)
        assert (found.violation, found.inspection) == pytest.approx((0.1, 0.25))


def test_corners_of_the_game_with_a_signal() -> None:
    assert vars(aware_inspection_game(4, 4, 0.5, 5, 0.6, 0.1)) | {"flips_at": 0} == {
        "violation": 1,
        "inspection": 1,
        "with_signal": 1,
        "without_signal": 1,
        "flips_at": 0,
    }
    assert aware_inspection_game(1, 4, 5, 5, 0.6, 0.1).inspection == 0
    assert aware_inspection_game(1, 4, 0.5, 5, 1, 0).violation == 1, "a perfect signal is never seen"


# Bad input


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: volunteers_dilemma(0, 1, 4), "witnesses is 0: it must be a whole number, 1 or more"),
        (lambda: volunteers_dilemma(2, nan, 4), "cost is nan"),
        (lambda: volunteers_dilemma(2, 1, 4, retaliation=-1), "retaliation is -1: it must be 0 or more"),
        (lambda: report_bounty(2, 1, 4, precision=-1), "precision is -1"),
        (lambda: report_bounty(2.5, 1, 4), "witnesses is 2.5"),  # type: ignore[arg-type]
        (lambda: self_reporting(0.3, 2, 1.5), "share is 1.5: it is a share, from 0 to 1"),
        (lambda: self_reporting(0.3, -2, 0.5), "sanction is -2"),
        (lambda: best_self_reporting(0, 1, 3), "sanction is 0: it must be above 0"),
        (lambda: best_self_reporting(2, 1, 3, 2), "harm_averted is 2"),
        (lambda: leniency(1, 2, -0.3), "expected_fine is -0.3"),
        (lambda: bargain(inf, 1), "sanction is inf"),
        (lambda: bargain(1, 1, power=2), "power is 2"),
        (lambda: bribed_oversight(1.1, bargain(1, 1)), "inspection is 1.1"),
        (lambda: bribed_inspection_game(nan, 1, bargain(1, 1)), "nan"),
        (lambda: audit_awareness(0.3, 2, 1.2, 0), "hit_rate is 1.2"),
        (lambda: audit_awareness(0.3, -1, 1, 0), "sanction is -1"),
        (lambda: aware_inspection_game(1, 4, 0.5, 5, 0.1, 0.6), "hit_rate is 0.1: it must be 0.6 or more"),
        (lambda: aware_inspection_game(1, 4, 0, 5, 0.6, 0.1), "inspection_cost is 0: it must be above 0"),
    ],
)
def test_numbers_out_of_range_are_named(call, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=words):
        call()
