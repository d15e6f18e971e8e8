"""A design as columns says of every point what reading it as a file does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import oversight
import worlds
from helpers import ROOT
from oversight.documents.paths import value_at
from oversight.documents.schema import known_paths
from oversight.equilibrium import Block, solve_all, solve_block
from oversight.equilibrium.planner import optima, optimum
from oversight.errors import InputError, Problem
from oversight.scenario import Source, load_experiment
from oversight.scenario.stacking import equal
from oversight.simulation import Run, batch, batch_of, batches, play, shape_of, simulate
from oversight.sweeps.design import Design
from oversight.sweeps.identity import essence, key

RATE, FINE = "policy.monitoring.rate", "policy.sanction.amount"
VALUES = st.lists(
    st.sampled_from([0, 0.0, 0.25, 0.5, 1, 1.5, 2.0, 7, -1.0]) | st.floats(0, 1).map(lambda x: round(x, 3)),
    min_size=1,
    max_size=3,
    unique=True,
)


def spec(**changes: Any) -> dict[str, Any]:
    return {
        "name": "columns",
        "policy": {"monitoring": {"kind": "random_audit", "rate": 0.2}, "sanction": {"kind": "fixed", "amount": 2}},
        "population": [{"kind": "rational", "size": 20}],
        "periods": 30,
        "replicates": 2,
        **changes,
    }


def grid(**parameters: Any) -> dict[str, Any]:
    return {"kind": "grid", "parameters": {path: {"values": values} for path, values in parameters.items()}}


def read_one_by_one(source: Source, design: Design) -> tuple[list[Any], list[Problem]]:
    """Every point as it is read from a file, and all that is wrong with any."""
    read, wrong = [], []
    for index, point in enumerate(design):
        try:
            read.append(source.at(point, index))
        except InputError as error:
            wrong += error.problems
    return read, wrong


@st.composite
def designs(draw: st.DrawFn) -> dict[str, Any]:
    """A random world whose numbers are swept, one to three of them, well and badly."""
    world = draw(worlds.experiments())
    plain = load_experiment(world)
    paths = [
        path
        for path in known_paths(plain.model, plain.document.data)
        if path.partition(".")[0] in ("policy", "population", "social_cost", "periods", "dynamics")
        and type(value_at(plain.experiment, path)) in (int, float)
    ]
    swept = draw(st.lists(st.sampled_from(paths), min_size=1, max_size=3, unique=True))
    if draw(st.booleans()):
        return {**world, "sweep": grid(**{path: draw(VALUES) for path in swept})}
    point = st.fixed_dictionaries({}, optional={path: VALUES.map(lambda values: values[0]) for path in swept})
    points = draw(st.lists(point.filter(bool), min_size=1, max_size=5))
    return {**world, "sweep": {"kind": "list", "points": points}}


def agrees(experiment: dict[str, Any]) -> None:
    source = load_experiment(experiment)
    design = Design(source)
    read, wrong = read_one_by_one(source, design)
    if wrong:
        with pytest.raises(InputError) as told:
            _ = design.placed
        assert all(problem in wrong for problem in told.value.problems)
        assert wrong[0] in told.value.problems
        return
    assert [design.experiment(index) for index in range(len(design))] == read
    assert design.keys.tolist() == [key(each) for each in read]
    assert design.seeds.tolist() == [each.seed for each in read]
    assert design.actor_periods == max(each.actors * each.periods for each in read)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(designs())
def test_points_are_what_their_files_would_be(experiment: dict[str, Any]) -> None:
    agrees(experiment)


@pytest.mark.slow
@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(designs())
def test_points_of_many_designs_are_what_their_files_would_be(experiment: dict[str, Any]) -> None:
    agrees(experiment)


def batches_agree(experiment: dict[str, Any]) -> None:
    source = load_experiment(experiment)
    design = Design(source)
    read, wrong = read_one_by_one(source, design)
    if wrong:
        return
    placed = design.placed
    runs = [Run(each, replicate, "violating") for replicate in (0, 1) for each in read]
    points = np.tile(np.arange(len(design)), 2)
    shapes = [shape_of(placed.families[family].base) for family in placed.family.tolist()]
    assert shapes == [shape_of(each) for each in read]
    for members in batches(runs):
        mine = points[members]
        made = batch_of(
            placed.families,
            placed.family[mine],
            placed.row[mine],
            replicates=np.array([runs[member].replicate for member in members]),
            violating=np.full(len(members), True),
            near=[()] * len(members),
            edge=np.full(len(members), np.nan),
        )
        expected = batch([runs[member] for member in members])
        assert equal(made.policy, expected.policy)
        assert equal(made.entries, expected.entries)
        assert equal(made.welfare, expected.welfare)
        together, alone = play(made).measures(), simulate([runs[member] for member in members])
        assert together.keys() == alone.keys()
        for name in together:
            np.testing.assert_array_equal(together[name], alone[name])


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(designs())
def test_batches_of_columns_are_those_of_experiments(experiment: dict[str, Any]) -> None:
    batches_agree(experiment)


@pytest.mark.slow
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(designs())
def test_batches_of_many_columns_are_those_of_experiments(experiment: dict[str, Any]) -> None:
    batches_agree(experiment)


@pytest.mark.parametrize("file", sorted((ROOT / "experiments").glob("*.yaml")), ids=lambda file: file.stem)
def test_points_of_bundled_experiments_are_what_their_files_would_be(file: Any) -> None:
    source = load_experiment(file)
    design = Design(source)
    for index in range(0, len(design), max(1, len(design) // 12)):
        assert design.experiment(index) == source.at(design[index], index)
        assert design.keys[index] == key(source.at(design[index], index))


# Once a value


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The points that are read as files are."""
    found: list[Any] = []
    original = Source.at

    def at(self: Source, point: Any, index: int = 0) -> Any:
        found.append(point)
        return original(self, point, index)

    monkeypatch.setattr(Source, "at", at)
    return found


