"""The overseer: who answers to what the population does, because it pays."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Self

from oversight.arrays import Column, Floats, Number, present
from oversight.policy.chances import Chances, Stance, State
from oversight.policy.detector import Detector
from oversight.policy.monitoring.monitoring import Monitoring
from oversight.policy.payoffs import Payoffs


class Overseer(Monitoring):
    """Monitoring by someone with a stance of its own: one inspection rate for all, and what it keeps to itself.

    Both are moved by `follows`. Actors and overseer move at the same time, each on last period's state.
    """

    reads: ClassVar[frozenset[str]] = frozenset({"violations", "active"})
    continuous: ClassVar[bool] = True

    @property
    def overseer(self) -> Self:
        return self

    def chances(self, state: State) -> Chances:
        rate = present(state.rate)
        return Chances(rate, rate)

    def counterpart(self, rate: Column) -> Chances:
        return Chances(rate, rate)

    @property
    def reward(self) -> Number | None:
        """What it earns for each violator it catches, in money; None of one that nobody could bribe."""
        return None

    def rewarded(self, reward: Number) -> Self:
        """The same overseer at another `reward`; as it is where it has none."""
        return self

    @abstractmethod
    def begins(self, state: State, detector: Detector) -> Stance:
        """What it does in the period before the first, at the `state` of that period."""

    @abstractmethod
    def follows(
        self, state: State, detector: Detector, draw: Floats | None = None, largest: Floats | None = None
    ) -> Stance:
        """What it does in the period after the one that had `state`.

        `draw` are `overseer_draws` uniform draws; where that is not 0, `largest` is `Situation.largest`.
        """

    @abstractmethod
    def resumes(self, state: State, detector: Detector) -> Stance:
        """The stance that it goes on from if this becomes the policy after a period with `state`."""

    @abstractmethod
    def stands(self, rate: Column) -> Stance:
        """The stance of an overseer that rests at `rate`."""

    @abstractmethod
    def net_benefit(self, share: Column, rate: Column | None, detector: Detector) -> Column:
        """What a look earns it, in money, at a `share` of violations and a `rate`, each (runs, 1)."""

    @abstractmethod
    def largest_difference(self, detector: Detector, payoffs: Payoffs | None) -> Column:
        """The most that it can gain or lose by one inspection, in money, what outcomes pay it included."""

    @property
    def takes_payoffs(self) -> bool:
        """Whether it counts what a look is worth by `policy.payoffs`, `State.besides`, and tells errors apart."""
        return False

    @property
    @abstractmethod
    def answers(self) -> str:
        """The kind of its response: what is private under one means nothing to another."""

    @property
    def number(self) -> int:
        """How many overseers look."""
        return 1

    @property
    def overseer_draws(self) -> int:
        """Uniform draws that `follows` consumes in a period."""
        return 0

    @property
    def turns(self) -> int:
        """Revisions of overseers that are made one at a time in a period, in turn with the actors'; 0: none."""
        return 0

    @property
    def leads(self) -> bool:
        """Whether it commits to the rate that is best when actors respond to it, rather than respond itself."""
        return False

    @property
    def maximises(self) -> bool:
        """Whether it rests only where no other rate would earn more."""
        return False

    @property
    def jumps(self) -> bool:
        """Whether the next rate jumps where it is indifferent."""
        return False

    @property
    def rests(self) -> bool:
        """Whether it says where it rests, so that theory covers it."""
        return False

    @property
    def memoryless(self) -> bool:
        """Whether the next rate follows from the last one and last period's state, so that theory can step it."""
        return False
