"""A sweep from experiment to results folder."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from oversight.errors import ChangedExperimentError, InputError
from oversight.scenario import Source
from oversight.simulation import Run, simulate
from oversight.sweeps.design import Design, key
from oversight.sweeps.manifest import describe, read_manifest, refuse_changes, write_manifest
from oversight.sweeps.plan import ACTOR_PERIODS, Plan
from oversight.sweeps.sense import refuse_nonsense
from oversight.sweeps.shard import Outcome, Shards
from oversight.sweeps.store import Store
from oversight.sweeps.summary import write_summary
from oversight.sweeps.workers import run_here, run_in_pool

Progress = Callable[[int, int], None]
"""Called with runs done and runs in all."""


@dataclass(frozen=True)
class Checked:
    """A sweep whose every design point is valid, and so can be run. `labels` names entries that get their own rates."""

    source: Source
    plan: Plan
    labels: list[str]
    keys: list[str]


@dataclass
class Finished:
    """What a sweep did. `simulated` counts the runs that did not exist before."""

    folder: Path
    runs: int
    simulated: int = 0
    failed: int = 0
    errors: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """What classes of one's own raised when theory asked them."""
    seconds: float = 0.0


def check(source: Source) -> Checked:
    """Validate every design point.

    Raises:
        InputError: with the problems of the first points that are wrong.
    """
    refuse_nonsense(source)
    design = Design(source)
    labels: dict[str, None] = {}
    keys: list[str] = []
    largest = 0
    problems = []
    for index in range(len(design)):
        try:
            experiment = design.experiment(index)
        except InputError as error:
            problems += [problem for problem in error.problems if problem not in problems]
            if len(problems) >= 10:
                break
            continue
        if len(experiment.population) > 1:
            labels.update(dict.fromkeys(entry.label for entry in experiment.population))
        largest = max(largest, experiment.actors * experiment.periods)
        keys.append(key(experiment))
    if problems:
        raise InputError(problems)
    experiment = source.experiment
    plan = Plan(len(design), experiment.replicates, len(experiment.starts), largest)
    return Checked(source, plan, list(labels), keys)


def run_sweep(
    checked: Checked,
    folder: Path,
    workers: int | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
    command: str = "",
) -> Finished:
    """Run what is missing of a sweep and summarise all of it.

    Raises:
        ChangedExperimentError: the folder holds runs of a different experiment, or more than this one has.
        KeyboardInterrupt: after the shards in flight are written; the same call goes on from there.
    """
    began = time.perf_counter()
    store = Store(folder)
    manifest = describe(checked.source) | _design_of(checked) | {"command": command}
    resumed = _prepare(store, manifest, checked, fresh)
    manifest |= {"status": "running", "started": datetime.now(UTC).isoformat(timespec="seconds")}
    write_manifest(folder, manifest)
    if checked.source.plugins:
        _try_own_classes(checked.source)
    done = store.done()
    todo = [shard for shard in range(checked.plan.shards) if shard not in done]
    finished = Finished(folder, checked.plan.runs)
    ready = sum(len(checked.plan.slots(shard)) for shard in done)
    if progress:
        progress(ready, checked.plan.runs)
    for outcome in _outcomes(checked, store, todo, workers or os.cpu_count() or 1):
        _count(finished, outcome)
        ready += outcome.runs
        if progress:
            progress(ready, checked.plan.runs)
    simulated_in = time.perf_counter() - began
    store.forget_previous()
    finished.failed, finished.faults = write_summary(store, checked.source)
    finished.seconds = time.perf_counter() - began
    manifest |= {
        "status": "done",
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "failed": finished.failed,
        "timings": {"simulation_seconds": round(simulated_in, 3), "total_seconds": round(finished.seconds, 3)},
        "simulated_runs": finished.simulated,
        "resumed": resumed,
        "workers": workers or os.cpu_count() or 1,
    }
    write_manifest(folder, manifest)
    return finished


def _try_own_classes(source: Source) -> None:
    """Let this process say, once, which of a researcher's classes are run one actor at a time."""
    base = source.experiment.model_copy(update={"periods": 1, "burn_in": 0})
    # A class that fails makes failed rows, and those name the error.
    with suppress(Exception):
        simulate([Run(base, replicate, base.starts[0]) for replicate in range(2)])


def _design_of(checked: Checked) -> dict[str, Any]:
    plan = checked.plan
    return {
        "design": {
            "points": plan.points,
            "replicates": plan.replicates,
            "starts": list(checked.source.experiment.starts),
            "runs": plan.runs,
            "runs_per_shard": plan.runs_per_shard,
            "point_keys": checked.keys,
        }
    }


def _prepare(store: Store, manifest: dict[str, Any], checked: Checked, fresh: bool) -> bool:
    """Make the folder ready; whether runs existed. Runs of a smaller design are set aside for reuse."""
    if fresh:
        store.clear()
    old = None if fresh else read_manifest(store.folder)
    if old is None:
        store.refuse_unknown()
        store.begin()
        return False
    refuse_changes(old, manifest, store.folder)
    _refuse_loss(old["design"], manifest["design"], store.folder)
    if old["design"] != manifest["design"]:
        store.retire()
    store.begin()
    return True


def _refuse_loss(old: dict[str, Any], new: dict[str, Any], folder: Path) -> None:
    lost = len(set(old["point_keys"]) - set(new["point_keys"]))
    fewer = [name for name in ("replicates",) if new[name] < old[name]]
    fewer += ["starts"] if set(old["starts"]) - set(new["starts"]) else []
    fewer += [f"points ({lost} of {old['points']})"] if lost else []
    if fewer:
        raise ChangedExperimentError(
            f"{folder} holds more than this experiment asks for: {', '.join(fewer)} would be lost. "
            "Name another folder with --out, or start over with --fresh (the old runs are deleted)."
        )


def _outcomes(checked: Checked, store: Store, todo: list[int], workers: int) -> Any:
    work = len(todo) * checked.plan.runs_per_shard * checked.plan.actor_periods
    # Processes take longer to start than a small sweep takes to run.
    if workers == 1 or len(todo) == 1 or work < 2 * ACTOR_PERIODS:
        return run_here(Shards(checked.source, checked.plan, checked.labels, store), todo)
    return run_in_pool(checked.source, checked.plan, checked.labels, store.folder, todo, min(workers, len(todo)))


def _count(finished: Finished, outcome: Outcome) -> None:
    finished.simulated += outcome.simulated
    finished.errors = list(dict.fromkeys([*finished.errors, *outcome.errors]))[:3]
