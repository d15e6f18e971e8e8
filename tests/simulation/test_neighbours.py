"""Actors who see their neighbours, against closed forms, chains of all states, and looking at every neighbour by hand.

Simulated shares are means over independent replicates, held to five of their own standard errors: one false alarm in
some two million looks.
"""

from __future__ import annotations

from itertools import product
from math import exp, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import binom

import oversight
import worlds
from oversight.errors import InputError, OversightError
from oversight.scenario import load_experiment
from oversight.simulation import Engine, Run, batch

SIGMAS = 5
AUDIT = {"kind": "random_audit", "rate": 0.5}


def experiment(
    population: list[dict[str, Any]], network: dict[str, Any] | None, sanction: float = 0.0, **keys: Any
) -> dict[str, Any]:
    policy = {"monitoring": AUDIT, "sanction": {"kind": "fixed", "amount": sanction}, **keys.pop("policy", {})}
    return {"name": "neighbours", "policy": policy, "population": population, "network": network, **keys}


def quantal(size: int, weight: float, utility: float = 0.0) -> dict[str, Any]:
    gain = {"kind": "constant", "value": utility}
    return {"kind": "conformist", "base": "quantal", "precision": 2, "weight": weight, "size": size, "gain": gain}


def unconditional(size: int, rate: float, name: str = "others") -> dict[str, Any]:
    return {"kind": "unconditional", "rate": rate, "size": size, "name": name}


def shares(spec: dict[str, Any]) -> np.ndarray[Any, Any]:
    """Misconduct by period."""
    found: np.ndarray[Any, Any] = oversight.run(spec).series["misconduct_rate"].to_numpy()
    return found


def engine_of(spec: dict[str, Any], replicates: int = 1) -> Engine:
    source = load_experiment(spec)
    return Engine(batch([Run(source.experiment, replicate, "compliant") for replicate in range(replicates)]))


def long_run(spec: dict[str, Any], replicates: int, burn_in: int) -> np.ndarray[Any, Any]:
    """Shares of violators, (replicates, periods) after the first of them."""
    engine, found = engine_of(spec, replicates), []
    engine.play(lambda played: found.append(played.violating.mean(axis=1)))
    return np.array(found[burn_in:]).T


def assert_mean(values: np.ndarray[Any, Any], expected: float) -> None:
    """The mean over independent replicates."""
    error = values.std(ddof=1) / sqrt(len(values))
    assert abs(values.mean() - expected) < SIGMAS * error
    assert error < 0.004


def logit(advantage: float) -> float:
    return 1 / (1 + exp(-2 * advantage))


# Closed forms


def test_the_social_multiplier_of_rational_conformists() -> None:
    """m = 1 - p s + J (2 m - 1): .25 at p s = .6 and J = .3; at J = .7 nobody or everyone, by where they began."""
    for weight, start, expected in ((0.3, "compliant", 0.25), (0.3, "violating", 0.25), (0.7, "compliant", 0.0)):
        entry = {"kind": "conformist", "weight": weight, "size": 20_000}
        found = shares(experiment([entry], {"kind": "everyone"}, 1.2, start=start, periods=60))[-20:].mean()
        assert found == pytest.approx(expected, abs=0.01)
    entry = {"kind": "conformist", "weight": 0.7, "size": 20_000}
    assert shares(experiment([entry], {"kind": "everyone"}, 1.2, start="violating"))[-1] == 1


@pytest.mark.parametrize(
    ("utility", "start", "expected"),
    [
        (0.0, "compliant", 0.07072),
        (0.0, "violating", 0.92928),
        (0.1, "compliant", 0.09946),
        (0.1, "violating", 0.946928),
    ],
)
def test_where_everyone_sees_everyone_norms_hold(utility: float, start: str, expected: float) -> None:
    """Brock and Durlauf (2001): the outer solutions of m = s(2 (u + 1.5 (2 m - 1)))."""
    found = shares(experiment([quantal(20_000, 1.5, utility)], {"kind": "everyone"}, start=start))[40:]
    assert found.mean() == pytest.approx(expected, abs=0.002)


