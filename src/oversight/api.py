"""The package from Python: experiments in, data frames out."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

from oversight.caller import by_caller
from oversight.documents.bundled import FILES, file_of, shown_of
from oversight.documents.whole import written_whole
from oversight.documents.yaml_file import read_yaml
from oversight.environments import Answer, environment_of
from oversight.equilibrium import Solution
from oversight.errors import InputError, KindError, Problem
from oversight.loading import Overrides, Written, load
from oversight.plugins import Plugin
from oversight.scenario import Source, enforced, load_experiment, load_policy
from oversight.scenario.schemas import SCHEMAS
from oversight.searching import Found, refuse_nonsense
from oversight.searching import search as find
from oversight.spreadsheets import to_csv
from oversight.sweeps import Design, Finished, Results, check, load_results, merge, run_share, run_sweep
from oversight.sweeps.executors import Cluster
from oversight.sweeps.manifest import described_source
from oversight.sweeps.regret import Regret, regret_of, replayed
from oversight.sweeps.shares import Share, manifest_of, refuse_unknown_kinds

if TYPE_CHECKING:
    import pandas as pd

    from oversight.replications import Row


def solve(
    experiment: Written,
    overrides: Overrides = (),
    *,
    plugins: Sequence[Plugin] = (),
    actors: Sequence[Plugin] = (),
    unchecked: bool = False,
) -> Solution:
    """Equilibria and prices of an experiment's base point, without simulation: of a population in its large limit.

    Args:
        experiment: a YAML file, the name of one here or of a bundled one, or the mapping itself.
        overrides: `{dotted.path: value}`.
        plugins: kinds of your own: Python files or packages, or classes themselves.
        actors: the older name of `plugins`.
        unchecked: run classes of your own even if they break the contract of `oversight.contract`.

    Returns:
        `equilibria` by rising misconduct rate, each with its certificate; `price_of_anarchy` and the other
        prices; where each start leads. `not_covered` says why where there is no theory. Of a game: `equilibria` and
        `solution`, which has its other numbers in `facts`.

    Raises:
        InputError: the experiment is wrong; it lists every mistake.
    """
    found: Any = solve_once(load(experiment, overrides, [*plugins, *actors], unchecked))
    return cast("Solution", found)


def solve_once(source: Source) -> Answer:
    """`solve` of an experiment that is loaded already, of whatever model."""
    (found,) = environment_of(source.experiment).solve([source.experiment])
    if found.fault:
        raise KindError(found.fault)
    return found


def solve_points(source: Source) -> list[tuple[dict[str, Any], Answer]]:
    """Every design point of a loaded experiment's sweep, as tables show it, and its solution."""
    check(source)
    design = Design(source)
    solutions = environment_of(source.experiment).solve([design.experiment(index) for index in range(len(design))])
    return [(design.shown(index), solution) for index, solution in enumerate(solutions)]


def search(
    experiment: Written,
    overrides: Overrides = (),
    *,
    plugins: Sequence[Plugin] = (),
    unchecked: bool = False,
    out: str | Path | None = None,
    workers: int | None = None,
    confirm: bool = True,
    against: bool = False,
) -> Found:
    """The best setting of the levers that an experiment's `search` names, with runs on fresh seeds.

    Args:
        experiment: a YAML file, the name of one here or of a bundled one, or the mapping itself.
        overrides: `{dotted.path: value}`.
        plugins: kinds of your own: Python files or packages, or classes themselves.
        unchecked: run classes of your own even if they break the contract of `oversight.contract`.
        out: a folder for the report and the runs; none by default.
        workers: processes; default one a core.
        confirm: whether the setting and its neighbours are simulated on fresh seeds. Where they contradict theory, the
            search goes on by simulation.
        against: ask for the population within the bounds of the experiment's `against` that does worst, instead.

    Returns:
        `recommended`, the value of each lever; `best`, with its measures in `outcome` and `simulated`; `binding`, the
        bounds that hold it there; `ends`, the levers at an end of their range; `neighbours`, the settings beside it.

    Raises:
        InputError: the experiment is wrong, or no setting meets the bounds; it says which comes nearest.
    """
    return search_into(load(experiment, overrides, plugins, unchecked), out, workers, confirm, against)


