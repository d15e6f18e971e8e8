"""Finite games: players, what they may do, and what that is worth to them."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from math import nan
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from oversight.arrays import Indices, Table, Vector
from oversight.environments.answer import Answer
from oversight.environments.chapters import Chapter, Group, Part
from oversight.environments.environment import Environment
from oversight.equilibrium.forecast import Forecast
from oversight.finite_games import Chance, Game, Scene, Solved
from oversight.finite_games.told import Answered
from oversight.measures import Words
from oversight.scenario.family import Placed
from oversight.scenario.game import GameExperiment
from oversight.scenario.stacking import structure
from oversight.seams import meaning, title_of
from oversight.simulation import SingleRun

_TOGETHER = 16
"""Runs that are played in one go, which is only a matter of how often progress is told."""
_SAID = ("main", "subject", "ranked", "price", "levels", "starts", "caveat")
"""What a kind of game says for itself."""


class OfGames(Environment[GameExperiment]):
    """Experiments with `game`; most that is said of one depends on the kind of its game."""

    levers = frozenset({"game"})
    game: ClassVar[type[Game]]

    def of(self, experiment: GameExperiment) -> Environment[GameExperiment]:
        return _of(type(experiment.game))

    def single(self, experiment: GameExperiment, replicate: int, start: str, agents: bool) -> SingleRun:
        played = experiment.game.play(Chance(experiment.seed, replicate), start)
        rounds = [dict(each) for each in played.rounds]
        return SingleRun(metrics=dict(played.measures), periods=rounds, rows=[])

    def scene(self, experiment: GameExperiment, replicate: int) -> Scene | None:
        return experiment.game.scene(Chance(experiment.seed, replicate))

    def solve(self, experiments: Sequence[GameExperiment]) -> Sequence[Answer]:
        return [Answered(type(each.game), each.game.solved()) for each in experiments]

    def measures(self, experiment: GameExperiment, points: Sequence[GameExperiment]) -> list[str]:
        return list(experiment.game.words)

    def pooled(self, experiment: GameExperiment, points: Sequence[GameExperiment]) -> Mapping[str, Mapping[str, float]]:
        return {f"path.series.{name}": {} for name in ("period", *experiment.series) if experiment.series}

    def words(self, experiment: GameExperiment) -> Mapping[str, Words]:
        return experiment.game.words

    def shape(self, experiment: GameExperiment) -> tuple[Hashable, int]:
        return structure(experiment.game), _TOGETHER

    def play(
        self, points: Placed[GameExperiment], replicates: Indices, starts: Indices, ahead: Callable[[int], Any]
    ) -> Mapping[str, Vector | Table]:
        base = points.families[0].base
        runs = []
        for place, (replicate, start) in enumerate(zip(replicates.tolist(), starts.tolist(), strict=True)):
            experiment = points.experiment(place)
            runs.append(experiment.game.play(Chance(experiment.seed, replicate), base.starts[start]))
        found = {name: np.array([run.measures.get(name, nan) for run in runs]) for name in self.game.words}
        if base.series:
            found["path.series.period"] = np.array([[float(place) for place in range(len(run.rounds))] for run in runs])
        rounds = [run.rounds for run in runs]
        kept = {name: np.array([[each[name] for each in own] for own in rounds]) for name in base.series}
        return found | {f"path.series.{name}": values for name, values in kept.items()}

    def theory(
        self, design: Placed[GameExperiment], points: Indices, means: Mapping[str, Table]
    ) -> tuple[pa.Table, list[str]]:
        starts = design.families[0].base.starts
        solved = [self._row(design.experiment(point).game.solved()) for point in points.tolist()]
        rows = [row for row in solved for _ in starts]
        texts = {"theory.states", "theory.note"}
        types = [(name, pa.string() if name in texts else pa.float64()) for name in _columns(self.game)]
        return pa.Table.from_pylist(rows, pa.schema(types)), []

    def forecasts(self, points: Placed[GameExperiment], starts: bool) -> list[Forecast]:
        return [self._forecast(points.experiment(place)) for place in range(len(points))]

    def chapters(self, experiments: Sequence[GameExperiment]) -> list[Chapter]:
        parts = [
            Part(
                path="game",
                section=each.game,
                heading=title_of(each.game.kind, type(each.game)).capitalize(),
                meaning=meaning(type(each.game)),
                kind=title_of(each.game.kind, type(each.game)),
                kind_of="Game",
            )
            for each in experiments
        ]
        return [Chapter(name="game", short="The game", title="The game", groups=[Group(parts=parts, units={})])]

    def method(
        self, experiment: GameExperiment, swept: Mapping[str, str], units: Mapping[str, str]
    ) -> Mapping[str, str]:
        return {"Horizon": experiment.game.horizon} if experiment.game.horizon else {}

    def _forecast(self, experiment: GameExperiment) -> Forecast:
        solution = experiment.game.solved()
        same = {name: value for name, value in solution.facts.items() if name in self.game.words}
        outcomes = [{**same, **each} for each in solution.equilibria]
        led = dict.fromkeys(experiment.starts, outcomes[0]) if len(outcomes) == 1 else {}
        return Forecast(outcomes=outcomes, led=led, note=solution.not_covered)

    def _row(self, solution: Solved) -> dict[str, Any]:
        found = [each[self.game.main] for each in solution.equilibria]
        return {
            **{f"theory.{name}": solution.facts.get(name, nan) for name in self.game.facts},
            "theory.least": min(found, default=nan),
            "theory.largest": max(found, default=nan),
            "theory.states": json.dumps([dict(each) for each in solution.equilibria]) if found else "",
            "theory.note": solution.not_covered,
        }


def _columns(game: type[Game]) -> dict[str, Words]:
    """What theory sets beside the measures of a kind of game."""
    words = game.words[game.main]
    return {
        "theory.least": Words(f"{words.title} in the best equilibrium", words.unit, percent=words.percent),
        "theory.largest": Words(f"{words.title} in the worst equilibrium", words.unit, percent=words.percent),
        **{f"theory.{name}": told for name, told in game.facts.items()},
        "theory.states": Words("Equilibria", "", "JSON: the measures of each."),
        "theory.note": Words("Why theory says nothing"),
    }


@lru_cache(maxsize=100)
def _of(game: type[Game]) -> OfGames:
    """The environment of one kind, which says what its kind says."""
    said: dict[str, Any] = {name: getattr(game, name) for name in _SAID}
    made: OfGames = type("OfGames", (OfGames,), {**said, "columns": _columns(game), "game": game})()
    return made
