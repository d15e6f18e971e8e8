"""Players in a plane, and what rounds say of each: distances and payoffs worked out here from the tables."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import oversight
from oversight.environments import environment_of
from oversight.figures.players import players, told
from oversight.finite_games import Scene
from oversight.loading import load
from oversight.report import write_report
from oversight.scenario import BaseExperiment

USER = np.array([[1, 0.4, 0], [0, 0.5, 1]])
D1 = np.array([[-0.6, 0.2, 0.4], [0.3, 0, -0.5]])
D2 = np.array([[0.3, -0.3, 0.1], [-0.1, 0.4, 0]])
NOISE = [D1, D2, -(D1 + D2)]
WITHIN = 1e-9


def market(tables: Any, **more: Any) -> dict[str, Any]:
    given = [np.asarray(each).tolist() for each in tables]
    game = {
        "kind": "best_ai",
        "user": {"utility": {"kind": "table", "rows": USER.tolist()}},
        "providers": {
            "count": len(given),
            "utilities": {"kind": "tables", "tables": given},
            **more.pop("providers", {}),
        },
        **more,
    }
    return {"name": "market", "game": game}


def opened(experiment: dict[str, Any]) -> tuple[BaseExperiment, Scene]:
    base = load(experiment).experiment
    found = environment_of(base).scene(base, 0)
    assert found is not None
    return base, found


def apart(one: Any, other: Any, prior: Any) -> float:
    """The root of the mean square of a difference that has its mean taken off."""
    weights = np.repeat(np.asarray(prior)[:, None] / 3, 3, axis=1)
    difference = np.asarray(one) - np.asarray(other)
    difference = difference - (weights * difference).sum()
    return float(np.sqrt((weights * difference**2).sum()))


@pytest.mark.parametrize("prior", [[0.5, 0.5], [0.2, 0.8]])
def test_a_plane_keeps_all_distances_where_players_span_no_more(prior: list[float]) -> None:
    """Three errors that add up to nothing span a plane, and a mix of equal weights is the user itself."""
    _, scene = opened(market([USER + each for each in NOISE], prior=prior))
    here = [(scene.chooser, USER), *((player, USER + each) for player, each in zip(scene.players, NOISE, strict=True))]
    for (one, mine), (other, theirs) in combinations(here, 2):
        drawn = np.hypot(one.across - other.across, one.up - other.up)
        assert drawn == pytest.approx(apart(mine, theirs, prior), abs=WITHIN)
    assert [scene.nearest.across, scene.nearest.up] == pytest.approx([0, 0], abs=1e-6)
    assert "100" in scene.caption


def test_a_constant_moves_nobody() -> None:
    _, scene = opened(market([USER + each + 7 for each in NOISE]))
    _, plain = opened(market([USER + each for each in NOISE]))
    for one, other in zip(scene.players, plain.players, strict=True):
        assert [one.across, one.up] == pytest.approx([other.across, other.up], abs=WITHIN)


def test_one_that_wants_what_the_user_wants_stands_where_it_does() -> None:
    _, scene = opened(market([USER]))
    (player,) = scene.players
    assert [player.across, player.up, scene.nearest.across] == pytest.approx([0, 0, 0], abs=WITHIN)


def test_players_are_owners_where_providers_have_some() -> None:
    experiment = market([USER + each for each in NOISE], providers={"owners": [0, 1, 1]})
    _, scene = opened(experiment)
    assert [player.name for player in scene.players] == ["owner 1", "owner 2"]


def test_rounds_say_who_is_chosen_and_what_everyone_gets() -> None:
    """Of a provider alone: its own optimum; of several: everyone's utility of what the chosen one does."""
    tables = [USER + each for each in NOISE]
    alone = oversight.run(market([USER + D1], custom=0.25))
    best = float((USER + D1).max(axis=1).mean())
    assert alone.periods[0]["chosen.1"] == 1
    assert alone.periods[0]["utility.1"] == pytest.approx(best + 0.25)
    several = oversight.run(market(tables, providers={"play": {"kind": "hedge", "rate": 2.0}}))
    for each in several.periods:
        chances = [each[f"chosen.{place}"] for place in (1, 2, 3)]
        payoffs = [each[f"utility.{place}"] for place in (1, 2, 3)]
        assert sorted(chances) == [0, 0, 1]
        # All three wants add up to three times the user's.
        assert sum(payoffs) == pytest.approx(3 * each["user_utility"])


def test_a_figure_shows_who_is_chosen_and_whose_utility_moved() -> None:
    base, scene = opened(market([USER + each for each in NOISE]))
    assert base.name == "market"
    before = {f"utility.{place}": 1.0 for place in (1, 2, 3)}
    now = {f"chosen.{place}": float(place == 2) for place in (1, 2, 3)}
    now |= {"utility.1": 1.0, "utility.2": 2.0, "utility.3": 0.5}
    marks = {mark.name: list(mark.text) for mark in players(scene, now, before).data if mark.text}
    assert marks == {
        "chosen, gets more than a round ago": ["provider 2"],
        "not chosen": ["provider 1"],
        "not chosen, gets less": ["provider 3"],
    }
    assert told(scene, now) == "3 players around the user; chosen: provider 2 (100\u00a0%)."


def test_players_on_one_line_have_mixes_too() -> None:
    _, scene = opened(market([USER + D1 + shift * D2 for shift in (0.0, 1.0, 2.0)]))
    assert players(scene, *[{f"{what}.{k}": 1.0 for what in ("chosen", "utility") for k in (1, 2, 3)}] * 2).data


def test_a_report_has_players_and_bounds(tmp_path: Path) -> None:
    experiment = market([USER + each for each in NOISE]) | {
        "replicates": 2,
        "keep": "series",
        "sweep": {"kind": "grid", "parameters": {"game.providers.count": {"values": [1, 2, 3]}}},
    }
    oversight.sweep(experiment, out=tmp_path / "kept", workers=1)
    page = write_report(tmp_path / "kept").read_text()
    assert 'id="standing"' in page
    assert "providers 2" in page
    # 2 x .5 for the first alone; every design point has its largest regret.
    assert "Bound of regret" in page
    assert "Largest regret of an equilibrium" in page
