"""Everyone sees everyone."""

from __future__ import annotations

from typing import Literal

import numpy as np

from oversight.arrays import Wholes
from oversight.networks.network import Network


class Everyone(Network):
    """All others are one's neighbours: the mean field, of which theory knows the equilibria."""

    kind: Literal["everyone"] = "everyone"

    @property
    def whole(self) -> bool:
        return True

    def number(self, size: int) -> float:
        return 0.0

    def edges(self, size: int, generator: np.random.Generator) -> Wholes:
        return np.argwhere(np.triu(np.ones((size, size), dtype=bool), 1))
