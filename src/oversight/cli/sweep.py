"""`oversight sweep`."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

import click

from oversight.cli.options import all_overrides, json_option, print_json, scenario_options
from oversight.errors import InputError, Problem

if TYPE_CHECKING:
    from oversight.sweeps import Finished, Results

SOME_RUNS_FAILED = 1


@click.command()
@scenario_options
@click.option("--out", type=click.Path(file_okay=False), help="Results folder; default results/<name>.")
@click.option(
    "--workers", type=click.IntRange(min=1), help="Processes; default one a core. Results do not depend on it."
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Run on a Dask cluster: tcp://... of its scheduler, or `local` for one on this machine; or on `mpi`.",
)
@click.option(
    "--shard",
    metavar="I/K",
    help="Run the I-th of K shares only, into its own folder: `oversight merge` puts them together.",
)
@click.option("--fresh", is_flag=True, help="Delete what the folder holds and start over.")
@click.option("--dry-run", is_flag=True, help="Only check, and say how many runs, how long and how much disk.")
@json_option
def sweep(
    experiment: str,
    overrides: tuple[str, ...],
    plugins: tuple[str, ...],
    unchecked: bool,
    seed: int | None,
    out: str | None,
    workers: int | None,
    cluster: str | None,
    shard: str | None,
    fresh: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Every design point and replicate of EXPERIMENT; goes on where it stopped.

    Writes runs.parquet, summary.csv, manifest.json and report.html.
    """
    from oversight.api import folder_of, share_into, sweep_into
    from oversight.loading import load
    from oversight.sweeps import Design
    from oversight.sweeps.estimate import estimate
    from oversight.sweeps.line import refine_of
    from oversight.sweeps.rounds import until_of
    from oversight.sweeps.shares import Share

    share = Share.parsed(shard) if shard is not None else None
    if share and cluster:
        raise InputError(Problem("a share is run where it is started", "--shard", remedy="Leave out --cluster."))
    source = load(experiment, all_overrides(overrides, seed), plugins, unchecked)
    if dry_run:
        expected = estimate(source, workers)
        if as_json:
            print_json(expected)
        else:
            design = Design(source)
            most = "at most " if until_of(design) else ""
            added = " and those that `refine` adds: without these" if refine_of(design) else ""
            click.echo(
                f"{expected['points']:,} design points{added}, {most}{expected['runs']:,} runs, {most or 'about '}"
                f"{_duration(expected['seconds'])} and {expected['megabytes']:,.1f} MB"
            )
        return 0
    command = shlex.join(["oversight", *sys.argv[1:]])
    if share:
        part = share_into(source, out, share, workers, fresh, progress=True, command=command)
        said = f"{part.runs:,} runs in {_duration(part.seconds)}, kept in {part.folder}."
        click.echo(
            f"Share {share.number} of {share.of}: {said} Once all are there: oversight merge {folder_of(source, out)}"
        )
        return SOME_RUNS_FAILED if part.failed else 0
    finished, results = sweep_into(source, out, workers, fresh, progress=True, command=command, cluster=cluster)
    if as_json:
        print_json(_facts(finished))
    else:
        tell(finished, results)
    return SOME_RUNS_FAILED if finished.failed or finished.faults else 0


def _facts(finished: Finished) -> dict[str, object]:
    return {
        "folder": str(finished.folder),
        "runs": finished.runs,
        "simulated": finished.simulated,
        "failed": finished.failed,
        "errors": finished.errors,
        "faults": finished.faults,
        "seconds": finished.seconds,
    }


def tell(finished: Finished, results: Results) -> None:
    """Print what a sweep came to."""
    from oversight.cli.table import ranking_text

    everything = finished.failed == finished.runs
    if not everything:
        click.echo(ranking_text(results))
    if finished.failed:
        click.echo(
            f"{finished.failed:,} of {finished.runs:,} runs failed; column `error` of runs.parquet names each:",
            err=True,
        )
        for error in finished.errors:
            click.echo(f"  {error}", err=True)
    for fault in finished.faults:
        click.echo(f"Theory is missing where a class fails when it is asked: {fault}", err=True)
    again = (
        "" if finished.simulated == finished.runs else f" ({finished.runs - finished.simulated:,} were there already)"
    )
    report = "There is nothing to report" if everything else f"Report: {finished.folder / 'report.html'}"
    click.echo(f"{finished.runs:,} runs in {_duration(finished.seconds)}{again}. {report}")


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
