"""Competition between providers who want something else than their user."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import repeat
from math import comb
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from oversight.arrays import Indices, Vector
from oversight.errors import Mistake
from oversight.finite_games.best_ai.drawn import Drawn, owned
from oversight.finite_games.best_ai.scene import scene
from oversight.finite_games.best_ai.sections import Audit, Market, User
from oversight.finite_games.best_ai.solve import regrets, solved
from oversight.finite_games.best_ai.words import FACTS, MEASURES
from oversight.finite_games.chance import Chance
from oversight.finite_games.game import Game, Played, Solved
from oversight.finite_games.scene import Scene
from oversight.games.evaluation import MOST_TESTS, tests
from oversight.measures import Words
from oversight.quantities import Count, LocatedError, NonNegative, PositiveCount, Probability, quantity, reads

MOST_RULES = 100_000
MOST_SEEN = 20_000_000
"""Rules times tests of a user who samples: two hundred megabytes."""
_SUM = 1e-9
_SET_UP = 100_000
"""What drawing a game and its distances takes, in periods of one actor."""
_COMPARED = 2
"""The same of holding one provider's rule against another provider, for all outcomes that may last."""


class BestAIGame(Game):
    """Best-AI selection: providers commit to rules from what they see to an action, and the user takes the best.

    Every provider, chosen or not, gets its own utility of the action that the user ends up with: arXiv 2509.15090.
    """

    title: ClassVar[str] = "competition for a user"
    main = "regret"
    subject = "regret"
    ranked = ("user_loss", "regret", "market_cost")
    price = "market_cost"
    words: ClassVar[Mapping[str, Words]] = MEASURES
    series: ClassVar[tuple[str, ...]] = ("regret", "user_utility", "provider_utility", "most_chosen")
    levels: ClassVar[Mapping[str, tuple[str, ...]]] = {"regret": ("largest_regret", "bound")}
    facts: ClassVar[Mapping[str, Words]] = FACTS
    starts: ClassVar[Mapping[str, str]] = {"own": "from what each provider wants most"}

    kind: Literal["best_ai"] = "best_ai"
    user: User = quantity("User")
    providers: Market = quantity("Providers")
    prior: Annotated[tuple[Probability, ...], Field(strict=False, min_length=1)] | None = quantity(
        "Prior", "Chance of each state; absent: all the same.", "probability", default=None
    )
    custom: NonNegative = quantity("Custom", "What being chosen is worth to a provider.", "utility", default=0.0)
    audit: Audit | None = quantity("Audit", "Audits of the chosen provider, on top of competition.", default=None)
    cost_per_provider: NonNegative = quantity(
        "Cost per provider", "What it takes to keep one in the market, to the user.", "utility", default=0.0
    )
    rounds: Annotated[PositiveCount, Field(le=100_000)] = quantity("Rounds", "Length of a run.", "rounds", default=50)
    burn_in: Count = quantity("Burn-in", "First rounds that are not measured.", "rounds", default=25)

    @model_validator(mode="after")
    @reads("rounds", "burn_in")
    def _measured(self) -> BestAIGame:
        if self.burn_in >= self.rounds:
            message = f"{self.burn_in} leaves nothing of {self.rounds} rounds to measure"
            raise LocatedError(("burn_in",), message, remedy="Say fewer.")
        return self

    @model_validator(mode="after")
    @reads("prior", "user.utility")
    def _chances(self) -> BestAIGame:
        if self.prior is None:
            return self
        states = self.user.utility.shape[0]
        if len(self.prior) != states:
            raise LocatedError(
                ("prior",), f"has {len(self.prior)} states, and the user {states}", remedy="Give each one."
            )
        if abs(sum(self.prior) - 1) > _SUM:
            raise LocatedError(("prior",), f"adds up to {sum(self.prior):g}", remedy="Chances add up to 1.")
        return self

    @model_validator(mode="after")
    @reads("user.utility", "providers.utilities", "providers.count")
    def _tables_fit(self) -> BestAIGame:
        providers = self.providers
        refused = providers.utilities.refuses(providers.count, self.user.utility.shape)
        if refused:
            where, message, remedy = refused
            raise LocatedError(("providers", "utilities", *where), message, remedy=remedy)
        return self

    @model_validator(mode="after")
    @reads("user", "prior")
    def _rules_can_be_counted(self) -> BestAIGame:
        states, actions = self.user.utility.shape
        if actions**states > MOST_RULES:
            message = f"{actions} actions in {states} states are {actions**states:,} rules; at most {MOST_RULES:,}"
            raise LocatedError(("user", "utility"), message, remedy="Say fewer states or actions.")
        if self.user.samples is not None and actions**states * MOST_TESTS > MOST_SEEN:
            message = f"with {actions**states:,} rules takes too much memory"
            raise LocatedError(("user", "samples"), message, remedy="Leave it out, or say fewer states or actions.")
        if self.user.choice == "quantal" and actions**states * actions**2 > MOST_SEEN:
            message = f"with {actions**states:,} rules of {actions} actions takes too much memory"
            raise LocatedError(("user", "choice"), message, remedy="Use `best`, or say fewer states or actions.")
        return self

    @model_validator(mode="after")
    @reads("user.choice", "providers.count")
    def _somebody_is_chosen(self) -> BestAIGame:
        if self.user.choice == "logit" and self.providers.count == 1:
            message = "chooses among providers, and there is one"
            raise LocatedError(("user", "choice"), message, Mistake.IDLE, "Use `best` or `quantal`, or more providers.")
        return self

    @property
    def work(self) -> int:
        states, actions = self.user.utility.shape
        samples = self.user.samples
        tried = 1 if samples is None else min(MOST_TESTS, comb(samples + states - 1, states - 1))
        rules: int = actions**states
        exact = samples is None and self.user.choice != "logit"
        compared = _COMPARED * self.providers.count**2 * rules if exact else 0
        return _SET_UP + compared + self.rounds * self.providers.count * rules * tried

    @property
    def horizon(self) -> str:
        return f"{self.rounds:,} rounds, of which the first {self.burn_in:,} are not measured"

    @property
    def spent(self) -> float:
        """What providers and audits cost in a round."""
        audits = self.audit.rate * self.audit.cost if self.audit else 0.0
        return self.cost_per_provider * self.providers.count + audits

    @property
    def random(self) -> bool:
        """Whether every run draws a game of its own."""
        return self.providers.utilities.random or self.user.utility.random

    def drawn(self, chance: Chance) -> Drawn:
        """The market of a run."""
        user = self.user.utility.drawn(chance)
        prior: Vector = np.full(len(user), 1 / len(user)) if self.prior is None else np.array(self.prior)
        tables = self.providers.utilities.drawn(user, self.providers.count, chance)
        return Drawn(
            user=user,
            providers=owned(tables, self.providers.owners),
            joint=prior[:, None] * self.providers.information.heard(len(prior)),
            tests=tests(prior, self.user.samples, chance.of("tests")),
            asks=self.user,
            custom=self.custom,
            audit=self.audit,
        )

    def play(self, chance: Chance, start: str) -> Played:
        market = self.drawn(chance)
        rounds = list(self._rounds(market, chance.of("play")))
        measured = rounds[self.burn_in :]
        means = {name: float(np.mean([each[name] for each in measured])) for name in measured[0]}
        least, largest = regrets(market)
        found = {
            **means,
            **market.bounds,
            "market_cost": self.spent,
            "user_loss": means["regret"] + self.spent,
            "least_regret": least,
            "largest_regret": largest,
        }
        return Played(measures={name: found[name] for name in self.words}, rounds=rounds)

    def scene(self, chance: Chance) -> Scene:
        return scene(self.drawn(chance), "provider" if self.providers.owners is None else "owner")

    def solved(self) -> Solved:
        if self.random:
            why = "Every run draws a game of its own, and has its equilibria among its measures; theory is of one game."
            return Solved(not_covered=why)
        return solved(self.drawn(Chance(0, 0)))

    def _rounds(self, market: Drawn, generator: np.random.Generator) -> Iterator[Mapping[str, float]]:
        """The measures of each round, from what each provider wants most."""
        game, play = market.game, self.providers.play
        profile: Indices = np.argmax(game.game.providers, axis=1)
        held: Any = play.begins(game)
        for place in range(self.rounds):
            after = play.revised(game, profile, held, generator)
            settled = bool((after == profile).all())
            profile, last = after, {**market.measured(after), "settled": float(settled)}
            if settled and play.rests:
                yield from repeat(last, self.rounds - place)
                return
            yield last
