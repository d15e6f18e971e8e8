"""`oversight search`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from oversight.cli.options import all_overrides, json_option, make_folder, print_json, scenario_options

if TYPE_CHECKING:
    from oversight.searching import Found


@click.command()
@scenario_options
@click.option("--out", type=click.Path(file_okay=False), help="A folder for the report and the runs; none by default.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes that simulate; default one a core.")
@click.option("--no-confirm", is_flag=True, help="Leave out the runs on fresh seeds.")
@click.option("--against", is_flag=True, help="The worst population instead, as the section `against` bounds it.")
@json_option
def search(
    experiment: str,
    overrides: tuple[str, ...],
    plugins: tuple[str, ...],
    unchecked: bool,
    seed: int | None,
    out: str | None,
    workers: int | None,
    no_confirm: bool,
    against: bool,
    as_json: bool,
) -> None:
    """The best setting of the levers of EXPERIMENT, and what holds it there.

    The section `search` of the experiment says what may be set, what is to be least, and what must hold. With --against
    it is the population, within the bounds of the section `against`, that does worst under the policy.
    """
    from oversight.api import search_into
    from oversight.loading import load
    from oversight.searching.data import as_data

    source = load(experiment, all_overrides(overrides, seed), plugins, unchecked)
    if out:
        make_folder(Path(out), "--out")
    found = search_into(source, out, workers, not no_confirm, against)
    if as_json:
        print_json(as_data(found))
        return
    _tell(found)
    if out:
        click.echo(f"Report: {Path(out) / 'report.html'}")


def _tell(found: Found) -> None:
    from oversight.cli.table import table_text
    from oversight.report.search import settings
    from oversight.report.search.told import headline, method, recommendation, remarks

    click.echo(headline(found))
    for line in recommendation(found):
        click.echo(f"  {line}")
    click.echo(table_text("", settings(found)))
    for remark in [*remarks(found), "", method(found)]:
        click.echo(remark)
