"""What a manifest says of a design, and the plan that comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from oversight.sweeps.design import Design
from oversight.sweeps.identity import digest_of, spelled
from oversight.sweeps.plan import Plan, Round
from oversight.sweeps.rounds import until_of

POINTS = "points.parquet"


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
        rounds = [{"replicates": each.last, "points": len(each.points)} for each in plan.rounds]
        found |= {"until": until.model_dump(), "rounds": rounds, "shards": plan.shards}
    return found


def same_design(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether parts of the one are parts of the other. What rounds came to is known at the end alone."""
    found = ("replicates", "runs", "rounds", "shards") if "until" in old and "until" in new else ()
    one, other = ({name: value for name, value in each.items() if name not in found} for each in (old, new))
    return one == other


def shards_of(design: Mapping[str, Any]) -> int:
    """How many parts a finished sweep has."""
    return int(design.get("shards") or -(-design["runs"] // design["runs_per_shard"]))


def plan_of(folder: Path, design: Mapping[str, Any]) -> Plan:
    """All runs of a finished sweep in their order; how they were cut is left open.

    Raises:
        OSError: `points.parquet` cannot be read.
        ValueError: it cannot be read, or does not say of each point how many replicates it got.
    """
    points, starts = design["points"], len(design["starts"])
    if "rounds" not in design:
        return Plan.of(points, design["replicates"], starts, 1)
    counts = pq.ParquetFile(folder / POINTS).read()["replicates"].to_numpy()
    lasts = [each["replicates"] for each in design["rounds"]]
    firsts = [0, *lasts[:-1]]
    return Plan(
        tuple(
            Round(np.flatnonzero(counts >= last), first, last, starts, 1)
            for first, last in zip(firsts, lasts, strict=True)
        )
    )
