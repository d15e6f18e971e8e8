"""`oversight export`."""

from __future__ import annotations

from pathlib import Path

import click

from oversight.cli.options import plugins_option


@click.command()
@click.argument("results", type=click.Path())
@click.option("--xlsx", is_flag=True, required=True, help="An Excel workbook; needs XlsxWriter.")
@click.option("--out", type=click.Path(dir_okay=False), help="The file to write; by default results.xlsx in RESULTS.")
@plugins_option
def export(results: str, xlsx: bool, out: str | None, plugins: tuple[str, ...]) -> None:
    """Write a RESULTS folder for spreadsheets: summary, policies, sources and assumptions, what columns mean."""
    from oversight.report.workbook import write_workbook

    file = Path(out) if out else Path(results) / "results.xlsx"
    for cut in write_workbook(Path(results), file, plugins):
        click.echo(f"Left out: {cut}")
    click.echo(str(file))
