"""`oversight run`."""

from __future__ import annotations

import json
from math import isfinite
from pathlib import Path

import click

from oversight.cli.options import all_overrides, json_option, print_json, scenario_options
from oversight.errors import InputError, Problem


@click.command()
@scenario_options
@click.option("--out", type=click.Path(file_okay=False), help="Folder for metrics.json and series.csv, a row a period.")
@click.option(
    "--agents", type=click.Path(dir_okay=False), help="File (.csv or .parquet) for a row an actor and period."
)
@json_option
def run(
    experiment: str,
    overrides: tuple[str, ...],
    plugins: tuple[str, ...],
    unchecked: bool,
    seed: int | None,
    out: str | None,
    agents: str | None,
    as_json: bool,
) -> None:
    """One run of EXPERIMENT at its base point, and its measures."""
    if agents and Path(agents).suffix not in (".csv", ".parquet"):
        raise InputError(Problem(f"`{agents}` ends in neither .csv nor .parquet", "--agents"))
    from oversight.api import load, run_once

    source = load(experiment, all_overrides(overrides, seed), plugins, unchecked)
    if out:
        _make_folder(Path(out), "--out")
    if agents:
        _make_folder(Path(agents).parent, "--agents")
    done = run_once(source, agents=agents is not None)
    if out:
        done.series.to_csv(Path(out) / "series.csv", index=False)
        known = {name: value if isfinite(value) else None for name, value in done.metrics.items()}
        (Path(out) / "metrics.json").write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
    if agents and done.agents is not None:
        write = done.agents.to_csv if agents.endswith(".csv") else done.agents.to_parquet
        write(agents, index=False)
    base = source.experiment
    if as_json:
        about = {"experiment": base.name, "seed": base.seed, "start": base.starts[0], "periods": base.periods}
        print_json({"metrics": done.metrics, **about})
        return
    click.echo(f"{base.heading}: {base.policy.heading}")
    for name, value in done.metrics.items():
        click.echo(f"  {name:<28}{'-' if value != value else f'{value:.6g}'}")


def _make_folder(folder: Path, option: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(Problem(f"`{folder}` cannot be made: {error.strerror}", option)) from error
