"""The games library against closed forms, published numbers and brute force."""

from __future__ import annotations

from itertools import pairwise
from math import comb, exp, pi, sqrt
from random import Random

import numpy as np
import pytest

from oversight.distributions.constant import Constant
from oversight.distributions.empirical import Empirical
from oversight.distributions.exponential import Exponential
from oversight.distributions.uniform import Uniform
from oversight.games import (
    Equilibrium,
    GainsGame,
    InspectionGame,
    Skill,
    attack_succeeds,
    best_chain,
    chain_succeeds,
    dresher,
    expected,
    hedge_cycle,
    leadership,
    logit_equilibria,
    overseer_wins,
    principal_branch,
    safety,
    shared_bounty,
    small_cycle,
    social_costs,
    violation_takes_over,
)

tsebelis = InspectionGame.from_primitives


def joint(d0: float, d1: float, kappa: float, beta: float) -> InspectionGame:
    """A game with these differences of payoffs, and other payoffs that do not matter."""
    return InspectionGame(((3.0, 7.0), (3.0 + d0, 7.0 + d1)), ((2.0, 2.0 - kappa), (5.0, 5.0 + beta)))


def point(game: InspectionGame) -> tuple[float, float]:
    (found,) = game.nash()
    assert found.is_point
    return found.violation[0], found.inspection[0]


# Nash equilibria


@pytest.mark.parametrize(
    ("gain", "penalty", "bounty", "violation", "inspection"),
    [(50, 100, 4, 0.25, 0.5), (50, 200, 4, 0.25, 0.25), (50, 100, 8, 0.125, 0.5)],
)
def test_i1_a_harsher_penalty_moves_only_the_inspections(
    gain: float, penalty: float, bounty: float, violation: float, inspection: float
) -> None:
    """Tsebelis (1989): violation k / r, inspection g / p."""
    assert point(tsebelis(gain, penalty, 1, bounty)) == pytest.approx((violation, inspection))


def test_general_form_with_errors_of_detection() -> None:
    """v* = (k + f c) / (f c + q (r + L)) and a* = g / (q s - f s0)."""
    gain, fine, cost, bounty, stake, caught, false, innocent, blame = 1.0, 5.0, 0.3, 1.0, 0.5, 0.8, 0.1, 2.0, 0.4
    game = tsebelis(
        gain,
        fine,
        cost,
        bounty,
        stake=stake,
        sensitivity=caught,
        false_positive_rate=false,
        false_sanction=innocent,
        false_flag_cost=blame,
    )
    violation = (cost + false * blame) / (false * blame + caught * (bounty + stake))
    assert point(game) == pytest.approx((violation, gain / (caught * fine - false * innocent)))


def test_three_equilibria_where_the_signs_allow_them() -> None:
    """Coordination on (comply, no inspection) and (violate, inspection), and the other way round; one mixed each."""
    assert joint(-1, 3, 1, 1).nash() == tuple(Equilibrium((x, x), (y, y)) for x, y in [(0, 0), (0.5, 0.25), (1, 1)])
    assert joint(1, -3, -1, -1).nash() == tuple(Equilibrium((x, x), (y, y)) for x, y in [(0, 1), (0.5, 0.25), (1, 0)])


def test_corners() -> None:
    assert point(joint(1, 0.5, 1, 1)) == (1, 1), "violating pays even under inspection"
    assert point(joint(-1, -2, 1, 1)) == (0, 0), "violating never pays"
    assert point(joint(1, -1, 2, -1)) == (1, 0), "inspecting never pays"
    assert point(joint(1, -1, -2, 1)) == (0, 1), "inspecting always pays"


def test_continua_where_a_player_is_exactly_indifferent() -> None:
    assert joint(0, 0, 0, 0).nash() == (Equilibrium((0, 1), (0, 1)),)
    # The actor is indifferent only if never inspected, and the overseer does not inspect up to a quarter of violations.
    assert joint(0, -1, 1, 3).nash() == (Equilibrium((0, 0.25), (0, 0)),)
    # Only the overseer is: each inspection rate below the actor's threshold goes with violation, above with compliance.
    assert joint(1, -1, 0, 0).nash() == (
        Equilibrium((0, 0), (0.5, 1)),
        Equilibrium((0, 1), (0.5, 0.5)),
        Equilibrium((1, 1), (0, 0.5)),
    )


