"""A robot that may act, switch itself off, or defer to a human who may switch it off: the off-switch game."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field
from scipy.special import expit, ndtri

from oversight.arrays import Vector
from oversight.finite_games.chance import Chance
from oversight.finite_games.game import Game, Played, Solved
from oversight.games.off_switch import Deferring, OffSwitch
from oversight.measures import Words
from oversight.quantities import Positive, PositiveCount, Probability, Real, Section, quantity

_UTILITY = "utility"
_QUANTILES = 20_000
"""Of the act's worth, on which the robot's options are reckoned a second time."""
_NEAR = 1e-3
"""In standard deviations, by how much those may be off."""


class Human(Section):
    """Whether the human lets an act pass that is worth U to it."""

    kind: str

    @abstractmethod
    def deferring(self, game: OffSwitch) -> Deferring:
        """What deferring comes to."""

    @abstractmethod
    def passes(self, worth: Vector) -> Vector:
        """The chance that it lets acts of this worth pass, (acts,)."""


class Rational(Human):
    """It lets the act pass iff it is worth more than nothing."""

    kind: Literal["rational"] = "rational"

    def deferring(self, game: OffSwitch) -> Deferring:
        return game.erring(0.0)

    def passes(self, worth: Vector) -> Vector:
        return np.where(worth > 0, 1.0, 0.0)


class Erring(Human):
    """It does the wrong thing with the same chance, whatever is at stake."""

    kind: Literal["erring"] = "erring"
    error: Probability = quantity("Error rate", "Chance of the wrong answer.", "probability")

    def deferring(self, game: OffSwitch) -> Deferring:
        return game.erring(self.error)

    def passes(self, worth: Vector) -> Vector:
        return np.where(worth > 0, 1 - self.error, self.error)


class LogitHuman(Human):
    """It lets the act pass with probability 1 / (1 + e^(-precision U)): it errs where little is at stake."""

    kind: Literal["logistic"] = "logistic"
    precision: Positive = quantity("Precision", "", "1/utility")

    def deferring(self, game: OffSwitch) -> Deferring:
        return game.logistic(self.precision)

    def passes(self, worth: Vector) -> Vector:
        found: Vector = expit(self.precision * worth)
        return found


class OffSwitchGame(Game):
    """A robot that does not know what its act is worth to a human, U ~ N(mean, sd^2), acts, switches off, or defers.

    Hadfield-Menell, Dragan, Abbeel and Russell (2017, "The off-switch game", IJCAI 220): deferring to a rational human
    is worth E[max(U, 0)], at least as much as acting, E[U], or switching off, 0; how much a human may err until it is
    not is equation 7. The robot does what is worth most, and defers in a tie.
    """

    title: ClassVar[str] = "the off-switch game"
    main = "harm"
    subject = "harm"
    ranked = ("lost", "harm", "foregone")
    price = "foregone"
    words: ClassVar[Mapping[str, Words]] = {
        "harm": Words("Harm", _UTILITY, "What bad acts cost the human, per decision.", least=0),
        "foregone": Words("Foregone", _UTILITY, "What good acts that are not taken would have been worth.", least=0),
        "lost": Words(
            "Lost", _UTILITY, "Harm, and what is foregone: what one who knows the worth does better.", least=0
        ),
        "utility": Words("Human's utility", _UTILITY, "What the human has.", more_is_better=True),
        "act": Words("Value of acting", _UTILITY, "What every act is worth.", more_is_better=True),
        "off": Words("Value of switching off", _UTILITY, "Nothing, by the choice of a zero.", more_is_better=True),
        "defer": Words("Value of deferring", _UTILITY, "What acts that the human lets pass are worth."),
        "deferred": Words(
            "Deferred", "% of decisions", "Decisions that the robot leaves to the human.", percent=True, least=0, most=1
        ),
        "acted": Words("Acted", "% of decisions", "Decisions in which it acts at once.", percent=True, least=0, most=1),
        "switched_off": Words(
            "Switched itself off", "% of decisions", "Decisions in which it does.", percent=True, least=0, most=1
        ),
    }
    facts: ClassVar[Mapping[str, Words]] = {
        "incentive": Words("Gain from deferring to a rational human", _UTILITY, "Beyond the better of acting and not."),
        "incentive_here": Words("Gain from deferring to this human", _UTILITY, "Beyond the better of acting and not."),
        "error_tolerated": Words("Error rate up to which deferring pays", "probability", "Of an `erring` human."),
        "precision_needed": Words("Precision above which deferring pays", "1/utility", "Of a `logistic` human."),
    }

    kind: Literal["off_switch"] = "off_switch"
    mean: Real = quantity("Mean", "What the act is worth to the human on average.", _UTILITY)
    sd: Positive = quantity("Uncertainty", "Standard deviation of what it is worth, as the robot sees it.", _UTILITY)
    human: Annotated[Rational | Erring | LogitHuman, Field(discriminator="kind")] = quantity(
        "Human", "How it answers: `rational`, `erring` or `logistic`.", default=Rational()
    )
    rounds: Annotated[PositiveCount, Field(le=1_000_000)] = quantity(
        "Decisions", "Decisions of a run, each with an act of its own.", "decisions", default=1_000
    )

    @property
    def work(self) -> int:
        return 4 * self.rounds

    @property
    def horizon(self) -> str:
        return f"{self.rounds:,} decisions"

    def play(self, chance: Chance, start: str) -> Played:
        worth = self.mean + self.sd * chance.of("worth").standard_normal(self.rounds)
        passes = chance.of("human").random(self.rounds) < self.human.passes(worth)
        does = self._does()
        taken = {"act": np.ones(self.rounds, dtype=bool), "off": np.zeros(self.rounds, dtype=bool), "defer": passes}[
            does
        ]
        harm = float(np.maximum(-worth, 0)[taken].sum() / self.rounds)
        foregone = float(np.maximum(worth, 0)[~taken].sum() / self.rounds)
        values = float(worth.mean()), float((worth * passes).mean())
        return Played(measures=_measures(harm, foregone, float((worth * taken).mean()), *values, does))

    def solved(self) -> Solved:
        game, does = self._game, self._does()
        came = {
            "act": Deferring(game.bad, 0.0),
            "off": Deferring(0.0, game.good),
            "defer": self.human.deferring(game),
        }[does]
        values = self._values()
        return Solved(
            equilibria=[_measures(came.harm, came.foregone, values[does], values["act"], values["defer"], does)],
            facts={
                "incentive": game.incentive,
                "incentive_here": self._beyond(),
                "error_tolerated": game.error_tolerated,
                "precision_needed": game.precision_needed,
            },
            certified=self._certified(values[does]),
        )

    @property
    def _game(self) -> OffSwitch:
        return OffSwitch(self.mean, self.sd)

    def _beyond(self) -> float:
        """What deferring adds to the better of acting and switching off: a rational human's, less what errors cost."""
        came = self.human.deferring(self._game)
        return self._game.incentive - came.harm - came.foregone

    def _does(self) -> str:
        """What the robot does."""
        if self._beyond() >= 0:
            return "defer"
        return "act" if self.mean > 0 else "off"

    def _values(self) -> dict[str, float]:
        """What each option is worth; deferring by what it leaves of the good."""
        came = self.human.deferring(self._game)
        return {"act": self.mean, "off": 0.0, "defer": self._game.good - came.foregone - came.harm}

    def _certified(self, value: float) -> bool:
        """Whether no option is worth more, by sums over quantiles of the act's worth."""
        worth = self.mean + self.sd * ndtri((np.arange(_QUANTILES) + 0.5) / _QUANTILES)
        every = worth.mean(), 0.0, (worth * self.human.passes(worth)).mean()
        return bool(max(every) <= value + _NEAR * self.sd + 1e-9 * abs(self.mean))


def _measures(harm: float, foregone: float, utility: float, act: float, defer: float, does: str) -> dict[str, float]:
    return {
        "harm": harm,
        "foregone": foregone,
        "lost": harm + foregone,
        "utility": utility,
        "act": act,
        "off": 0.0,
        "defer": defer,
        "deferred": float(does == "defer"),
        "acted": float(does == "act"),
        "switched_off": float(does == "off"),
    }
