"""What a search found, as text and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from oversight.environments import environment_of
from oversight.searching.found import Found, Neighbour
from oversight.searching.setting import Setting
from oversight.searching.words import bound_text, lower, setting_text, value_text, words_of, written


def as_data(found: Found) -> dict[str, Any]:
    """A mapping for programs: a missing number is NaN, which is null in JSON."""
    return {
        "experiment": found.source.experiment.name,
        "minimise": found.search.minimise,
        "in": found.search.within,
        "recommended": found.recommended,
        "outcome": dict(found.best.outcome),
        "binding": found.binding,
        "missing": found.missing,
        "at_an_end": dict(found.ends),
        "neighbours": [
            {
                "moved": list(each.moved),
                "levers": found.values(each.setting),
                "meets": each.setting.meets,
                "outcome": dict(each.setting.outcome),
            }
            for each in found.neighbours
        ],
        "settings_tried": found.tried,
        "how": list(found.how),
        "note": found.best.note,
    }


def as_text(found: Found) -> str:
    """Some lines for a terminal."""
    lines = [found.source.experiment.heading, headline(found), ""]
    width = max(map(len, found.recommended))
    for path, value in found.recommended.items():
        end = f"   at its {found.ends[path]} value" if path in found.ends else ""
        lines.append(f"  {path:<{width}}  {value_text(value)}{end}")
    lines += ["", "It comes to:"]
    lines += [
        f"  {words_of(found.source.experiment, name).title}: {_value(found, found.best, name)}" for name in shown(found)
    ]
    lines += ["", *remarks(found), "", "Beside it:"]
    lines += [f"  {neighbour_text(found, each)}" for each in found.neighbours]
    return "\n".join([*lines, "", method(found)])


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
    if within in ("worst", "best"):
        return f"in the {within} equilibrium"
    return f"where it leads {environment_of(found.source.experiment).starts[within]}"


def shown(found: Found) -> list[str]:
    """The measures to show: the objective, bounded ones, and those that the model is compared by."""
    ranked = environment_of(found.source.experiment).ranked
    names = dict.fromkeys([found.search.minimise, *found.search.subject_to, *ranked])
    return [name for name in names if name in found.best.outcome]


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
    if found.best.note:
        yield found.best.note


def _without(found: Found, name: str) -> str:
    """What a better neighbour does to a bounded measure."""
    over = [
        each for each in found.neighbours if each.setting.objective < found.best.objective and not each.setting.meets
    ]
    worst = max(over, key=lambda each: each.setting.excess)
    there = setting_text(found.values(worst.setting))
    return f"{_value(found, found.best, name)} here, {_value(found, worst.setting, name)} at {there}."


def neighbour_text(found: Found, each: Neighbour) -> str:
    """A neighbour on one line."""
    values = found.values(each.setting)
    moved = setting_text({path: values[path] for path in each.moved})
    if not each.setting.outcome:
        return f"{moved}: theory cannot judge it"
    measures = dict.fromkeys([found.search.minimise, *found.search.subject_to])
    said = ", ".join(
        f"{lower(words_of(found.source.experiment, name).title)} {_value(found, each.setting, name)}"
        for name in measures
    )
    return f"{moved}: {said}{'' if each.setting.meets else ' (misses a bound)'}"


def method(found: Found) -> str:
    """How the setting was chosen."""
    how = "; ".join(found.how)
    return f"By theory, in the limit of a large population: {found.tried:,} settings ({how})."


def _value(found: Found, setting: Setting, name: str) -> str:
    return written(found.source.experiment, name, setting.outcome.get(name, float("nan")))


def _bound(found: Found, name: str) -> str:
    return bound_text(found.source.experiment, name, found.search.subject_to[name])
