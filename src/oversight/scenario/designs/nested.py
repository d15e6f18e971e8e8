"""Levers times worlds: every setting of what the principal sets meets the same draws of what nobody knows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from oversight.documents.yaml_file import Path_
from oversight.quantities import Count, LocatedError, PositiveCount, quantity
from oversight.scenario.designs.grid import Combined, crossed
from oversight.scenario.designs.sampled import Drawn, inside, latin_hypercube, quantiles
from oversight.scenario.designs.sweep import Axis, Sweep
from oversight.scenario.designs.swept import MAX_VALUES, Swept


class Nested(Sweep):
    """Every combination of the levers' values in each of `worlds`, a Latin hypercube of the uncertain facts."""

    kind: Literal["nested"]
    levers: Annotated[dict[str, Swept], Field(min_length=1)] = quantity(
        "Levers", "Dotted path of each value that the principal sets, and its values."
    )
    uncertain: Drawn = quantity("Uncertain", "Dotted path of each fact that nobody knows, and its distribution.")
    worlds: Annotated[PositiveCount, Field(le=MAX_VALUES)] = quantity(
        "Worlds", "How many draws of the uncertain facts every setting of the levers meets.", "worlds"
    )
    seed: Count = quantity("Seed", "Of the worlds; the runs have their own.", default=0)

    @property
    def shape(self) -> tuple[int, ...]:
        return (*(len(axis.expand()) for axis in self.levers.values()), self.worlds)

    def axes(self) -> dict[str, Axis]:
        """The worlds vary fastest."""
        blocks = [Combined.of({path: axis}) for path, axis in self.levers.items()]
        cube = latin_hypercube(len(self.uncertain), self.worlds, self.seed)
        drawn = quantiles(self.uncertain, inside(cube))
        worlds = self.worlds
        facts = {path: Axis(axis.values, lambda points: points % worlds) for path, axis in drawn.items()}
        return {path: axis for block in [*crossed(blocks, worlds), facts] for path, axis in block.items()}

    def draws(self, path: str) -> bool:
        return path in self.uncertain

    def where(self, path: str, point: int) -> Path_:
        return ("sweep", "levers" if path in self.levers else "uncertain", path)

    @model_validator(mode="after")
    def _each_once(self) -> Nested:
        twice = next((path for path in self.uncertain if path in self.levers), None)
        if twice is not None:
            raise LocatedError(("uncertain", twice), "is a lever already: what the principal sets is known")
        return self
