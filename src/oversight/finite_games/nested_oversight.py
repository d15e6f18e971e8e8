"""A chain of overseers between a weak and a strong system: nested scalable oversight."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from math import inf
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from oversight.finite_games.chance import Chance
from oversight.finite_games.game import Game, Played, Solved
from oversight.games.nested_oversight import Chain, Skill, best_chain, chain_succeeds, overseer_wins
from oversight.measures import Words
from oversight.quantities import LocatedError, NonNegative, PositiveCount, Real, Section, quantity, reads

MOST_STEPS = 1_000
_ROUNDING = 1e-9


class SkillLine(Section):
    """Skill in the oversight game by general capability: a line between two plateaus ("double ReLU")."""

    slope: Real = quantity("Slope", "Elo in the game for each general Elo.", "Elo/Elo")
    intercept: Real = quantity("Intercept", "Elo in the game at general Elo 0.", "Elo")
    lowest: Real | None = quantity("Lowest", "Plateau below; absent: none.", "Elo", default=None)
    highest: Real | None = quantity("Highest", "Plateau above; absent: none.", "Elo", default=None)

    @model_validator(mode="after")
    @reads("lowest", "highest")
    def _plateaus(self) -> SkillLine:
        if self.lowest is not None and self.highest is not None and self.lowest > self.highest:
            message = f"{self.highest:g} is below `lowest` ({self.lowest:g})"
            raise LocatedError(("highest",), message, remedy="Say a higher one.")
        return self

    @property
    def skill(self) -> Skill:
        """The same as numbers."""
        lowest = -inf if self.lowest is None else self.lowest
        highest = inf if self.highest is None else self.highest
        return Skill(self.slope, self.intercept, lowest, highest)


class NestedOversightGame(Game):
    """Systems oversee better ones in steps, each trusted once its overseer has won against it.

    Engels, Baek, Kantamneni and Tegmark (2025, arXiv 2504.18530): an overseer of general Elo a wins against a system of
    general Elo b with probability 1 / (1 + 10^((system(b) - overseer(a)) / 400)), and a chain succeeds if all its steps
    do. More steps are smaller and more of them may fail.
    """

    title: ClassVar[str] = "nested oversight"
    main = "failed"
    subject = "the share of chains that fail"
    ranked = ("failed", "steps")
    price = "steps"
    words: ClassVar[Mapping[str, Words]] = {
        "failed": Words("Failed", "% of chains", "Chains of which a step fails.", percent=True, least=0, most=1),
        "succeeded": Words(
            "Succeeded", "% of chains", "Chains of which none does.", percent=True, more_is_better=True, least=0, most=1
        ),
        "steps": Words("Steps", "steps", "Of a chain.", least=1),
        "steps_won": Words("Steps won", "steps", "Before the first that fails.", more_is_better=True, least=0),
    }
    facts: ClassVar[Mapping[str, Words]] = {
        "best_steps": Words("Best number of steps", "steps", "The fewest of those that do equally well."),
        "best_success": Words("Success with it", "% of chains", percent=True),
        "single_step": Words("Success in one step", "% of chains", percent=True),
    }

    kind: Literal["nested_oversight"] = "nested_oversight"
    overseer: SkillLine = quantity("Overseers' skill", "At overseeing, by general capability.")
    system: SkillLine = quantity("Systems' skill", "At getting past their overseer, by general capability.")
    start: Real = quantity("Start", "General capability of the first overseer, which is trusted.", "Elo")
    gap: NonNegative = quantity("Gap", "How much more capable the last system is.", "Elo")
    steps: Annotated[PositiveCount, Field(le=MOST_STEPS)] | None = quantity(
        "Steps", "Of the chain, in equal parts of the gap; absent: as many as are best.", "steps", default=None
    )
    most_steps: Annotated[PositiveCount, Field(le=MOST_STEPS)] = quantity(
        "Most steps", "Among which the best number is looked for.", "steps", default=100
    )
    rounds: Annotated[PositiveCount, Field(le=1_000_000)] = quantity(
        "Chains", "That are played in a run.", "chains", default=1_000
    )

    @property
    def work(self) -> int:
        return 4 * self.rounds * (self.steps or self.most_steps) + 40 * self.most_steps**2

    @property
    def horizon(self) -> str:
        return f"{self.rounds:,} chains"

    def play(self, chance: Chance, start: str) -> Played:
        chances = np.array(self._chances())
        lost = chance.of("steps").random((self.rounds, len(chances))) >= chances
        failed = lost.any(axis=1)
        won = np.where(failed, lost.argmax(axis=1), len(chances))
        return Played(measures=_measures(float(failed.mean()), len(chances), float(won.mean())))

    def solved(self) -> Solved:
        chances = self._chances()
        reached = np.cumprod(chances)
        best = best_chain(*self._skills, self.start, self.gap, self.most_steps)
        return Solved(
            equilibria=[_measures(1 - float(reached[-1]), len(chances), float(reached.sum()))],
            facts={
                "best_steps": best.steps,
                "best_success": best.success,
                "single_step": chain_succeeds(*self._skills, self.start, self.gap, 1),
            },
            certified=self._certified(best),
        )

    @property
    def _skills(self) -> tuple[Skill, Skill]:
        return self.overseer.skill, self.system.skill

    def _certified(self, best: Chain) -> bool:
        """Whether no number of steps does better, and this one as well as is said: by Elo's formula written out."""
        overseer, system = self._skills
        tried = {}
        for steps in range(1, self.most_steps + 1):
            levels = np.linspace(self.start, self.start + self.gap, steps + 1).tolist()
            edges = [system.at(above) - overseer.at(below) for below, above in pairwise(levels)]
            tried[steps] = float(np.prod([1 / (1 + 10 ** min(edge / 400, 300.0)) for edge in edges]))
        return max(tried.values()) - best.success <= _ROUNDING and abs(tried[best.steps] - best.success) <= _ROUNDING

    def _chances(self) -> list[float]:
        """The chance that each step succeeds, in turn."""
        overseer, system = self._skills
        number = self.steps or best_chain(overseer, system, self.start, self.gap, self.most_steps).steps
        part = self.gap / number
        levels = [self.start + part * step for step in range(number)]
        return [overseer_wins(system.at(level + part) - overseer.at(level)) for level in levels]


def _measures(failed: float, steps: int, won: float) -> dict[str, float]:
    return {"failed": failed, "succeeded": 1 - failed, "steps": float(steps), "steps_won": won}
