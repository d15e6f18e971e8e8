"""`oversight replicate`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from oversight.cli.options import json_option, print_json

if TYPE_CHECKING:
    from oversight.replications import Row

SOME_ARE_MISSING = 1


@click.command()
@click.argument("files", nargs=-1, type=click.Path())
@click.option("--quick", is_flag=True, help="Shorter runs, as each file says: all within two minutes on two cores.")
@click.option("--out", type=click.Path(file_okay=False), help="Folder for replications.csv, and for the runs.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes; default one a core.")
@click.option("--fresh", is_flag=True, help="Delete the runs that the folder holds and start over.")
@json_option
def replicate(
    files: tuple[str, ...], quick: bool, out: str | None, workers: int | None, fresh: bool, as_json: bool
) -> int:
    """Published results, ours, and whether they agree: a row for each claim of the replication FILES.

    Without FILES, all of experiments/replications, or those that come with the package. A claim that does not
    reproduce is a finding, not a failure: the exit code is 0 if there is a number of ours for each, whatever the
    verdicts, and 1 if runs failed.
    """
    from oversight.api import replication_rows
    from oversight.documents.bundled import files_in
    from oversight.replications import CONFIDENCE
    from oversight.replications.verdict import MISSING

    chosen = files or tuple(map(str, files_in(Path(), "replications")))
    rows = replication_rows(chosen, quick, out, workers, fresh, lambda name: click.echo(name, err=True))
    verdicts = [row.verdict for row in rows]
    counts = {verdict: verdicts.count(verdict) for verdict in sorted(set(verdicts))}
    if as_json:
        print_json(
            {"quick": quick, "confidence": CONFIDENCE, "verdicts": counts, "rows": [asdict(row) for row in rows]}
        )
    else:
        click.echo(_table(rows))
    return SOME_ARE_MISSING if MISSING in counts else 0


def _table(rows: list[Row]) -> str:
    from rich.markup import escape
    from rich.table import Table

    from oversight.cli.table import printed
    from oversight.replications.table import count_text, ours_text, published_text

    table = Table()
    for heading in ("Replication", "Claim", "Published", "Basis", "Ours", "Allowed", "Verdict"):
        table.add_column(heading, justify="right" if heading in ("Published", "Ours", "Allowed") else "left")
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        last = following is None or following.replication != row.replication
        numbers = (published_text(row), row.basis, ours_text(row), f"{row.allowed:.2g}")
        table.add_row(row.replication, escape(row.what), *numbers, row.verdict, end_section=last)
    return f"{printed(table, 150)}\n\n{count_text(rows)}."
