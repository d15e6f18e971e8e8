"""`oversight merge`."""

from __future__ import annotations

import click

from oversight.cli.options import plugins_option


@click.command()
@click.argument("folder", type=click.Path(file_okay=False))
@plugins_option
def merge(folder: str, plugins: tuple[str, ...]) -> int:
    """Put the shares of a sweep together that `oversight sweep --shard` has run into FOLDER.

    Shares from computers without a common folder are copied to FOLDER/shares first. Writes summary and report.
    """
    from oversight.api import merge_shares
    from oversight.cli.sweep import SOME_RUNS_FAILED, tell

    finished, results = merge_shares(folder, plugins, progress=True)
    tell(finished, results)
    return SOME_RUNS_FAILED if finished.failed or finished.faults else 0
