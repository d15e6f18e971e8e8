"""The package from Python: experiments in, data frames out."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from inspect import getdoc
from pathlib import Path
from statistics import fmean as _mean
from typing import TYPE_CHECKING, Any

from oversight.actors import ACTORS
from oversight.contract import hold, hold_kinds
from oversight.documents.yaml_file import read_yaml
from oversight.equilibrium import Solution, solve_all
from oversight.equilibrium import solve as _solve
from oversight.errors import InputError
from oversight.plugins import SEAMS, known_kinds
from oversight.plugins.kinds import installed, words
from oversight.scenario import Source, load_experiment, load_policy
from oversight.scenario.experiment import experiment_model, policy_model
from oversight.simulation import Run, SingleRun, batches, simulate, single_run
from oversight.sweeps import Design, Finished, Results, check, load_results, run_sweep
from oversight.sweeps.near import near_equilibria
from oversight.sweeps.plan import ACTOR_PERIODS, Plan

if TYPE_CHECKING:
    import pandas as pd

    from oversight.replications import Row

Experiment = str | Path | Mapping[str, Any]
Overrides = Mapping[str, Any] | Sequence[str]


def load(
    experiment: Experiment,
    overrides: Overrides = (),
    plugins: Sequence[str | Path] = (),
    unchecked: bool = False,
) -> Source:
    """An experiment that can be run: read, validated, and its kinds held to their contract.

    Raises:
        InputError: the experiment is wrong, or a class breaks a promise; it lists every mistake.
    """
    return held(load_experiment(experiment, overrides, plugins), unchecked)


def held(source: Source, unchecked: bool = False) -> Source:
    """`source`, whose kinds keep their contract; with `unchecked` it names those that do not."""
    named = set(words([source.document.data, source.policies]))
    own = {kind: rule for kind, rule in source.kinds.own(ACTORS).items() if kind in named}
    if own:
        given = {entry.kind: entry.rule_parameters() for entry in source.experiment.population}
        source.unchecked = tuple(hold(own, given, source.experiment.policy, unchecked))
    others = {
        seam: {kind: of for kind, of in kinds.items() if kind in named} for seam, kinds in source.kinds.more.items()
    }
    source.unchecked += tuple(hold_kinds(others, unchecked))
    return source


def run(
    experiment: Experiment,
    overrides: Overrides = (),
    *,
    plugins: Sequence[str | Path] = (),
    actors: Sequence[str | Path] = (),
    unchecked: bool = False,
    agents: bool = False,
) -> SingleRun:
    """One run of an experiment's base point: the first replicate, from its start (compliant where it has both).

    Args:
        experiment: a YAML file, or the mapping itself.
        overrides: `{dotted.path: value}`.
        plugins: Python files or packages with kinds of your own.
        actors: the older name of `plugins`.
        unchecked: run classes of your own even if they break the contract of `oversight.contract`.
        agents: also return a row for each actor and period.

    Returns:
        `metrics` (a mapping), `series` (a row a period) and `agents` (a row an actor and period, or None).

    Raises:
        InputError: the experiment is wrong; it lists every mistake.
    """
    return run_once(load(experiment, overrides, [*plugins, *actors], unchecked), agents)


def run_once(source: Source, agents: bool = False) -> SingleRun:
    """`run` of an experiment that is loaded already."""
    base = source.experiment
    return single_run(Run(base, 0, base.starts[0], near_equilibria(base)), agents)


def solve(
    experiment: Experiment,
    overrides: Overrides = (),
    *,
    plugins: Sequence[str | Path] = (),
    actors: Sequence[str | Path] = (),
    unchecked: bool = False,
) -> Solution:
    """Equilibria and prices of an experiment's base point, in the large-population limit, without simulation.

    Args:
        experiment: a YAML file, or the mapping itself.
        overrides: `{dotted.path: value}`.
        plugins: Python files or packages with kinds of your own.
        actors: the older name of `plugins`.
        unchecked: run classes of your own even if they break the contract of `oversight.contract`.

    Returns:
        `equilibria` by rising misconduct rate, each with its certificate; `price_of_anarchy` and the other
        prices; where each start leads. `not_covered` says why where there is no theory.

    Raises:
        InputError: the experiment is wrong; it lists every mistake.
    """
    return solve_once(load(experiment, overrides, [*plugins, *actors], unchecked))


def solve_once(source: Source) -> Solution:
    """`solve` of an experiment that is loaded already."""
    return _solve(source.experiment)


def solve_points(source: Source) -> list[tuple[dict[str, Any], Solution]]:
    """Every design point of a loaded experiment's sweep, as tables show it, and its solution."""
    check(source)
    design = Design(source)
    solutions = solve_all([design.experiment(index) for index in range(len(design))])
    return [(design.shown(index), solution) for index, solution in enumerate(solutions)]