@pytest.mark.parametrize("start", ["compliant", "violating"])
def test_on_a_ring_no_norm_holds(start: str) -> None:
    found = shares(experiment([quantal(10_000, 1.5)], {"kind": "ring"}, start=start, periods=101))
    assert abs(found[100] - 0.5) < 0.02
    assert abs(found[5] - 0.5) > 0.2


def test_a_crowd_of_twelve_has_the_stationary_law_of_its_count() -> None:
    size, weight, utility = 12, 1.2, 0.02
    chain = np.zeros((size + 1, size + 1))
    for many in range(size + 1):
        seen = [(many - 1) / (size - 1), many / (size - 1)]
        again, anew = (logit(utility + weight * (2 * share - 1)) for share in seen)
        law = binom.pmf(np.arange(many + 1), many, again)
        chain[many] = np.convolve(law, binom.pmf(np.arange(size - many + 1), size - many, anew))
    law = np.linalg.matrix_power(chain, 4096)[0]
    each = np.arange(size + 1) / size
    mean = float(law @ each)
    assert mean == pytest.approx(0.596049, abs=1e-6)  # as the oracle has it, with one's own act left out
    spec = experiment([quantal(size, weight, utility)], {"kind": "everyone"}, periods=500)
    found = long_run(spec, 600, 100)
    assert_mean(found.mean(axis=1), mean)
    assert_mean(((found > 0.3) & (found < 0.7)).mean(axis=1), float(law @ ((each > 0.3) & (each < 0.7))))
    assert_mean(((found - mean) ** 2).mean(axis=1), float(law @ (each - mean) ** 2))


@pytest.mark.slow
def test_a_ring_of_eight_has_the_stationary_law_of_all_its_states() -> None:
    states = np.array(list(product([0, 1], repeat=8)))
    seen = (np.roll(states, 1, axis=1) + np.roll(states, -1, axis=1)) / 2
    chance = 1 / (1 + np.exp(-2 * (0.1 + 1.5 * (2 * seen - 1))))
    chain = np.where(states[None] == 1, chance[:, None], 1 - chance[:, None]).prod(axis=2)
    mean = float(np.linalg.matrix_power(chain, 4096)[0] @ states.mean(axis=1))
    assert mean == pytest.approx(0.697211, abs=1e-6)
    found = long_run(experiment([quantal(8, 1.5, 0.1)], {"kind": "ring"}, periods=500), 600, 100)
    assert_mean(found.mean(axis=1), mean)


def ladder(second: float) -> list[dict[str, Any]]:
    """A hundred persons with thresholds 0, .01, .02, ..., the second of them another."""
    each = [second if place == 1 else place / 100 for place in range(100)]
    return [
        {"kind": "threshold", "name": f"p{place}", "size": 1, "traits": {"threshold": {"kind": "constant", "value": t}}}
        for place, t in enumerate(each)
    ]


@pytest.mark.parametrize(("second", "expected"), [(0.01, 1.0), (0.02, 0.01)])
def test_one_threshold_decides_whether_a_crowd_riots(second: float, expected: float) -> None:
    """Granovetter (1978); a tie acts."""
    found = shares(experiment(ladder(second), {"kind": "everyone"}, periods=110))
    assert found[-1] == expected


@pytest.mark.slow
@pytest.mark.parametrize(("outspoken", "expected"), [(0.08, 0.112081), (0.09, None), (0.125, 1.0)])
def test_silence_breaks_beyond_one_ninth_of_outspoken_people(outspoken: float, expected: float | None) -> None:
    """Kuran: x = e + (1 - e) F(x), F of Beta(2, 2); the quiet solution is gone from e = 1/9 on."""
    size = 80_000
    threshold = {"kind": "beta", "a": 2.0, "b": 2.0}
    silent = {"kind": "threshold", "size": round(size * (1 - outspoken)), "traits": {"threshold": threshold}}
    population = [unconditional(round(size * outspoken), 1), silent]
    found = shares(experiment(population, {"kind": "everyone"}, periods=300))
    if expected is None:
        roots = np.roots([-2 * (1 - outspoken), 3 * (1 - outspoken), -1, outspoken])
        expected = float(min(roots.real))
    assert found[-1] == pytest.approx(expected, abs=0.01)
    talk = shares(experiment(population, {"kind": "everyone"}, periods=5, start="violating"))
    assert talk[-1] == 1


