"""Optimism in the face of uncertainty."""

from __future__ import annotations

from typing import Literal

import numpy as np

from oversight.arrays import Indices
from oversight.principals.bandit import Bandit, Tried


class Ucb(Bandit):
    """Each arm once; then the least mean loss - sqrt(2 ln t / n), after t blocks, n of them of the arm.

    UCB1 of Auer, Cesa-Bianchi and Fischer, Machine Learning 47 (2002) 235. Ties go to the first.
    """

    kind: Literal["ucb"] = "ucb"

    def chooses(self, tried: Tried) -> Indices:
        number = np.maximum(tried.blocks, 1.0)
        total = np.maximum(tried.blocks.sum(axis=1, keepdims=True), 1.0)
        least = tried.losses / number - np.sqrt(2 * np.log(total) / number)
        found: Indices = np.where(tried.blocks > 0, least, -np.inf).argmin(axis=1)
        return found
