"""What a network is: links between actors, by their numbers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np

from oversight.arrays import Wholes
from oversight.quantities import PositiveShare, Section, quantity

MOST_LINKS = 1_000_000
"""Half a gigabyte, while networkx makes them."""


class Network(Section):
    """Who is whose neighbour. Actors are numbered from 0, in the order of the population entries, which it crosses.

    Links go both ways, and oneself is nobody's neighbour.
    """

    kind: str
    revision: PositiveShare = quantity(
        "Revision",
        "Share of the actors that may decide anew in a period; the others do as before.",
        "share",
        default=1.0,
    )

    @property
    def whole(self) -> bool:
        """Whether everyone is everyone's neighbour: there is then no list of links."""
        return True

    def told(self, swept: Mapping[str, str]) -> str:
        """The network in words, for a report; `swept` holds values of keys that differ between design points."""
        keys = [name for name in type(self).model_fields if name not in ("kind", "links", "revision")]
        each = [f"{name.replace('_', ' ')} {swept.get(name, getattr(self, name))}" for name in keys]
        share = swept.get("revision", f"{self.revision:g}" if self.revision < 1 else "")
        revision = [f"a share of {share} decides anew in a period"] if share else []
        return ", ".join([self.kind.replace("_", " "), *each, *revision])

    @abstractmethod
    def number(self, size: int) -> float:
        """About how many links there are between `size` actors."""

    def refuses(self, size: int) -> tuple[str, str] | None:
        """The key and the mistake of numbers that do not go with `size` actors."""
        return None


class Linked(Network):
    """A network that is a list of links."""

    @property
    def whole(self) -> bool:
        return False

    @abstractmethod
    def edges(self, size: int, generator: np.random.Generator) -> Wholes:
        """Pairs of actors, (links, 2), each once, in any order; `generator` makes what is random of them."""


def pairs(graph: Any) -> Wholes:
    """The links of a networkx graph whose nodes are whole numbers, (links, 2)."""
    found = np.array(list(graph.edges()), dtype=np.int64)
    return found.reshape(-1, 2)