# By hand


def matrix_of(engine: Engine, run: int) -> np.ndarray[Any, Any]:
    """Who sees whom, found by asking for the sums of one actor at a time."""
    assert engine.neighbours is not None
    runs, size = engine.violating.shape
    columns = []
    for actor in range(size):
        alone = np.zeros((runs, size), dtype=bool)
        alone[:, actor] = True
        columns.append(engine.neighbours.sums(alone)[run])
    return np.array(columns)


SUSPENDS = {"sanction": {"kind": "fixed", "amount": 0.1, "suspension": 2}, "detector": {"false_positive_rate": 0.3}}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    network=st.sampled_from(sorted(worlds.NETWORKS)).flatmap(lambda kind: worlds.NETWORKS[kind]),
    suspends=st.booleans(),
)
def test_shares_are_those_of_looking_at_every_neighbour(network: dict[str, Any], suspends: bool) -> None:
    population = [quantal(6, 1.0), {**unconditional(5, 0.5), "belief": {"kind": "announced"}}]
    keys = {"policy": SUSPENDS} if suspends else {}
    engine = engine_of(experiment(population, network, periods=6, **keys), 3)
    graphs = [matrix_of(engine, run) for run in range(3)]
    for graph in graphs:
        assert np.array_equal(graph, graph.T)
        assert not graph.diagonal().any()
        assert set(np.unique(graph)) <= {0.0, 1.0}
    for _ in range(6):
        engine.step()
        assert engine.neighbours is not None
        played = np.ones((3, 11), dtype=bool) if engine.played is None else engine.played
        for run, actor in product(range(3), range(11)):
            near = [other for other in range(11) if graphs[run][actor, other] and played[run, other]]
            for bits, held in (
                (engine.violating, engine.neighbours.violating),
                (engine.sanctioned, engine.neighbours.sanctioned),
            ):
                assert held[run, actor] == (sum(bits[run, other] for other in near) / len(near) if near else 0.0)


@pytest.mark.parametrize(
    ("network", "degrees"),
    [
        ({"kind": "everyone"}, {39: 40}),
        ({"kind": "ring", "neighbours": 4}, {4: 40}),
        ({"kind": "small_world", "neighbours": 4, "rewiring": 0.0}, {4: 40}),
        ({"kind": "file", "links": [[0, 1], [1, 0], [2, 2], [1, 3]]}, {0: 37, 1: 2, 2: 1}),
    ],
)
def test_how_many_neighbours_there_are(network: dict[str, Any], degrees: dict[int, int]) -> None:
    graph = matrix_of(engine_of(experiment([quantal(40, 1)], network)), 0)
    found = dict(zip(*np.unique(graph.sum(axis=0), return_counts=True), strict=True))
    assert found == degrees
    if network["kind"] in ("ring", "small_world"):
        assert set(np.flatnonzero(graph[0])) == {1, 2, 38, 39}


def test_random_graphs_have_the_mean_and_the_hubs_that_they_should() -> None:
    """Among 2000 actors the number of links is binomial; preferential attachment has hubs, of any part of them."""
    size = 2000
    for network, links, sd in (
        ({"kind": "random", "neighbours": 6.0}, 6000, sqrt(6000)),
        ({"kind": "scale_free", "links_each": 3}, 3 * (size - 3), 1e-9),
        ({"kind": "small_world", "neighbours": 6, "rewiring": 0.5}, 6000, 1e-9),
    ):
        engine = engine_of(experiment([quantal(size, 1)], network))
        assert engine.neighbours is not None
        degrees = engine.neighbours.sums(np.ones((1, size), dtype=bool))[0]
        assert abs(degrees.sum() / 2 - links) <= SIGMAS * sd
        if network["kind"] == "scale_free":
            assert degrees.max() > 60
            assert (np.argsort(-degrees)[:20] >= size / 2).any()


