"""Best-AI selection: providers commit to rules, and a user takes the one whose rule is best for it.

After the third result of arXiv 2509.15090. Every provider gets its own utility of the action that the user ends up
with, chosen or not; being chosen may be worth something besides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import NamedTuple

import numpy as np

from oversight.arrays import FlagVector, Indices, Table, Values, Vector, WholeTable

TIED = 1e-12
"""Worths that differ by no more are the same to a user, and gains of no more are none to a provider: of the largest
number in the game where that is above 1."""
MOST_PROFILES = 300_000
"""Profiles of rules that are looked at one by one."""


class Outcome(NamedTuple):
    """The provider that is chosen and its rule."""

    provider: int
    rule: int


def every_rule(signals: int, actions: int) -> WholeTable:
    """The deterministic rules, (rules, signals): which action each takes at each signal, the last signal fastest."""
    return np.array(list(product(range(actions), repeat=signals)), dtype=np.int64).reshape(-1, signals)


def worths(weighed: Table, rules: WholeTable) -> Vector:
    """Expected utility of each rule, (rules,), from utility times probability by signal and action."""
    found: Vector = weighed[np.arange(weighed.shape[0]), rules].sum(axis=1)
    return found


@dataclass(frozen=True)
class BestAI:
    """The game of providers who choose rules, by what each rule is worth to everyone if it is the one that is taken.

    The user takes the rule that is worth most to it, of equals that of the first provider.
    """

    user: Vector
    """(rules,)"""
    providers: Table
    """(providers, rules)"""
    chosen: Vector
    """What the chosen provider gets on top for a rule, (rules,): custom, less what it expects to be fined."""

    @property
    def own(self) -> Table:
        """What each provider gets if it is chosen with a rule, (providers, rules)."""
        return self.providers + self.chosen

    @cached_property
    def tolerance(self) -> float:
        """What rounding may be taken for."""
        return TIED * max(1.0, *(float(np.abs(each).max()) for each in (self.user, self.providers, self.chosen)))

    @cached_property
    def level(self) -> Indices:
        """How good each rule is for the user, (rules,), from 0 upwards; equals share a level."""
        order = np.argsort(self.user, kind="stable")
        found = np.empty(len(order), dtype=np.int64)
        found[order] = np.concatenate([[0], np.cumsum(np.diff(self.user[order]) > self.tolerance)])
        return found

    @property
    def optimum(self) -> float:
        """What an aligned provider alone would be worth to the user."""
        return float(self.user.max())

    def regret(self, rule: int) -> float:
        """What the user loses by a rule against an aligned provider."""
        return self.optimum - float(self.user[rule])

    def outcomes(self) -> list[Outcome]:
        """Who may be chosen with which rule in a pure equilibrium: all of them, without looking at profiles.

        A rule r of provider i can last iff no other provider gains by outbidding it, and some rule of a rival that is
        no better for the user holds i to r: i gains neither by any rule that is still chosen nor by letting the rival's
        be.
        """
        if len(self.providers) == 1:
            own = self.own[0]
            return [Outcome(0, rule) for rule in np.flatnonzero(own >= own.max() - self.tolerance).tolist()]
        lasting = [self._lasting(provider) for provider in range(len(self.providers))]
        return [
            Outcome(provider, rule) for provider, those in enumerate(lasting) for rule in np.flatnonzero(those).tolist()
        ]

    def _lasting(self, mine: int) -> FlagVector:
        """Which rules provider `mine` may be chosen with in an equilibrium, (rules,)."""
        levels, others = self.level, [each for each in range(len(self.providers)) if each != mine]
        lasts = np.full(len(levels), True)
        for other in others:
            outbid = self._best_above(other, strictly=other > mine)
            lasts &= outbid[levels] <= self.providers[other] + self.tolerance
        held = np.full(len(levels), False)
        for before in {other < mine for other in others}:
            # A rival that comes first is beaten only by a better rule; one that comes later by an equal one as well.
            least = np.maximum(self._best_above(mine, strictly=before), self._least_at(mine))
            if not before:
                # Nobody can stand below the lowest level, and so nobody lose to a later rival there.
                least[0] = self._best_above(mine, strictly=False)[0]
            if before != (others[0] < mine):
                # There the first of the others is the rival.
                least[0] = np.inf
            lowest = np.minimum.accumulate(np.append(np.inf, least))
            held |= lowest[levels if before else levels + 1] <= self.own[mine] + self.tolerance
        found: FlagVector = lasts & held
        return found

    def _best_above(self, provider: int, strictly: bool) -> Vector:
        """By level, the most that a provider gets if chosen with a rule of a higher level, or of that one as well."""
        size = int(self.level.max()) + 1
        at = np.full(size, -np.inf)
        np.maximum.at(at, self.level, self.own[provider])
        from_here: Vector = np.maximum.accumulate(at[::-1])[::-1]
        return np.append(from_here[1:], -np.inf) if strictly else from_here

    def _least_at(self, provider: int) -> Vector:
        """By level, the least that a provider gets where another is chosen with a rule of this level."""
        at = np.full(int(self.level.max()) + 1, np.inf)
        np.minimum.at(at, self.level, self.providers[provider])
        return at

    @property
    def profiles(self) -> int:
        """How many profiles of rules there are."""
        return prod([len(self.user)] * len(self.providers))

    def equilibria(self) -> Iterator[tuple[int, ...]]:
        """Every pure equilibrium, by looking at each profile: the rule of each provider.

        Raises:
            ValueError: there are more than MOST_PROFILES profiles.
        """
        if self.profiles > MOST_PROFILES:
            raise ValueError(f"{self.profiles:,} profiles: at most {MOST_PROFILES:,} are looked at one by one")
        for profile in product(range(len(self.user)), repeat=len(self.providers)):
            if not any(self.gains(profile)):
                yield profile

    def gains(self, profile: tuple[int, ...]) -> Iterator[bool]:
        """Of each provider, whether some other rule is worth more to it, the others' rules being these."""
        taken = self.taken(profile)
        for mine in range(len(profile)):
            now = self.own[mine, profile[mine]] if mine == taken else self.providers[mine, profile[taken]]
            yield bool(self.answers(mine, profile).max() > now + self.tolerance)

    def taken(self, profile: tuple[int, ...]) -> int:
        """The provider that the user takes."""
        return int(np.argmax(self.level[list(profile)]))

    def answers(self, mine: int, profile: tuple[int, ...]) -> Vector:
        """What each rule of provider `mine` comes to for it, (rules,), the others' rules being these."""
        others = [each for each in range(len(profile)) if each != mine]
        if not others:
            alone: Vector = self.own[mine]
            return alone
        rival = max(others, key=lambda each: (self.level[profile[each]], -each))
        level = self.level[profile[rival]]
        wins = self.level >= level if mine < rival else self.level > level
        found: Vector = np.where(wins, self.own[mine], self.providers[mine, profile[rival]])
        return found


def quantal(weighed: Values, precision: float) -> Values:
    """Chances of each action to a quantal user, (..., actions), at these utilities: proportional to e^(precision u)."""
    bent = precision * (weighed - weighed.max(axis=-1, keepdims=True))
    weights = np.exp(bent)
    chances: Values = weights / weights.sum(axis=-1, keepdims=True)
    return chances
