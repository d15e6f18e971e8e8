"""Best-AI selection: published shapes and exact numbers, through files and by enumeration.

Numbers were recomputed independently; equilibria are held against an enumeration that is written out here.
"""

from __future__ import annotations

from itertools import product
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import oversight
from helpers import Command
from oversight import InputError
from oversight.games.alignment import alignment, alone
from oversight.games.best_ai import BestAI, every_rule, worths

Table = list[list[float]]

USER = np.array([[1, 0.4, 0], [0, 0.5, 1]])
D1 = np.array([[-0.6, 0.2, 0.4], [0.3, 0, -0.5]])
D2 = np.array([[0.3, -0.3, 0.1], [-0.1, 0.4, 0]])
NOISE = [D1, D2, -(D1 + D2)]
BIAS = np.array([[-0.9, 0, 0.3], [0.6, 0.2, -0.6]])

# Rows are actions here, and columns states.
C1_USER = [[1.0, 0.0], [0.0, 1.0], [0.6, 0.6]]
COMMON = [
    [[0.7, 0.2], [0.2, 0.7], [1.0, 1.0]],
    [[0.8, 0.1], [0.3, 0.6], [1.0, 0.9]],
    [[0.6, 0.3], [0.1, 0.8], [0.9, 1.0]],
]
IN_HULL = [
    [[2.0, 1.2], [-1.0, 0.0], [0.6, 0.8]],
    [[0.0, -1.2], [1.0, 2.0], [0.6, 0.4]],
    [[0.5, 0.5], [0.5, 0.5], [1.0, 1.0]],
]
BRIBED_USER = [[1, 0], [0, 1]]
BRIBED = [[[1.0, 0.8], [0.0, 0.5]], [[0.5, 0.0], [0.8, 1.0]], [[1, 1], [0, 0]]]


def market(user: Any, providers: Any, /, **more: Any) -> dict[str, Any]:
    """An experiment on given tables, rows for states."""
    tables = [np.asarray(each).tolist() for each in providers]
    return {
        "name": "market",
        "game": {
            "kind": "best_ai",
            "user": {"utility": {"kind": "table", "rows": np.asarray(user).tolist()}, **more.pop("user", {})},
            "providers": {
                "count": len(tables),
                "utilities": {"kind": "tables", "tables": tables},
                **more.pop("providers", {}),
            },
            **more,
        },
    }


def turned(*tables: Any) -> list[Any]:
    return [np.array(each).T for each in tables]


def regrets(found: Any) -> list[float]:
    return [each["regret"] for each in found.equilibria]


@pytest.mark.parametrize(
    ("user", "providers", "prior", "profiles", "found", "simplex", "cone"),
    [
        (USER, [USER + d for d in NOISE], None, 168, [0], 0, 0),
        (USER, [USER + D1], None, 2, [0.3, 0.55], 0.5, 0.5),
        (USER, [USER + D1, USER + D2], None, 10, [0], 0.215, 0.212069),
        (USER, [USER + BIAS + 0.2 * d for d in NOISE], None, 117, [0, 0.25, 0.55], 0.7, 0.5),
        (*turned(C1_USER), turned(*IN_HULL), [0.5, 0.5], 33, [0], 0, 0),
        (*turned(C1_USER), turned(*COMMON), [0.5, 0.5], 184, [0, 0.2, 0.4], 0.325, 0.3),
        (*turned(BRIBED_USER), turned(*BRIBED), [0.6, 0.4], 15, [0], 0.325, 0),
    ],
    ids=["sums to zero", "alone", "two of three", "common bias", "C1 hull", "C1 common", "C1 bribed"],
)
def test_equilibria_and_distances(
    user: Any, providers: Any, prior: Any, profiles: int, found: list[float], simplex: float, cone: float
) -> None:
    solution = oversight.solve(market(user, providers, **({"prior": prior} if prior else {})))
    answered: Any = solution
    facts = answered.solution.facts
    assert regrets(answered) == pytest.approx(found, abs=1e-9)
    assert facts["profiles"] == profiles
    assert facts["distance"] == pytest.approx(simplex, abs=1e-6)
    assert facts["cone_distance"] == pytest.approx(cone, abs=1e-6)
    assert answered.solution.certified is True
    assert answered.solution.complete


