"""The market of one run: its tables as they were drawn, and what every rule comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf, log, nan

import numpy as np

from oversight.arrays import Cube, FlagVector, Indices, Table, Vector, WholeTable
from oversight.finite_games.best_ai.sections import Audit, User
from oversight.games.alignment import Alignment, alignment, alone
from oversight.games.best_ai import BestAI, every_rule, quantal, worths
from oversight.games.evaluation import Evaluated, Tests


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Tables, (states, actions) each, and what is asked of them."""

    user: Table
    providers: Cube
    """Of each owner, (owners, states, actions)."""
    joint: Table
    """The chance of each state and signal together, (states, signals)."""
    tests: Tests
    asks: User
    custom: float
    audit: Audit | None

    @property
    def exact(self) -> bool:
        """Whether the user takes the provider that is worth most to it, without error."""
        return self.asks.samples is None and self.asks.choice != "logit"

    @cached_property
    def rules(self) -> WholeTable:
        """Every deterministic rule, (rules, signals)."""
        return every_rule(self.joint.shape[1], self.user.shape[1])

    @cached_property
    def optimum(self) -> float:
        """What an aligned provider that sees as much is worth to a user who does as it says."""
        return float(self._done(self.user).max())

    @cached_property
    def game(self) -> Evaluated:
        """The game of choosing rules."""
        heard = self.asks.choice == "quantal"
        worth = self._heard if heard else self._done
        known = worth(self.user)
        plain = BestAI(known, np.array([worth(each) for each in self.providers]), np.full(len(known), self.custom))
        expected = self.audit.rate * self.audit.fine if self.audit else 0.0
        return Evaluated(
            replace(plain, chosen=plain.chosen - np.where(self._harms(known, plain.tolerance), expected, 0.0)),
            known[None] if self.asks.samples is None else self.tests.shares @ self._by_state(),
            self.tests.chances,
            (self.asks.precision or inf) if self.asks.choice == "logit" else inf,
        )

    def measured(self, profile: Indices) -> dict[str, float]:
        """What the rules of providers come to."""
        game, taken, payoffs = self.game.game, self.game.taken(profile), self.game.payoffs(profile)
        utility = float(taken @ game.user[profile])
        harms = self._harms(game.user[profile], game.tolerance)
        return {
            "regret": self.optimum - utility,
            "user_utility": utility,
            "provider_utility": float(payoffs.mean()),
            "most_chosen": float(taken.max()),
            "winners_curse": self.game.curse(profile),
            "choice_loss": self.lost_by_choice(profile),
            "fined": self.audit.rate * float(taken @ harms) if self.audit else 0.0,
            **{f"chosen.{place}": float(chance) for place, chance in enumerate(taken, start=1)},
            **{f"utility.{place}": float(payoff) for place, payoff in enumerate(payoffs, start=1)},
        }

    def _harms(self, worth: Vector, rounding: float) -> FlagVector:
        """Whether audits fine rules that are worth so much to the user."""
        tolerated = self.audit.tolerance if self.audit else inf
        found: FlagVector = self.optimum - worth > tolerated + rounding
        return found

    def lost_by_choice(self, profile: Indices) -> float:
        """What the user loses by how it chooses, against its best choice among what is offered."""
        game = self.game.game
        offered = game.user[profile]
        among = float(offered.max() - self.game.taken(profile) @ offered)
        return among + float(self.game.taken(profile) @ self._lost_by_acting[profile])

    @property
    def bounds(self) -> dict[str, float]:
        """What equilibria and choices keep to, NaN where that is not known."""
        sees = (np.count_nonzero(self.joint, axis=1) <= 1).all()
        known = self.exact and self.asks.choice == "best" and sees
        simplex, cone, single = self.alignments
        return {
            "distance": simplex.distance,
            "cone_distance": cone.distance,
            "single_distance": single,
            "bound": 2 * simplex.distance if known else nan,
            "choice_bound": self.choice_bound,
        }

    @property
    def choice_bound(self) -> float:
        """What logit choices lose at most: ln(number of things to choose from) / precision.

        NaN of other choices, and of those that go by samples: these lose by what they saw as well.
        """
        if self.asks.precision is None or self.asks.samples is not None:
            return nan
        number = self.user.shape[1] if self.asks.choice == "quantal" else len(self.providers)
        return log(number) / self.asks.precision

    @cached_property
    def alignments(self) -> tuple[Alignment, Alignment, float]:
        """How near mixes come to the user: of weights that add up to 1, of any weights, and of one provider alone."""
        single = min(alone(self.user, each) for each in self.providers)
        return alignment(self.user, self.providers), alignment(self.user, self.providers, cone=True), single

    def _done(self, table: Table) -> Vector:
        """What each rule is worth by a table where the user does as it says, (rules,)."""
        return worths(self.joint.T @ table, self.rules)

    def _heard(self, table: Table) -> Vector:
        """The same where the user takes it as information, and chooses actions by logit."""
        found: Vector = np.einsum("rsm,rma,sa->r", self._told, self._answers, table)
        return found

    @cached_property
    def _told(self) -> Cube:
        """The chance of each state and what the rule says there, (rules, states, words): words are names of actions."""
        words = np.eye(self.user.shape[1])[self.rules]
        found: Cube = np.einsum("sg,rgm->rsm", self.joint, words)
        return found

    @cached_property
    def _answers(self) -> Cube:
        """The chance of each action after each word of each rule, (rules, words, actions)."""
        said = self._told.sum(axis=1)
        worth = np.einsum("rsm,sa->rma", self._told, self.user) / np.where(said > 0, said, 1.0)[..., None]
        assert self.asks.precision is not None
        return quantal(worth, self.asks.precision)

    @cached_property
    def _lost_by_acting(self) -> Vector:
        """What a quantal user loses against its best actions, by rule."""
        if self.asks.choice != "quantal":
            return np.zeros(len(self.rules))
        best: Vector = np.einsum("rsm,sa->rma", self._told, self.user).max(axis=2).sum(axis=1)
        return best - self._heard(self.user)

    def _by_state(self) -> Table:
        """What each rule is worth to the user in each state, (states, rules)."""
        there = self.joint.sum(axis=1, keepdims=True)
        if self.asks.choice == "quantal":
            by_state = np.einsum("rsm,rma,sa->sr", self._told, self._answers, self.user)
        else:
            states = np.arange(len(self.user))
            by_state = np.array([(self.joint[state] * self.user[state][self.rules]).sum(axis=1) for state in states])
        found: Table = by_state / np.where(there > 0, there, 1.0)
        return found


def owned(providers: Cube, owners: Sequence[int] | None) -> Cube:
    """What each owner wants: the mean over its providers, in the order in which owners come up."""
    if owners is None:
        return providers
    numbers = np.array(owners)
    return np.array([providers[numbers == owner].mean(axis=0) for owner in dict.fromkeys(owners)])