def test_a_replicate_has_one_graph_in_any_batch_and_another_than_its_fellows() -> None:
    spec = experiment([quantal(30, 1)], {"kind": "random"})
    together = engine_of(spec, 3)
    graphs = [matrix_of(together, run) for run in range(3)]
    assert not np.array_equal(graphs[0], graphs[1])
    source = load_experiment(spec)
    alone = Engine(batch([Run(source.experiment, 2, "violating")]))
    assert np.array_equal(matrix_of(alone, 0), graphs[2])


# Options, revision, beliefs


def test_the_example_weighs_on_violations_alone() -> None:
    """All others violate, so that 2 n - 1 = 1: a violation of gain -.5 is worth .5, what looks like one -.5."""
    options = [{"name": "lookalike", "violation": False}, {"name": "act"}]
    conformist = {"kind": "conformist", "weight": 1.0, "size": 4, "gain": {"kind": "constant", "value": -0.5}}
    population = [unconditional(50, 1), {**conformist, "name": "c", "options": options}]
    found = oversight.run(experiment(population, {"kind": "everyone"}, start="violating", periods=4)).metrics
    assert found["misconduct_rate.c.act"] == 1
    assert found["share.c.lookalike"] == 0


def test_a_neighbour_counts_for_any_violation_and_not_for_what_looks_like_one() -> None:
    threshold = {
        "kind": "threshold",
        "name": "t",
        "size": 4,
        "traits": {"threshold": {"kind": "constant", "value": 0.9}},
    }
    options = [{"name": "first"}, {"name": "second"}, {"name": "lookalike", "violation": False}]
    for option, expected in (("first", 1.0), ("second", 1.0), ("lookalike", 0.0)):
        others = {**unconditional(200, 1), "options": options, "option": option}
        found = shares_of(experiment([others, threshold], {"kind": "everyone"}, periods=4), "t")
        assert found[-1] == expected


def shares_of(spec: dict[str, Any], label: str) -> np.ndarray[Any, Any]:
    found: np.ndarray[Any, Any] = oversight.run(spec).series[f"misconduct_rate.{label}"].to_numpy()
    return found


def test_only_a_share_revises_and_the_others_do_as_before() -> None:
    """Of coins tossed anew with probability .3, .15 differ from the period before; before the first, none."""
    engine = engine_of(experiment([unconditional(100_000, 0.5)], {"kind": "everyone", "revision": 0.3}, periods=8))
    before = np.zeros((1, 100_000), dtype=bool)
    for _ in range(8):
        engine.step()
        changed = (engine.violating != before).mean()
        assert changed == pytest.approx(0.15, abs=SIGMAS * sqrt(0.15 * 0.85 / 100_000))
        before = engine.violating.copy()


def test_all_who_revise_are_as_without_the_key() -> None:
    """A network that nobody looks at, and that everyone may move in, changes nothing."""
    alone, linked = (
        oversight.run(experiment([unconditional(60, 0.4), {"kind": "rational", "size": 40}], network, 1.0, periods=20))
        for network in (None, {"kind": "ring"})
    )
    assert alone.series.equals(linked.series)


def test_a_neighbourhood_learns_from_its_own_neighbours() -> None:
    """(1 + caught) / (3 + violations) of the neighbours in the last two periods, counted one by one."""
    belief = {"kind": "neighbourhood", "window": 2, "prior_caught": 1.0, "prior_missed": 2.0}
    learner = {"kind": "quantal", "size": 7, "belief": belief}
    spec = experiment([learner, unconditional(6, 0.7)], {"kind": "random", "neighbours": 3.0}, 1.0, periods=7)
    engine = engine_of(spec, 2)
    graphs = [matrix_of(engine, run) for run in range(2)]
    past: list[tuple[Any, Any]] = []
    for _ in range(7):
        engine.step()
        for run, actor in product(range(2), range(7)):
            caught = sum((graphs[run] @ held[run])[actor] for held, _ in past[-2:])
            seen = sum((graphs[run] @ held[run])[actor] for _, held in past[-2:])
            assert engine.groups[0].perceived[run if len(past) else 0, actor] == (1 + caught) / (3 + seen)
        past.append((engine.caught.copy(), engine.violating.copy()))


# Files


