"""`oversight regret`."""

from __future__ import annotations

import click

from oversight.cli.options import all_overrides, json_option, print_json, scenario_options


@click.command()
@scenario_options
@click.option(
    "--out", type=click.Path(file_okay=False), help="Folder for regret.csv, regret_over_time.csv and the runs."
)
@click.option("--fresh", is_flag=True, help="Delete what the folder holds and start over.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes; default one a core.")
@json_option
def regret(
    experiment: str,
    overrides: tuple[str, ...],
    plugins: tuple[str, ...],
    unchecked: bool,
    seed: int | None,
    out: str | None,
    fresh: bool,
    workers: int | None,
    as_json: bool,
) -> None:
    """What the principal of EXPERIMENT loses by trying policies, against each of them left in force.

    Each of its arms, and the file's own policy, is replayed on the same draws for as long, and charged by the
    principal's own score.
    """
    from oversight.api import regret_into
    from oversight.loading import load

    source = load(experiment, all_overrides(overrides, seed), plugins, unchecked)
    found = regret_into(source, out, workers, fresh, progress=True)
    if as_json:
        print_json(found.to_data())
        return
    from oversight.cli.table import table_text
    from oversight.report.regret import said, settings, table

    click.echo(source.experiment.about)
    for sentence in said(found):
        click.echo(sentence)
    click.echo(table_text("", table(found)))
    for sentence in settings(found):
        click.echo(sentence)
