"""The command group, and what every command does with errors."""

from __future__ import annotations

import sys

import click

from oversight.cli.check import check
from oversight.cli.files import list_, new, schema, validate
from oversight.cli.replicate import replicate
from oversight.cli.report import report
from oversight.cli.run import run
from oversight.cli.serve import serve
from oversight.cli.solve import solve
from oversight.cli.sweep import sweep
from oversight.errors import OversightError

WRONG_INPUT = 2
INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="oversight")
def app() -> None:
    """Which oversight policy keeps AI misconduct low, and at what price?

    Policies and experiments are YAML files. Start with `oversight list experiments`, then `oversight sweep FILE`.
    """


for command in (run, sweep, solve, serve, replicate, report, validate, check, list_, schema, new):
    app.add_command(command)


def main() -> None:
    """Entry point. Exit codes: 0 done, 1 runs failed or a promise broken, 2 the input is wrong, 130 interrupted."""
    try:
        sys.exit(app.main(prog_name="oversight", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(WRONG_INPUT)
    except OversightError as error:
        for line in str(error).splitlines():
            click.echo(f"error: {line}" if not line.startswith(" ") else line, err=True)
        sys.exit(WRONG_INPUT)
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted. Finished runs are kept: give the same command again to go on.", err=True)
        sys.exit(INTERRUPTED)
