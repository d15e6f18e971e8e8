"""A sweep from experiment to results folder."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Executor
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from oversight.endings import exits_raise, interrupted_once
from oversight.environments import environment_of
from oversight.errors import InputError, Problem
from oversight.plugins import is_object
from oversight.scenario import Source
from oversight.scenario.family import Placed
from oversight.sweeps.cluster import LOCAL
from oversight.sweeps.design import Design
from oversight.sweeps.executors import Cluster, executor_of, run_on
from oversight.sweeps.kept import Expected, drop_others, kept
from oversight.sweeps.line import Line, refine_of, refuse_unknown_column
from oversight.sweeps.local import run_beside, run_here
from oversight.sweeps.lock import held_by_one
from oversight.sweeps.manifest import code_of, describe, read_manifest, refuse_changes, write_manifest, write_points
from oversight.sweeps.pace import Pace
from oversight.sweeps.plan import ACTOR_PERIODS, Plan
from oversight.sweeps.processes import Processes
from oversight.sweeps.recorded import design_of, same_design
from oversight.sweeps.rounds import Need, first_plan, refuse_unknown_metric, until_of
from oversight.sweeps.sense import refuse_nonsense
from oversight.sweeps.shard import Outcome, Shards
from oversight.sweeps.shares import SHARES, Share, gather, refuse_missing
from oversight.sweeps.stakeholders.assembly import refuse_wrong_stakeholders
from oversight.sweeps.store import Store
from oversight.sweeps.summary import write_summary

_log = logging.getLogger("oversight")
Progress = Callable[[int, int, float], None]
"""Called with runs done, runs in all, and the seconds that the others will take."""
Step = Callable[[str], None]
"""Called with what is done after the runs, in words."""


@dataclass(frozen=True)
class Checked:
    """A sweep whose every design point is valid, and so can be run."""

    source: Source
    design: Design
    plan: Plan
    """Of all runs, or of the first round of them."""


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
    sweep = source.experiment.sweep
    if sweep and sweep.remark:
        _log.warning("%s.", sweep.remark)
    design = Design(source)
    refuse_unknown_metric(design)
    refuse_wrong_stakeholders(design)
    refuse_unknown_column(design)
    return Checked(source, design, first_plan(design))


def run_sweep(
    checked: Checked,
    folder: Path,
    workers: int | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
    command: str = "",
    step: Step | None = None,
    then: Callable[[Finished], None] | None = None,
    cluster: Cluster | None = None,
) -> Finished:
    """Run what is missing of a sweep and summarise all of it; `then` is called before another sweep may write there.

    With a `cluster`, its workers run the shards.

    Raises:
        ChangedExperimentError: the folder holds runs of a different experiment, or more than this one has.
        InputError: another sweep is writing there, or something there is none of a sweep's files.
        UnfinishedError: a file could not be written, or a worker process died again and again.
        KeyboardInterrupt: it says what is done; the same call goes on from there.
    """
    with interrupted_once(), exits_raise(), held_by_one(folder, command):
        run = _Run(checked, folder, progress, command)
        run.simulate(workers or os.cpu_count() or 1, fresh, cluster=cluster)
        run.summarise(step)
        if then:
            then(run.finished)
        return run.finished


def run_share(
    checked: Checked,
    folder: Path,
    share: Share,
    workers: int | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
    command: str = "",
) -> Finished:
    """Run what is missing of a share of a sweep, into a folder of its own below that of the sweep: see `merge`.

    Raises: as `run_sweep`.
    """
    own = folder / SHARES / share.name
    with interrupted_once(), exits_raise(), held_by_one(own, command):
        run = _Run(checked, own, progress, command)
        run.simulate(workers or os.cpu_count() or 1, fresh, share)
        run.store.forget_previous()
        run.write("running", share=share.name)
        return run.finished


def merge(
    folder: Path, manifest: dict[str, Any], checked: Checked, step: Step, then: Callable[[Finished], None]
) -> Finished:
    """Put the shares of a sweep together and summarise them.

    Args:
        folder: the folder of the sweep.
        manifest: that of one of its shares.
        checked: the sweep that it describes.
        step: hears what is being done.
        then: is called before another sweep may write there.

    Raises:
        UnfinishedError: runs are missing, and which.
    """
    with interrupted_once(), exits_raise(), held_by_one(folder, manifest["command"]):
        run = _Run(checked, folder, None, "", manifest)
        gather(run.store)
        run.collect()
        run.summarise(step)
        then(run.finished)
        return run.finished


class _Run:
    """One sweep on its way into a results folder."""

    def __init__(
        self,
        checked: Checked,
        folder: Path,
        progress: Progress | None,
        command: str,
        manifest: dict[str, Any] | None = None,
    ):
        self.source = checked.source
        self.design = checked.design
        """It grows with the rounds of a grid that refines."""
        self.plan = checked.plan
        self.progress = progress
        self.began = time.perf_counter()
        self.manifest = manifest or describe(checked.source) | {"command": command}
        self.manifest.setdefault("design", design_of(checked.design, checked.plan))
        self.store = Store(folder, code_of(self.manifest))
        self.finished = Finished(folder, checked.plan.runs)
        self.ready = 0
        self.resumed = False
        self.workers = 1
        self.opened = ExitStack()
        """Holds the processes, or the cluster, that are begun for this sweep, if any."""
        self.executor: Executor | None = None

    def simulate(self, workers: int, fresh: bool, share: Share | None = None, cluster: Cluster | None = None) -> None:
        """Run what is missing of the sweep, or of a share of it, round by round."""
        self.workers = workers
        if share:
            self._refuse_rounds()
        old = _prepare(self.store, self.design, self.manifest, fresh)
        self.resumed = old is not None
        recorded = old is not None and "rounds" in old["design"] and same_design(old["design"], self.manifest["design"])
        if old and recorded:
            # The rounds that are there will be decided again; until then the folder says that it has them.
            self.manifest["design"] = old["design"]
        self._begin(points=not recorded)
        if self.source.plugins:
            _try_own_classes(self.source)
        line = Line(self.design) if refine_of(self.design) else None
        with self._kept_if_interrupted(), self.opened:
            self._enough(share, cluster)
            while line and len(places := line.further(self.design, self.plan, self.store)):
                self.design = self.design.grown(places)
                self._go_on(self.plan.grown(len(self.design), self.source.experiment.least_replicates))
                self._enough(share, cluster)
            drop_others(self.store, self.plan)
        self.finished.seconds = time.perf_counter() - self.began

    def _refuse_rounds(self) -> None:
        """Refuse to run a share of what is decided while it runs.

        Raises:
            InputError: there are rounds.
        """
        document, why = self.source.document, "leave out --shard: rounds are decided from all runs."
        if until_of(self.design):
            remedy = f"Give `replicates` as a number, or {why}"
            raise InputError(document.problem(("replicates",), "cannot be run in shares", remedy))
        if refine_of(self.design):
            remedy = f"Leave out `refine`, or {why}"
            raise InputError(document.problem(("sweep", "refine"), "cannot be run in shares", remedy))

    def _enough(self, share: Share | None, cluster: Cluster | None) -> None:
        """Run what is missing of the plan's last round, and further ones until its points have enough replicates."""
        need = Need(self.design)
        self._round(share, cluster)
        while further := need.further(self.plan, self.store):
            self._go_on(further)
            self._round(share, cluster)

    def _go_on(self, plan: Plan) -> None:
        """Take on a plan with another round."""
        self.plan = plan
        if len(plan.rounds) > len(self.manifest["design"]["rounds"]):
            self._record()

    def _round(self, share: Share | None, cluster: Cluster | None) -> None:
        """Run what is missing of the plan's last round."""
        plan, shards = self.plan, Shards(self.design, self.plan, self.store)
        new = plan.last_shards
        done = kept(self.store, Expected(self.design, plan, shards.columns), new)
        mine = [shard for shard in new if share is None or shard in share.of_shards(plan.shards)]
        todo = [shard for shard in mine if shard not in done]
        self.ready += sum(plan.size(shard) for shard in mine if shard in done)
        self.finished.runs = sum(map(plan.size, mine)) if share else plan.runs
        at_once = 1 if cluster and cluster != LOCAL else min(self.workers, len(todo))
        pace, left = Pace(at_once), sum(map(self._work, todo))
        self._tell(pace.left(left))
        with closing(self._outcomes(shards, todo, cluster)) as outcomes:
            for outcome in outcomes:
                _count(self.finished, outcome)
                self.ready += outcome.runs
                work = self._work(outcome.shard)
                left -= work
                pace.ended(work, outcome.seconds, outcome.worker)
                self._tell(pace.left(left))

    def _work(self, shard: int) -> int:
        """Actor-periods of a shard."""
        return int(self.design.work[self.plan.slots(shard).point].sum())

    def _outcomes(self, shards: Shards, todo: list[int], cluster: Cluster | None) -> Generator[Outcome]:
        source, plan, workers = self.source, self.plan, self.workers
        if cluster and todo:
            if any(map(is_object, source.plugins)):
                said = "cannot send a class that is handed over as an object"
                raise InputError(Problem(said, "cluster", remedy="Name its file."))
            return run_on(self._elsewhere(lambda: executor_of(cluster, workers)), shards, self.store, todo)
        work = sum(map(plan.size, todo)) * plan.actor_periods
        # Processes take longer to start than a small sweep takes to run.
        # Another process cannot import a class that was handed over as an object.
        alone = workers == 1 or any(map(is_object, source.plugins))
        if alone or len(todo) == 1 or work < 2 * ACTOR_PERIODS:
            return run_here(shards, todo)
        return run_beside(self._elsewhere(lambda: Processes(workers)), shards, self.store, todo)

    def _elsewhere(self, begin: Callable[[], AbstractContextManager[Executor]]) -> Executor:
        """What runs shards elsewhere, one for all rounds: it takes seconds to begin."""
        if self.executor is None:
            self.executor = self.opened.enter_context(begin())
        return self.executor

    def collect(self) -> None:
        """Hold parts that others have run to the design.

        Raises:
            UnfinishedError: some are missing.
        """
        plan = self.plan
        columns = Shards(self.design, plan, self.store).columns
        expected = Expected(self.design, plan, columns)
        done = kept(self.store, expected, range(plan.shards), "its runs are missing")
        drop_others(self.store, plan)
        self._begin(points=True)
        refuse_missing(self.store.folder, plan, done)
        self.ready = plan.runs

    def summarise(self, step: Step | None) -> None:
        """Write the summary of all runs, and the manifest to the end."""
        simulated_in = time.perf_counter() - self.began
        store = self.store

        def told(solved: int) -> None:
            if step:
                what = "theory and summary" if self.source.experiment.theory else "summary"
                step(f"{what} of {self.plan.points:,} design points, {solved:,} done")

        with self._kept_if_interrupted():
            store.forget_previous()
            told(0)
            self.finished.failed, self.finished.faults = write_summary(
                store, self.design, self.plan, self.manifest["hash"], told
            )
        self.finished.seconds = time.perf_counter() - self.began
        write_points(store.folder, self.design, self.plan.counts())
        self.write(
            "done",
            finished=datetime.now(UTC).isoformat(timespec="seconds"),
            failed=self.finished.failed,
            design=design_of(self.design, self.plan),
            timings={
                "simulation_seconds": round(simulated_in, 3),
                "total_seconds": round(self.finished.seconds, 3),
            },
            simulated_runs=self.finished.simulated,
            resumed=self.resumed,
            workers=self.workers,
        )

    def write(self, status: str, **more: Any) -> None:
        """Write the manifest as it stands."""
        self.manifest |= {"status": status, **more}
        write_manifest(self.store.folder, self.manifest)

    def _begin(self, points: bool) -> None:
        self.write("running", started=datetime.now(UTC).isoformat(timespec="seconds"))
        if points:
            write_points(self.store.folder, self.design, self.plan.counts())

    def _record(self) -> None:
        """Say in the folder which runs are known of by now: readers of a stopped sweep, and the next one, go by it."""
        # The manifest last: of the points it needs the rounds that it names, and more do no harm.
        write_points(self.store.folder, self.design, self.plan.counts())
        self.write("running", design=design_of(self.design, self.plan))

    def _tell(self, left: float) -> None:
        if self.progress:
            self.progress(self.ready, self.finished.runs, left)

    @contextmanager
    def _kept_if_interrupted(self) -> Iterator[None]:
        """Say with an interrupt what is done."""
        try:
            yield
        except KeyboardInterrupt:
            what = f"{self.ready:,} of {self.finished.runs:,} runs are kept in {self.store.folder}"
            raise KeyboardInterrupt(f"{what}: the same command goes on from there.") from None