def test_links_stand_in_a_file(tmp_path: Path) -> None:
    for text in ("0,1\n1,2\n", "actor,neighbour\n0,1\n\n1,2\n", "# mine\n0 1\n1\t2\n"):
        (tmp_path / "links.csv").write_text(text)
        spec = experiment([quantal(4, 1)], {"kind": "file", "file": str(tmp_path / "links.csv")})
        graph = matrix_of(engine_of(spec), 0)
        assert set(zip(*np.nonzero(np.triu(graph)), strict=True)) == {(0, 1), (1, 2)}


@pytest.mark.parametrize(
    ("population", "network", "words"),
    [
        ([quantal(4, 1)], None, r"network: is missing, and kind conformist of `conformist` goes by its neighbours"),
        ([{"kind": "threshold", "size": 4}], {"kind": "everyone"}, r"traits.threshold: is missing"),
        ([quantal(4, 1)], {"kind": "ring", "neighbours": 3}, r"network.neighbours: is 3: half of them stand on each"),
        ([quantal(4, 1)], {"kind": "small_world"}, r"network.neighbours: is 4, and in a circle of 4 actors"),
        ([quantal(4, 1)], {"kind": "random", "neighbours": 5.0}, r"each of 4 actors has 3 others"),
        ([quantal(4, 1)], {"kind": "scale_free", "links_each": 4}, r"links_each: is 4"),
        ([quantal(4, 1)], {"kind": "file", "links": [[0, 4]]}, r"name actor 4, and 4 actors are numbered from 0 to 3"),
        ([quantal(4, 1)], {"kind": "file", "file": "nowhere.csv"}, r"network.file: there is no file `nowhere.csv`"),
        ([quantal(400_000, 1)], {"kind": "random", "neighbours": 9.0}, r"about 1,800,000 links"),
        ([quantal(4, 1)], {"kind": "everyone", "revision": 0.0}, r"network.revision"),
        (
            [{"kind": "imitator", "size": 4, "one_at_a_time": 2}],
            {"kind": "everyone", "revision": 0.5},
            r"network.revision: is 0.5, and the actors of `imitator` revise one at a time",
        ),
    ],
)
def test_what_does_not_go_together_is_told(
    population: list[dict[str, Any]], network: dict[str, Any] | None, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        load_experiment(experiment(population, network))


def test_a_line_that_is_no_link_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "links.csv").write_text("0,1\n1,two\n")
    with pytest.raises(InputError, match=r"links\.csv:2: '1,two' is no link"):
        load_experiment(experiment([quantal(4, 1)], {"kind": "file", "file": "links.csv"}))


def test_a_class_that_does_not_name_its_neighbours_is_not_shown_them() -> None:
    class Curious(oversight.Actor):
        uses = frozenset({"draw"})

        def violates(self, now: Any) -> Any:
            return now.draw < now.neighbours

    with pytest.raises(OversightError, match=r'reads `now.neighbours` without naming "neighbours" in `uses`'):
        oversight.run(experiment([{"kind": Curious, "size": 4}], {"kind": "everyone"}, periods=3))


def test_an_overseer_that_leads_knows_no_neighbours() -> None:
    monitoring = {"kind": "strategic", "inspection_cost": 0.1, "bounty": 1.0, "response": "leadership"}
    with pytest.raises(InputError, match=r"population.0.kind: the response `leadership` commits to a rate by theory"):
        load_experiment(experiment([quantal(4, 1)], {"kind": "everyone"}, policy={"monitoring": monitoring}))


def test_numbers_of_the_network_are_swept_like_others(tmp_path: Path) -> None:
    spec = experiment([quantal(300, 1.5)], {"kind": "small_world"}, periods=20, replicates=2)
    swept = {"network.rewiring": {"values": [0.0, 0.3]}, "network.revision": {"values": [0.5, 1.0]}}
    results = oversight.sweep({**spec, "sweep": {"kind": "grid", "parameters": swept}}, out=tmp_path / "r", workers=1)
    runs = results.runs()
    for row in runs.to_dict("records"):
        alone = {
            **spec["network"],
            "rewiring": row["param.network.rewiring"],
            "revision": row["param.network.revision"],
        }
        once = oversight.run({**spec, "network": alone}, replicate=row["replicate"], start=row["start"])
        assert once.metrics["misconduct_rate"] == row["metric.misconduct_rate"]
