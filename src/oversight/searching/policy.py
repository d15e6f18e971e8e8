"""The recommended policy as a policy file."""

from __future__ import annotations

from typing import Any

from oversight.documents.overrides import Override, overridden
from oversight.documents.written import as_yaml
from oversight.documents.yaml_file import Mark
from oversight.searching.found import Found

_SECTION = "policy."


def policy_file(found: Found) -> str | None:
    """The whole policy at the best setting, its levers' sources marked as chosen; None where there is no policy."""
    experiment, source = found.source.experiment, found.branches[found.best.branch].source
    levers = [Override(path, value, Mark("")) for path, value in found.best.point.items()]
    policy: dict[str, Any] | None = overridden(source.model, source.document, levers).data.get("policy")
    if policy is None:
        return None
    note = f"Chosen by the search of the experiment {experiment.name}, which minimises {found.search.minimise}."
    numbers = [path.removeprefix(_SECTION) for path in found.best.point if path.startswith(_SECTION)]
    chosen = {path: {"kind": "assumption", "note": note} for path in numbers}
    sources = {**policy.get("sources", {}), **chosen}
    return as_yaml({**policy, "name": f"{experiment.name}_found", **({"sources": sources} if sources else {})})
