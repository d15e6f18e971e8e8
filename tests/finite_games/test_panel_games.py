"""Panels of reviewers in files: the three rows of Collina et al., volumes by hand, and random proposals."""

from __future__ import annotations

from math import sqrt
from pathlib import Path
from typing import Any

import pytest

import oversight
from oversight.errors import InputError

PRINCIPAL = [1, -2, -1]
PANELS = {
    "leaky": ([[1, -3, 1], [1, 1, -3], [2, -4, -1]], 0, -0.230769),
    "sound": ([[1, -3, 1], [1, 1, -3], [1, -2, -1], [2, -5, -2]], 2, 0),
    "hopeless": ([[1, -3, 1], [1, 1, -1]], 0, -1.5),
}
SIGMAS = 5


def spec(reviewers: list[list[float]], **changes: Any) -> dict[str, Any]:
    game = {"kind": "panel", "principal": PRINCIPAL, "reviewers": reviewers, **changes}
    return {"name": "reviewed", "game": game, "replicates": 3}


@pytest.mark.parametrize("name", PANELS)
def test_depth_soundness_and_the_worst_that_passes(name: str) -> None:
    reviewers, depth, worst = PANELS[name]
    solution = oversight.solve(spec(reviewers))
    data = solution.to_data()
    (only,) = solution.equilibria
    assert only["worst_approved"] == pytest.approx(worst, abs=1e-6)
    assert only["largest_harm"] == pytest.approx(-worst, abs=1e-6)
    assert (data["facts"]["depth"], data["facts"]["sound_up_to"]) == (depth, depth - 1)
    assert data["facts"]["sound"] == (depth > 0)
    assert "Certified" in str(solution)


@pytest.mark.parametrize(("dissenters", "sound"), [(0, True), (1, True), (2, False), (3, False), (4, False)])
def test_soundness_ends_at_the_depth(dissenters: int, sound: bool) -> None:
    solution = oversight.solve(spec(PANELS["sound"][0], dissenters=dissenters))
    (only,) = solution.equilibria
    assert (only["largest_harm"] == 0) == sound
    assert "Certified" in str(solution)
    if dissenters == 4:  # whoever is overruled altogether: both bad outcomes at their full weight
        assert only["worst_approved"] == pytest.approx(-3)


@pytest.mark.parametrize("name", PANELS)
def test_random_proposals_find_nothing_worse(name: str) -> None:
    reviewers, _, worst = PANELS[name]
    found = oversight.run(spec(reviewers, proposals=40_000)).metrics
    assert found["worst_approved"] == pytest.approx(worst, abs=1e-6)
    assert found["worst_found"] >= worst - 1e-9
    assert found["found_harm"] == pytest.approx(max(-found["worst_found"], 0))
    assert (found["approved_harm"] > 0) == (worst < 0)


def test_shares_are_volumes_of_the_box() -> None:
    """Two outcomes, worth x - 2y to the principal and x - y to the reviewer: half passes, half of that harms.

    Approved where y <= x, of area 1/2; harmless where y <= x / 2, of area 1/4.
    """
    game = {"kind": "panel", "principal": [1, -2], "reviewers": [[1, -1]], "proposals": 40_000}
    found = oversight.run({"name": "areas", "game": game}).metrics
    near = SIGMAS * 0.5 / sqrt(40_000)
    assert found["approved"] == pytest.approx(0.5, abs=near)
    assert found["approved_harm"] == pytest.approx(0.25, abs=near)
    assert found["harmful"] == pytest.approx(0.5, abs=2 * near)
    assert found["rejected_good"] == 0
    assert found["worst_found"] == pytest.approx(-1, abs=0.1)
    assert found["worst_approved"] == pytest.approx(-1)


def test_nothing_approved_has_no_share_of_harm() -> None:
    found = oversight.run(spec([[-1, -1, -1]])).metrics
    assert found["approved"] == 0
    assert found["harmful"] != found["harmful"]
    assert found["largest_harm"] == 0


def test_a_sweep_and_its_report(tmp_path: Path) -> None:
    experiment = spec(PANELS["sound"][0]) | {
        "sweep": {"kind": "grid", "parameters": {"game.dissenters": {"values": [0, 1, 2, 3]}}}
    }
    rows = oversight.sweep(experiment, out=tmp_path, workers=1).summary
    assert rows["theory.depth"].tolist() == [2] * 4
    assert rows["theory.largest"].tolist() == rows["metric.largest_harm.mean"].tolist()
    assert rows["theory.largest"].gt(0).tolist() == [False, False, True, True]
    assert rows["metric.approved.mean"].is_monotonic_increasing
    assert "a panel of reviewers" in (tmp_path / "report.html").read_text().lower()


@pytest.mark.parametrize(
    ("changes", "path", "says"),
    [
        ({"reviewers": [[1, 2, 3], [1, 2]]}, "game.reviewers.1", "has 2 outcomes, and the principal 3"),
        ({"dissenters": 3}, "game.dissenters", "is 3, and there are 2 reviewers. Say 2 or fewer."),
        ({"reviewers": [[1, 2, 3]] * 40, "dissenters": 20}, "game.dissenters", "ways; at most 20,000 are tried"),
    ],
)
def test_what_does_not_fit_is_told(changes: dict[str, Any], path: str, says: str) -> None:
    with pytest.raises(InputError) as told:
        oversight.solve(spec(PANELS["hopeless"][0]) | {"game": spec(PANELS["hopeless"][0])["game"] | changes})
    (problem,) = told.value.problems
    assert problem.path == path
    assert says in str(problem)