def test_points_that_differ_in_numbers_are_read_once(read: list[Any]) -> None:
    steps = {"start": 0, "stop": 1, "num": 100}
    sweep = {"kind": "grid", "parameters": {RATE: steps, FINE: steps}}
    design = Design(load_experiment(spec(sweep=sweep)))
    assert len(design.keys) == 10_000
    assert len(set(design.keys.tolist())) == 10_000
    assert len(read) == 1


def test_points_of_several_kinds_are_read_once_a_kind(read: list[Any]) -> None:
    kinds = [{"kind": "random_audit", "rate": 0.5}, {"kind": "audit_capacity", "inspections": 3}]
    sweep = grid(**{"policy.monitoring": kinds, "population.0.size": [10, 20, 30], FINE: list(range(50))})
    design = Design(load_experiment(spec(sweep=sweep)))
    assert len(design.placed.families) == 6
    assert len(read) <= 7  # the first again, since sizes are no numbers that a family varies


# Mistakes


@pytest.mark.parametrize(
    ("changes", "sweep", "says"),
    [
        ({}, grid(**{RATE: [0.1, 1.5], FINE: [1, 2, -3]}), ["1.5 is above the most allowed", "-3 is below the least"]),
        (
            {"population.0.turnover": {"kind": "pareto", "minimum": 1, "shape": 2}},
            grid(**{"population.0.turnover.shape": [0.5, 0.25, 0]}),
            ["0.25", "0 is too small"],  # a mistake of one value hides no contradiction of another
        ),
        ({}, grid(**{RATE: [0.1, "much"]}), ["'much' is not a number"]),
        ({}, grid(**{RATE: [0.1, True]}), ["True is not a number"]),
        ({}, grid(**{FINE: [1e300]}), ["is too large"]),
        (
            {
                "policy.monitoring": {
                    "kind": "crackdown",
                    "threshold": 1,
                    "investigators_low": 1,
                    "investigators_high": 3,
                }
            },
            grid(**{"policy.monitoring.investigators_low": [1, 2.5], "policy.monitoring.investigators_high": [2, 3]}),
            ["2.5"],
        ),
        (
            {"population.0.gain": {"kind": "uniform", "low": 0, "high": 1}},
            grid(**{"population.0.gain.low": [0, 0.5, 1.5], "population.0.gain.high": [1, 2]}),
            ["1.5"],
        ),
        (
            {"population.0": {"kind": "forward_looking", "size": 3, "discount": 0.9, "horizon": 30}},
            grid(**{"population.0.discount": [0.1, 0.5, 0.99999], FINE: [1, 2]}),
            [],
        ),
        ({}, grid(**{"policy.sanction.ammount": [1]}), ["Did you mean `policy.sanction.amount`"]),
    ],
)
def test_mistakes_are_those_of_the_first_points_that_have_them(
    changes: dict[str, Any], sweep: dict[str, Any], says: list[str]
) -> None:
    source = load_experiment({**spec(), "sweep": grid(**{FINE: [1]})}, changes)
    source.document.data["sweep"] = sweep
    source = load_experiment(source.document.data)
    design = Design(source)
    _, wrong = read_one_by_one(source, design)
    if not wrong:
        assert not says
        return
    with pytest.raises(InputError) as told:
        _ = design.placed
    for part in says:
        assert part in str(told.value)
    assert {problem.message for problem in told.value.problems} <= {problem.message for problem in wrong}


def test_of_a_range_that_is_too_wide_one_value_says_enough() -> None:
    drawn = {"kind": "uniform", "low": 0.5, "high": 2.0}
    sweep = {"kind": "latin_hypercube", "points": 50, "parameters": {RATE: drawn}}
    with pytest.raises(InputError) as told:
        _ = Design(load_experiment(spec(sweep=sweep))).placed
    assert len(told.value.problems) == 1
    assert "at policy.monitoring.rate = 1." in told.value.problems[0].message


# Identity


