"""Nested scalable oversight: a chain of overseers between a weak and a strong system (Engels et al. 2025)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import inf, log, prod

from oversight.games.numbers import finite, logistic


@dataclass(frozen=True)
class Skill:
    """Skill in one oversight game by general capability, both as Elo: a line between two plateaus ("double ReLU")."""

    slope: float
    intercept: float
    lowest: float = -inf
    highest: float = inf

    def __post_init__(self) -> None:
        finite(slope=self.slope, intercept=self.intercept)
        if not self.lowest <= self.highest:
            raise ValueError(f"a skill between {self.lowest} and {self.highest} is none")

    def at(self, general: float) -> float:
        """Elo in the game at this general Elo."""
        return min(max(self.slope * general + self.intercept, self.lowest), self.highest)


def overseer_wins(gap: float) -> float:
    """Probability that the overseer wins against a system that is `gap` Elo points better in the game."""
    finite(gap=gap)
    return logistic(-gap * log(10) / 400)


def chain_succeeds(overseer: Skill, system: Skill, start: float, gap: float, steps: int) -> float:
    """Probability that every step of a chain succeeds from general Elo `start` to `start + gap`, in equal steps.

    At each step a trusted overseer at one end faces the system at the other; if it wins, that system is trusted and
    oversees the next. Engels, Baek, Kantamneni and Tegmark (2025, arXiv 2504.18530).
    """
    levels = [start + gap * step / steps for step in range(steps + 1)]
    return prod(overseer_wins(system.at(above) - overseer.at(below)) for below, above in pairwise(levels))


@dataclass(frozen=True)
class Chain:
    """The number of steps that makes success most probable, and that probability."""

    steps: int
    success: float


def best_chain(overseer: Skill, system: Skill, start: float, gap: float, most_steps: int = 100) -> Chain:
    """The best number of steps up to `most_steps`; the fewest of those that do equally well."""
    chains = [Chain(steps, chain_succeeds(overseer, system, start, gap, steps)) for steps in range(1, most_steps + 1)]
    return max(chains, key=lambda chain: (chain.success, -chain.steps))