def test_nash_equilibria_are_exactly_the_points_without_regret() -> None:
    """Against brute force on a grid, with whole-number payoffs so that indifference is exact."""
    random = Random(1)
    steps = 24
    for _ in range(300):
        d0, d1, kappa, beta = (random.randint(-3, 3) for _ in range(4))
        components = joint(d0, d1, kappa, beta).nash()
        assert components
        for x in range(steps + 1):
            for y in range(steps + 1):
                violating = d0 * (steps - y) + d1 * y
                inspecting = beta * x - kappa * (steps - x)
                regret = max(violating, 0) * (steps - x) + max(-violating, 0) * x
                regret += max(inspecting, 0) * (steps - y) + max(-inspecting, 0) * y
                inside = any(
                    low - 1e-9 <= x / steps <= high + 1e-9 and lowest - 1e-9 <= y / steps <= highest + 1e-9
                    for (low, high), (lowest, highest) in ((one.violation, one.inspection) for one in components)
                )
                assert inside == (regret == 0), (d0, d1, kappa, beta, x, y, components)
        for one in components:
            for x_end in one.violation:
                for y_end in one.inspection:
                    pays, looks = d0 * (1 - y_end) + d1 * y_end, beta * x_end - kappa * (1 - x_end)
                    assert max(pays, 0) * (1 - x_end) + max(-pays, 0) * x_end < 1e-12
                    assert max(looks, 0) * (1 - y_end) + max(-looks, 0) * y_end < 1e-12


# Commitment


def test_i2_commitment_deters_everyone_at_the_tie() -> None:
    best = leadership(tsebelis(1, 10, 1, 4), social_costs(10, 1))
    assert (best.inspection, best.violation, best.cost) == pytest.approx((0.1, 0, 0.1))


def test_commitment_to_nothing_where_inspections_cost_more_than_harm() -> None:
    best = leadership(tsebelis(1, 2, 3, 4), social_costs(1, 3))
    assert (best.inspection, best.violation, best.cost) == (0, 1, 1)


@pytest.mark.parametrize(("penalty", "cost"), [(4, 0.35), (8, 0.375)])
def test_c5_social_cost_rises_with_the_penalty(penalty: float, cost: float) -> None:
    """H k / r (1 - g / p) + k g / p with all harm averted by an inspection."""
    violation, inspection = point(tsebelis(1, penalty, 0.2, 1))
    assert expected(social_costs(2, 0.2, harm_averted=1), violation, inspection) == pytest.approx(cost)


def test_p9_price_of_non_commitment() -> None:
    """1 + h p / (r g)."""
    game, costs = tsebelis(1, 2, 1, 4), social_costs(10, 1)
    assert expected(costs, *point(game)) / leadership(game, costs).cost == pytest.approx(1 + 10 * 2 / (4 * 1))


# Logit equilibria


@pytest.mark.parametrize(("precision", "x", "y"), [(1, 0.419202, 0.663026), (5, 0.270146, 0.599388)])
def test_i7_logit_equilibrium(precision: float, x: float, y: float) -> None:
    game = tsebelis(1, 2, 1, 4)
    (found,) = logit_equilibria(game, precision, precision)
    assert (found.violation, found.inspection) == pytest.approx((x, y), abs=5e-7)
    assert principal_branch(game, precision, precision) == found


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z)) if z > 0 else exp(z) / (1 + exp(z))


