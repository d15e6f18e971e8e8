"""`oversight report`."""

from __future__ import annotations

from pathlib import Path

import click

from oversight.cli.options import plugins_option


@click.command()
@click.argument("results", type=click.Path())
@plugins_option
def report(results: str, plugins: tuple[str, ...]) -> None:
    """Write the HTML page of a RESULTS folder again.

    Classes of your own are described only if --plugins names their file.
    """
    from oversight.report import write_report

    click.echo(str(write_report(Path(results), plugins)))
