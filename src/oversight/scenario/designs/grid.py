"""Every combination of values, or of blocks of values that vary together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from oversight.arrays import Indices
from oversight.documents.yaml_file import Path_
from oversight.quantities import LocatedError, quantity
from oversight.scenario.designs.sweep import Axis, Sweep
from oversight.scenario.designs.swept import Swept

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

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(map(len, self._expanded))

    def axes(self) -> dict[str, Axis]:
        return {path: axis for block in crossed(self._expanded) for path, axis in block.items()}

    def where(self, path: str, point: int) -> Path_:
        block = next((place for place, each in enumerate(self.linked) if path in each), None)
        return ("sweep", "parameters", path) if block is None else ("sweep", "linked", block, path)

    @property
    def _expanded(self) -> list[Combined]:
        alone = [Combined({path: axis}) for path, axis in self.parameters.items()]
        return [*alone, *map(Combined, self.linked)]

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


class Combined:
    """Parameters that vary together."""

    def __init__(self, block: Mapping[str, Any]):
        self.values = {path: axis.expand() for path, axis in block.items()}

    def __len__(self) -> int:
        return len(next(iter(self.values.values())))


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