def sweep(
    experiment: Experiment,
    overrides: Overrides = (),
    *,
    out: str | Path | None = None,
    plugins: Sequence[str | Path] = (),
    actors: Sequence[str | Path] = (),
    unchecked: bool = False,
    workers: int | None = None,
    fresh: bool = False,
    progress: bool = False,
) -> Results:
    """Every design point and replicate of an experiment; goes on where an earlier call stopped.

    Args:
        experiment: a YAML file, or the mapping itself.
        overrides: `{dotted.path: value}`.
        out: the results folder; default `results/<name>`.
        plugins: Python files or packages with kinds of your own.
        actors: the older name of `plugins`.
        unchecked: run classes of your own even if they break the contract of `oversight.contract`.
        workers: processes; default one a core. The results are the same for any number. A script that asks for more
            than one runs its own code under `if __name__ == "__main__":`, as Python's multiprocessing wants it.
        fresh: delete what the folder holds and start over.
        progress: show a progress bar on standard error.

    Returns:
        `summary`, a data frame with a row a design point and start, and `runs()`, one with a row a run.

    Raises:
        InputError: the experiment is wrong; it lists every mistake.
        ChangedExperimentError: the folder holds runs of a different experiment.
    """
    return sweep_into(load(experiment, overrides, [*plugins, *actors], unchecked), out, workers, fresh, progress)[1]


def sweep_into(
    source: Source,
    out: str | Path | None,
    workers: int | None,
    fresh: bool,
    progress: bool,
    command: str = "",
) -> tuple[Finished, Results]:
    """`sweep` of an experiment that is loaded already, with what was done beside the results."""
    from oversight.report import write_report  # plotly takes a while to import
    from oversight.sweeps.progress import progress_bar

    folder = Path(out) if out is not None else Path("results") / source.experiment.name
    checked = check(source)
    with progress_bar(checked.plan.runs, progress) as show:
        finished = run_sweep(checked, folder, workers, fresh, show, command)
    write_report(folder, source.plugins)
    return finished, load_results(folder, source.plugins)


def replicate(
    files: Sequence[str | Path], *, quick: bool = False, out: str | Path | None = None, workers: int | None = None
) -> pd.DataFrame:
    """Published results beside ours: a row for each claim of replication files, with its verdict.

    Args:
        files: replication files, such as those under `experiments/replications`.
        quick: shorter runs, as each file says.
        out: a folder that keeps the runs and `replications.csv`; none by default.
        workers: processes; default one a core.

    Raises:
        InputError: a file is wrong; it lists every mistake of it.
    """
    import pandas as pd

    return pd.DataFrame([asdict(row) for row in replication_rows(files, quick, out, workers)])


def replication_rows(
    files: Sequence[str | Path],
    quick: bool,
    out: str | Path | None,
    workers: int | None,
    fresh: bool = False,
    progress: Callable[[str], None] | None = None,
) -> list[Row]:
    """`replicate` as plain objects."""
    import pandas as pd

    from oversight.replications import load_replication
    from oversight.replications import replicate as run_replications

    loaded = [load_replication(file, quick) for file in files]
    runs = Path(out) / ("quick_runs" if quick else "runs") if out is not None else None
    rows = run_replications(loaded, runs, workers, fresh, progress)
    if out is not None:
        table = pd.DataFrame([asdict(row) for row in rows])
        table.to_csv(Path(out) / "replications.csv", index=False)
    return rows


def estimate(source: Source, workers: int | None = None) -> dict[str, float]:
    """What a sweep would take: `points`, `runs`, `seconds` (from a short trial here), `megabytes` at most."""
    plan = check(source).plan
    each, measured = _timed_trial(_sample(source, plan), plan.runs_per_shard)
    pooled = plan.runs * plan.actor_periods >= 2 * ACTOR_PERIODS  # as the runner decides
    processes = min(workers or os.cpu_count() or 1, plan.shards) if pooled else 1
    starting = _PROCESS_START if processes > 1 else 0.0
    return {
        "points": plan.points,
        "runs": plan.runs,
        "seconds": _REPORT + starting + plan.runs * each / processes,
        "megabytes": plan.runs * (measured + 10) * 8 / 1e6,
    }