def search_into(source: Source, out: str | Path | None, workers: int | None, confirm: bool, against: bool) -> Found:
    """`search` of an experiment that is loaded already."""
    _refuse_empty(out)
    if out is None:
        with TemporaryDirectory(prefix="oversight-") as passing:
            return find(source, workers, against=against, runs=Path(passing) if confirm else None)
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "evaluations"
    found = find(source, workers, against=against, folder=kept, runs=folder / "confirmed" if confirm else None)
    from oversight.report.search import write_page  # plotly takes a while to import

    write_page(found, folder)
    return found


def sweep(
    experiment: Written,
    overrides: Overrides = (),
    *,
    out: str | Path | None = None,
    plugins: Sequence[Plugin] = (),
    actors: Sequence[Plugin] = (),
    unchecked: bool = False,
    workers: int | None = None,
    cluster: Cluster | None = None,
    fresh: bool = False,
    progress: bool = False,
) -> Results:
    """Every design point and replicate of an experiment.

    Args:
        experiment: a YAML file, the name of one here or of a bundled one, or the mapping itself.
        overrides: `{dotted.path: value}`.
        out: the results folder, where a later call goes on from where this one stopped, and reuses what it can. Without
            one, all is kept in memory and nothing is left on disk.
        plugins: kinds of your own: Python files or packages, or classes themselves.
        actors: the older name of `plugins`.
        unchecked: run classes of your own even if they break the contract of `oversight.contract`.
        workers: processes; default one a core. The results are the same for any number, and from anywhere: a script
            needs no guard.
        cluster: the address of a Dask scheduler (`tcp://host:port`) whose workers run the sweep, or `local` for one
            that is begun here (both need the extra `oversight[cluster]`); `mpi` for the processes of an MPI world, by
            mpi4py; or any `concurrent.futures.Executor` whose processes can import the package.
        fresh: delete what the folder holds and start over.
        progress: show a progress bar on standard error.

    Returns:
        `summary`, a data frame with a row a design point and start, and `runs()`, one with a row a run.

    Raises:
        InputError: the experiment is wrong; it lists every mistake.
        ChangedExperimentError: the folder holds runs of a different experiment.
        UnfinishedError: a file could not be written, or worker processes died; the same call goes on from there.
    """
    source = load(experiment, overrides, [*plugins, *actors], unchecked)
    if out is not None:
        return sweep_into(source, out, workers, fresh, progress, cluster=cluster)[1]
    with TemporaryDirectory(prefix="oversight-") as folder:
        return sweep_into(source, folder, workers, False, progress, report=False, cluster=cluster)[1].in_memory()


def sweep_into(
    source: Source,
    out: str | Path | None,
    workers: int | None,
    fresh: bool,
    progress: bool,
    command: str = "",
    report: bool = True,
    cluster: Cluster | None = None,
) -> tuple[Finished, Results]:
    """`sweep` of an experiment that is loaded already into a folder, `results/<name>` by default.

    What was done stands beside the results.
    """
    from oversight.sweeps.progress import progress_bar

    folder = folder_of(source, out)
    checked = check(source)
    with progress_bar(checked.plan.runs, progress) as bar:
        then = _reported(folder, source, bar.step) if report else None
        finished = run_sweep(checked, folder, workers, fresh, bar, command, bar.step, then, cluster)
    return finished, load_results(folder, source.plugins)


def regret(
    experiment: Written,
    overrides: Overrides = (),
    *,
    out: str | Path | None = None,
    fresh: bool = False,
    plugins: Sequence[Plugin] = (),
    unchecked: bool = False,
    workers: int | None = None,
) -> Regret:
    """What an experiment's principal loses by trying policies, against each of them left in force.

    Each of its arms, and the file's own policy, is replayed on the same draws for as many periods, all of which count,
    and charged by the principal's own score in its own blocks.

    Args:
        experiment: a YAML file, the name of one here or of a bundled one, or the mapping itself. Its `principal` tries
            policies (`thompson`, `ucb`, `exp3`, `halving`, or one of your own with `profiles`).
        overrides: `{dotted.path: value}`.
        out: a folder for `regret.csv`, `regret_over_time.csv` and the runs; none by default.
        fresh: delete what the folder holds and start over.
        plugins: kinds of your own: Python files or packages, or classes themselves.
        unchecked: run classes of your own even if they break the contract of `oversight.contract`.
        workers: processes; default one a core.

    Returns:
        `table`, a row a policy, with the principal's regret against it and its interval; `over_time`, the same after
        each block; `best(start)`, the best of the arms in hindsight.

    Raises:
        InputError: the experiment is wrong, or has no principal that tries policies.
    """
    return regret_into(load(experiment, overrides, plugins, unchecked), out, workers, fresh)


