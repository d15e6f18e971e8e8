"""Thompson sampling."""

from __future__ import annotations

from typing import Literal

import numpy as np

from oversight.arrays import Column, Indices, present
from oversight.principals.bandit import Bandit, Tried, drawn


class Thompson(Bandit):
    """Draws a loss for each arm from what it believes, Beta(1 + bad blocks, 1 + good ones), and plays the least.

    A block is bad with the probability of its loss. Thompson, Biometrika 25 (1933) 285; Agrawal and Goyal (COLT 2012).
    """

    kind: Literal["thompson"] = "thompson"

    @property
    def draws(self) -> int:
        return self.number + 1

    def chooses(self, tried: Tried) -> Indices:
        from scipy.special import betaincinv  # takes longer to import than a small run

        bad = tried.losses
        sampled = betaincinv(1 + bad, 1 + tried.blocks - bad, present(tried.draw)[:, : self.number])
        found: Indices = sampled.argmin(axis=1)
        return found

    def counted_as(self, tried: Tried, loss: Column) -> Column:
        return np.where(drawn(tried, self.number) < loss, 1.0, 0.0)
