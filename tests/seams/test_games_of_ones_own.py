"""docs/extending/games.md as it stands: a game of one's own in every command, and held to its contract."""

from __future__ import annotations

import json
import pickle
import re
import sys
from collections.abc import Iterator
from math import sqrt
from pathlib import Path

import pytest

import oversight
from helpers import ROOT, Command
from oversight.contract import check_kind
from oversight.errors import InputError
from oversight.plugins import SEAMS, known_kinds
from oversight.scenario import load_experiment

PAGE = (ROOT / "docs" / "extending" / "games.md").read_text()
(CODE,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
(EXPERIMENT,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
GIVEN = {"cost": 1.0, "benefit": 4.0, "rounds": 200}
SIGMAS = 5


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "my_games.py").write_text(CODE)
    (tmp_path / "volunteers.yaml").write_text(EXPERIMENT)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    sys.modules.pop("my_games", None)


def test_theory_says_what_diekmann_does(folder: Path) -> None:
    """At c / b = 1/4 and five witnesses each reports with .292893, and some do with .823223."""
    solution = oversight.solve("volunteers.yaml", plugins=["my_games.py"])
    alone, symmetric = solution.equilibria
    assert (alone["silence"], alone["reports"]) == (0, 1)
    assert 1 - symmetric["silence"] == pytest.approx(0.823223, abs=1e-6)
    assert symmetric["reports"] == pytest.approx(5 * 0.292893, abs=5e-6)
    assert "Chance to report: 0.292893" in str(solution)
    found = oversight.run("volunteers.yaml", {"game.rounds": 40_000}, plugins=["my_games.py"]).metrics
    assert 1 - found["silence"] == pytest.approx(0.823223, abs=SIGMAS * 0.4 / sqrt(40_000))


def test_it_goes_through_sweep_and_report_and_is_read_without_its_file(folder: Path, command: Command) -> None:
    answer = command("sweep", "volunteers.yaml", "--plugins", "my_games.py", "--workers", "1")
    assert answer.code == 0, answer.err
    swept = oversight.load_results("results/volunteers", ["my_games.py"]).summary
    expected = [1 / 4 ** (n / (n - 1)) for n in (2, 5, 20)]
    assert swept["metric.silence.mean"].to_numpy() == pytest.approx(expected, abs=SIGMAS * 0.45 / sqrt(4000))
    assert swept["theory.largest"].to_numpy() == pytest.approx(expected)
    page = (folder / "results" / "volunteers" / "report.html").read_text()
    assert "All witnesses gain if any of them reports" in page
    assert "the volunteer's dilemma" in page.lower().replace("&#39;", "'")


def test_lists_show_it_and_it_can_be_pickled(folder: Path, command: Command) -> None:
    rows = json.loads(command("list", "games", "--plugins", "my_games.py", "--json").out)
    assert rows[-1]["name"] == "my_games:Volunteers"
    assert "my_games" not in command("list", "games").out
    game = load_experiment("volunteers.yaml", plugins=["my_games.py"]).experiment.game  # type: ignore[union-attr]
    again = pickle.loads(pickle.dumps(game))
    assert again == game
    assert again.solved() == game.solved()
    with pytest.raises(InputError, match="unknown kind `my_games:Volunteers`"):
        load_experiment("volunteers.yaml")


def test_a_wrong_number_is_told_where_it_stands(folder: Path) -> None:
    with pytest.raises(InputError) as told:
        oversight.solve("volunteers.yaml", {"game.cost": 5}, plugins=["my_games.py"])
    (problem,) = told.value.problems
    assert problem.path == "game.cost"
    assert "Nobody would report: say less." in str(problem)


def test_it_keeps_the_contract(folder: Path, command: Command) -> None:
    words = [word for name, value in GIVEN.items() for word in ("--set", f"{name}={value}")]
    answer = command("check", "my_games:Volunteers", "--plugins", "my_games.py", *words)
    assert answer.code == 0, answer.out + answer.err


LIES = {
    "words": ('main = "silence"', 'main = "noise"'),
    "measures": ('"reports": float(number.mean())', '"told": float(number.mean())'),
    "measures, bounds": ('"silence": float(', '"silence": 2.0 + float('),
    "measures, missing": ('"silence": float((number == 0).mean())', '"silence": float("nan")'),
    "chance": ('chance.of("witnesses")', "__import__('numpy').random.default_rng()"),
    "theory": ('"silence": silence, "reports"', '"reports"'),
    "theory, facts": ('facts={"chance"', 'facts={"odds"'),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_game_that_breaks_a_promise_is_found_out(lie: str, folder: Path) -> None:
    honest, false = LIES[lie]
    assert honest in CODE
    (folder / "my_games.py").write_text(CODE.replace(honest, false))
    kind = known_kinds(["my_games.py"]).own(SEAMS["games"])["my_games:Volunteers"]
    broken = [each.promise.name for each in check_kind(SEAMS["games"], kind, GIVEN) if each.outcome == "broken"]
    assert broken[0] == lie.partition(",")[0]


def test_a_broken_promise_is_told_before_a_run(folder: Path) -> None:
    (folder / "my_games.py").write_text(CODE.replace('"silence": float(', '"silence": 2.0 + float('))
    with pytest.raises(InputError, match="breaks the promise `measures`"):
        oversight.run("volunteers.yaml", plugins=["my_games.py"])


@pytest.mark.parametrize("kind", SEAMS["games"].built_in)
def test_built_in_games_keep_it(kind: str) -> None:
    outcomes = {each.promise.name: each.outcome for each in check_kind(SEAMS["games"], SEAMS["games"].classes[kind])}
    assert set(outcomes.values()) == {"kept"}, outcomes
