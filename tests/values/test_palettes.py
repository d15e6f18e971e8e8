"""Palettes meet their targets at the least divergence, and say how far infeasible ones can be met.

Numbers that stand here were computed from the primal problem by another method (SLSQP on the shares).
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from oversight.palettes import Answers, InfeasibleError, front, largest_share, palette, sequential, slack

MENU = Answers.of(
    [(0, 0, 0), (1, -0.5, 0.2), (-1, 0.5, 0.3), (0.5, 1, -0.6), (-0.5, -1, 1), (1, 0.5, -1)],
    (0.4, 0.2, 0.15, 0.1, 0.1, 0.05),
)
SIX = Answers.of(
    [(0, 1, 2), (1, 0, 1), (2, 1, 0), (3, 2, -1), (-1, 3, 1), (1, 2, 3)], (0.30, 0.25, 0.20, 0.12, 0.08, 0.05)
)


def test_the_base_has_the_levels_of_its_shares() -> None:
    np.testing.assert_allclose(MENU.base.levels, (0.1, 0, 0.075), atol=1e-12)


def test_all_values_bind() -> None:
    found = palette(MENU, (0.3, 0.1, 0))
    np.testing.assert_allclose(found.aligned.weights, (1.748446, 2.615296, 3.389901), rtol=2e-6)
    shares = (0.218087, 0.333795, 0.145509, 0.233733, 0.049352, 0.019524)
    np.testing.assert_allclose(found.aligned.shares, shares, atol=6e-7)
    assert found.aligned.kl == pytest.approx(0.179494, abs=6e-7)
    slopes = (10.640827, 16.006165, 24.218310), (16.006165, 30.746249, 44.267496), (24.218310, 44.267496, 69.903240)
    np.testing.assert_allclose(found.sensitivity, slopes, rtol=1e-6)
    assert found.slack == pytest.approx(0.034314, abs=6e-7)


def test_the_weight_is_the_price_of_its_target() -> None:
    """Both slopes by finite differences."""
    targets, step = np.array((0.3, 0.1, 0.0)), 1e-5
    found = palette(MENU, targets)
    for value in range(3):
        ends = [palette(MENU, targets + sign * step * np.eye(3)[value]).aligned for sign in (1, -1)]
        price = (ends[0].kl - ends[1].kl) / (2 * step)
        assert price == pytest.approx(found.aligned.weights[value], rel=1e-5)
        slopes = (ends[0].weights - ends[1].weights) / (2 * step)
        np.testing.assert_allclose(found.sensitivity[value], slopes, rtol=1e-4)


@pytest.mark.parametrize(
    ("inspected", "money", "kl"),
    [(0.0, (0.556623, 0.849989, 1.272154), 0.075009), (0.5, (0.922225, 1.328311, 1.834017), 0.182597)],
)
def test_at_a_base_with_gains_and_sanctions(inspected: float, money: tuple[float, ...], kl: float) -> None:
    """Of an actor that decides by a logit of temperature .5; weights in money are temperature x those in nats."""
    gains, sanctions = np.array((0, 0.3, 0.2, 0.5, 0.1, 0.6)), np.array((0, 0.8, 0.5, 1, 0.6, 1.5))
    base = MENU.base.shares * np.exp((gains - inspected * sanctions) / 0.5)
    found = palette(Answers.of(MENU.values, base), (0.3, 0.1, 0)).aligned
    np.testing.assert_allclose(0.5 * found.weights, money, atol=6e-7)
    assert found.kl == pytest.approx(kl, abs=6e-7)
    # Trained under inspections that stop afterwards, it misses its targets.
    if inspected:
        alone = Answers.of(MENU.values, MENU.base.shares * np.exp(gains / 0.5))
        np.testing.assert_allclose(alone.at(found.weights).levels, (0.426404, 0.165465, -0.070850), atol=6e-7)


def test_whose_palette() -> None:
    """Utility of a group: its own weights times levels, from 0 at the base to 1 at its own palette."""
    wanted = np.array(((0.3, -0.3, -0.1), (-0.3, 0.25, 0.0), (-0.2, -0.3, 0.35)))
    sizes = np.array((0.4, 0.35, 0.25))
    own = [palette(MENU, targets).aligned for targets in wanted]

    def utilities(levels: np.ndarray) -> list[float]:
        base = MENU.base.levels
        return [float(each.weights @ (levels - base) / (each.weights @ (each.levels - base))) for each in own]

    pooled = MENU.at(sizes @ [each.weights for each in own])
    # Pooled weights are the normalised geometric mean of the models.
    geometric = np.exp(sizes @ np.log([each.shares for each in own]))
    np.testing.assert_allclose(pooled.shares, geometric / geometric.sum())
    np.testing.assert_allclose(utilities(own[0].levels), (1, -0.270675, -0.221992), atol=6e-7)
    np.testing.assert_allclose(utilities(own[1].levels), (-0.832524, 1, -0.272727), atol=6e-7)
    np.testing.assert_allclose(utilities(own[2].levels), (-0.952143, -0.552227, 1), atol=6e-7)
    np.testing.assert_allclose(utilities(pooled.levels), (-0.098221, 0.100376, 0.032582), atol=6e-7)
    np.testing.assert_allclose(utilities(palette(MENU, sizes @ wanted).aligned.levels), 0, atol=6e-7)
    assert slack(MENU, wanted.max(axis=0)) == pytest.approx(-0.185784, abs=6e-7)


def test_a_slack_target_has_no_weight() -> None:
    found = palette(MENU, (0.3, -0.2, 0.05))
    np.testing.assert_allclose(found.aligned.weights, (0.527377, 0, 0.210384), atol=1e-6)
    np.testing.assert_allclose(found.aligned.levels, (0.3, -0.066908, 0.05), atol=6e-7)
    assert found.aligned.kl == pytest.approx(0.050110, abs=6e-7)
    assert not found.sensitivity[1].any()
    assert not found.sensitivity[:, 1].any()


def test_an_infeasible_palette_is_refused_with_the_share_that_is_feasible() -> None:
    with pytest.raises(InfeasibleError, match=r"at most 0\.749 of the way") as refused:
        palette(MENU, (0.3, 0.2, 0.05))
    assert refused.value.share == pytest.approx(0.748634, abs=6e-7)
    assert refused.value.slack == pytest.approx(-0.022549, abs=6e-7)


def test_the_nearest_palette_lies_at_95_percent_of_the_feasible_way() -> None:
    found = palette(MENU, (0.3, 0.2, 0.05), "nearest")
    np.testing.assert_allclose(found.aligned.weights, (6.255211, 10.792253, 16.149404), rtol=1e-6)
    assert found.aligned.kl == pytest.approx(0.634656, abs=6e-7)
    base = MENU.base.levels
    np.testing.assert_allclose(found.targets, base + 0.95 * found.largest_share * (np.array((0.3, 0.2, 0.05)) - base))


def test_one_value_at_a_time_comes_to_the_palette_in_the_end() -> None:
    found = sequential(MENU, (0.3, 0.1, 0), 100)
    np.testing.assert_allclose(found[0], (0.469605, 0.402146, 0.311649), atol=6e-7)
    np.testing.assert_allclose(MENU.at(found[0]).levels, (0.241098, 0.039939, 0), atol=6e-7)
    np.testing.assert_allclose(found[1], (0.611103, 0.615284, 0.602104), atol=6e-7)
    np.testing.assert_allclose(found[4], (0.905158, 1.129272, 1.289293), atol=6e-7)
    np.testing.assert_allclose(found[-1], (1.748446, 2.615296, 3.389901), rtol=6e-4)


def test_steps_that_only_add_to_the_last_model_end_elsewhere() -> None:
    """The paper's equation 9 taken at its word, against its theorem 5."""
    values = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], dtype=float)
    targets, added, model = (0.6, 0.7), np.zeros(2), Answers.of(values, (0.5, 0.2, 0.2, 0.1)).base.shares
    for _ in range(30):
        for value in range(2):
            step = palette(Answers.of(values[:, [value]], model), [targets[value]]).aligned
            added[value] += step.weights[0]
            model = step.shares
    np.testing.assert_allclose(added, (0.810930, 1.393842), atol=1e-5)
    base = Answers.of(values, (0.5, 0.2, 0.2, 0.1))
    assert base.at(added).kl == pytest.approx(0.402689, abs=1e-5)
    whole = palette(base, targets).aligned
    np.testing.assert_allclose(whole.weights, np.log((1.25, 5)), atol=1e-9)
    assert whole.kl == pytest.approx(0.344202, abs=6e-7)


