"""What a search found, in sentences and as data."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan, nan
from typing import Any

from oversight.environments import Measured, environment_of
from oversight.searching.confirm import departures
from oversight.searching.found import Found
from oversight.searching.setting import Setting, rank
from oversight.searching.words import bound_text, lower, setting_text, value_text, words_of, written


def as_data(found: Found) -> dict[str, Any]:
    """A mapping for programs: a missing number is None."""
    return {
        "experiment": found.source.experiment.name,
        "minimise": found.search.minimise,
        "in": found.search.within,
        "by": found.search.by,
        "recommended": found.recommended,
        "outcome": _known(found.best.outcome),
        "simulated": _simulated(found, found.best),
        "binding": found.binding,
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
        "settings_tried": found.tried,
        "how": list(found.how),
        "note": found.best.note,
    }


def _simulated(found: Found, setting: Setting) -> dict[str, Any] | None:
    """Means and intervals of a setting's runs, and where they depart from what was expected; None without runs."""
    if setting.simulated is None:
        return None
    came = setting.simulated
    parts = {name: _known(each) for name, each in (("mean", came.mean), ("low", came.low), ("high", came.high))}
    return {"start": came.start, **parts, "departs": departures(found.search, setting)}


def _known(measured: Measured) -> dict[str, float | None]:
    return {name: None if isnan(value) else value for name, value in measured.items()}


def headline(found: Found) -> str:
    """What was found, in a sentence."""
    experiment, search = found.source.experiment, found.search
    least = f"Least {lower(words_of(experiment, search.minimise).title)}"
    bounds = " and ".join(_bound(found, name) for name in search.subject_to)
    value = written(experiment, search.minimise, found.best.objective)
    return f"{least}{f' with {bounds}' if bounds else ''}: {value} {judged_by(found)}."


def judged_by(found: Found) -> str:
    """By which outcome settings were judged, as the end of a sentence."""
    within = found.search.within
    if within in ("worst", "best") and found.search.by == "simulation":
        return "from the worse start" if within == "worst" else "from the better start"
    if within in ("worst", "best"):
        return f"in the {within} equilibrium"
    return f"where it leads {environment_of(found.source.experiment).starts[within]}"


def recommendation(found: Found) -> Iterator[str]:
    """The value of each lever, and what else the setting comes to, a line each."""
    for path, value in found.recommended.items():
        end = f", its {found.ends[path]} value" if path in found.ends else ""
        yield f"{path} = {value_text(value)}{end}"
    about = {found.search.minimise, *found.search.subject_to}
    others = [name for name in environment_of(found.source.experiment).ranked if name not in about]
    for name in others:
        if name in found.best.outcome:
            yield f"{words_of(found.source.experiment, name).title}: {value_of(found, found.best, name)}"


def remarks(found: Found) -> Iterator[str]:
    """What holds the setting where it is, a sentence each."""
    for name in found.binding:
        yield f"What binds is {_bound(found, name)}: {_without(found, name)}"
    if found.search.subject_to and not found.binding:
        yield "No bound binds: no neighbour that is better misses one."
    for path in found.straining:
        yield f"{path} is at its {found.ends[path]} value: were more allowed, there might be better ones."
    for name in found.missing:
        missing = words_of(found.source.experiment, name).missing or "there is none"
        yield f"{words_of(found.source.experiment, name).title} is missing ({missing}), and so its bound counts as met."
    yield from _confirmation(found)
    if found.best.note:
        yield found.best.note


def _confirmation(found: Found) -> Iterator[str]:
    """Whether fresh runs agree with what was expected."""
    settings = [found.best, *(each.setting for each in found.neighbours)]
    simulated = [setting for setting in settings if setting.simulated]
    if not simulated:
        return
    departing = [setting for setting in simulated if departures(found.search, setting)]
    if not departing:
        yield f"Simulation on fresh seeds agrees with {found.search.by}, here and beside it."
    for setting in departing:
        for name in departures(found.search, setting):
            expected, came = value_of(found, setting, name), simulated_text(found, setting, name)
            title = words_of(found.source.experiment, name).title
            yield (
                f"Simulation on fresh seeds departs from {found.search.by} at {setting_text(found.values(setting))}: "
                f"{lower(title)} {came}, expected was {expected}."
            )
    for setting in simulated[1:]:
        if _does_better(found, setting):
            yield f"On fresh seeds {setting_text(found.values(setting))} does better than what is recommended."


def _does_better(found: Found, setting: Setting) -> bool:
    """Whether a setting meets the bounds in simulation and has less: each mean outside of the other's interval."""
    best, other, name = found.best.simulated, setting.simulated, found.search.minimise
    if best is None or other is None:
        return False
    return (
        rank(found.search, other.mean)[0] == 0
        and other.mean[name] < best.low[name]
        and other.high[name] < best.mean[name]
    )


def simulated_text(found: Found, setting: Setting, name: str) -> str:
    """The mean of a measure over runs, with its interval where that has a width; empty without runs."""
    if setting.simulated is None:
        return ""
    ends = setting.simulated.mean, setting.simulated.low, setting.simulated.high
    mean, low, high = (written(found.source.experiment, name, each.get(name, nan)) for each in ends)
    return mean if low == high else f"{mean} ({low} to {high})"


def value_of(found: Found, setting: Setting, name: str) -> str:
    """What the search takes a measure of a setting for."""
    return written(found.source.experiment, name, setting.outcome.get(name, nan))


def _without(found: Found, name: str) -> str:
    """What a better neighbour does to a bounded measure."""
    over = [
        each for each in found.neighbours if each.setting.objective < found.best.objective and not each.setting.meets
    ]
    worst = max(over, key=lambda each: each.setting.excess)
    there = setting_text(found.values(worst.setting))
    return f"{value_of(found, found.best, name)} here, {value_of(found, worst.setting, name)} at {there}."


def method(found: Found) -> str:
    """How the setting was chosen."""
    how = "; ".join(found.how)
    judged = {"theory": "By theory, in the limit of a large population", "simulation": "By the means of simulated runs"}
    return f"{judged[found.search.by]}: {found.tried:,} settings ({how})."


def _bound(found: Found, name: str) -> str:
    return bound_text(found.source.experiment, name, found.search.subject_to[name])
