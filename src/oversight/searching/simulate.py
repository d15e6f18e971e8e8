"""Settings as a sweep plays them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from oversight.searching.branches import Branch
from oversight.searching.setting import Simulated
from oversight.sweeps import check, load_results, run_sweep


def simulate(
    within: str,
    branch: Branch,
    points: Sequence[Mapping[str, Any]],
    seed: int,
    folder: Path,
    workers: int | None,
    times: int = 1,
) -> list[list[Simulated]]:
    """Settings of a branch from each start that a search asks about: both, or the one that it judges by.

    They have the experiment's replicates, or so many times as many. The sweep is left in `folder`.
    """
    changes: dict[str, Any] = {"seed": seed, "theory": False}
    if "start" in branch.source.model.model_fields:
        changes["start"] = "both" if within in ("worst", "best") else within
    if times > 1:
        changes["replicates"] = times * branch.source.experiment.least_replicates
    source = branch.at(points, changes)
    run_sweep(check(source), folder, workers)
    found: list[list[Simulated]] = [[] for _ in points]
    for row in load_results(folder, source.plugins).summary.to_dict("records"):
        found[row["point"]].append(_simulated({str(name): value for name, value in row.items()}))
    return found


def digest(value: Any) -> str:
    """What names a folder of runs by what they are of, so that other runs take another one."""
    return sha256(json.dumps(value, sort_keys=True, default=repr).encode()).hexdigest()[:16]


def _simulated(row: Mapping[str, Any]) -> Simulated:
    """A row of a summary."""
    names = [name[len("metric.") : -len(".mean")] for name in row if re.fullmatch(r"metric\..*\.mean", name)]
    mean, low, high = ({name: row[f"metric.{name}.{part}"] for name in names} for part in ("mean", "ci_low", "ci_high"))
    return Simulated(start=row["start"], mean=mean, low=low, high=high)
