"""Trying all, and the better half again."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from oversight.arrays import Indices, Wholes
from oversight.principals.bandit import Bandit, Tried
from oversight.quantities import PositiveCount, quantity

Rounds = Annotated[tuple[PositiveCount, ...], Field(strict=False, min_length=1, max_length=20)]


class Halving(Bandit):
    """Plays each arm for the first of `rounds`, the better half, rounded up, for the next, and so on; then the best.

    The mean of all blocks of an arm decides, and ties go to the first. Karnin, Koren and Somekh (ICML 2013).
    """

    kind: Literal["halving"] = "halving"
    rounds: Rounds = quantity("Rounds", "Blocks that each arm gets that is left, round by round.", "blocks")

    def begin(self, runs: int) -> Tried:
        tried = super().begin(runs)
        tried.own.update(left=np.tile(np.arange(self.number), (runs, 1)), order=self._order(self.number, 0), done=0)
        return tried

    def chooses(self, tried: Tried) -> Indices:
        own = tried.own
        if not own["order"]:
            own["left"] = self._better(tried)
            own["done"] += 1
            own["order"] = self._order(own["left"].shape[1], own["done"])
        found: Indices = own["left"][:, own["order"].pop(0)]
        return found

    def _order(self, left: int, done: int) -> list[int]:
        """Which of those that are left each block of a round plays; after the last round, the one that is left."""
        return [place for place in range(left) for _ in range(self.rounds[done])] if done < len(self.rounds) else [0]

    def _better(self, tried: Tried) -> Wholes:
        """The better half of those that are left, in their order; after the last round the best, (runs, number)."""
        left: Wholes = tried.own["left"]
        if left.shape[1] == 1:
            return left
        last = tried.own["done"] + 1 >= len(self.rounds)
        mean = np.take_along_axis(tried.losses / np.maximum(tried.blocks, 1.0), left, axis=1)
        kept = mean.argsort(axis=1, kind="stable")[:, : 1 if last else -(-left.shape[1] // 2)]
        return np.take_along_axis(left, np.sort(kept, axis=1), axis=1)
