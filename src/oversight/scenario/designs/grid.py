"""Every combination of values, or of blocks of values that vary together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, model_validator

from oversight.arrays import Indices
from oversight.documents.yaml_file import Path_
from oversight.quantities import LocatedError, quantity
from oversight.scenario.designs.lattice import Lattice, between
from oversight.scenario.designs.refine import Refine
from oversight.scenario.designs.sweep import Axis, Sweep
from oversight.scenario.designs.swept import Swept

MAX_PLACES = 4_000_000
"""Of a grid at its finest: all of them are validated before the first run."""
Block = Annotated[dict[str, Swept], Field(min_length=1)]


class Grid(Sweep):
    """Every combination of the parameters' values, the last parameter fastest; linked blocks count as one parameter."""

    kind: Literal["grid"]
    parameters: dict[str, Swept] = quantity(
        "Parameters", "Dotted path of each swept value, or `policy` for whole policy files.", default={}
    )
    linked: Annotated[tuple[Block, ...], Field(strict=False)] = quantity(
        "Linked",
        "Blocks of parameters that vary together: the first values, then the second, and so on.",
        default=(),
    )
    refine: Refine | None = quantity("Refine", "Where the grid grows finer.", default=None)

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(map(len, self._expanded))

    @property
    def lattice(self) -> Lattice | None:
        if self.refine is None:
            return None
        halved = tuple(each.is_ordered for each in self._expanded)
        return Lattice(self.shape, halved, self.refine.depth)

    @property
    def steps(self) -> set[tuple[str, float, float]]:
        """The steps that can be halved: a path, and its values at both ends."""
        ordered = [each for each in self._expanded if each.is_ordered]
        return {(path, *ends) for each in ordered for path, values in each.values.items() for ends in pairwise(values)}

    def begun(self) -> Grid:
        return self.model_copy(update={"refine": None})

    def axes(self) -> dict[str, Axis]:
        blocks = self._expanded
        if self.refine:
            blocks = [each.halved(self.refine.depth) if each.is_ordered else each for each in blocks]
        return {path: axis for block in crossed(blocks) for path, axis in block.items()}

    def where(self, path: str, point: int) -> Path_:
        block = next((place for place, each in enumerate(self.linked) if path in each), None)
        return ("sweep", "parameters", path) if block is None else ("sweep", "linked", block, path)

    @property
    def _expanded(self) -> list[Combined]:
        alone = [Combined.of({path: axis}) for path, axis in self.parameters.items()]
        return [*alone, *map(Combined.of, self.linked)]

    @model_validator(mode="after")
    def _something_is_swept(self) -> Grid:
        if not self.parameters and not self.linked:
            raise LocatedError(("parameters",), "is empty")
        return self

    @model_validator(mode="after")
    def _blocks_fit(self) -> Grid:
        seen = set(self.parameters)
        for place, block in enumerate(self.linked):
            lengths = {path: len(axis.expand()) for path, axis in block.items()}
            first = next(iter(lengths))
            for path, length in lengths.items():
                if length != lengths[first]:
                    message = f"has {length} values, and `{first}`, which it varies with, has {lengths[first]}"
                    raise LocatedError(("linked", place, path), message)
                if path in seen:
                    raise LocatedError(("linked", place, path), "is swept twice")
                seen.add(path)
        return self

    @model_validator(mode="after")
    def _grows_within_bounds(self) -> Grid:
        if self.lattice is None:
            return self
        if not any(self.lattice.halved):
            remedy = "Give one of them numbers that rise or fall."
            raise LocatedError(("refine",), "finds no parameter whose steps could be halved", remedy=remedy)
        if self.lattice.size > MAX_PLACES:
            said = f"leads to a grid of {self.lattice.size:,} places at its finest; at most {MAX_PLACES:,}"
            raise LocatedError(("refine", "depth"), said, remedy="Take less depth, or fewer values.")
        return self


@dataclass(frozen=True)
class Combined:
    """Values of parameters that vary together, as many of each."""

    values: Mapping[str, Sequence[Any]]

    @classmethod
    def of(cls, block: Mapping[str, Any]) -> Combined:
        """Those that a file gives."""
        return cls({path: axis.expand() for path, axis in block.items()})

    def __len__(self) -> int:
        return len(next(iter(self.values.values())))

    @property
    def is_ordered(self) -> bool:
        """Whether there are several, and they are numbers that rise or fall."""
        return len(self) > 1 and all(map(_rises_or_falls, self.values.values()))

    def halved(self, depth: int) -> Combined:
        """The same with every step halved so often."""
        return Combined({path: between(values, depth) for path, values in self.values.items()})


def _rises_or_falls(values: Sequence[Any]) -> bool:
    if any(type(value) not in (int, float) for value in values):
        return False
    steps = np.diff(values)
    return bool((steps > 0).all() or (steps < 0).all())


def crossed(blocks: list[Combined], fastest: int = 1) -> list[dict[str, Axis]]:
    """The axes of all combinations of blocks, the last varying fastest, each point `fastest` times in a row."""
    apart, found = fastest, []
    for block in reversed(blocks):
        places = _every(apart, len(block))
        found.append({path: Axis(values, places) for path, values in block.values.items()})
        apart *= len(block)
    return found[::-1]


def _every(apart: int, values: int) -> Callable[[Indices], Indices]:
    return lambda points: points // apart % values
