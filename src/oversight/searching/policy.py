"""What was found as files: the recommended policy, or an experiment with the worst population."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from oversight.documents.bundled import bundled, file_of
from oversight.documents.extends import extended, read_policy
from oversight.documents.overrides import Override, overridden
from oversight.documents.written import as_yaml
from oversight.documents.yaml_file import Document, Mark, read_yaml
from oversight.scenario.search import Between
from oversight.searching.found import Found
from oversight.searching.setting import Setting

_SECTION = "policy."


def policy_files(found: Found, folder: Path) -> tuple[str, str] | None:
    """The policy at the best setting, its levers' sources marked as chosen; None where there is no policy.

    Returns:
        it as a file of `folder`, which `extends` the policy that it began with where that is a file; and all of it.
    """
    policy = data_at(found, found.best).get("policy")
    if policy is None:
        return None
    sources = _chosen(found)
    whole = {**policy, "name": _name(found)}
    if known := {**policy.get("sources", {}), **sources}:
        whole["sources"] = known
    text = as_yaml(whole)
    for file in _baselines(found, policy["name"]):
        short = _extending(file, folder, whole, sources)
        if short is not None:
            return as_yaml(short), text
    return text, text


def _name(found: Found) -> str:
    return f"{found.source.experiment.name}_found"


def _chosen(found: Found) -> dict[str, Any]:
    """Sources of the numbers that were searched."""
    goal = " and ".join(found.search.objectives)
    note = f"Chosen by the search of the experiment {found.source.experiment.name}, which minimises {goal}."
    numbers = [path.removeprefix(_SECTION) for path in found.best.point if path.startswith(_SECTION)]
    return {path: {"kind": "assumption", "note": note} for path in numbers}


def _baselines(found: Found, name: str) -> Iterator[Path]:
    """The files of that policy, as far as they are there: those that the experiment names, or else the bundled one."""
    document, lever = found.source.document, found.search.levers.get("policy")
    named = [] if lever is None or isinstance(lever, Between) else [v for v in lever.expand() if isinstance(v, str)]
    files = [Path(document.mark(("policy",)).file), *(file_of("policies", value, document.folder) for value in named)]
    for file in (*files, bundled("policies").get(name)):
        if file is not None and file.is_file() and read_yaml(file).data.get("name") == name:
            yield file


def _extending(file: Path, folder: Path, whole: dict[str, Any], sources: dict[str, Any]) -> dict[str, Any] | None:
    """What differs from the policy of a file, and its name in `folder`; None where that does not say all."""
    known = bundled("policies").get(file.stem)
    if known is not None and file.samefile(known) and file_of("policies", file.stem, folder) == known:
        name = file.stem
    else:
        name = Path(os.path.relpath(file, folder)).as_posix()
    base = read_policy(file).data
    changed = _difference({**whole, "sources": {}}, {**base, "sources": {}})
    head = {"name": whole["name"], "extends": name, **({"sources": sources} if sources else {})}
    short = {**head, **{key: value for key, value in changed.items() if key not in head}}
    again = extended(Document(short, folder)).data
    # Sources of numbers that are no longer there are left out of what extends.
    return short if {**again, "sources": {}} == {**whole, "sources": {}} else None


def _difference(over: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    """The keys whose values differ, in sections of the same kind those of them that do."""
    found: dict[str, Any] = {}
    for key, value in over.items():
        old = base.get(key)
        if isinstance(value, dict) and isinstance(old, dict) and value.get("kind") == old.get("kind"):
            if inner := _difference(value, old):
                found[key] = inner
        elif key not in base or value != old:
            found[key] = value
    return found


def experiment_file(found: Found) -> str:
    """The experiment with what does worst under its policy, to be run as it is."""
    experiment, bounds = found.source.experiment, found.search.levers
    words = {
        "name": f"{experiment.name}_against",
        "title": f"{experiment.heading}: the worst case",
        "description": (
            f"Found by `oversight search --against` in the experiment {experiment.name}: within its bounds "
            f"({', '.join(bounds)}), {found.objective} is highest here. It is an assumption, and no forecast."
        ),
    }
    return as_yaml({**data_at(found, found.best), **words})


def data_at(found: Found, setting: Setting) -> dict[str, Any]:
    """The experiment's data with every lever as a setting has it."""
    source = found.branches[setting.branch].source
    levers = [Override(path, value, Mark("")) for path, value in setting.point.items()]
    return dict(overridden(source.model, source.document, levers).data)
