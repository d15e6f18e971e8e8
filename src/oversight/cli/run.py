"""`oversight run`."""

from __future__ import annotations

import json
from math import isfinite
from pathlib import Path

import click

from oversight.cli.options import all_overrides, json_option, make_folder, print_json, scenario_options
from oversight.documents.whole import written_whole
from oversight.errors import InputError, Problem


@click.command()
@scenario_options
@click.option("--out", type=click.Path(file_okay=False), help="Folder for metrics.json and series.csv, a row a period.")
@click.option(
    "--agents", type=click.Path(dir_okay=False), help="File (.csv or .parquet) for a row an actor and period."
)
@click.option("--replicate", type=click.IntRange(min=0), default=0, help="Which replicate, from 0: a sweep's row.")
@click.option("--start", help="Overrides the experiment's start: compliant or violating, of a population.")
@json_option
def run(
    experiment: str,
    overrides: tuple[str, ...],
    plugins: tuple[str, ...],
    unchecked: bool,
    seed: int | None,
    out: str | None,
    agents: str | None,
    replicate: int,
    start: str | None,
    as_json: bool,
) -> None:
    """One run of EXPERIMENT at its base point, and its measures."""
    if agents and Path(agents).suffix not in (".csv", ".parquet"):
        raise InputError(Problem(f"`{agents}` ends in neither .csv nor .parquet", "--agents"))
    from oversight.loading import load
    from oversight.running import run_once
    from oversight.spreadsheets import to_csv

    source = load(experiment, all_overrides(overrides, seed), plugins, unchecked)
    if out:
        make_folder(Path(out), "--out")
    if agents:
        make_folder(Path(agents).parent, "--agents")
    done = run_once(source, agents is not None, replicate, start)
    if out:
        if done.periods:
            with written_whole(Path(out) / "series.csv") as unfinished:
                to_csv(done.series, unfinished)
        known = {name: value if isfinite(value) else None for name, value in done.metrics.items()}
        with written_whole(Path(out) / "metrics.json") as unfinished:
            unfinished.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
    if agents and done.agents is not None:
        with written_whole(Path(agents)) as unfinished:
            if agents.endswith(".csv"):
                to_csv(done.agents, unfinished)
            else:
                done.agents.to_parquet(unfinished, index=False)
    base = source.experiment
    if as_json:
        about = {"experiment": base.name, "seed": base.seed, "replicate": replicate, "start": start or base.starts[0]}
        about |= {"periods": len(done.periods)}
        print_json({"metrics": done.metrics, **about})
        return
    click.echo(base.about)
    wide = max(28, *(len(name) + 2 for name in done.metrics))
    for name, value in done.metrics.items():
        click.echo(f"  {name:<{wide}}{'-' if value != value else f'{value:.6g}'}")