def test_a_point_is_the_same_whichever_axes_lead_to_it() -> None:
    by_rate = Design(load_experiment(spec(sweep=grid(**{RATE: [0.1, 0.2, 0.7]}))))
    by_fine = Design(load_experiment(spec(sweep=grid(**{FINE: [1, 2, 3]}))))
    both = Design(load_experiment(spec(sweep=grid(**{FINE: [5, 2], RATE: [0.7, 0.2]}))))
    whole = grid(**{"policy.monitoring": [{"kind": "random_audit", "rate": 0.7}]})
    assert by_rate.keys[1] == by_fine.keys[1] == both.keys[3]
    assert by_rate.keys[2] == both.keys[2] == Design(load_experiment(spec(sweep=whole))).keys[0]
    assert len({*by_rate.keys.tolist(), *by_fine.keys.tolist(), *both.keys.tolist()}) == 7


@pytest.mark.parametrize(
    "change",
    [
        {"dynamics": {}},
        {"measures": ["largest_harm"]},
        {"seed": 1},
        {"policy.detector.harm_averted": 0.5},
        {"population.0.income": 1.0},
        {"population.0.traits": {"grit": {"kind": "constant", "value": 0}}},
        {"population.0.wealth": {"kind": "constant", "value": 0}},
        {"population.0.harm": {"kind": "constant", "value": 2.0}},
        {"social_cost": {"kind": "weights"}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_all_that_runs_depend_on_is_part_of_the_identity(change: dict[str, Any]) -> None:
    plain, changed = load_experiment(spec()).experiment, load_experiment(spec(), change).experiment
    assert essence(plain) != essence(changed)
    assert key(plain) != key(changed)


def test_words_and_defaults_are_no_part_of_the_identity() -> None:
    said = {"title": "Other", "description": "words", "replicates": 9, "theory": False, "policy.name": "other"}
    written = {"policy.detector": {"sensitivity": 1.0}, "burn_in": 0, "social_cost": {"kind": "standard"}}
    plain = load_experiment(spec()).experiment
    for change in (said, written):
        assert key(load_experiment(spec(), change).experiment) == key(plain)


# Theory


def optima_agree(experiment: dict[str, Any]) -> None:
    """A cheap look shows where nobody violates: it must never say so where the search finds better."""
    source = load_experiment(experiment)
    design = Design(source)
    read, wrong = read_one_by_one(source, design)
    if wrong:
        return
    for family in design.placed.families:
        block = Block([family], np.zeros(family.rows, dtype=np.int64), np.arange(family.rows))
        found = optima(block, block.posed())
        for row, each in enumerate(found):
            alone = optimum(family.experiment(row))
            assert each.social_cost == pytest.approx(alone.social_cost, rel=1e-12, abs=1e-12, nan_ok=True)
            assert each.misconduct_rate == pytest.approx(alone.misconduct_rate, abs=1e-12, nan_ok=True)
            assert each.note == alone.note
    assert len(read) == len(design)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(designs())
def test_the_optimum_of_many_is_that_of_each(experiment: dict[str, Any]) -> None:
    optima_agree(experiment)


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(designs())
def test_the_optimum_of_very_many_is_that_of_each(experiment: dict[str, Any]) -> None:
    optima_agree(experiment)


def test_solutions_of_a_design_are_those_of_its_points() -> None:
    sweep = grid(**{RATE: [0.1, 0.6], FINE: [0.5, 2], "population.0.gain.high": [1, 2]})
    design = Design(load_experiment(spec(sweep=sweep, start="both", social_cost={"gain_weight": 0.5})))
    placed = design.placed
    together = solve_block(Block(placed.families, placed.family, placed.row))
    alone = [solve_all([design.experiment(index)])[0] for index in range(len(design))]
    for one, other in zip(together, alone, strict=True):
        assert one.optimum.social_cost == pytest.approx(other.optimum.social_cost, abs=1e-12)
        assert one.reference.value == pytest.approx(other.reference.value, abs=1e-12)
        assert one.anarchy_share.value == pytest.approx(other.anarchy_share.value, abs=1e-9)
        rates = [[each.misconduct_rate for each in found.equilibria] for found in (one, other)]
        assert rates[0] == pytest.approx(rates[1], abs=1e-9)


def test_without_theory_there_are_no_columns_of_it(tmp_path: Any) -> None:
    asked = spec(start="both", theory=False, sweep=grid(**{RATE: [0.1, 0.6]}))
    plain = {**asked, "theory": True}
    bare, full = oversight.sweep(asked, out=tmp_path / "bare"), oversight.sweep(plain, out=tmp_path / "full")
    beside = [name for name in full.summary if name.startswith(("theory.", "anarchy."))]
    assert list(bare.summary) == [name for name in full.summary if name not in beside]
    assert bare.runs().equals(full.runs())
    page = (tmp_path / "bare" / "report.html").read_text().partition("<script")[0]
    assert "price of anarchy" not in page.lower()
