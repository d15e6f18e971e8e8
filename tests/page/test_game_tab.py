"""The Game tab without a browser: which game is shown, what its numbers may be, and maps over two of them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import solara

import oversight
from helpers import ROOT
from library import LIBRARY
from oversight import InputError
from oversight.app.game import GameTab
from oversight.app.game.levers import REPLICATES, Asked, Drawn, cells, figure, levers, values
from oversight.app.game.play import Work
from oversight.app.game.rounds import rounds
from oversight.app.game.shown import Shown, changed, chosen, game_of, missed, opened, show, shown, unchanged
from oversight.app.library import Library
from oversight.app.opened import opened as served
from oversight.app.serving import Served
from oversight.app.session import Session
from oversight.environments import environment_of
from oversight.loading import load

COUNT, BIAS = "game.providers.count", "game.providers.utilities.bias"
GAMES = [item.name for item in LIBRARY.games]
USER, FIRST = [[1, 0.4, 0], [0, 0.5, 1]], [[0.4, 0.6, 0.4], [0.3, 0.5, 0.5]]
ALONE = {
    "name": "alone",
    "game": {
        "kind": "best_ai",
        "user": {"utility": {"kind": "table", "rows": USER}},
        "providers": {"count": 1, "utilities": {"kind": "tables", "tables": [FIRST]}},
    },
}


def seen(name: str, **view: str) -> Shown:
    return shown(opened(LIBRARY, name), view)


def numbers(found: Shown) -> dict[str, Any]:
    return {control.path: control.value for group in found.groups for control in group.controls}


@pytest.mark.parametrize("name", GAMES)
def test_every_bundled_game_is_played_as_the_command_line_plays_it(name: str) -> None:
    found = seen(name)
    work = Work()
    work.ask(found)
    for _ in range(1000):
        if work.played.value or work.failure.value:
            break
        time.sleep(0.02)
    assert work.failure.value == ""
    assert work.played.value
    design = found.opened.design[found.point]
    told = oversight.run(ROOT / "experiments" / f"{name}.yaml", design).metrics
    assert work.played.value.run.metrics == pytest.approx(told, nan_ok=True)
    assert numbers(found)


def test_a_point_of_the_sweep_and_numbers_are_chosen_by_a_link() -> None:
    found = seen("how_many_providers", point="8", draw="3", **changed({BIAS: 0.25}))
    assert numbers(found)[BIAS] == 0.25
    assert numbers(found)[COUNT] == found.opened.design[8][COUNT]
    assert found.replicate == 3
    assert found.opened.points[8] == "Providers 3, utilities biased, bias 0.5, sd 0.15"
    assert found.key != seen("how_many_providers", point="8", draw="3").key


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (changed({COUNT: -1}), "below the least allowed"),
        (changed({"game.providers.number": 2}), "no such path"),
        (changed({"name": "other"}), "cannot be set here"),
        (changed({"game.rounds": 100_000, COUNT: 50, "game.user.utility.states": 9}), "takes too long"),
        ({f"set.{COUNT}": "[" * 100}, "nested"),
    ],
)
def test_a_wrong_number_is_told(view: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        seen("how_many_providers", **view)


@pytest.mark.parametrize("view", [{"point": "999"}, {"point": "-1"}, {"draw": "1" * 30}, {"point": "x", "draw": "y"}])
def test_a_link_to_nowhere_shows_the_experiment_as_it_is(view: dict[str, str]) -> None:
    found = seen("how_many_providers", **view)
    assert found.replicate == 0
    # One provider, and independent errors, which the sweep has second.
    assert (found.point, found.opened.points[found.point]) == (1, "Providers 1, utilities noisy, sd 0.5")
    assert found.experiment == seen("how_many_providers").experiment


@pytest.mark.parametrize("name", GAMES)
def test_a_game_begins_as_its_file_has_it(name: str) -> None:
    found = seen(name)
    base = found.opened.source.experiment
    # Of two_brands_one_owner and others the base is no point of the sweep.
    own = [place for place, point in enumerate(found.opened.design) if found.opened.source.at(point).game == base.game]  # type: ignore[attr-defined]
    assert found.point == (own or [0])[0]


def test_a_link_to_a_game_that_is_not_there_or_broken_says_so(tmp_path: Path) -> None:
    assert chosen(LIBRARY, {"game": "nowhere"}) == LIBRARY.games[0]
    assert "There is no game called `nowhere` here." in said(LIBRARY, "?tab=game&view.game=nowhere")
    for named in ({}, {"game": GAMES[1]}):
        assert missed(LIBRARY, named) == ""
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "broken.yaml").write_text("name: broken\ngame: {kind: best_ai}\n")
    assert "`broken` cannot be opened" in missed(Library(tmp_path), {"game": "broken"})


def test_a_wrong_link_names_no_file_of_this_machine() -> None:
    with pytest.raises(InputError, match="is not a whole number") as told:
        seen("how_many_providers", **changed({COUNT: "many"}))
    assert str(ROOT) not in str(told.value)


def test_tables_and_lists_of_tables_are_notes() -> None:
    """They are edited in a file; numbers beside them are controls."""
    source = opened(SimpleNamespace(game=lambda name: load(ALONE)), "alone")  # type: ignore[arg-type]
    found = {control.path: control for group in shown(source, {}).groups for control in group.controls}
    assert found["game.user.utility.rows"].kind == "note"
    assert found["game.providers.utilities.tables"].kind == "note"
    assert found[COUNT].kind == "integer"
    assert source.points == [""]


def test_rounds_are_drawn_with_the_bounds_of_the_run() -> None:
    """Alone, D1 of the competition's example leaves .3 or .55, and lies .5 from the user: the bound is 1."""
    base = load(ALONE).experiment
    environment = environment_of(base)
    run = environment.single(base, 0, base.starts[0], False)
    played = SimpleNamespace(run=run, environment=environment)
    plot = rounds(played, "regret", environment.words(base), 2)  # type: ignore[arg-type]
    drawn = {trace.hovertemplate.split(":")[0]: list(trace.y) for trace in plot.data if trace.hovertemplate}
    assert drawn["Largest regret of an equilibrium"] == pytest.approx([0.55, 0.55])
    assert drawn["Bound of regret"] == pytest.approx([1.0, 1.0])
    assert [line.name for line in plot.layout.shapes] == ["the round that is shown"]
    assert not rounds(played, "regret", environment.words(base), None).layout.shapes  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_map_has_means_over_replicates_and_gaps_where_numbers_do_not_go_together() -> None:
    found = seen("how_many_providers", point="8")
    paths = {control.path: control for control in levers(found)}
    assert next(iter(paths)) == COUNT, "what is swept comes first"
    asked = Asked(found, paths[COUNT], paths["game.rounds"])
    *shares, drawn = cells(asked, lambda: False)
    assert isinstance(drawn, Drawn)
    assert shares == sorted(shares)
    assert all(0 <= share < 1 for share in shares)
    count, length = int(drawn.across[1]), int(drawn.up[2])
    point = {**found.opened.design[8], COUNT: count, "game.rounds": length}
    runs = [
        oversight.run(ROOT / "experiments/how_many_providers.yaml", point, replicate=each).metrics["regret"]
        for each in range(REPLICATES)
    ]
    assert drawn.means["regret"][2, 1] == pytest.approx(np.mean(runs))
    # Fewer rounds than the burn-in leave nothing to measure.
    short = drawn.up <= numbers(found)["game.burn_in"]
    assert short.any()
    assert np.isnan(drawn.means["regret"][short]).all()
    assert figure(drawn, "regret").data
    assert list(cells(asked, lambda: True)) == []


