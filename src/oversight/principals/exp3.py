"""Exponential weights: no assumption of how losses come about."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from oversight.arrays import Column, Floats, Indices
from oversight.principals.bandit import Bandit, Tried, drawn
from oversight.quantities import PositiveShare, quantity


class Exp3(Bandit):
    """Draws an arm with probability p = (1 - g) w / sum w + g / K; its weight w grows by exp(g (1 - loss) / (p K)).

    Auer, Cesa-Bianchi, Freund and Schapire, SIAM Journal on Computing 32 (2002) 48.
    """

    kind: Literal["exp3"] = "exp3"
    exploration: PositiveShare = quantity(
        "Exploration", "g; over T blocks its regret is bounded best by min(1, sqrt(K ln K / ((e - 1) T))).", "share"
    )

    @property
    def draws(self) -> int:
        return 1

    def begin(self, runs: int) -> Tried:
        tried = super().begin(runs)
        tried.own["weights"] = np.zeros((runs, self.number))
        return tried

    def chooses(self, tried: Tried) -> Indices:
        chances = self._chances(tried)
        found: Indices = (np.cumsum(chances, axis=1)[:, :-1] <= drawn(tried, 0)).sum(axis=1)
        return found

    def counted_as(self, tried: Tried, loss: Column) -> Column:
        here = np.arange(self.number) == tried.arm[:, None]
        grown = self.exploration * (1 - loss) / (self._chances(tried) * self.number)
        tried.own["weights"] = tried.own["weights"] + here * grown
        return loss

    def _chances(self, tried: Tried) -> Floats:
        logs: Any = tried.own["weights"]
        weights = np.exp(logs - logs.max(axis=1, keepdims=True))
        shares = weights / weights.sum(axis=1, keepdims=True)
        chances: Floats = (1 - self.exploration) * shares + self.exploration / self.number
        return chances