def test_monopolists_leave_these_regrets() -> None:
    runs = [oversight.run(market(USER, [USER + d])).metrics["regret"] for d in NOISE]
    assert runs == pytest.approx([0.55, 0, 0], abs=1e-12)
    biased = [oversight.run(market(USER, [USER + BIAS + 0.2 * d])).metrics["regret"] for d in NOISE]
    assert biased == pytest.approx([0.55, 0.55, 0.55], abs=1e-12)
    own = [oversight.run(market(*turned(C1_USER), turned(each))).metrics["regret"] for each in COMMON]
    assert own == pytest.approx([0.4, 0.4, 0.4], abs=1e-12)


def test_a_witness_without_weights_says_so() -> None:
    text = str(oversight.solve(market(USER, [USER + BIAS + 0.2 * d for d in NOISE])))
    assert "of any weights has no weights: a constant comes as near, which says nothing of the providers" in text


@pytest.mark.parametrize(
    ("custom", "profiles", "largest"), [(0, 184, 0.4), (0.1, 109, 0.4), (0.2, 17, 0), (0.3, 17, 0)]
)
def test_custom_makes_providers_compete(custom: float, profiles: int, largest: float) -> None:
    found: Any = oversight.solve(market(*turned(C1_USER), turned(*COMMON), custom=custom))
    assert found.solution.facts["profiles"] == profiles
    assert max(regrets(found)) == pytest.approx(largest, abs=1e-9)


def _enumerated(game: BestAI) -> set[tuple[int, int]]:
    """Chosen provider and rule of every profile in which nobody gains, each payoff worked out anew."""
    number, rules = len(game.providers), range(len(game.user))

    def chosen(profile: tuple[int, ...]) -> int:
        worth = [game.user[rule] for rule in profile]
        return next(place for place in range(number) if worth[place] >= max(worth) - 1e-12)

    def payoff(mine: int, profile: tuple[int, ...]) -> float:
        taken = chosen(profile)
        return float(game.providers[mine, profile[taken]] + (game.chosen[profile[mine]] if taken == mine else 0))

    def steady(profile: tuple[int, ...]) -> bool:
        return all(
            payoff(mine, (*profile[:mine], rule, *profile[mine + 1 :])) <= payoff(mine, profile) + 1e-12
            for mine in range(number)
            for rule in rules
        )

    every = product(rules, repeat=number)
    return {(chosen(profile), profile[chosen(profile)]) for profile in every if steady(profile)}


@pytest.mark.parametrize("seed", range(40))
def test_the_test_of_outcomes_finds_what_enumeration_finds(seed: int) -> None:
    """Utilities of one decimal have many ties, and a fine may make being chosen a loss."""
    rng = np.random.default_rng(seed)
    providers, actions = int(rng.integers(1, 4)), int(rng.integers(2, 3 + (seed % 2)))
    tables = np.round(rng.random((providers + 1, 2, actions)), 1)
    rules = every_rule(2, actions)
    user, *others = (worths(each / 2, rules) for each in tables)
    game = BestAI(user, np.array(others), np.round(rng.normal(0, 0.2, len(rules)), 1))
    if game.profiles > 400:
        game = BestAI(user, np.array(others[:2]), game.chosen)
    assert {tuple(outcome) for outcome in game.outcomes()} == _enumerated(game)


@pytest.mark.parametrize("seed", range(30))
def test_regret_lies_within_the_bound_and_no_regret_is_an_equilibrium(seed: int) -> None:
    rng = np.random.default_rng(seed)
    user, noise = rng.random((4, 3)), rng.normal(0, 0.5, (4, 4, 3))
    previous = np.inf
    for count in range(1, 5):
        found = oversight.run(market(user, user + noise[:count])).metrics
        assert found["largest_regret"] <= found["bound"] + 1e-9
        assert found["regret"] <= found["bound"] + 1e-9
        assert found["distance"] <= previous + 1e-9
        assert found["cone_distance"] <= found["distance"] + 1e-9 <= found["single_distance"] + 2e-9
        previous = found["distance"]
        if count > 1:
            assert found["least_regret"] == pytest.approx(0, abs=1e-12)


def test_distance_is_the_least_over_mixes_that_are_tried() -> None:
    rng = np.random.default_rng(4)
    user, providers = rng.random((2, 3)), rng.random((2, 2, 3))
    tried = []
    for weight in np.linspace(0, 1, 2001):
        apart = weight * providers[0] + (1 - weight) * providers[1] - user
        tried.append((apart.max() - apart.min()) / 2)
    assert alignment(user, providers).distance == pytest.approx(min(tried), abs=1e-3)
    assert alignment(user, providers).distance <= min(tried) + 1e-12
    assert alone(user, providers[0]) == pytest.approx(tried[-1])