def _try_own_classes(source: Source) -> None:
    """Let this process say, once, which of a researcher's classes are run one actor at a time."""
    base, environment = source.experiment.cut(1), environment_of(source.experiment)
    ahead, first = cache(lambda: environment.ahead(base)), np.zeros(2, dtype=np.int64)
    # A class that fails makes failed rows, and those name the error.
    with suppress(Exception):
        environment.play(Placed.of([base]).at(first), np.arange(2), first, lambda _: ahead())


def _prepare(store: Store, design: Design, manifest: dict[str, Any], fresh: bool) -> dict[str, Any] | None:
    """Make the folder ready; the manifest that it held. Runs of a smaller design are set aside for reuse."""
    old = None
    if not fresh or not store.parts.exists():  # somebody else's manifest.json is left alone
        old = read_manifest(store.folder)
    if fresh:
        store.clear()
        old = None
    if old is None:
        store.refuse_unknown()
    else:
        refuse_changes(old, manifest, design.keys, store.folder)
        if not same_design(old["design"], manifest["design"]):
            store.retire()
    store.begin()
    return old


def _count(finished: Finished, outcome: Outcome) -> None:
    finished.simulated += outcome.simulated
    finished.errors = list(dict.fromkeys([*finished.errors, *outcome.errors]))[:3]
