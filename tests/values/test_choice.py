"""Rules of collective choice, on profiles whose choices were checked with another package or follow from a formula."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight.choice import RULES, Profile, majority, maximin_lottery, nash_lottery, utilitarian
from oversight.choice.rules import borda_scores, plurality_scores

NAMES = ("none", "light", "strict", "loading", "both")


def _outcome(chance: float, sanction: float, price: float, loaded: float, covered: float, cost: float) -> list[float]:
    """Misconduct, gains, costs and fines of uniform gains, of which a share is covered by values that are loaded."""
    least = [min(1.0, chance * sanction + loaded), min(1.0, chance * sanction)]
    shares = np.array((covered, 1 - covered))
    misconduct = shares @ [1 - t for t in least]
    gain = shares @ [(1 - t**2) / 2 for t in least]
    return [misconduct, gain, price * chance + cost * loaded, chance * sanction * misconduct]


OUTCOMES = np.array(
    [
        _outcome(*terms)
        for terms in (
            (0, 2, 0.5, 0, 0.8, 0.2),
            (0.2, 2, 0.5, 0, 0.8, 0.2),
            (0.45, 2, 0.5, 0, 0.8, 0.2),
            (0, 2, 0.5, 0.6, 0.8, 0.2),
            (0.2, 2, 0.5, 0.5, 0.8, 0.2),
        )
    ]
)


def profile(weights: list[list[float]]) -> Profile:
    return Profile.of(np.array(weights) @ OUTCOMES.T, (4, 3, 2))


CYCLE = profile([[0, 4, -2.5, 0], [-2, 2.5, -2.5, 0], [-1.5, 0.5, -3.5, -1]])
WINNER = profile([[-4, 2.5, -0.5, -1.5], [0, 0.5, 0, -1.5], [-1, 2, -4, -1]])


def chosen(profile: Profile) -> dict[str, list[str]]:
    return {name: [NAMES[each] for each in rule(profile)] for name, rule in RULES.items()}


def test_five_rules_choose_four_policies_where_majorities_go_in_circles() -> None:
    assert chosen(CYCLE) == {
        "utilitarian": ["none"],
        "relative_utilitarian": ["loading"],
        "leximin": ["strict"],
        "nash": ["loading"],
        "plurality": ["none"],
        "borda": ["light"],
        "condorcet": [],
        "approval": ["loading"],
        "weighted_median": [],
    }
    np.testing.assert_allclose(plurality_scores(CYCLE), (4, 3, 2, 0, 0))
    np.testing.assert_allclose(borda_scores(CYCLE), (18, 24, 11, 21, 16))


def test_each_of_a_cycle_beats_the_next() -> None:
    found = majority(CYCLE)
    assert len(found.cycle) == 3
    for first, second in zip(found.cycle, (*found.cycle[1:], found.cycle[0]), strict=True):
        assert found.margins[first, second] > 0


def test_a_condorcet_winner_that_few_other_rules_choose() -> None:
    assert chosen(WINNER) == {
        "utilitarian": ["strict"],
        "relative_utilitarian": ["loading"],
        "leximin": ["both"],
        "nash": ["loading"],
        "plurality": ["none"],
        "borda": ["loading"],
        "condorcet": ["none"],
        "approval": ["loading"],
        "weighted_median": [],
    }
    np.testing.assert_allclose(plurality_scores(WINNER), (5, 0, 4, 0, 0))
    np.testing.assert_allclose(borda_scores(WINNER), (20, 8, 19, 23, 20))


def test_on_one_lever_the_weighted_median_beats_all() -> None:
    """Ideals (h - k) / a of -h (1 - D) + a (1 - D^2) / 2 - k D, and their means (Black 1948)."""
    lever = np.linspace(0, 1, 201)
    harm, cost, share = np.array((0.3, 0.6, 1.2)), np.array((0.1, 0.1, 0.3)), np.array((0.45, 0.35, 0.2))
    worth = -np.outer(harm, 1 - lever) + (1 - lever**2) / 2 - np.outer(cost, lever)
    found = {name: lever[rule(Profile.of(worth, share, lever))] for name, rule in RULES.items()}
    np.testing.assert_allclose(lever[worth.argmax(axis=1)], harm - cost)
    np.testing.assert_allclose(found["weighted_median"], [0.5])
    np.testing.assert_allclose(found["condorcet"], [0.5])
    np.testing.assert_allclose(found["utilitarian"], [share @ (harm - cost)])
    np.testing.assert_allclose(found["leximin"], [0.9])


def test_lotteries_over_what_each_group_alone_wants() -> None:
    own = Profile.of(np.eye(3), (0.5, 0.3, 0.2))
    np.testing.assert_allclose(nash_lottery(own), (0.5, 0.3, 0.2), atol=1e-9)
    np.testing.assert_allclose(maximin_lottery(own), np.full(3, 1 / 3), atol=1e-9)
    assert utilitarian(own) == [0]


def test_a_nash_lottery_meets_its_first_order_conditions() -> None:
    gains = np.array([(0, 1, 0.4), (1, 0, 0.7)])
    found = nash_lottery(Profile.of(gains, (2, 1)))
    slopes = np.array((2 / 3, 1 / 3)) / (gains @ found) @ gains
    np.testing.assert_allclose(slopes[found > 1e-6], 1, atol=1e-6)
    assert (slopes <= 1 + 1e-6).all()


def test_from_a_status_quo_nash_leaves_nobody_worse_off() -> None:
    worth = [[5, 0, 2, 3], [0, 5, 2, 2.1]]
    assert RULES["nash"](Profile.of(worth, status_quo=2)) == [3]
    assert RULES["nash"](Profile.of([row[:3] for row in worth], status_quo=2)) == [2]
    assert RULES["nash"](Profile.of([[1, 0], [0, 1]])) == []


def test_ties_are_all_chosen() -> None:
    alike = Profile.of([[1, 1, 0], [0, 0, 1]], (3, 1), (0, 1, 2))
    assert RULES["plurality"](alike) == [0, 1]
    assert RULES["condorcet"](alike) == []
    assert majority(alike).top == [0, 1]
    assert majority(alike).cycle == []
    even = Profile.of([[1, 0], [0, 1]], lever=(0, 1))
    assert RULES["weighted_median"](even) == [0, 1]


def test_a_group_that_does_not_care_decides_nothing() -> None:
    without, beside = Profile.of([[1, 2, 3]]), Profile.of([[1, 2, 3], [7, 7, 7]])
    for name in ("utilitarian", "relative_utilitarian", "nash", "plurality", "borda", "condorcet", "approval"):
        assert RULES[name](without) == RULES[name](beside) == [2]


@settings(max_examples=40)
@given(st.integers(0, 100_000))
def test_the_top_set_is_the_smallest_that_beats_all_outside(seed: int) -> None:
    rng = np.random.default_rng(seed)
    groups, alternatives = int(rng.integers(1, 5)), int(rng.integers(1, 6))
    votes = Profile.of(rng.integers(0, 4, (groups, alternatives)), rng.integers(1, 4, groups))
    found = majority(votes)
    sets = [
        {k for k, member in enumerate(members) if member}
        for members in product((False, True), repeat=alternatives)
        if any(members)
    ]
    closed = [
        some
        for some in sets
        if all(found.margins[a, b] > 0 for a in some for b in range(alternatives) if b not in some)
    ]
    assert set(found.top) == min(closed, key=len)
    if found.winner is not None:
        assert found.top == [found.winner]
    cycles = [
        path
        for size in range(3, alternatives + 1)
        for path in permutations(range(alternatives), size)
        if all(found.margins[a, b] > 0 for a, b in zip(path, (*path[1:], path[0]), strict=True))
    ]
    if found.winner is None:
        within = [path for path in cycles if set(path) <= set(found.top)]
        assert len(found.cycle) == min(map(len, within), default=0)
        assert not found.cycle or tuple(found.cycle) in within


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"utilities": [1, 2]}, "a table of finite numbers"),
        ({"utilities": [[1, np.nan]]}, "a table of finite numbers"),
        ({"utilities": [[1, 2]], "weights": [0]}, "1 numbers above 0"),
        ({"utilities": [[1, 2]], "lever": [1]}, "lever must be 2 numbers"),
        ({"utilities": [[1, 2]], "status_quo": 2}, "status_quo is 2"),
    ],
)
def test_what_is_no_profile_is_refused(given: dict[str, object], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        Profile.of(**given)


def test_a_lottery_needs_gains_for_all() -> None:
    with pytest.raises(ValueError, match="every group must have some"):
        nash_lottery(Profile.of([[1, 0], [0, 1]], status_quo=0))