def test_logit_equilibria_are_all_that_a_fine_grid_finds() -> None:
    random = Random(2)
    counts = []
    grid = np.linspace(0, 1, 20_001)
    for _ in range(150):
        d0, d1, kappa, beta = (random.uniform(-2, 2) for _ in range(4))
        l1, l2 = random.uniform(0, 30), random.uniform(0, 30)
        looks = 1 / (1 + np.exp(-l2 * (beta * grid - kappa * (1 - grid))))
        excess = grid - 1 / (1 + np.exp(-l1 * (d0 * (1 - looks) + d1 * looks)))
        brackets = [pair for pair, ends in zip(pairwise(grid), pairwise(excess), strict=True) if ends[0] * ends[1] <= 0]
        found = logit_equilibria(joint(d0, d1, kappa, beta), l1, l2)
        assert len(found) == len(brackets), (d0, d1, kappa, beta, l1, l2)
        for one, (low, high) in zip(found, brackets, strict=True):
            assert low - 1e-9 <= one.violation <= high + 1e-9
            assert one.inspection == pytest.approx(sigmoid(l2 * (beta * one.violation - kappa * (1 - one.violation))))
        counts.append(len(found))
    assert set(counts) == {1, 3}


@pytest.mark.parametrize("game", [joint(-1, 1, 1, 1.5), joint(-1, 1.2, 1, 0.9), joint(1, -1, -0.4, -0.5)])
def test_principal_branch_is_what_small_steps_of_precision_lead_to(game: InspectionGame) -> None:
    d0, d1, kappa, beta = game.gain_unseen, game.gain_seen, game.idle_cost, game.catch_value
    x = 0.5
    for precision in np.linspace(0, 8, 8001):
        for _ in range(2 if precision < 8 else 200):  # damped iteration stays near a branch that is stable
            y = sigmoid(precision * (beta * x - kappa * (1 - x)))
            x = (x + sigmoid(precision * (d0 * (1 - y) + d1 * y))) / 2
    assert len(logit_equilibria(game, 8, 8)) == 3
    assert principal_branch(game, 8, 8).violation == pytest.approx(x, abs=1e-6)


def test_logit_goes_to_the_coin_toss_and_to_nash() -> None:
    game = tsebelis(1, 2, 1, 4)
    (toss,) = logit_equilibria(game, 0, 0)
    assert (toss.violation, toss.inspection) == (0.5, 0.5)
    (sharp,) = logit_equilibria(game, 1e4, 1e4)
    assert (sharp.violation, sharp.inspection) == pytest.approx((0.25, 0.5), abs=1e-3)
    assert len(logit_equilibria(joint(-1, 1, 1, 1.5), 1e3, 1e3)) == 3
    assert principal_branch(joint(-1, 1, 1, 1.5), 1e3, 1e3).violation == pytest.approx(1)


def test_penalties_matter_to_logit_players() -> None:
    """The irrelevance of penalties is of Nash players alone."""
    mild, harsh = (logit_equilibria(tsebelis(1, penalty, 1, 4), 3, 3)[0].violation for penalty in (2, 4))
    assert harsh < mild - 0.01


# Gains that differ


def test_uniform_gains_against_a_best_responding_overseer() -> None:
    """x = 1 - y p = k / r."""
    (found,) = GainsGame(Uniform(low=0, high=1), 2, tsebelis(1, 2, 1, 4)).nash()
    assert found.violation == (0.25, 0.25)
    assert found.inspection == pytest.approx((0.375, 0.375))
    (callable_too,) = GainsGame(lambda share: share, 2, tsebelis(1, 2, 1, 4)).nash()
    assert callable_too.inspection == pytest.approx((0.375, 0.375))


def test_a_sanction_too_small_to_reach_the_overseers_indifference() -> None:
    (found,) = GainsGame(Uniform(low=0, high=1), 0.5, tsebelis(1, 2, 1, 4)).nash()
    assert found.inspection == (1, 1)
    assert found.violation == pytest.approx((0.5, 0.5))


def test_one_gain_for_all_is_the_inspection_game() -> None:
    (found,) = GainsGame(Constant(value=1.0), 2, tsebelis(1, 2, 1, 4)).nash()
    assert (found.violation, found.inspection) == ((0.25, 0.25), pytest.approx((0.5, 0.5)))