def test_values_of_a_map_are_steps_of_the_slider() -> None:
    paths = {control.path: control for control in levers(seen("how_many_providers", point="8"))}
    assert (values(paths[COUNT]) % 1 == 0).all()
    found, bias = values(paths[BIAS]), paths[BIAS]
    assert [found[0], found[-1]] == [bias.least, bias.most]
    # What a click sets can be set by hand: sixths of a slider are no steps of it.
    assert found / bias.step == pytest.approx(np.rint(found / bias.step), abs=1e-9)
    assert len(found) == 7


def test_results_open_the_game_that_they_are_of(tmp_path: Path) -> None:
    session = Session(Served(LIBRARY, LIBRARY.first), "?view.game=who_holds_the_switch&view.set.game.rounds=9")
    name = game_of(LIBRARY.game("how_many_providers"), LIBRARY)
    show(session, name, 4)
    assert session.tab.value == "game"
    assert session.query.endswith("tab=game&view.game=how_many_providers&view.point=4")
    assert unchanged(session.view.value) == {"set.game.rounds": ""}
    session.close()
    other = load(ROOT / "experiments/how_many_providers.yaml", {"game.rounds": 3, "game.burn_in": 0})
    with pytest.raises(InputError, match="is no game of the library as it is now"):
        game_of(other, LIBRARY)


