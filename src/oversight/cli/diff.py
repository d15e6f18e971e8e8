"""`oversight diff`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from oversight.cli.options import json_option, make_folder, print_json

if TYPE_CHECKING:
    from oversight.report.diff import Compared

DEFAULT = ("misconduct_rate", "social_cost", "anarchy.price", "anarchy.gap")
_MOST = 5
"""Differences in each table of the terminal."""


@click.command()
@click.argument("a", type=click.Path())
@click.argument("b", type=click.Path())
@click.option(
    "--measure",
    "measures",
    multiple=True,
    metavar="NAME",
    help=f"What to compare; default {', '.join(DEFAULT)}, and in diff.csv everything. Repeatable.",
)
@click.option("--out", type=click.Path(file_okay=False), help="Folder for diff.csv and diff.html.")
@json_option
def diff(a: str, b: str, measures: tuple[str, ...], out: str | None, as_json: bool) -> None:
    """What differs between the sweeps of two results folders, A and B, design point by design point.

    Points are matched by the swept parameters that both have; where seeds are equal, differences are paired by
    replicate. Of an unfinished sweep, what is there is compared.
    """
    from oversight.environments import environment_of
    from oversight.report.diff import method, scope, sentence, studies_of, write_page
    from oversight.sweeps.diff import compared, opened

    left, right = opened("A", a), opened("B", b)
    common = set(left.measures) & set(right.measures)
    said = [names for names in (DEFAULT, environment_of(left.source.experiment).ranked) if common & set(names)]
    shown = measures or [name for names in said[:1] for name in names if name in common]
    found = compared(left, right, measures or (None if out else shown))
    studies = studies_of(found, shown)
    page = None
    if out:
        make_folder(Path(out), "--out")
        page = write_page(studies, Path(out))
    if as_json:
        print_json(_facts(studies))
        return
    for note in scope(studies[0]):
        click.echo(note)
    for study in studies:
        for name in study.shown:
            click.echo(f"\n{sentence(study, name)}")
            _tell_largest(study, name)
    click.echo()
    for note in method(studies[0]):
        click.echo(note)
    if page:
        click.echo(f"Page: {page}")


def _tell_largest(study: Compared, name: str) -> None:
    from oversight.cli.table import table_text
    from oversight.report.diff import largest

    table = largest(study, name, _MOST)
    if table:
        click.echo(table_text(table.caption, table))


def _facts(studies: list[Compared]) -> dict[str, Any]:
    """What is said, for programs."""
    from oversight.report.diff import method, scope, sentence
    from oversight.sweeps.diff import CHANGES

    found = studies[0].differences
    measures = {}
    for study in studies:
        for name in study.shown:
            changes = found.of(name)["change"].value_counts()
            counts = {change: int(changes.get(change, 0)) for change in CHANGES}
            measures[name] = {**counts, "said": sentence(study, name)}
    only = {f"only_{letter.lower()}": found.match.only(letter) for letter in "AB"}
    return {
        "identical": found.identical,
        "points": {"both": len(found.match.both), **only},
        "runs": asdict(found.runs),
        "measures": measures,
        "notes": [*scope(studies[0]), *method(studies[0])],
    }
