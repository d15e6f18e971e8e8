"""A user who picks a provider by what it has seen of it: a few samples, or a choice that errs."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, inf

import numpy as np
from scipy.stats import multinomial

from oversight.arrays import FlagTable, Indices, Table, Vector, WholeTable
from oversight.games.best_ai import BestAI

MOST_TESTS = 1_000
"""Tests that are looked at one by one; where there are more, so many are drawn."""


@dataclass(frozen=True)
class Tests:
    """What a user may see: how often each state comes up, (tests, states) shares, and the chance of each, (tests,)."""

    shares: Table
    chances: Vector


def tests(prior: Vector, samples: int | None, generator: np.random.Generator) -> Tests:
    """The tests of a user who tries every provider on the same `samples` states, drawn from the prior; None: exact.

    All of them with their multinomial chances where there are at most MOST_TESTS, otherwise so many draws.
    """
    if samples is None:
        return Tests(prior[None], np.ones(1))
    if comb(samples + len(prior) - 1, len(prior) - 1) <= MOST_TESTS:
        counts = _counts(samples, len(prior))
        return Tests(counts / samples, multinomial.pmf(counts, samples, prior))
    drawn = generator.multinomial(samples, prior, size=MOST_TESTS)
    return Tests(drawn / samples, np.full(MOST_TESTS, 1 / MOST_TESTS))


def _counts(samples: int, states: int) -> WholeTable:
    """Every way in which so many samples fall on so many states, (ways, states)."""
    if states == 1:
        return np.array([[samples]], dtype=np.int64)
    parts = [(first, _counts(samples - first, states - 1)) for first in range(samples + 1)]
    return np.concatenate([np.column_stack([np.full(len(rest), first), rest]) for first, rest in parts])


@dataclass(frozen=True)
class Evaluated:
    """Best-AI selection by evaluations.

    The user takes the provider that did best in its test, of equals the first; with a `precision` it takes each with a
    chance proportional to e^(precision x what it saw).
    """

    game: BestAI
    seen: Table
    """What each rule is worth in each test, (tests, rules)."""
    chances: Vector
    """Of each test, (tests,)."""
    precision: float = inf

    def taken(self, profile: Indices) -> Vector:
        """The chance of each provider to be chosen, (providers,), their rules being these."""
        return self.chances @ self._taken(self.seen[:, profile])

    def curse(self, profile: Indices) -> float:
        """By how much the user overrates the provider that it takes, on average: the winner's curse."""
        seen = self.seen[:, profile]
        return float(self.chances @ (self._taken(seen) * (seen - self.game.user[profile])).sum(axis=1))

    def payoffs(self, profile: Indices) -> Vector:
        """What each provider expects, (providers,)."""
        taken = self.taken(profile)
        found: Vector = self.game.providers[:, profile] @ taken + taken * self.game.chosen[profile]
        return found

    def answers(self, mine: int, profile: Indices) -> Vector:
        """What each rule of provider `mine` comes to for it, (rules,), the others' rules being these."""
        game, others = self.game, np.delete(np.arange(len(profile)), mine)
        if not len(others):
            alone: Vector = game.own[mine]
            return alone
        theirs = self.seen[:, profile[others]]
        if self.precision < inf:
            # Relative to the best of the others, so that nothing overflows.
            top = theirs.max(axis=1, keepdims=True)
            weights = np.exp(self.precision * (theirs - top))
            with np.errstate(over="ignore"):
                odds = np.exp(self.precision * (self.seen - top)) / weights.sum(axis=1, keepdims=True)
            wins: Table = np.where(np.isinf(odds), 1.0, odds / (1 + odds))
            shares = weights / weights.sum(axis=1, keepdims=True)
            otherwise = shares @ game.providers[mine, profile[others]]
        else:
            rival = np.argmax(self._levelled(theirs), axis=1)
            best = theirs[np.arange(len(theirs)), rival][:, None]
            first = (mine < others[rival])[:, None]
            wins = self._beats(self.seen, best, first).astype(float)
            otherwise = game.providers[mine, profile[others[rival]]]
        weighed = self.chances[:, None] * wins
        found: Vector = weighed.sum(axis=0) * game.own[mine] + (self.chances[:, None] - weighed).T @ otherwise
        return found

    def best(self, mine: int, profile: Indices) -> int:
        """The rule that is best for provider `mine`: its own where that cannot be bettered, or else the first."""
        answers, tolerance = self.answers(mine, profile), self.game.tolerance
        if answers.max() <= answers[profile[mine]] + tolerance:
            return int(profile[mine])
        return int(np.flatnonzero(answers >= answers.max() - tolerance)[0])

    def _taken(self, seen: Table) -> Table:
        """The chance of each provider in each test, (tests, providers)."""
        if self.precision < inf:
            weights: Table = np.exp(self.precision * (seen - seen.max(axis=1, keepdims=True)))
            return weights / weights.sum(axis=1, keepdims=True)
        return np.eye(seen.shape[1])[np.argmax(self._levelled(seen), axis=1)]

    def _levelled(self, seen: Table) -> Table:
        """The same, with 1 for what ties with the best of its test and 0 for the others."""
        return (seen >= seen.max(axis=1, keepdims=True) - self.game.tolerance).astype(float)

    def _beats(self, seen: Table, best: Table, first: FlagTable) -> FlagTable:
        tolerance = self.game.tolerance
        return np.where(first, seen >= best - tolerance, seen > best + tolerance)
