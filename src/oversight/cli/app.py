"""The command group."""

from __future__ import annotations

import click

from oversight.cli.check import check
from oversight.cli.choose import choose
from oversight.cli.diff import diff
from oversight.cli.export import export
from oversight.cli.files import list_, new, schema, validate
from oversight.cli.merge import merge
from oversight.cli.palette import palette
from oversight.cli.regret import regret
from oversight.cli.replicate import replicate
from oversight.cli.report import report
from oversight.cli.run import run
from oversight.cli.search import search
from oversight.cli.serve import serve
from oversight.cli.solve import solve
from oversight.cli.sweep import sweep


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="oversight")
def app() -> None:
    """Which oversight policy keeps AI misconduct low, and at what price?

    Policies and experiments are YAML files. Start with `oversight list experiments`, then `oversight sweep FILE`.
    """


for command in (
    run,
    sweep,
    merge,
    diff,
    regret,
    choose,
    solve,
    search,
    palette,
    serve,
    replicate,
    report,
    export,
    validate,
    check,
    list_,
    schema,
    new,
):
    app.add_command(command)