def test_an_error_in_a_reward_moves_weights_by_more_than_the_paper_says() -> None:
    """Its theorem 6, |dl| <= delta / lambda_min with the least variance of the reward: by logits here."""
    a, c, delta = 0.01, 0.5, 0.01

    def logit(x: float) -> float:
        return np.log(x / (1 - x))

    exact = palette(Answers.of([[0.0], [1.0]], (1 - a, a)), [c]).aligned
    wrong = palette(Answers.of([[delta], [1 - delta]], (1 - a, a)), [c]).aligned
    assert exact.weights[0] == pytest.approx(logit(c) - logit(a), rel=1e-12)
    assert wrong.weights[0] == pytest.approx((logit((c - delta) / (1 - 2 * delta)) - logit(a)) / (1 - 2 * delta))
    moved = abs(wrong.weights[0] - exact.weights[0])
    least_variance = (1 - 2 * delta) ** 2 * c * (1 - c)
    assert moved == pytest.approx(0.093778, abs=6e-7)
    assert moved > 2.2 * delta / least_variance


def test_contexts_keep_their_shares_for_a_conditional_palette_alone() -> None:
    values = [[0.0], [-1.0], [1.0], [0.0], [-2.0], [2.0]]
    base = (0.3, 0.15, 0.05, 0.45, 0.025, 0.025)
    within = Answers.of(values, base, (0, 0, 0, 1, 1, 1))
    joint = palette(Answers.of(values, base), [0.4]).aligned
    found = palette(within, [0.4]).aligned
    assert (found.weights[0], found.kl) == (pytest.approx(1.054462, abs=6e-7), pytest.approx(0.287952, abs=6e-7))
    assert found.shares[:3].sum() == pytest.approx(0.5, rel=1e-12)
    assert joint.weights[0] == pytest.approx(1.010699, abs=6e-7)
    assert joint.shares[:3].sum() != pytest.approx(0.5, abs=0.01)
    assert within.at(joint.weights).levels[0] == pytest.approx(0.372918, abs=6e-7)