def test_a_gap_between_gains_is_a_continuum_of_inspection_rates() -> None:
    """Half gain .4 and half 1.2; with k / r = 1/2 any threshold from .4 to 1.2 does."""
    (found,) = GainsGame(Empirical(values=(0.4, 1.2)), 2, tsebelis(1, 2, 2, 4)).nash()
    assert found.violation == (0.5, 0.5)
    assert found.inspection == pytest.approx((0.2, 0.6))


def test_an_overseer_that_prefers_to_inspect_the_compliant_makes_three_equilibria() -> None:
    """kappa, beta < 0: no inspection where all violate, full inspection where most comply, indifference at one half."""
    overseer = joint(1, -1, -1, -1)
    found = GainsGame(Uniform(low=0, high=1), 2, overseer).nash()
    assert [one.violation[0] for one in found] == pytest.approx([0, 0.5, 1])
    assert [one.inspection[0] for one in found] == pytest.approx([1, 0.25, 0])


def test_logit_overseers_of_exponential_gains() -> None:
    """x = exp(-y p / mean) and y = s(l (r x - k)), by bisection here."""
    low, high = 0.0, 1.0
    for _ in range(60):
        y = (low + high) / 2
        low, high = (y, high) if y < sigmoid(5 * (4 * exp(-2 * y / 0.8) - 1)) else (low, y)
    (found,) = GainsGame(Exponential(mean=0.8), 2, tsebelis(1, 2, 1, 4)).logit(5)
    assert (found.violation, found.inspection) == pytest.approx((exp(-2 * y / 0.8), y), abs=1e-8)


def test_logit_overseers_of_indifferent_actors() -> None:
    """At y p = 1.2 those with a gain of 1.2 are indifferent, and as many violate as keep y at .6 = s(5 (4 x - 1))."""
    (found,) = GainsGame(Empirical(values=(0.4, 1.2)), 2, tsebelis(1, 2, 1, 4)).logit(5)
    assert found.inspection == pytest.approx(0.6)
    assert found.violation == pytest.approx((1 + np.log(1.5) / 5) / 4)


def test_an_overseer_whom_nothing_moves_is_refused() -> None:
    with pytest.raises(ValueError, match="every inspection rate"):
        GainsGame(Uniform(low=0, high=1), 2, joint(1, -1, 0, 0)).nash()


# Several overseers


def test_violations_rise_with_the_number_of_overseers_who_share_a_bounty() -> None:
    """The indifference condition, written out, with D = s / (s + L)."""
    saving, loss, cost, bounty, stake, found_out = 1.0, 4.0, 0.3, 1.0, 0.5, 0.9
    rates = []
    for overseers in range(1, 9):
        found = shared_bounty(
            overseers, saving, (saving + loss) / found_out, cost, bounty, stake=stake, sensitivity=found_out
        )
        looked = saving / (saving + loss)
        each = 1 - (1 - looked) ** (1 / overseers)
        worth = found_out * (bounty * looked / (overseers * each) + stake * (1 - each) ** (overseers - 1))
        assert found.each_looks == pytest.approx(each)
        assert found.violation * worth == pytest.approx(cost)
        rates.append(found.violation)
    assert rates[0] == pytest.approx(cost / (found_out * (bounty + stake)))
    assert all(fewer < more for fewer, more in pairwise(rates))


def test_the_bounty_of_two_overseers_by_enumeration() -> None:
    """Payoffs of the two-by-two game between the overseers, written out."""
    found = shared_bounty(2, 1, 5, 0.5, 2, stake=0.5)
    y = found.each_looks
    alone, together = 2.0 + 0.5, 2.0 / 2  # nobody else would have found it; half the bounty, and no stake at risk
    assert found.violation * ((1 - y) * alone + y * together) == pytest.approx(0.5)


