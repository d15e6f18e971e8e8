"""The inspection game in files: theory by hand, certificates, and runs that meet both."""

from __future__ import annotations

from math import sqrt
from pathlib import Path
from typing import Any

import pytest

import oversight
from oversight.errors import InputError

TSEBELIS = {"kind": "inspection", "gain": 1, "sanction": 2, "inspection_cost": 1, "bounty": 4}
SIGMAS = 5


def spec(**changes: Any) -> dict[str, Any]:
    return {"name": "inspected", "game": TSEBELIS | changes, "replicates": 4}


def test_the_mixed_equilibrium_is_gain_over_sanction_and_cost_over_bounty() -> None:
    """Violations 1/4, inspections 1/2; a violator is worth nothing to itself, as an inspection to the overseer."""
    solution = oversight.solve(spec(harm=3))
    (only,) = solution.equilibria
    assert only["violation"] == pytest.approx(1 / 4)
    assert only["inspection"] == pytest.approx(1 / 2)
    assert only["caught"] == pytest.approx(1 / 2)
    assert only["actor_payoff"] == pytest.approx(0)
    assert only["overseer_payoff"] == pytest.approx(0)
    assert only["cost"] == pytest.approx(3 / 4 + 1 / 2)
    assert "Certified" in str(solution)


def test_errors_of_detection_move_both() -> None:
    """Sensitivity .8, false positives .1. The actor is indifferent where 1 - .8 (2 y) = -.1 (.5 y), y = 1 / 1.55.

    The overseer is where .8 (4 + 1) x - .1 (2 (1 - x)) = 1, x = 1.2 / 4.2.
    """
    detector = {"sensitivity": 0.8, "false_positive_rate": 0.1, "false_sanction": 0.5, "false_flag_cost": 2, "stake": 1}
    (only,) = oversight.solve(spec(**detector)).equilibria
    assert only["inspection"] == pytest.approx(1 / 1.55)
    assert only["violation"] == pytest.approx(1.2 / 4.2)
    assert only["caught"] == pytest.approx(0.8 / 1.55)
    assert only["actor_payoff"] == pytest.approx(-0.1 * 0.5 / 1.55)
    assert only["overseer_payoff"] == pytest.approx(-1.2 / 4.2)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({"sanction": 0.5}, (1, 1)), ({"inspection_cost": 5}, (1, 0)), ({"gain": 0, "sanction": 1}, (0, 0))],
)
def test_pure_equilibria(changes: dict[str, float], expected: tuple[float, float]) -> None:
    """A sanction below the gain deters nobody, and an inspection above the bounty is never made; no gain, no crime."""
    found = [(each["violation"], each["inspection"]) for each in oversight.solve(spec(**changes)).equilibria]
    assert expected in found


def test_a_continuum_is_told_by_its_ends() -> None:
    """Inspections cost what the bounty is: violations are sure at any chance of one up to gain / sanction."""
    solution = oversight.solve(spec(inspection_cost=4))
    found = {(each["violation"], each["inspection"]) for each in solution.equilibria}
    assert found == {(1.0, 0.0), (1.0, 0.5)}
    assert "there may be others" in str(solution)
    assert "inspection from 0 to 0.5 is an equilibrium" in str(solution)


def test_who_announces_inspections_deters_at_gain_over_sanction() -> None:
    facts = oversight.solve(spec()).to_data()["facts"]
    assert (facts["committed_inspection"], facts["committed_violation"], facts["committed_cost"]) == (0.5, 0.0, 0.5)


@pytest.mark.parametrize(
    "changes",
    [{}, {"sensitivity": 0.8, "false_positive_rate": 0.1, "false_sanction": 0.5, "false_flag_cost": 2, "stake": 1}],
)
def test_rounds_at_the_mixed_equilibrium_come_to_it(changes: dict[str, float]) -> None:
    rounds = 40_000
    (only,) = oversight.solve(spec(**changes)).equilibria
    found = oversight.run(spec(**changes, rounds=rounds)).metrics
    for name, spread in (("violation", 0.5), ("inspection", 0.5), ("caught", 1.0), ("actor_payoff", 1.0)):
        assert found[name] == pytest.approx(only[name], abs=SIGMAS * spread / sqrt(rounds)), name
    for name, spread in (("overseer_payoff", 3.0), ("cost", 1.0)):
        assert found[name] == pytest.approx(only[name], abs=SIGMAS * spread / sqrt(rounds)), name


def test_learners_come_to_the_mixed_equilibrium_on_average() -> None:
    """Their log-odds grow more slowly than time, so that acting pays nothing on average: time means are the mixture."""
    learning = spec(play={"kind": "hedge", "actor_rate": 0.02, "overseer_rate": 0.02}, rounds=40_000)
    played = oversight.run(learning)
    assert played.metrics["violation"] == pytest.approx(1 / 4, abs=0.02)
    assert played.metrics["inspection"] == pytest.approx(1 / 2, abs=0.02)
    rounds = played.series
    assert (rounds["violation"].iloc[0], rounds["inspection"].iloc[0]) == (0.5, 0.5)
    assert rounds["violation"].max() > 0.5  # they circle it, and do not settle
    assert rounds["violation"].min() < 0.1


def test_learners_begin_where_they_are_told() -> None:
    play = {"kind": "hedge", "violation": 0.9, "inspection": 0.2}
    first = oversight.run(spec(play=play, rounds=3)).series.iloc[0]
    assert first["violation"] == pytest.approx(0.9)
    assert first["inspection"] == pytest.approx(0.2)


def test_a_sweep_and_its_report(tmp_path: Path) -> None:
    """A harsher sanction leaves violations where they are, and lowers inspections: Tsebelis' paradox."""
    experiment = spec() | {"sweep": {"kind": "grid", "parameters": {"game.sanction": {"values": [1.25, 2, 4]}}}}
    rows = oversight.sweep(experiment, out=tmp_path, workers=1).summary
    assert rows["theory.least"].to_numpy() == pytest.approx([0.25] * 3)
    assert rows["metric.violation.mean"].to_numpy() == pytest.approx([0.25] * 3, abs=SIGMAS * 0.5 / sqrt(4000))
    assert rows["metric.inspection.mean"].to_numpy() == pytest.approx([0.8, 0.5, 0.25], abs=SIGMAS * 0.5 / sqrt(4000))
    page = (tmp_path / "report.html").read_text()
    assert "the inspection game" in page.lower()
    assert "from mixed strategies" in page


@pytest.mark.parametrize(
    ("changes", "path"),
    [({"sensitivity": 1.2}, "game.sensitivity"), ({"rounds": 0}, "game.rounds"), ({"bribe": 1}, "game.bribe")],
)
def test_a_wrong_number_is_told_where_it_stands(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(InputError) as told:
        oversight.solve(spec(**changes))
    assert [problem.path for problem in told.value.problems] == [path]
