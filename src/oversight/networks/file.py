"""Links that are known."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from oversight.arrays import Wholes
from oversight.networks.network import Linked
from oversight.quantities import Count, quantity

Link = Annotated[tuple[Count, Count], Field(strict=False)]


class Listed(Linked):
    """The links themselves, written out, or in a file with two actors' numbers a line: `file: links.csv`."""

    kind: Literal["file"] = "file"
    links: Annotated[tuple[Link, ...], Field(strict=False)] = quantity(
        "Links", "Pairs of actors, or `file` in its place: numbers from 0, in the order of the population."
    )

    def number(self, size: int) -> float:
        return float(len(self.links))

    def edges(self, size: int, generator: np.random.Generator) -> Wholes:
        pairs = np.sort(np.array(self.links, dtype=np.int64).reshape(-1, 2), axis=1)
        return np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)

    def refuses(self, size: int) -> tuple[str, str] | None:
        most = max((max(pair) for pair in self.links), default=0)
        if most >= size:
            return "links", f"name actor {most}, and {size} actors are numbered from 0 to {size - 1}"
        return None