def regret_into(
    source: Source, out: str | Path | None, workers: int | None, fresh: bool = False, progress: bool = False
) -> Regret:
    """`regret` of an experiment that is loaded already."""
    _refuse_empty(out)
    again, experiment = replayed(source), enforced(source.experiment)
    with TemporaryDirectory(prefix="oversight-") as passing:
        folder = Path(out) if out is not None else Path(passing)
        _, results = sweep_into(again, folder, workers, fresh, progress, report=out is not None)
        found = regret_of(experiment, results.parts())
    if out is not None:
        for name, table in (("regret.csv", found.table), ("regret_over_time.csv", found.over_time)):
            with written_whole(folder / name) as unfinished:
                to_csv(table, unfinished)
    return found


def share_into(
    source: Source,
    out: str | Path | None,
    share: Share,
    workers: int | None,
    fresh: bool,
    progress: bool,
    command: str = "",
) -> Finished:
    """Run one share of a sweep, into a folder below that of the sweep: `merge_shares` puts them together."""
    from oversight.sweeps.progress import progress_bar

    checked = check(source)
    with progress_bar(checked.plan.runs, progress) as bar:
        return run_share(checked, folder_of(source, out), share, workers, fresh, bar, command)


def merge_shares(
    folder: str | Path, plugins: Sequence[Plugin] = (), progress: bool = False
) -> tuple[Finished, Results]:
    """Put the shares of a sweep together, as if one process had run it, and write its summary and report.

    Raises:
        InputError: the folder holds no shares, or those of two sweeps.
        UnfinishedError: runs are missing; it says which shares have them.
    """
    from oversight.sweeps.progress import progress_bar

    folder = Path(folder)
    manifest = manifest_of(folder)
    source = described_source(manifest, folder, plugins)
    checked = check(source)
    refuse_unknown_kinds(folder, manifest, checked.design)
    with progress_bar(checked.plan.runs, progress) as bar:
        finished = merge(folder, manifest, checked, bar.step, _reported(folder, source, bar.step))
    return finished, load_results(folder, plugins)


def folder_of(source: Source, out: str | Path | None) -> Path:
    """The results folder of a sweep, `results/<name>` by default.

    Raises:
        InputError: `out` is empty.
    """
    _refuse_empty(out)
    return Path(out) if out is not None else Path("results") / source.experiment.name


def _reported(folder: Path, source: Source, step: Callable[[str], None]) -> Callable[[Finished], None]:
    """Writes the report of a finished sweep."""

    def then(finished: Finished) -> None:
        from oversight.report import write_report  # plotly takes a while to import

        step("report")
        if finished.failed < finished.runs:
            write_report(folder, source.plugins)
        else:  # there is nothing to show
            (folder / "report.html").unlink(missing_ok=True)

    return then


def _refuse_empty(out: str | Path | None) -> None:
    """Refuse a folder without a name, which would be the one that one is in."""
    if out is not None and not str(out):
        raise InputError(Problem("names no folder", by_caller("--out", "out"), remedy="Leave it out, or name one."))


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

    _refuse_empty(out)
    loaded = [load_replication(file, quick) for file in files]
    runs = Path(out) / ("quick_runs" if quick else "runs") if out is not None else None
    rows = run_replications(loaded, runs, workers, fresh, progress)
    if out is not None:
        table = pd.DataFrame([asdict(row) for row in rows])
        with written_whole(Path(out) / "replications.csv") as unfinished:
            to_csv(table, unfinished)
    return rows


def validate_file(file: str | Path, plugins: Sequence[Plugin] = ()) -> str:
    """Check a policy, experiment or replication file, every design point included; what it is, in words.

    Raises:
        InputError: with one problem for each mistake.
    """
    # An experiment before the policy of its name, which it reads as well.
    found = next((path for kind in sorted(FILES) if os.path.exists(path := file_of(kind, file))), Path(file))
    data = read_yaml(found, shown_of(file, found)).data
    if "claims" in data:
        from oversight.replications import load_replication

        return f"a valid replication, {len(load_replication(file).replication.claims)} claims"
    if SCHEMAS.keys() & data.keys():
        source = load_experiment(file, (), plugins)
        plan = check(source).plan
        searches = refuse_nonsense(source)
        what = f"a valid experiment, {plan.points:,} design points, {plan.runs:,} runs"
        return ", ".join([what, *(f"a section `{name}`" for name in searches)])
    load_policy(file, plugins)
    return "a valid policy"
