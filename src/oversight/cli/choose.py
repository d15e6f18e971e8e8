"""`oversight choose`."""

from __future__ import annotations

from pathlib import Path

import click

from oversight.cli.options import json_option, make_folder, plugins_option, print_json


@click.command()
@click.argument("results", type=click.Path())
@click.option(
    "--stakeholders",
    type=click.Path(),
    metavar="FILE",
    help="YAML with `stakeholders` and `choice`; by default those of the experiment.",
)
@plugins_option
@click.option("--out", type=click.Path(file_okay=False), help="Folder for choice.csv, a row a rule and choice.")
@json_option
def choose(results: str, stakeholders: str | None, plugins: tuple[str, ...], out: str | None, as_json: bool) -> None:
    """Which policy of a sweep groups that value its outcomes differently would choose, by each rule of choice.

    RESULTS is the folder of a finished sweep.
    """
    from oversight.cli.table import table_text
    from oversight.documents.whole import written_whole
    from oversight.report import Study
    from oversight.report.choice import chosen_of
    from oversight.spreadsheets import to_csv
    from oversight.sweeps import load_results
    from oversight.sweeps.stakeholders.choose import deliberated, table_of

    opened = load_results(results, plugins)
    found = deliberated(opened, stakeholders)
    table = table_of(found)
    if out:
        make_folder(Path(out), "--out")
        with written_whole(Path(out) / "choice.csv") as unfinished:
            to_csv(table, unfinished)
    said = chosen_of(Study(opened), found)
    if as_json:
        rows = table.to_dict("records")
        apart, pairs = found.disagreeing
        cycle = found.settings.iloc[found.majority.cycle].to_dict("records")
        print_json({"choices": rows, "pairs": pairs, "disagreeing": apart, "cycle": cycle, "said": said.sentences})
        return
    click.echo(table_text(said.table.caption, said.table))
    for sentence in said.sentences:
        click.echo(sentence)
