"""Dresher's game and nested oversight in files: closed forms, published numbers, and games that are played out."""

from __future__ import annotations

from math import comb, sqrt
from pathlib import Path
from typing import Any

import pytest

import oversight
from oversight.errors import InputError

SIGMAS = 5
ROUNDS = 20_000


def hidden(periods: int, inspections: int, **changes: Any) -> dict[str, Any]:
    game = {"kind": "dresher", "periods": periods, "inspections": inspections, "rounds": ROUNDS, **changes}
    return {"name": "hidden", "game": game, "replicates": 2}


def chain(guard: tuple[float, float], houdini: tuple[float, float], **changes: Any) -> dict[str, Any]:
    skills = [dict(zip(("slope", "intercept"), each, strict=True)) for each in (guard, houdini)]
    game = {"kind": "nested_oversight", "overseer": skills[0], "system": skills[1], "start": 1103, "gap": 400}
    return {"name": "nested", "game": {**game, "rounds": ROUNDS, **changes}, "replicates": 2}


@pytest.mark.parametrize(("periods", "inspections"), [(1, 0), (2, 1), (5, 2), (7, 3), (4, 4), (3, 5)])
def test_the_value_of_dreshers_game(periods: int, inspections: int) -> None:
    """-C(n - 1, m) / sum over i <= m of C(n, i); both strategies are held against every answer."""
    expected = -comb(periods - 1, inspections) / sum(comb(periods, i) for i in range(inspections + 1))
    solution = oversight.solve(hidden(periods, inspections))
    (only,) = solution.equilibria
    assert only["value"] == pytest.approx(expected, abs=1e-12)
    assert only["caught"] - only["missed"] == pytest.approx(expected, abs=1e-12)
    facts = solution.to_data()["facts"]
    assert facts["least_value"] == pytest.approx(expected, abs=1e-12)
    assert facts["most_value"] == pytest.approx(expected, abs=1e-12)
    assert "Certified" in str(solution)


def test_its_first_period() -> None:
    """Two periods, one inspection: [[1, V(1, 0)], [-1, V(1, 1)]] = [[1, -1], [-1, 0]], both act with 1/3."""
    (only,) = oversight.solve(hidden(2, 1)).equilibria
    assert (only["inspect"], only["violate"]) == (pytest.approx(1 / 3), pytest.approx(1 / 3))
    # Caught at once in 1/9; after no act and no inspection (4/9) all is safe; after an unneeded one all is lost.
    assert only["caught"] == pytest.approx(1 / 9)
    assert only["missed"] == pytest.approx(2 / 9 + 2 / 9)


@pytest.mark.parametrize(("periods", "inspections"), [(2, 1), (5, 2), (6, 0), (3, 3)])
def test_games_that_are_played_come_to_it(periods: int, inspections: int) -> None:
    (only,) = oversight.solve(hidden(periods, inspections)).equilibria
    found = oversight.run(hidden(periods, inspections)).metrics
    assert {name: found[name] for name in only} == pytest.approx(dict(only), abs=SIGMAS / sqrt(ROUNDS))


def test_a_sweep_over_inspections_and_its_report(tmp_path: Path) -> None:
    experiment = hidden(5, 2, rounds=1000) | {
        "sweep": {"kind": "grid", "parameters": {"game.inspections": {"values": [0, 2, 5]}}}
    }
    rows = oversight.sweep(experiment, out=tmp_path / "dresher", workers=1).summary
    assert rows["theory.least_value"].to_numpy() == pytest.approx([-1, -3 / 8, 0], abs=1e-12)
    assert "inspection game" in (tmp_path / "dresher" / "report.html").read_text()


@pytest.mark.parametrize(
    ("guard", "houdini", "steps", "success"),
    [
        ((1.5305382247861692, -622.9317463747565), (0.8344154600833648, 173.2206142928111), 1, 0.110623594),
        ((1.0983942546126946, -47.49890598669299), (0.04936115584058696, 1080.398355881042), 1, 0.513584475),
        ((0.7192614624976502, 552.0221384375485), (1.9518243250891987, -1361.61176329289), 2, 0.275691408),
        ((1.1666737577004682, -229.0736687091288), (0.6795738441484533, 422.0053838057133), 1, 0.097977002),
    ],
)
def test_chains_of_the_authors_notebook(
    guard: tuple[float, float], houdini: tuple[float, float], steps: int, success: float
) -> None:
    """Best steps and success that the notebook of Engels et al. (2025) prints, with the fitted lines that it holds."""
    solution = oversight.solve(chain(guard, houdini))
    (only,) = solution.equilibria
    assert only["steps"] == steps
    assert only["succeeded"] == pytest.approx(success, abs=5e-10)
    assert only["failed"] == pytest.approx(1 - success, abs=5e-10)
    assert "Certified" in str(solution)
    found = oversight.run(chain(guard, houdini)).metrics
    assert found["succeeded"] == pytest.approx(success, abs=SIGMAS * 0.5 / sqrt(ROUNDS))
    assert found["steps_won"] == pytest.approx(only["steps_won"], abs=SIGMAS * steps / sqrt(ROUNDS))


def test_equal_skills_toss_coins() -> None:
    """n steps of equal skill succeed with (1 + 10^(gap / 400 n))^-n, and win that of one step for each on the way."""
    each = 1 / (1 + 10**0.25)
    (only,) = oversight.solve(chain((1, 0), (1, 0), steps=4)).equilibria
    assert only["succeeded"] == pytest.approx(each**4)
    assert only["steps_won"] == pytest.approx(each + each**2 + each**3 + each**4)


def test_plateaus_hold_skill() -> None:
    level = {"slope": 1, "intercept": 0, "lowest": 900, "highest": 1100}
    experiment = chain((1, 0), (1, 0), overseer=level, system=level, start=1000, steps=1)
    (only,) = oversight.solve(experiment).equilibria
    assert only["succeeded"] == pytest.approx(1 / (1 + 10**0.25))


def test_a_sweep_over_steps_and_its_report(tmp_path: Path) -> None:
    experiment = chain((1, 0), (1, 0), rounds=1000) | {
        "sweep": {"kind": "grid", "parameters": {"game.steps": {"values": [1, 2, 3]}}}
    }
    rows = oversight.sweep(experiment, out=tmp_path / "nested", workers=1).summary
    expected = [(1 + 10 ** (1 / steps)) ** -steps for steps in (1, 2, 3)]
    assert 1 - rows["theory.least"].to_numpy() == pytest.approx(expected)
    assert rows["metric.succeeded.mean"].to_numpy() == pytest.approx(expected, abs=SIGMAS * 0.5 / sqrt(2000))
    assert "nested oversight" in (tmp_path / "nested" / "report.html").read_text().lower()


@pytest.mark.parametrize(
    ("experiment", "path"),
    [
        (hidden(0, 1), "game.periods"),
        (hidden(2, -1), "game.inspections"),
        (chain((1, 0), (1, 0), steps=0), "game.steps"),
        (
            chain((1, 0), (1, 0), system={"slope": 1, "intercept": 0, "lowest": 2, "highest": 1}),
            "game.system.highest",
        ),
    ],
)
def test_a_wrong_number_is_told_where_it_stands(experiment: dict[str, Any], path: str) -> None:
    with pytest.raises(InputError) as told:
        oversight.solve(experiment)
    assert [problem.path for problem in told.value.problems] == [path]