_PROCESS_START = 2.0
"""Seconds until worker processes have imported the package."""
_REPORT = 0.5
"""Seconds for the summary and the report of a small sweep."""
_TRIAL = 0.2
"""Seconds that a trial should play for."""


def _sample(source: Source, plan: Plan) -> list[Run]:
    """Runs as shards hold them, a shard at least, spread over all design points of the first replicate."""
    design, starts = Design(source), source.experiment.starts
    first = plan.points * plan.starts
    wanted = min(plan.runs, max(plan.runs_per_shard, first), 2000)
    apart = max(1, first // wanted)
    slots = [plan.slot(index * apart) for index in range(wanted)]
    points = {slot.point: design.experiment(slot.point) for slot in slots}
    return [Run(points[slot.point], slot.replicate, starts[slot.start]) for slot in slots]


def _timed_trial(sample: Sequence[Run], shard: int) -> tuple[float, int]:
    """Seconds that a run takes in shards of this size, from parts of a few batches, and the number of measures."""
    shards = [sample[first : first + shard] for first in range(0, len(sample), shard)]
    every = [[runs[member] for member in members] for runs in shards for members in batches(runs)]
    trial = every[:: max(1, len(every) // 3)]
    runs = [run for members in trial for run in members]
    played: dict[str, Any] = {}

    def seconds(periods: int) -> float:
        began = time.perf_counter()
        for members in trial:
            played.update(simulate([_cut(run, periods) for run in members]))
        return time.perf_counter() - began

    seconds(2)  # imports, caches, and the first look at a researcher's classes
    once = seconds(1)
    rough = max(seconds(2) - once, once / 20)
    # Ten periods at least: the first of a large population vary with the memory that they claim.
    more = max(1, min(max(run.experiment.periods for run in runs) - 1, max(10, int(_TRIAL / rough))))
    period = max(0.0, seconds(1 + more) - once) / more
    total = once + period * (_mean(run.experiment.periods for run in runs) - 1)
    share = _mean(map(_work, sample)) / _mean(map(_work, runs))
    return total / len(runs) * share, len(played)


def _cut(run: Run, periods: int) -> Run:
    shorter = {"periods": min(periods, run.experiment.periods), "burn_in": 0}
    return replace(run, experiment=run.experiment.model_copy(update=shorter))


def _work(run: Run) -> int:
    return run.experiment.actors * run.experiment.periods


def validate_file(file: str | Path, plugins: Sequence[str | Path] = ()) -> str:
    """Check a policy, experiment or replication file, every design point included; what it is, in words.

    Raises:
        InputError: with one problem for each mistake.
    """
    data = read_yaml(Path(file), str(file)).data
    if "claims" in data:
        from oversight.replications import load_replication

        return f"a valid replication, {len(load_replication(file).replication.claims)} claims"
    if "population" in data:
        plan = check(load_experiment(file, (), plugins)).plan
        return f"a valid experiment, {plan.points:,} design points, {plan.runs:,} runs"
    load_policy(file, plugins)
    return "a valid policy"


def catalogue(what: str, folder: Path, plugins: Sequence[str | Path] = ()) -> list[tuple[str, str]]:
    """Names and one line about each: the files of a folder (`policies`, `experiments`), or the kinds of a seam."""
    if what in ("policies", "experiments"):
        return [(path.stem, _headline(path)) for path in sorted(folder.glob("*.yaml"))]
    seam, kinds = SEAMS[what], known_kinds(plugins)
    rows = [(name, _first_line(section)) for name, section in kinds.all(seam).items()]
    return rows + [(point.name, f"(installed: {point.value})") for point in installed()[what]]


def json_schema(what: str, plugins: Sequence[str | Path] = ()) -> dict[str, Any]:
    """The JSON Schema of `experiment`, `policy` or `replication` files."""
    kinds = known_kinds(plugins)
    if what == "policy":
        return policy_model(kinds).model_json_schema()
    if what == "replication":
        from oversight.replications import Replication

        return Replication.model_json_schema()
    return experiment_model(kinds).model_json_schema()


def _headline(path: Path) -> str:
    try:
        data = read_yaml(path, str(path)).data
    except InputError as error:
        return f"(broken: {error.problems[0].message})"
    return str(data.get("title") or data.get("question") or data.get("description") or "")


def _first_line(section: type) -> str:
    return (getdoc(section) or "").partition("\n")[0]
