"""The slow loop over the fast one: a principal that tries policies in blocks of periods, and learns which does best."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Self

import numpy as np
from pydantic import Field, model_validator

from oversight.arrays import Column, Floats, Indices, Table, present
from oversight.principals.observing import Observing
from oversight.principals.principal import Key, Seen, Settings
from oversight.quantities import Count, LocatedError, NonNegative, PositiveCount, Real, Section, quantity, reads

MOST_ARMS = 100
Arm = Annotated[tuple[Real, ...], Field(strict=False, min_length=2, max_length=MOST_ARMS)]


class Score(Section):
    """What a period is charged: a weighted sum, of which a block's mean is cut to [0, 1]."""

    misconduct: NonNegative = quantity("Misconduct", "Weight of the misconduct rate that it observes.", default=1.0)
    spent: NonNegative = quantity("Spent", "Weight of the cost of oversight, in money per actor.", default=0.0)


@dataclass
class Tried:
    """What came of the arms so far."""

    blocks: Floats
    """Of each arm, (runs, arms)."""
    losses: Floats
    """Their sums."""
    arm: Indices
    """The arm of the block that is under way, (runs,)."""
    loss: Column
    """The sum of its scored periods so far, and how many they are, (runs, 1)."""
    scored: Column
    period: int = 0
    draw: Floats | None = None
    """Of the block, (runs, draws)."""
    own: dict[str, Any] = field(default_factory=dict)
    """What a kind remembers besides."""


class Bandit(Observing):
    """Tries one of several policies for `every` periods at a time, scores it after `settle` of them, and chooses anew.

    A block's loss is its mean score, from 0 to 1; one that shows nothing, since nothing was inspected, counts as 1.
    Actors go on from where the block before left them, so that arms are not independent draws; with `reset` they are.
    """

    arms: dict[str, Arm] = quantity(
        "Arms", "Dotted path of a number of the policy to its value in each arm: as many values for each.", min_length=1
    )
    every: PositiveCount = quantity("Every", "Length of a block.", "periods", default=1)
    settle: Count = quantity("Settle", "First periods of a block that are not scored.", "periods", default=0)
    reset: bool = quantity(
        "Reset",
        "Whether each block begins where the run began: beliefs, habits, what was learned, records, suspensions, "
        "customers, trained values that drifted, and overseers. Draws go on, and so do gains that drift.",
        default=False,
    )
    score: Score = quantity("Score", "What a period is charged.", default=Score())

    @model_validator(mode="after")
    @reads()
    def _arms_are_whole(self) -> Bandit:
        lengths = {path: len(values) for path, values in self.arms.items()}
        most = max(lengths.values())
        for path, length in lengths.items():
            if length < most:
                message = f"has {length} values, and another number {most}"
                raise LocatedError(("arms", path), message, remedy="Give each arm a value of each number.")
        if self.settle >= self.every:
            message = f"{self.settle} of {self.every} periods leave none of a block to be scored"
            raise LocatedError(("settle",), message, remedy="Make `every` longer.")
        return self

    @property
    def number(self) -> int:
        """How many arms there are."""
        return len(next(iter(self.arms.values())))

    @property
    def always(self) -> tuple[str, ...]:
        return tuple(self.arms)

    @property
    def profiles(self) -> Sequence[Mapping[str, float]]:
        return [{path: values[arm] for path, values in self.arms.items()} for arm in range(self.number)]

    def trials(self) -> Iterator[tuple[Key, Mapping[str, float]]]:
        for settings in self.profiles:
            yield ("arms",), settings

    def held_to(self, profile: Mapping[str, float]) -> Self:
        return self.model_copy(update={"arms": {path: (value,) * self.number for path, value in profile.items()}})

    def losses(self, seen: Seen) -> Table:
        charged = self._charged(seen)
        runs, blocks = len(charged), charged.shape[1] // self.every
        scored = charged[:, : blocks * self.every].reshape(runs, blocks, self.every)[:, :, self.settle :]
        return _loss(np.nansum(scored, axis=2), np.count_nonzero(~np.isnan(scored), axis=2).astype(float))

    def begin(self, runs: int) -> Tried:
        nothing = np.zeros((runs, self.number))
        return Tried(nothing, nothing, np.zeros(runs, dtype=np.int64), np.zeros((runs, 1)), np.zeros((runs, 1)))

    @abstractmethod
    def chooses(self, tried: Tried) -> Indices:
        """The arm of the next block in each run, (runs,), by the draws in `tried.draw`."""

    def counted_as(self, tried: Tried, loss: Column) -> Column:
        """What a block's loss, (runs, 1), adds to those of its arm."""
        return loss

    def sets(self, memory: Any, period: int, draw: Floats | None) -> Settings:
        if memory.period == 0:
            memory.draw = draw
            memory.arm = self.chooses(memory)
            memory.loss = memory.scored = np.zeros((len(memory.arm), 1))
        return {path: np.array(values)[memory.arm].reshape(-1, 1) for path, values in self.arms.items()}

    def sees(self, memory: Any, seen: Seen) -> None:
        if memory.period >= self.settle:
            charged = self._charged(seen)
            known = ~np.isnan(charged)
            memory.loss = memory.loss + np.where(known, charged, 0.0)
            memory.scored = memory.scored + known
        memory.period += 1
        if memory.period == self.every:
            memory.period = 0
            self._learn(memory)

    def _charged(self, seen: Seen) -> Floats:
        """What each period is charged, NaN of one that shows nothing."""
        return self.score.misconduct * self.shown(seen) + self.score.spent * seen.spent

    def resets(self, memory: Any) -> bool:
        return self.reset and memory.period == 0 and bool(memory.blocks.any())

    def manner(self, swept: Mapping[str, str]) -> str:
        every, settle, reset = (swept.get(name, getattr(self, name)) for name in ("every", "settle", "reset"))
        begins = {True: "begins where the run began", False: "goes on from where the one before left off"}
        each = begins.get(reset, f"begins where the run began, or goes on from the one before (reset: {reset})")
        return f"in blocks of {every} periods, the first {settle} not scored; each {each}"

    def _learn(self, memory: Tried) -> None:
        here = np.arange(self.number) == memory.arm[:, None]
        memory.losses = memory.losses + here * self.counted_as(memory, _loss(memory.loss, memory.scored))
        memory.blocks = memory.blocks + here


def _loss(charged: Floats, scored: Floats) -> Floats:
    """The loss of blocks, given what their scored periods were charged in all, and how many these are."""
    return np.clip(np.where(scored > 0, charged / np.maximum(scored, 1.0), 1.0), 0.0, 1.0)


def drawn(tried: Tried, place: int) -> Column:
    """One of the draws of a block, (runs, 1)."""
    return present(tried.draw)[:, place : place + 1]
