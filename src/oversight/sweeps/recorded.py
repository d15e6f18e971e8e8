"""What a manifest says of a design, and the plan that comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from oversight.arrays import Indices
from oversight.sweeps.design import Design
from oversight.sweeps.identity import digest_of, spelled
from oversight.sweeps.line import refine_of
from oversight.sweeps.plan import Plan, Round
from oversight.sweeps.rounds import until_of

POINTS = "points.parquet"
_FOUND = {"until": ("replicates", "runs", "rounds"), "refine": ("points", "keys", "runs", "rounds")}
"""What of a design is found while it runs, by what makes it grow."""


def design_of(design: Design, plan: Plan) -> dict[str, Any]:
    """The design as a manifest records it."""
    found: dict[str, Any] = {
        "points": plan.points,
        "replicates": plan.replicates,
        "starts": list(design.source.experiment.starts),
        "runs": plan.runs,
        "runs_per_shard": plan.rounds[0].runs_per_shard,
        "keys": digest_of(spelled(design.keys)),
    }
    if until := until_of(design):
        found["until"] = until.model_dump()
    if refine := refine_of(design):
        found |= {"refine": refine.model_dump(), "grid": digest_of(spelled(design.keys[: design.grid_size]))}
    if until or refine:
        found["rounds"] = [_recorded(each) for each in plan.rounds]
    return found


def same_design(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether parts of the one are parts of the other. What rounds came to is known at the end alone."""
    found = [name for way, names in _FOUND.items() if way in old and way in new for name in names]
    one, other = ({name: value for name, value in each.items() if name not in found} for each in (old, new))
    return one == other


def _recorded(part: Round) -> dict[str, int]:
    held = {"replicates": part.last, "points": len(part.points), "runs_per_shard": part.runs_per_shard}
    return {"first": part.first, **held}


def plan_of(folder: Path, design: Mapping[str, Any]) -> Plan:
    """All runs that a folder should hold, in their order and as they were cut.

    Raises:
        OSError: `points.parquet` cannot be read.
        ValueError: it cannot be read, or does not say of each point how many replicates it got.
    """
    starts, per_shard = len(design["starts"]), design["runs_per_shard"]
    if "rounds" not in design:
        return Plan((Round(range(design["points"]), 0, design["replicates"], starts, per_shard),), 0)
    counts = pq.ParquetFile(folder / POINTS).read()["replicates"].to_numpy()
    rounds: list[Round] = []
    level = range(0)
    for each in design["rounds"]:
        last = each["replicates"]
        first = each.get("first", rounds[-1].last if rounds else 0)  # an earlier version left it out
        if first == 0:
            level = range(level.stop, level.stop + each["points"])
        points = level.start + np.flatnonzero(counts[level.start : level.stop] >= last)
        rounds.append(Round(points, first, last, starts, each["runs_per_shard"]))
    return Plan(tuple(rounds), 0)


def added_in(folder: Path, design: Mapping[str, Any]) -> Indices | None:
    """The places of the lattice that a folder's grid has grown by; None where it does not grow.

    Raises:
        OSError: `points.parquet` cannot be read.
        ValueError: it cannot be read, or does not say.
    """
    if "refine" not in design:
        return None
    places: Indices = pq.ParquetFile(folder / POINTS).read()["place"].to_numpy()
    return places[design["rounds"][0]["points"] : design["points"]]
