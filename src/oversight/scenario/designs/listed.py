"""The design points themselves."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from oversight.documents.yaml_file import Path_
from oversight.quantities import quantity
from oversight.scenario.designs.sweep import Axis, Sweep


class Points(Sweep):
    """The design points themselves, written out, or a table of them: `points: {file: points.csv}`."""

    kind: Literal["list"]
    points: Annotated[tuple[dict[str, Any], ...], Field(strict=False, min_length=1)] = quantity(
        "Points", "A mapping of dotted paths to values for each design point, or {file: ...} of a CSV or Parquet table."
    )

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self.points),)

    def axes(self) -> dict[str, Axis]:
        paths = dict.fromkeys(path for point in self.points for path in point)
        return {path: self._axis(path) for path in paths}

    def where(self, path: str, point: int) -> Path_:
        return ("sweep", "points", point, path)

    def setting(self, path: str) -> str:
        return "sweep.points=[...]"

    def _axis(self, path: str) -> Axis:
        """Each value once, by what it says."""
        values: list[Any] = []
        known: dict[str, int] = {}
        at = np.full(len(self.points), -1)
        for place, point in enumerate(self.points):
            if path in point:
                said = json.dumps(point[path], sort_keys=True, default=repr)
                if said not in known:
                    known[said] = len(values)
                    values.append(point[path])
                at[place] = known[said]
        return Axis(values, at.__getitem__)
