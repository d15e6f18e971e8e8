"""How providers come to their rules, round by round."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from pydantic import Field

from oversight.arrays import Indices
from oversight.quantities import Positive, PositiveShare, Section, quantity

if TYPE_CHECKING:
    from oversight.games.evaluation import Evaluated


class Play(Section):
    """How the rules of providers change from round to round."""

    kind: str
    revision: PositiveShare = quantity(
        "Revision", "Chance that a provider may change its rule in a round.", "probability", default=1.0
    )

    @property
    def rests(self) -> bool:
        """Whether rules that did not change in a round never will."""
        return False

    def begins(self, game: Evaluated) -> Any:
        """What providers remember before the first round."""
        return None

    @abstractmethod
    def revised(self, game: Evaluated, profile: Indices, held: Any, generator: np.random.Generator) -> Indices:
        """The rules after a round, (providers,), those before being `profile`."""

    def moves(self, providers: int, generator: np.random.Generator) -> list[int]:
        """Who may change its rule, in order."""
        return np.flatnonzero(generator.random(providers) < self.revision).tolist()


class BestResponse(Play):
    """In turns, each provider takes the rule that is best for it, and keeps what cannot be bettered."""

    kind: Literal["best_response"] = "best_response"

    @property
    def rests(self) -> bool:
        return self.revision == 1

    def revised(self, game: Evaluated, profile: Indices, held: Any, generator: np.random.Generator) -> Indices:
        profile = profile.copy()
        for mine in self.moves(len(profile), generator):
            profile[mine] = game.best(mine, profile)
        return profile


class Logit(Play):
    """In turns, each provider takes a rule with a chance proportional to e^(precision x what it comes to)."""

    kind: Literal["logit"] = "logit"
    precision: Positive = quantity("Precision", "", "1/utility")

    def revised(self, game: Evaluated, profile: Indices, held: Any, generator: np.random.Generator) -> Indices:
        profile = profile.copy()
        for mine in self.moves(len(profile), generator):
            answers = game.answers(mine, profile)
            weights = np.exp(self.precision * (answers - answers.max()))
            profile[mine] = int(generator.choice(len(answers), p=weights / weights.sum()))
        return profile


class Hedge(Play):
    """All at once, each takes a rule with a chance that grows by e^(rate x what it would have come to) a round."""

    kind: Literal["hedge"] = "hedge"
    rate: Positive = quantity("Learning rate", "", "1/utility")

    def begins(self, game: Evaluated) -> Any:
        return np.zeros_like(game.game.providers)

    def revised(self, game: Evaluated, profile: Indices, held: Any, generator: np.random.Generator) -> Indices:
        # What each rule would have come to against the others' rules of the last round is learned by all.
        for mine in range(len(profile)):
            held[mine] += self.rate * game.answers(mine, profile)
        after = profile.copy()
        for mine in self.moves(len(profile), generator):
            weights = np.exp(held[mine] - held[mine].max())
            after[mine] = int(generator.choice(len(weights), p=weights / weights.sum()))
        return after


class Imitation(Play):
    """All at once, providers take over the rule of the provider that is chosen most."""

    kind: Literal["imitation"] = "imitation"

    def revised(self, game: Evaluated, profile: Indices, held: Any, generator: np.random.Generator) -> Indices:
        after = profile.copy()
        after[self.moves(len(profile), generator)] = profile[int(np.argmax(game.taken(profile)))]
        return after


AnyPlay = Annotated[BestResponse | Logit | Hedge | Imitation, Field(discriminator="kind")]