def test_corners_of_a_shared_bounty() -> None:
    dear = shared_bounty(3, 1, 5, 10, 2)
    assert (dear.violation, dear.each_looks) == (1, 0)
    undeterred = shared_bounty(3, 6, 5, 0.1, 2)
    assert (undeterred.violation, undeterred.each_looks) == (1, 1)
    between = shared_bounty(2, 6, 5, 1.5, 2)  # 2 (1 - y / 2) = 1.5
    assert (between.violation, between.each_looks) == pytest.approx((1, 0.5))


# Cycles


def test_i8_period_of_small_orbits() -> None:
    game = tsebelis(1, 2, 1, 4)
    assert small_cycle(game).period == pytest.approx(10.2604, abs=5e-5)
    slow = hedge_cycle(game, 0.26, 0.5, 0.001, 0.001)
    assert slow.period * 0.001 == pytest.approx(2 * pi / sqrt(0.25 * 0.75 * 0.5 * 0.5 * 2 * 4), rel=1e-3)


def test_i8_time_averages_of_a_wide_orbit_are_nash() -> None:
    orbit = hedge_cycle(tsebelis(1, 2, 1, 4), 0.8, 0.5, 0.001, 0.001)
    assert orbit.period * 0.001 > 13, "a wide orbit takes longer"
    assert (orbit.violation, orbit.inspection) == pytest.approx((0.25, 0.5), abs=3e-3)


@pytest.mark.parametrize(("rates", "period"), [((0.010, 0.025), 725.9), ((0.005, 0.005), 2294)])
def test_h1_period_of_hedge_learners(rates: tuple[float, float], period: float) -> None:
    """Stake form: saves 1, loses 4, audit cost .5, bounty .5 x 4; from x* + .01."""
    orbit = hedge_cycle(tsebelis(1, 5, 0.5, 2), 0.25 + 0.01, 0.2, *rates)
    assert orbit.period == pytest.approx(period, rel=5e-4)


def test_no_cycle_without_a_mixed_equilibrium() -> None:
    with pytest.raises(ValueError, match="circles only"):
        small_cycle(tsebelis(3, 2, 1, 4))
    with pytest.raises(ValueError, match="no full turn within 10 rounds"):
        hedge_cycle(tsebelis(1, 2, 1, 4), 0.26, 0.5, 0.001, 0.001, most_rounds=10)


# Imitation in finite populations


def test_takeover_is_what_playing_the_chain_out_leads_to() -> None:
    """Powers of the transition matrix of 8 actors and 4 overseers, written out by cases."""
    gain, penalty, cost, bounty, actors, overseers = 10.0, 30.0, 1.0, 4.0, 8, 4
    largest = max(gain, penalty - gain, cost, bounty - cost)
    law = np.zeros((actors + 1, overseers + 1))
    law[4, 2] = 1.0
    for _ in range(4000):
        after = np.zeros_like(law)
        for i in range(actors + 1):
            for j in range(overseers + 1):
                violating, inspecting = gain - penalty * j / overseers, bounty * i / actors - cost
                a = i * (actors - i) / (actors * (actors - 1)) * abs(violating) / largest
                b = j * (overseers - j) / (overseers * (overseers - 1)) * abs(inspecting) / largest
                to_i, to_j = i + int(np.sign(violating)) * (a > 0), j + int(np.sign(inspecting)) * (b > 0)
                after[i, j] += law[i, j] * (1 - a) * (1 - b)
                after[to_i, j] += law[i, j] * a * (1 - b)
                after[i, to_j] += law[i, j] * (1 - a) * b
                after[to_i, to_j] += law[i, j] * a * b
        law = after
    assert law[0].sum() + law[-1].sum() == pytest.approx(1)
    found = violation_takes_over(tsebelis(gain, penalty, cost, bounty), actors, overseers)
    assert found == pytest.approx(law[-1].sum(), abs=1e-9)
    assert 0.01 < found < 0.5


def test_f1_violation_takes_over_at_middling_penalties_only() -> None:
    """1000 actors, 100 inspectors: 0, .79 +- .016 (a recomputation by simulation), 0."""
    low, middle, high = (violation_takes_over(tsebelis(10, p, 1, 4), 1000, 100) for p in (11, 30, 500))
    assert (low, high) == pytest.approx((0, 0), abs=1e-6)
    assert middle == pytest.approx(0.79, abs=3 * 0.016)