RANDOM: dict[str, Any] = {
    "name": "random_markets",
    "seed": 3,
    "replicates": 240,
    "game": {
        "kind": "best_ai",
        "user": {"utility": {"kind": "uniform", "states": 4, "actions": 3}},
        "providers": {"count": 1, "utilities": {"kind": "noisy", "sd": 0.5}},
        "rounds": 20,
        "burn_in": 19,
    },
    "sweep": {"kind": "grid", "parameters": {"game.providers.count": {"values": [1, 2, 3]}}},
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("utilities", "published"),
    [
        ({"kind": "noisy", "sd": 0.5}, [0.134, 0.013, 0.003]),
        ({"kind": "hull", "sd": 0.5}, [0.134, 0, 0]),
        ({"kind": "biased", "bias": 0.5, "sd": 0.15}, [0.125, 0.099, 0.071]),
    ],
    ids=["independent", "sums to zero", "common bias"],
)
def test_mean_regrets_of_random_markets(utilities: dict[str, Any], published: list[float], tmp_path: Path) -> None:
    experiment = {**RANDOM, "game": {**RANDOM["game"], "providers": {"count": 1, "utilities": utilities}}}
    found = oversight.sweep(experiment, out=tmp_path, workers=1).summary["metric.regret.mean"]
    # The published means are over sixty games a cell.
    assert found.to_numpy() == pytest.approx(published, abs=0.025)


@pytest.mark.slow
def test_mean_regrets_of_many_providers_with_a_common_bias() -> None:
    counts, published = [5, 10, 20], [0.065, 0.051, 0.039]
    providers = {"count": 1, "utilities": {"kind": "biased", "bias": 0.5, "sd": 0.15}}
    experiment = {**RANDOM, "game": {**RANDOM["game"], "providers": providers}}
    experiment["sweep"] = {"kind": "grid", "parameters": {"game.providers.count": {"values": counts}}}
    found = oversight.sweep(experiment, workers=1).summary["metric.regret.mean"]
    assert found.to_numpy() == pytest.approx(published, abs=0.025)


def test_a_quantal_user_loses_what_the_closed_form_says() -> None:
    """One state, u = (1, .8, .2), precision 5: .063648 of at most ln(3) / 5 = .219722."""
    user = {"choice": "quantal", "precision": 5.0}
    found = oversight.run(market([[1, 0.8, 0.2]], [[[1, 0.8, 0.2]]], user=user)).metrics
    assert found["choice_loss"] == pytest.approx(0.063648, abs=5e-7)
    assert found["choice_bound"] == pytest.approx(log(3) / 5)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("choice", ["quantal", "logit"])
