"""What there is: bundled files, the kinds of each seam, and the schema of files."""

from __future__ import annotations

from collections.abc import Sequence
from inspect import getdoc
from pathlib import Path
from typing import Any

from oversight.documents.bundled import FILES, files_in
from oversight.documents.yaml_file import read_yaml
from oversight.errors import InputError
from oversight.plugins import SEAMS, known_kinds
from oversight.plugins.kinds import installed
from oversight.scenario.experiment import experiment_model, policy_model


def catalogue(what: str, folder: Path | None = None, plugins: Sequence[str | Path] = ()) -> list[tuple[str, str]]:
    """Names and one line about each: the kinds of a seam, or files (`policies`, `experiments`, `replications`).

    Files are those in `folder`; by default in the folder of that name here, and the bundled ones where it has none.
    """
    if what in FILES:
        files = files_in(Path(), what) if folder is None else sorted(folder.glob("*.yaml"))
        return [(path.stem, _headline(path)) for path in files]
    seam, kinds = SEAMS[what], known_kinds(plugins)
    rows = [(name, _first_line(section)) for name, section in kinds.all(seam).items()]
    return rows + [(point.name, f"(installed: {point.value})") for point in installed()[what]]


def json_schema(what: str, plugins: Sequence[str | Path] = ()) -> dict[str, Any]:
    """The JSON Schema of `experiment`, `policy` or `replication` files."""
    kinds = known_kinds(plugins)
    if what == "policy":
        return policy_model(kinds).model_json_schema()
    if what == "replication":
        from oversight.replications import Replication

        return Replication.model_json_schema()
    return experiment_model(kinds).model_json_schema()


def _headline(path: Path) -> str:
    try:
        data = read_yaml(path, str(path)).data
    except InputError as error:
        return f"(broken: {error.problems[0].message})"
    return str(data.get("title") or data.get("question") or data.get("description") or "")


def _first_line(section: type) -> str:
    return (getdoc(section) or "").partition("\n")[0]