# Dresher's game, audits, chains


def test_i4_value_of_the_recursive_inspection_game() -> None:
    """-C(n - 1, m) / sum of C(n, i), i <= m."""
    assert dresher(2, 1).value == pytest.approx(-1 / 3)
    assert dresher(5, 2).value == pytest.approx(-3 / 8)
    for n in range(1, 13):
        for m in range(n + 2):
            value = -comb(n - 1, m) / sum(comb(n, i) for i in range(m + 1))
            assert dresher(n, m).value == pytest.approx(value, abs=1e-12)


def test_first_period_of_the_recursive_inspection_game() -> None:
    """In (2, 1) both mix over [[1, -1], [-1, 0]]: a third each."""
    first = dresher(2, 1)
    assert (first.inspect, first.violate) == pytest.approx((1 / 3, 1 / 3))
    assert (dresher(3, 0).inspect, dresher(3, 0).violate) == (0, 1)
    with pytest.raises(ValueError, match="at least one period"):
        dresher(0, 1)


@pytest.mark.parametrize("audited", [0.001, 0.01, 0.1, 0.5, 0.9])
def test_a1_safety_of_upfront_auditing(audited: float) -> None:
    assert safety(audited) == pytest.approx(1 - (1 - audited) * audited ** (audited / (1 - audited)), abs=1e-9)


def test_a1_published_number() -> None:
    assert safety(0.01) == pytest.approx(0.054997, abs=5e-7)
    assert (safety(0.0), safety(1.0)) == (0, 1)


def test_success_of_an_attacker_among_few_tasks_tends_to_that_among_many() -> None:
    """(1 - q b)^N - (1 - q)^N for N tasks that each attack with probability q and are audited with probability b."""
    for attacks in (0.5, 3.0, 8.0):
        many = 1_000_000
        few = (1 - attacks / many * 0.1) ** many - (1 - attacks / many) ** many
        assert attack_succeeds(attacks, 0.1) == pytest.approx(few, abs=1e-5)


def test_nested_oversight_of_the_authors_notebook() -> None:
    """Best steps and success that the authors' notebook prints, with the fitted slopes that it holds."""
    fitted = {
        "mafia": ((1.5305382247861692, -622.9317463747565), (0.8344154600833648, 173.2206142928111), 1, 0.110623594),
        "debate": ((1.0983942546126946, -47.49890598669299), (0.04936115584058696, 1080.398355881042), 1, 0.513584475),
        "code": ((0.7192614624976502, 552.0221384375485), (1.9518243250891987, -1361.61176329289), 2, 0.275691408),
        "wargames": ((1.1666737577004682, -229.0736687091288), (0.6795738441484533, 422.0053838057133), 1, 0.097977002),
    }
    for guard, houdini, steps, success in fitted.values():
        best = best_chain(Skill(*guard), Skill(*houdini), start=1103, gap=400)
        assert best.steps == steps
        assert best.success == pytest.approx(success, abs=5e-10)


def test_one_step_and_the_plateaus() -> None:
    assert overseer_wins(400) == pytest.approx(1 / 11)
    assert overseer_wins(0) == 0.5
    flat = Skill(1, 0, lowest=900, highest=1100)
    assert [flat.at(general) for general in (500, 1000, 1500)] == [900, 1000, 1100]
    assert chain_succeeds(flat, flat, 1000, 400, 1) == pytest.approx(1 / (1 + 10**0.25))


def test_more_steps_help_until_they_only_add_coin_tosses() -> None:
    """With equal slopes and no offset n steps succeed with (1 + 10^(gap / 400 n))^-n, at most one half."""
    same = Skill(1, 0)
    success = [(1 + 10 ** (400 / 400 / n)) ** -n for n in range(1, 30)]
    assert best_chain(same, same, 0, 400).success == pytest.approx(max(success))
    assert best_chain(same, same, 0, 400).steps == 1 + int(np.argmax(success))
