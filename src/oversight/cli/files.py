"""Commands about files: `validate`, `list`, `schema`, `new`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from oversight.cli.options import json_option, plugins_option, print_json
from oversight.errors import InputError, OversightError, Problem

LISTS = {
    "policies": "Policy files of this folder, or those that come with the package.",
    "experiments": "Experiment files, likewise.",
    "replications": "Published results and how to obtain them here, likewise.",
    "actors": "Who violates, and when.",
    "beliefs": "What an actor takes for its chance of being caught.",
    "monitoring": "Who is inspected.",
    "responses": "What a strategic overseer makes of what inspecting pays.",
    "sanctions": "What a flagged actor pays.",
    "distributions": "What gains, wealth and turnover are drawn from.",
    "harms": "What a violation costs others.",
    "measures": "What is counted of a run.",
    "welfare": "What an outcome is worth.",
    "principals": "Who moves the policy while a run goes on.",
    "games": "What an experiment without a policy is put to.",
}


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path())
@plugins_option
@json_option
def validate(files: tuple[str, ...], plugins: tuple[str, ...], as_json: bool) -> None:
    """Check policy, experiment and replication FILES, every design point included."""
    from oversight.api import validate_file

    problems: list[Problem] = []
    checked = []
    for file in files:
        try:
            checked.append({"file": file, "what": validate_file(file, plugins)})
        except InputError as error:
            problems += error.problems
    if as_json:
        print_json({"valid": checked, "problems": [str(problem) for problem in problems]})
    else:
        for item in checked:
            click.echo(f"{item['file']}: {item['what']}")
    if problems:
        raise InputError(problems)


@click.command("list")
@click.argument("what", type=click.Choice(list(LISTS)), required=False)
@click.option(
    "--folder",
    type=click.Path(file_okay=False),
    help="Where to look for files; by default ./policies and ./experiments.",
)
@plugins_option
@json_option
def list_(what: str | None, folder: str | None, plugins: tuple[str, ...], as_json: bool) -> None:
    """What there is: bundled files, or the kinds that files may name. Without WHAT, what can be listed."""
    from oversight.catalogue import catalogue

    rows = list(LISTS.items()) if what is None else catalogue(what, Path(folder) if folder else None, plugins)
    if as_json:
        print_json([{"name": name, "about": about} for name, about in rows])
        return
    if what is None:
        rows = [(f"oversight list {name}", about) for name, about in rows]
    width = max((len(name) for name, _ in rows), default=0)
    for name, about in rows:
        click.echo(f"{name:<{width}}  {about}".rstrip())


@click.command()
@click.argument("what", type=click.Choice(["experiment", "policy", "replication"]), default="experiment")
@plugins_option
def schema(what: str, plugins: tuple[str, ...]) -> None:
    """The JSON Schema of experiment (default), policy or replication files, for editors."""
    from oversight.catalogue import json_schema

    click.echo(json.dumps(json_schema(what, plugins), indent=2))


@click.command()
@click.argument("name")
@click.option(
    "--out", type=click.Path(file_okay=False), default=".", help="Folder that gets policies/ and experiments/."
)
def new(name: str, out: str) -> None:
    """Write a policy and an experiment called NAME to start from."""
    from oversight.scenario.templates import EXPERIMENT, POLICY

    if not name.isidentifier():
        raise InputError(Problem(f"`{name}` is no name", "NAME", remedy="Use letters, digits and `_`."))
    files = {
        Path(out) / "policies" / f"{name}.yaml": POLICY,
        Path(out) / "experiments" / f"{name}.yaml": EXPERIMENT,
    }
    for path in files:
        if path.exists():
            raise OversightError(f"{path} exists already; nothing was written.")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(name=name, title=name.replace("_", " ").capitalize()))
        click.echo(str(path))
    click.echo(f"Next: oversight sweep {Path(out) / 'experiments' / f'{name}.yaml'}")