@pytest.mark.parametrize(
    ("targets", "weights", "kl", "spare"),
    [
        ((1.2, 1.2, 1.3), (1.027801, 0.015558, 0.912138), 0.286056, 0.433333),
        ((1.5, 1.5, 1.5), (2.397808, 0, 1.649088), 1.028346, 1 / 6),
    ],
)
def test_six_answers(targets: tuple[float, ...], weights: tuple[float, ...], kl: float, spare: float) -> None:
    found = palette(SIX, targets)
    np.testing.assert_allclose(found.aligned.weights, weights, atol=6e-7)
    assert found.aligned.kl == pytest.approx(kl, abs=6e-7)
    assert found.slack == pytest.approx(spare, abs=6e-7)


def test_six_answers_out_of_reach() -> None:
    assert slack(SIX, np.array((2.0, 2, 2))) == pytest.approx(-1 / 3, abs=6e-7)
    assert largest_share(SIX, np.array((2.0, 2, 2))) == pytest.approx(0.675325, abs=6e-7)


def test_six_answers_one_value_at_a_time() -> None:
    found = sequential(SIX, (1.2, 1.2, 1.3), 5)
    np.testing.assert_allclose(found[0], (0.166943, 0.169937, 0.406985), atol=6e-7)
    np.testing.assert_allclose(found[4], (0.857226, 0.108504, 0.812033), atol=6e-7)


def test_nothing_on_a_front_can_be_raised_without_a_loss() -> None:
    for point in front(SIX, (1.2, 1.2, 1.3), 0, 1, 5):
        targets = np.array((point.first, point.second, 1.3))
        assert slack(SIX, targets) == pytest.approx(0, abs=1e-9)
        assert slack(SIX, targets + np.array((1e-6, 0, 0))) < 0
        assert slack(SIX, targets + np.array((0, 1e-6, 0))) < 0
        assert np.isfinite(point.kl)


