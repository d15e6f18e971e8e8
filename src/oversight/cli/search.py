"""`oversight search`."""

from __future__ import annotations

import click

from oversight.cli.options import all_overrides, json_option, print_json, scenario_options


@click.command()
@scenario_options
@json_option
def search(
    experiment: str,
    overrides: tuple[str, ...],
    plugins: tuple[str, ...],
    unchecked: bool,
    seed: int | None,
    as_json: bool,
) -> None:
    """The best setting of the levers of EXPERIMENT, and what holds it there.

    The section `search` of the experiment says what may be set, what is to be least, and what must hold.
    """
    from oversight.loading import load
    from oversight.searching import search as find
    from oversight.searching.told import as_data, as_text

    found = find(load(experiment, all_overrides(overrides, seed), plugins, unchecked))
    if as_json:
        print_json(as_data(found))
        return
    click.echo(as_text(found))
