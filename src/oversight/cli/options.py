"""Options that several commands share, and how they print."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from oversight.errors import InputError, Problem

experiment_argument = click.argument("experiment", type=click.Path())
set_option = click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="PATH=VALUE",
    help="Change a value, e.g. policy.sanction.amount=3. Repeatable.",
)
plugins_option = click.option(
    "--plugins",
    "--actors",  # its older name
    "plugins",
    multiple=True,
    metavar="FILE",
    help="Python file or package with kinds of your own: actors, monitoring rules, and so on. Repeatable.",
)
unchecked_option = click.option(
    "--unchecked", is_flag=True, help="Run classes of your own even if they break their contract; results say so."
)
seed_option = click.option("--seed", type=click.IntRange(min=0), help="Overrides the experiment's seed.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, to standard output.")


def scenario_options[F: Callable[..., Any]](command: F) -> F:
    """The experiment argument and the options that change it."""
    for option in (seed_option, unchecked_option, plugins_option, set_option, experiment_argument):
        command = option(command)
    return command


def all_overrides(overrides: tuple[str, ...], seed: int | None) -> list[str]:
    """`--set` and `--seed` together."""
    return [*overrides, *([f"seed={seed}"] if seed is not None else [])]


def make_folder(folder: Path, option: str) -> None:
    """Make the folder that an option names.

    Raises:
        InputError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(Problem(f"`{folder}` cannot be made: {error.strerror}", option)) from error


def print_json(value: Any) -> None:
    """Print JSON in which a missing number is null."""
    click.echo(json.dumps(_plain(value), indent=2))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
