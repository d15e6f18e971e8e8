"""`oversight palette`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from oversight.cli.options import json_option, make_folder, print_json
from oversight.errors import InputError, Problem

if TYPE_CHECKING:
    from oversight.scores import Aimed


@click.command()
@click.argument("table", type=click.Path())
@click.option(
    "--target",
    "targets",
    multiple=True,
    required=True,
    metavar="VALUE=LEVEL",
    help="Least level of a column: a number, `mean` of the base, or a quantile such as q80. Repeatable.",
)
@click.option("--base", metavar="COLUMN", help="Each answer's share under the base model, in any unit; default equal.")
@click.option(
    "--context",
    metavar="COLUMN",
    help="Number of the prompt that an answer is to: weights then act within each prompt (a conditional palette).",
)
@click.option(
    "--infeasible",
    type=click.Choice(["refuse", "nearest"]),
    default="refuse",
    show_default=True,
    help="Targets that cannot be met are refused, or approached to .95 of the feasible way.",
)
@click.option("--front", metavar="VALUE,VALUE", help="What of the second value can be had beside the first.")
@click.option("--out", type=click.Path(file_okay=False), help="Folder for palette.csv, front.csv and palette.html.")
@json_option
def palette(
    table: str,
    targets: tuple[str, ...],
    base: str | None,
    context: str | None,
    infeasible: str,
    front: str | None,
    out: str | None,
    as_json: bool,
) -> None:
    """The weights of several values with which a base model meets targets, at the least divergence.

    TABLE (.csv, .parquet, .jsonl) has a row for each sampled answer, and a column for each value: what a reward model
    scores it. Example: oversight palette scores.csv --target humor=q80 --target helpfulness=1.2
    """
    from oversight.report.palette import facts, write_page
    from oversight.scores import Target, aim

    aimed = aim(
        Path(table),
        [Target.parsed(text) for text in targets],
        base=base,
        context=context,
        infeasible="nearest" if infeasible == "nearest" else "refuse",
        traded=_traded(front),
    )
    page = None
    if out:
        make_folder(Path(out), "--out")
        page = write_page(aimed, Path(out))
    if as_json:
        print_json(facts(aimed))
        return
    _tell(aimed)
    if page:
        click.echo(f"Page: {page}")


def _traded(front: str | None) -> tuple[str, str] | None:
    if front is None:
        return None
    names = [name.strip() for name in front.split(",")]
    if len(names) != 2:
        raise InputError(
            Problem(f"`{front}` is no front", "--front", remedy="Name two values: --front humor,helpfulness.")
        )
    return names[0], names[1]


def _tell(aimed: Aimed) -> None:
    from oversight.cli.table import table_text
    from oversight.report.palette import cautions, exchanges, levels, sentences

    shown = levels(aimed)
    click.echo(table_text(shown.caption, shown))
    for sentence in (*sentences(aimed), *cautions(aimed)):
        click.echo(sentence)
    traded = exchanges(aimed)
    if traded:
        click.echo()
        click.echo(table_text(traded.caption, traded))
