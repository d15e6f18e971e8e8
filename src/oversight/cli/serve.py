"""`oversight serve`."""

from __future__ import annotations

from contextlib import suppress
from importlib.util import find_spec

import click

from oversight.cli.options import plugins_option, unchecked_option
from oversight.errors import OversightError


@click.command()
@click.argument("experiment", type=click.Path(), required=False)
@plugins_option
@unchecked_option
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0 takes any free one.")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Other machines reach the page only if you name an address."
)
@click.option("--allow-host", "allowed", multiple=True, metavar="NAME", help="A name by which readers reach the page.")
@click.option(
    "--sessions",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="How many may have the page open at once.",
)
@click.option(
    "--folder", type=click.Path(file_okay=False), default=".", help="Where policies, experiments, results are."
)
def serve(
    experiment: str | None,
    plugins: tuple[str, ...],
    unchecked: bool,
    port: int,
    host: str,
    allowed: tuple[str, ...],
    sessions: int,
    folder: str,
) -> None:
    """Open the page in a browser: EXPERIMENT playing, a map of policies, results, scenarios."""
    if find_spec("solara") is None:
        raise OversightError("The page needs packages that are not installed: pip install 'oversight[page]'.")
    from oversight.app.opened import opened
    from oversight.app.server import is_public
    from oversight.app.server import serve as run

    served = opened(experiment, folder, plugins, unchecked)
    if is_public(host):
        click.echo("Everyone who reaches this machine can open the page: there is no password.", err=True)
    with suppress(KeyboardInterrupt):  # the way to stop it
        run(
            served,
            host,
            port,
            lambda address: click.echo(f"Open {address} in a browser. Stop with Ctrl+C."),
            allowed,
            sessions,
        )
