"""A mechanism-design sandbox for incentive-based AI oversight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from oversight.actors import Actor
    from oversight.api import regret, replicate, search, solve, sweep
    from oversight.errors import InputError, OversightError
    from oversight.running import run
    from oversight.stepping import OversightModel
    from oversight.stepping import OversightModel as model
    from oversight.sweeps import load_results
    from oversight.sweeps.crossings import crossings
    from oversight.sweeps.diff import diff
    from oversight.sweeps.discovery import scenario_discovery
    from oversight.sweeps.sensitivity import sensitivity_indices
    from oversight.sweeps.stakeholders.choose import choose

__all__ = [
    "Actor",
    "InputError",
    "OversightError",
    "OversightModel",
    "choose",
    "crossings",
    "diff",
    "load_results",
    "model",
    "regret",
    "replicate",
    "run",
    "scenario_discovery",
    "search",
    "sensitivity_indices",
    "solve",
    "sweep",
]
_HOMES = {
    "Actor": "oversight.actors:Actor",
    "InputError": "oversight.errors:InputError",
    "OversightError": "oversight.errors:OversightError",
    "OversightModel": "oversight.stepping:OversightModel",
    "choose": "oversight.sweeps.stakeholders.choose:choose",
    "crossings": "oversight.sweeps.crossings:crossings",
    "diff": "oversight.sweeps.diff:diff",
    "load_results": "oversight.sweeps:load_results",
    "model": "oversight.stepping:OversightModel",
    "regret": "oversight.api:regret",
    "replicate": "oversight.api:replicate",
    "run": "oversight.running:run",
    "scenario_discovery": "oversight.sweeps.discovery:scenario_discovery",
    "search": "oversight.api:search",
    "sensitivity_indices": "oversight.sweeps.sensitivity:sensitivity_indices",
    "solve": "oversight.api:solve",
    "sweep": "oversight.api:sweep",
}


def __getattr__(name: str) -> Any:
    """Import on first use, so that `oversight --help` starts at once."""
    if name not in _HOMES:
        raise AttributeError(f"module 'oversight' has no attribute {name!r}")
    from importlib import import_module

    module, _, member = _HOMES[name].partition(":")
    return getattr(import_module(module), member)


def __dir__() -> list[str]:
    return sorted(__all__)
