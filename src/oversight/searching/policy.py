"""What was found as files: the recommended policy, or an experiment with the worst population."""

from __future__ import annotations

from typing import Any

from oversight.documents.overrides import Override, overridden
from oversight.documents.written import as_yaml
from oversight.documents.yaml_file import Mark
from oversight.searching.found import Found
from oversight.searching.setting import Setting

_SECTION = "policy."


def policy_file(found: Found) -> str | None:
    """The whole policy at the best setting, its levers' sources marked as chosen; None where there is no policy."""
    experiment = found.source.experiment
    policy: dict[str, Any] | None = data_at(found, found.best).get("policy")
    if policy is None:
        return None
    goal = " and ".join(found.search.objectives)
    note = f"Chosen by the search of the experiment {experiment.name}, which minimises {goal}."
    numbers = [path.removeprefix(_SECTION) for path in found.best.point if path.startswith(_SECTION)]
    chosen = {path: {"kind": "assumption", "note": note} for path in numbers}
    sources = {**policy.get("sources", {}), **chosen}
    return as_yaml({**policy, "name": f"{experiment.name}_found", **({"sources": sources} if sources else {})})


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
