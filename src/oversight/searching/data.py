"""What a search found, as data."""

from __future__ import annotations

from math import isnan
from typing import Any

from oversight.environments import Measured
from oversight.searching.confirm import departures
from oversight.searching.found import Found
from oversight.searching.setting import Setting


def as_data(found: Found) -> dict[str, Any]:
    """A mapping for programs: a missing number is None."""
    uncertainty = found.search.uncertainty
    return {
        "experiment": found.source.experiment.name,
        "maximise" if found.search.seeks_most else "minimise": list(found.search.objectives),
        "in": found.search.within,
        "by": found.search.by,
        "robust": uncertainty.robust if uncertainty else None,
        "worlds": list(found.worlds) if uncertainty else [],
        "recommended": found.recommended,
        "value": found.value(found.best),
        "outcome": _known(found.best.outcome),
        "simulated": _simulated(found, found.best),
        "outcomes_by_world": [_known(world) for world in found.best.worlds] if uncertainty else [],
        "binding": found.binding,
        "shadow_prices": [
            {"bound": each.bound, "side": each.side, "looser": each.looser, "tighter": each.tighter, "jump": each.jump}
            for each in found.prices
        ],
        "missing": found.missing,
        "at_an_end": dict(found.ends),
        "neighbours": [
            {
                "moved": list(each.moved),
                "levers": found.values(each.setting),
                "meets": each.setting.meets,
                "outcome": _known(each.setting.outcome),
                "simulated": _simulated(found, each.setting),
            }
            for each in found.neighbours
        ],
        "front": [
            {
                "levers": found.values(each),
                "outcome": _known(each.outcome),
                "simulated": _simulated(found, each),
            }
            for each in found.front
        ],
        "settings_tried": found.tried,
        "how": list(found.how),
        "note": found.best.note,
        "before": as_data(found.before) if found.before else None,
    }


def _simulated(found: Found, setting: Setting) -> dict[str, Any] | None:
    """Means and intervals of a setting's runs, and where they depart from what was expected; None without runs."""
    if setting.simulated is None:
        return None
    came = setting.simulated
    parts = {name: _known(each) for name, each in (("mean", came.mean), ("low", came.low), ("high", came.high))}
    return {"start": came.start, **parts, "departs": departures(found, setting)}


def _known(measured: Measured) -> dict[str, float | None]:
    return {name: None if isnan(value) else value for name, value in measured.items()}