def test_what_all_answers_have_alike_gets_no_weight() -> None:
    answers = Answers.of([(0, 0.1), (1, 0.1), (2, 0.1)])
    found = palette(answers, (1.5, answers.base.levels[1]))
    assert found.aligned.weights[1] == 0
    assert found.aligned.levels[0] == pytest.approx(1.5)
    with pytest.raises(InfeasibleError, match="at most 0"):
        palette(answers, (1.5, 0.2))


def test_a_target_at_the_highest_value_needs_infinite_weights() -> None:
    with pytest.raises(InfeasibleError, match=r"at most 1 of the way"):
        palette(Answers.of([[0.0], [1.0]]), [1.0])


@pytest.mark.parametrize(
    ("values", "base", "wrong"),
    [
        ([1.0, 2.0], None, "must be a table"),
        ([[1.0], [np.nan]], None, r"values\[1\]"),
        ([[1.0], [2.0]], (1, 0), r"base\[1\] is 0"),
        ([[1.0], [2.0]], (1, 1, 1), "there are 2 answers"),
    ],
)
def test_what_is_no_table_of_answers_is_refused(values: object, base: object, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        Answers.of(values, base)


@pytest.mark.parametrize("targets", [(1.0, 1.0), (1.0, 1.0, np.inf)])
def test_targets_fit_the_values(targets: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="targets"):
        palette(SIX, targets)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_any_palette_is_optimal(seed: int) -> None:
    """Feasible, complementary, of the tilted form: sufficient for the least divergence, which is convex."""
    rng = np.random.default_rng(seed)
    answers, values = rng.integers(2, 25), rng.integers(1, 5)
    sizes = 10.0 ** rng.integers(-3, 4, values)
    found_in = Answers.of(rng.normal(size=(answers, values)).round(1) * sizes, rng.dirichlet(np.ones(answers)) + 1e-6)
    asked = found_in.base.levels + 0.4 * rng.normal(size=values) * found_in.scale
    found = palette(found_in, asked, "nearest")
    short = (found.targets - found.aligned.levels) / found_in.scale
    assert short.max() < 1e-8
    np.testing.assert_allclose(found.aligned.weights * found_in.scale * short, 0, atol=1e-6)
    assert (found.aligned.weights >= 0).all()
    odds = found_in.base.shares * np.exp(found_in.values @ found.aligned.weights - found.aligned.log_partition)
    np.testing.assert_allclose(found.aligned.shares, odds, rtol=1e-8)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_slack_and_share_are_those_of_one_programme_over_all_answers(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, columns = rng.integers(2, 15), rng.integers(1, 4)
    answers = Answers.of(rng.normal(size=(rows, columns)))
    targets = answers.base.levels + rng.normal(size=columns)
    assert slack(answers, targets) == pytest.approx(_whole(answers, targets, np.ones(columns)), abs=1e-7)
    if (targets > answers.base.levels).any():
        way = targets - answers.base.levels
        assert largest_share(answers, targets) == pytest.approx(_whole(answers, answers.base.levels, way), abs=1e-7)


def test_the_primal_problem_agrees() -> None:
    base, targets = SIX.base.shares, np.array((1.2, 1.2, 1.3))
    found = minimize(
        lambda p: float(p @ np.log(p / base)),
        base,
        bounds=[(1e-9, 1)] * 6,
        constraints=[
            {"type": "eq", "fun": lambda p: p.sum() - 1},
            {"type": "ineq", "fun": lambda p: p @ SIX.values - targets},
        ],
        options={"ftol": 1e-14, "maxiter": 500},
    )
    np.testing.assert_allclose(palette(SIX, targets).aligned.shares, found.x, atol=2e-6)


def _whole(answers: Answers, origin: np.ndarray, direction: np.ndarray) -> float:
    rows = len(answers.values)
    found = linprog(
        [*np.zeros(rows), -1],
        A_ub=np.column_stack([-answers.values.T, direction]),
        b_ub=-origin,
        A_eq=[[*np.ones(rows), 0]],
        b_eq=[1],
        bounds=[*[(0, None)] * rows, (None, None)],
    )
    return float(found.x[-1])
