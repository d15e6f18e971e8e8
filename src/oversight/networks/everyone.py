"""Everyone sees everyone."""

from __future__ import annotations

from typing import Literal

from oversight.networks.network import Network


class Everyone(Network):
    """All others are one's neighbours: the mean field, of which theory knows the equilibria."""

    kind: Literal["everyone"] = "everyone"

    def number(self, size: int) -> float:
        return 0.0
