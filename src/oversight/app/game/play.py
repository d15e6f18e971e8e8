"""A run of a game and its theory, worked out beside the session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import solara

from oversight.app.game.shown import Shown
from oversight.app.latest import Latest
from oversight.environments import Environment, environment_of
from oversight.finite_games import Scene
from oversight.simulation import SingleRun


@dataclass(frozen=True, eq=False)
class Played:
    """What became of `shown`."""

    shown: Shown
    environment: Environment[Any]
    run: SingleRun
    scene: Scene | None
    theory: Mapping[str, Any]
    """What the solver says, as plain data."""


@dataclass
class Work:
    """What is played, and the last run that was."""

    played: solara.Reactive[Played | None] = field(default_factory=lambda: solara.Reactive(None))
    failure: solara.Reactive[str] = field(default_factory=lambda: solara.Reactive(""))

    def __post_init__(self) -> None:
        self._latest: Latest[Shown, Played] = Latest(_played, lambda _, found: self._know(found), self._fail)

    def ask(self, shown: Shown) -> None:
        """Play this, instead of what is under way."""
        self._latest.ask(shown)

    def cancel(self) -> None:
        """Leave what is under way."""
        self._latest.cancel()

    def _know(self, found: Played) -> None:
        self.failure.value = ""
        self.played.value = found

    def _fail(self, words: str) -> None:
        self.played.value = None
        self.failure.value = words


def _played(shown: Shown, overtaken: Callable[[], bool]) -> Played:
    """The run from its first start."""
    experiment = shown.experiment
    environment = environment_of(experiment)
    run = environment.single(experiment, shown.replicate, experiment.starts[0], False)
    scene = environment.scene(experiment, shown.replicate)
    (answer,) = environment.solve([experiment])
    return Played(shown, environment, run, scene, answer.to_data())