def test_a_game_is_served_from_any_folder(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(json.dumps({**ALONE, "title": "My game"}))
    found = served(str(tmp_path / "mine.yaml"), ROOT)
    session = Session(found, "")
    assert (session.tab.value, session.view.value) == ("game", {"game": "mine"})
    assert opened(found.library, "mine").source.experiment.heading == "My game"
    session.close()
    (tmp_path / "mine.yaml").write_text("game: {kind: best_ai}")
    with pytest.raises(InputError, match="is missing"):
        served(str(tmp_path / "mine.yaml"), ROOT)


def test_a_library_without_games_says_so(tmp_path: Path) -> None:
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "broken.yaml").write_text("name: broken\ngame: {kind: best_ai}\n")
    (tmp_path / "policies").mkdir()
    library = Library(tmp_path)
    assert "is missing" in library.games[0].problem
    assert "No experiment here is a game." in said(library, "")


def test_the_tab_has_all_its_parts() -> None:
    words = said(LIBRARY, "?tab=game&view.game=how_many_providers&view.point=8")
    for part in ("Who stands where, and who is chosen", "Regret over rounds", "Theory", "Over two of its numbers"):
        assert part in words
    assert "This link cannot be opened" not in words
    words = said(LIBRARY, f"?tab=game&view.game=how_many_providers&view.set.{COUNT}=-3")
    assert "This link cannot be opened" in words


def test_theory_says_whether_equilibria_are_certified_and_all(tmp_path: Path) -> None:
    (tmp_path / "experiments").mkdir()
    (tmp_path / "policies").mkdir()
    sampled = {**ALONE["game"], "user": {**ALONE["game"]["user"], "samples": 2}}
    for name, game in {"alone": ALONE["game"], "sampled": sampled}.items():
        (tmp_path / "experiments" / f"{name}.yaml").write_text(json.dumps({"name": name, "game": game}))
    words = said(Library(tmp_path), "?tab=game&view.game=alone")
    assert "Certified: held against every deviation by other code." in words
    assert "other equilibria" not in words
    words = said(Library(tmp_path), "?tab=game&view.game=sampled")
    assert "Not certified" in words
    assert "There may be other equilibria." in words


def said(library: Library, query: str) -> str:
    """All words of the tab once its run was played."""
    session = Session(Served(library, LIBRARY.first), query)
    box, context = solara.render(GameTab(session), handle_error=False)
    for _ in range(200):
        words = " ".join(map(str, told(box)))
        if "Theory" in words or "No experiment" in words:
            break
        time.sleep(0.05)
    context.close()
    session.close()
    return words


def told(widget: Any) -> Iterator[Any]:
    yield getattr(widget, "unsafe_innerHTML", "")
    for child in getattr(widget, "children", ()):
        if isinstance(child, str):
            yield child
        else:
            yield from told(child)
