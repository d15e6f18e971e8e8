"""Experiments on finite games."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import create_model, model_validator

from oversight.errors import Mistake
from oversight.finite_games import GAMES, Game
from oversight.plugins import Kinds
from oversight.quantities import LocatedError, quantity, reads, retyped
from oversight.scenario.base import BaseExperiment
from oversight.seams import remade, title_of, told_as

if TYPE_CHECKING:
    AnyGame = Game
else:
    AnyGame = GAMES.union()


class GameExperiment(BaseExperiment):
    """A question put to a finite game: `game` instead of policy and population."""

    stacked: ClassVar[frozenset[str]] = frozenset({"game"})

    game: AnyGame = quantity("Game", "Who plays, what they may do, and what that is worth to them.")
    keep: Literal["series"] | None = quantity(
        "Keep", "`series`: what a game has of every round, of each run and in the report.", default=None
    )

    @model_validator(mode="after")
    @reads("keep", "game.kind")
    def _rounds_are_there(self) -> GameExperiment:
        if self.keep and not self.game.series:
            message = f"keeps measures by round, and {title_of(self.game.kind, type(self.game))} keeps none"
            raise LocatedError(("keep",), message, Mistake.IDLE, "Leave it out.")
        return self

    @property
    def series(self) -> tuple[str, ...]:
        """Measures of every round that are kept."""
        return self.game.series if self.keep else ()

    @property
    def starts(self) -> tuple[str, ...]:
        return tuple(sorted(self.game.starts))

    @property
    def about(self) -> str:
        return f"{self.heading}: {title_of(self.game.kind, type(self.game))}"

    @property
    def work(self) -> int:
        return self.game.work


@lru_cache(maxsize=100)
def game_model(kinds: Kinds) -> type[GameExperiment]:
    """The schema of experiments on games when these kinds exist."""
    own = kinds.own(GAMES)
    if not own and not kinds.strangers:
        return GameExperiment
    fields: dict[str, Any] = retyped(GameExperiment, {"game": kinds.union(GAMES)})
    model: Any = create_model(GameExperiment.__name__, __base__=GameExperiment, **fields)
    return remade(told_as(model, GameExperiment), game_model, kinds)
