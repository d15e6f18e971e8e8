"""`oversight serve`."""

from __future__ import annotations

from contextlib import suppress

import click

from oversight.cli.options import plugins_option, unchecked_option


@click.command()
@click.argument("experiment", type=click.Path(), required=False)
@plugins_option
@unchecked_option
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0 takes any free one.")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Other machines reach the page only if you name an address."
)
@click.option(
    "--folder", type=click.Path(file_okay=False), default=".", help="Where policies, experiments, results are."
)
def serve(experiment: str | None, plugins: tuple[str, ...], unchecked: bool, port: int, host: str, folder: str) -> None:
    """Open the page in a browser: EXPERIMENT playing, a map of policies, results, scenarios."""
    from oversight.app.opened import opened
    from oversight.app.server import serve as run

    served = opened(experiment, folder, plugins, unchecked)
    with suppress(KeyboardInterrupt):  # the way to stop it
        run(served, host, port, lambda address: click.echo(f"Open {address} in a browser. Stop with Ctrl+C."))