def test_what_is_lost_by_choosing_keeps_to_its_bound(choice: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    user = rng.random((3, 3))
    asks = {"choice": choice, "precision": float(rng.choice([0.5, 3, 20]))}
    found = oversight.run(market(user, user + rng.normal(0, 0.5, (3, 3, 3)), user=asks)).metrics
    assert 0 <= found["choice_loss"] <= found["choice_bound"]


def test_a_few_samples_make_the_user_overrate_whom_it_takes() -> None:
    """Two states, one sample: chances of the tests are exact, so that the curse is a sum of two terms."""
    user = [[1, 0], [0, 1]]
    # The first always takes action 0, and is right in the first state; the second always action 1.
    first, second = [[1, 0], [1, 0]], [[0, 1], [0, 1]]
    found = oversight.run(market(user, [first, second], user={"samples": 1}, rounds=1, burn_in=0)).metrics
    # With one sample, whoever is right in the state that comes up looks worth 1, and is worth .5.
    assert found["winners_curse"] == pytest.approx(0.5)
    exact = oversight.run(market(user, [first, second], rounds=1, burn_in=0)).metrics
    assert exact["winners_curse"] == 0


def test_regret_falls_with_samples_and_the_curse_as_well(tmp_path: Path) -> None:
    experiment = {**RANDOM, "replicates": 100, "game": {**RANDOM["game"]}}
    experiment["game"]["user"] = {"utility": {"kind": "uniform", "states": 3, "actions": 3}, "samples": 1}
    experiment["game"]["providers"] = {"count": 3, "utilities": {"kind": "noisy", "sd": 0.3}}
    experiment["sweep"] = {"kind": "grid", "parameters": {"game.user.samples": {"values": [1, 4, 30]}}}
    found = oversight.sweep(experiment, out=tmp_path, workers=1).summary
    regret, curse = found["metric.regret.mean"].tolist(), found["metric.winners_curse.mean"].tolist()
    assert regret[0] > regret[1] > regret[2]
    assert curse[0] > curse[1] > curse[2] > 0


def test_a_signal_without_information_leaves_the_best_constant_action() -> None:
    found = oversight.run(market(USER, [USER], providers={"information": {"kind": "signal", "accuracy": 0.5}})).metrics
    assert found["user_utility"] == pytest.approx(max(USER.mean(axis=0)))
    sure = oversight.run(market(USER, [USER], providers={"information": {"kind": "signal", "accuracy": 1.0}})).metrics
    assert sure["user_utility"] == pytest.approx(1)


@pytest.mark.parametrize(("fine", "regret"), [(0.09, 0.55), (0.11, 0.0)])
def test_an_audit_on_top_deters_a_monopolist_whom_its_fine_outweighs(fine: float, regret: float) -> None:
    """Of (.4, .6, .4) and (.3, .5, .5) the provider wants .6 and .5, and has .4 and .5 by the user's rule: .1 less."""
    provider = USER + D1
    audit = {"rate": 1.0, "fine": fine, "tolerance": 0.0, "cost": 0.1}
    found = oversight.run(market(USER, [provider], audit=audit, cost_per_provider=0.05)).metrics
    assert found["regret"] == pytest.approx(regret, abs=1e-12)
    assert found["market_cost"] == pytest.approx(0.15)
    assert found["user_loss"] == pytest.approx(regret + 0.15)


def test_two_providers_of_one_owner_are_one() -> None:
    owned = oversight.run(market(USER, [USER + D1, USER + D2], providers={"owners": [7, 7]})).metrics
    merged = oversight.run(market(USER, [USER + (D1 + D2) / 2])).metrics
    assert {**owned, "market_cost": 0} == pytest.approx(merged, nan_ok=True)


@pytest.mark.parametrize(
    "play", [{"kind": "hedge", "rate": 2.0}, {"kind": "logit", "precision": 200.0}, {"kind": "imitation"}]
)
def test_other_ways_to_play(play: dict[str, Any]) -> None:
    """In the hull learners come near to no regret; imitators take over the best rule that somebody began with."""
    experiment = market(USER, [USER + d for d in NOISE], providers={"play": play}, rounds=400, burn_in=300)
    found = oversight.run(experiment).metrics
    assert found["regret"] < 0.02
    assert oversight.run(experiment).metrics == pytest.approx(found, nan_ok=True)


def test_utilities_from_a_file(tmp_path: Path) -> None:
    rows = ["state,action,user,mild,bold"]
    for state, action in product(range(2), range(3)):
        own = USER[state, action]
        rows.append(f"s{state},a{action},{own},{own + D1[state, action]},{own + D2[state, action]}")
    (tmp_path / "rated.csv").write_text("\n".join(rows) + "\n")
    experiment = market(USER, [USER, USER])
    experiment["game"]["user"]["utility"] = {"kind": "file", "file": str(tmp_path / "rated.csv"), "column": "user"}
    experiment["game"]["providers"]["utilities"] = {"kind": "file", "file": str(tmp_path / "rated.csv")}
    found, known = (oversight.run(each).metrics for each in (experiment, market(USER, [USER + D1, USER + D2])))
    assert found == pytest.approx(known, nan_ok=True)
    (tmp_path / "rated.csv").write_text("\n".join(rows[:-1]) + "\n")
    with pytest.raises(InputError, match="state `s1` lacks action `a2`"):
        oversight.run(experiment)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"burn_in": 50}, "burn_in: 50 leaves nothing of 50 rounds to measure"),
        ({"prior": [0.5, 0.6]}, "prior: .*adds up to 1.1"),
        ({"prior": [1.0]}, "prior: .*has 1 states, and the user 2"),
        ({"user": {"choice": "quantal"}}, "user.precision: .*is missing"),
        ({"user": {"precision": 2.0}}, "user.precision: .*does nothing here"),
        ({"providers": {"count": 4}}, "tables: .*has 2, and there are 4 providers"),
        ({"providers": {"owners": [0]}}, "owners: .*names 1 owners, and there are 2 providers"),
    ],
)
def test_mistakes_are_told_where_they_are(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        oversight.run(market(USER, [USER + D1, USER + D2], **change))


def test_a_report_sets_equilibria_beside_runs(tmp_path: Path) -> None:
    experiment = market(USER, [USER + d for d in NOISE])
    experiment["sweep"] = {"kind": "grid", "parameters": {"game.providers.count": {"values": [1, 2, 3]}}}
    experiment["replicates"] = 1
    found = oversight.sweep(experiment, out=tmp_path, workers=1).summary
    assert found["theory.least"].tolist() == pytest.approx([0.3, 0, 0], abs=1e-9)
    assert found["theory.largest"].tolist() == pytest.approx([0.55, 0, 0], abs=1e-9)
    page = (tmp_path / "report.html").read_text()
    for said in ("Theory beside the simulation", "Regret in the worst equilibrium", "Competition for a user", "Regret"):
        assert said in page
    assert "misconduct" not in page.partition("<script")[0].lower()


def test_a_search_by_theory_takes_the_worst_equilibrium() -> None:
    experiment = market(USER, [USER + d for d in NOISE], cost_per_provider=0.01)
    experiment["search"] = {
        "levers": {"game.providers.count": {"low": 1, "high": 3, "step": 1}},
        "minimise": "regret",
        "by": "theory",
    }
    found = oversight.search(experiment, workers=1, confirm=False)
    assert found.recommended["game.providers.count"] in (2, 3)
    assert found.best.outcome["regret"] == pytest.approx(0, abs=1e-9)


def test_rounds_are_kept_where_that_is_asked_for(tmp_path: Path) -> None:
    """Learners' regret round by round, beside the same runs played one by one."""
    play = {"kind": "hedge", "rate": 0.5}
    experiment = market(USER, [USER + d for d in NOISE], providers={"play": play}, rounds=30, burn_in=10)
    experiment |= {"keep": "series", "replicates": 4}
    found = oversight.sweep(experiment, out=tmp_path, workers=1).series()
    alone = [oversight.run(experiment, replicate=each).series["regret"].to_numpy() for each in range(4)]
    kept = found[found["measure"] == "regret"]
    assert kept["mean"].to_numpy() == pytest.approx(np.mean(alone, axis=0))
    assert kept["period"].tolist() == list(range(30))
    assert "Over time" in (tmp_path / "report.html").read_text()


def test_two_sweeps_of_a_game_are_compared(tmp_path: Path, command: Command) -> None:
    for seed in (1, 2):
        oversight.sweep({**RANDOM, "replicates": 4, "seed": seed}, out=tmp_path / str(seed), workers=1)
    answer = command("diff", str(tmp_path / "1"), str(tmp_path / "2"))
    assert answer.code == 0
    assert "Regret and cost" in answer.out


@pytest.mark.parametrize(
    ("key", "value"),
    [("policy", {"name": "p"}), ("population", []), ("start", "both"), ("principal", {}), ("periods", 3)],
)
def test_keys_of_policy_and_population_do_not_go_with_a_game(key: str, value: Any) -> None:
    with pytest.raises(InputError, match=f"{key}: .*does not go with `game`"):
        oversight.run({**market(USER, [USER]), key: value})


@pytest.mark.parametrize("columns", [5, "ab", {"a": 1}, []])
def test_columns_of_a_file_are_a_list(columns: Any, tmp_path: Path) -> None:
    (tmp_path / "rated.csv").write_text("state,action,user,a,b\ns,x,1,1,0\ns,y,0,0,1\n")
    experiment = market([[1, 0]], [[[1, 0]], [[0, 1]]])
    experiment["game"]["providers"]["utilities"] = {
        "kind": "file",
        "file": str(tmp_path / "rated.csv"),
        "columns": columns,
    }
    with pytest.raises(InputError, match=r"is no list of columns. Write them as a list: `columns: \[user, a\]`"):
        oversight.run(experiment)


def test_what_a_game_has_not_is_refused_where_it_is_asked_for() -> None:
    with pytest.raises(InputError, match=r"keep: keeps measures by round"):
        oversight.run({"name": "o", "game": {"kind": "off_switch", "mean": 0.5, "sd": 1.0}, "keep": "series"})
    skill = {"slope": 1.0, "intercept": 0.0, "lowest": 100.0, "highest": 1.0}
    with pytest.raises(InputError, match=r"overseer\.highest: 1 is below `lowest`"):
        oversight.run({"name": "n", "game": {"kind": "nested_oversight", "overseer": skill}})
    with pytest.raises(InputError, match="has no actors to list"):
        oversight.run(market(USER, [USER]), agents=True)
    random = {"name": "r", "game": RANDOM["game"]}
    random["search"] = {"levers": {"game.custom": {"low": 0, "high": 1}}, "minimise": "regret"}
    with pytest.raises(InputError, match=r"draws a game of its own.*by: simulation"):
        oversight.search(random, workers=1)
