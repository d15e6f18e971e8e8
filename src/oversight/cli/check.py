"""`oversight check`."""

from __future__ import annotations

import click

from oversight.cli.options import json_option, plugins_option, print_json
from oversight.errors import InputError, Problem

BROKEN = 1
_SIGNS = {"kept": "✓", "broken": "✗"}


@click.command()
@click.argument("kind")
@click.option("--seam", help="Which kinds are meant, where two seams have one of that name: beliefs, say.")
@plugins_option
@click.option(
    "--set",
    "values",
    multiple=True,
    metavar="NAME=VALUE",
    help="Value of one of the class's keys; the others have their defaults, or random values. Repeatable.",
)
@json_option
def check(kind: str, seam: str | None, plugins: tuple[str, ...], values: tuple[str, ...], as_json: bool) -> int:
    """Hold a class to the promises of its seam: KIND is my_rules:Weekly, say, or a built-in kind.

    Exit code 1 if one is broken.
    """
    from difflib import get_close_matches

    from oversight.contract import check_kind
    from oversight.documents.overrides import parsed
    from oversight.plugins import SEAMS, known_kinds

    kinds = known_kinds(plugins, kind)
    seams = [named for named in SEAMS.values() if seam in (None, named.name)]
    found = [(named, kinds.all(named)[kind]) for named in seams if kind in kinds.all(named)]
    if not found:
        close = get_close_matches(kind, [name for named in seams for name in kinds.all(named)], n=1)
        remedy = f"Did you mean `{close[0]}`?" if close else "Name its file: --plugins FILE."
        raise InputError(Problem(f"there is no kind `{kind}`", "KIND", remedy=remedy))
    if len({one for _, one in found}) > 1:
        several = " or ".join(f"--seam {named.name}" for named, _ in found)
        raise InputError(Problem(f"several kinds are called `{kind}`", "KIND", remedy=f"Say which: {several}."))
    verdicts = check_kind(*found[0], parsed(values))
    broken = [verdict for verdict in verdicts if verdict.outcome == "broken"]
    if as_json:
        rows = [
            {
                "promise": verdict.promise.name,
                "sentence": verdict.promise.sentence,
                "outcome": verdict.outcome,
                "reason": verdict.reason or None,
            }
            for verdict in verdicts
        ]
        print_json({"kind": kind, "kept": not broken, "promises": rows})
        return BROKEN if broken else 0
    click.echo(kind)
    wide = 2 + max(len(verdict.promise.name) for verdict in verdicts)
    for verdict in verdicts:
        sign = _SIGNS.get(verdict.outcome, "-")
        click.echo(f"  {sign} {verdict.outcome:<13}{verdict.promise.name:<{wide}}{verdict.promise.sentence}")
        if verdict.reason:
            click.echo(f"    {'':<{13 + wide}}{verdict.reason}")
    click.echo(f"{len(broken)} broken." if broken else "It keeps what it promises.")
    return BROKEN if broken else 0
