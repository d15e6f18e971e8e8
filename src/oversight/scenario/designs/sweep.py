"""The design seam: which points a sweep has, as columns."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

from oversight.arrays import Indices
from oversight.documents.yaml_file import Path_
from oversight.quantities import Section
from oversight.scenario.designs.lattice import Lattice


@dataclass(frozen=True)
class Axis:
    """A swept parameter: its values, and `places` of points among them, -1 where a point leaves it alone."""

    values: Sequence[Any]
    places: Callable[[Indices], Indices]

    @cached_property
    def numbers(self) -> bool:
        """Whether all values are plain numbers."""
        return all(type(value) in (int, float) for value in self.values)


class Sweep(Section):
    """A kind of design."""

    @property
    @abstractmethod
    def shape(self) -> tuple[int, ...]:
        """How many settings each part of the design has that varies by itself; the last varies fastest."""

    @property
    def size(self) -> int:
        """Number of design points."""
        return prod(self.shape)

    @property
    def lattice(self) -> Lattice | None:
        """The places that the design can grow to, which axes then count; None where it stays as it is."""
        return None

    def begun(self) -> Sweep:
        """The design without what it may grow by."""
        return self

    @abstractmethod
    def axes(self) -> dict[str, Axis]:
        """The swept parameters by dotted path, in the order of the file."""

    def draws(self, path: str) -> bool:
        """Whether a parameter's values are drawn from a distribution, so that nobody chose them."""
        return False

    def where(self, path: str, point: int) -> Path_:
        """Where the file says what `path` is at a design point."""
        return ("sweep", "parameters", path)

    def setting(self, path: str) -> str:
        """The override, in short, that changes a parameter's values."""
        where = ".".join(map(str, self.where(path, 0)))
        return f"{where}...." if self.draws(path) else f"{where}.values=[...]"

    @property
    def remark(self) -> str:
        """What a reader should know of the design before it is run; empty where there is nothing."""
        return ""
