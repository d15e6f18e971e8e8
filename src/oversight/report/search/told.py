"""What a search found, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import nan

from oversight.environments import environment_of
from oversight.figures import measure
from oversight.numerals import percent
from oversight.report.search.levers import levers, setting_text
from oversight.searching import Found, Setting
from oversight.searching.confirm import departures, does_better
from oversight.searching.prices import Price
from oversight.searching.words import bound_text, lower, words_of, written


def headline(found: Found) -> str:
    """What was found, in a sentence."""
    bounds = " and ".join(_bound(found, name) for name in found.search.subject_to)
    under = f" with {bounds}" if bounds else ""
    if found.front:
        names = " and ".join(lower(title_of(found, name)) for name in found.search.objectives)
        settings = "settings" if len(found.front) > 1 else "setting"
        return (
            f"{len(found.front)} efficient {settings} between {names}{under}: in the middle {_middle(found)} "
            f"{judged_by(found)}."
        )
    value = _with_unit(found, found.objective, found.value(found.best))
    return f"{_goal(found)}{under}: {value} {judged_by(found)}."


def _goal(found: Found) -> str:
    """What is to be least, or greatest, at the beginning of a sentence."""
    title, uncertainty = lower(title_of(found, found.objective)), found.search.uncertainty
    if found.search.seeks_most:
        return f"Highest {title}"
    if uncertainty is None:
        return f"Least {title}"
    worlds = f"{uncertainty.worlds:,} worlds"
    told = {
        "expected": f"Least expected {title}, over {worlds}",
        "worst": f"Least {title} in the worst of {worlds}",
        "regret": f"Least regret in {title}, the largest of {worlds}",
        "quantile": f"Least {percent(uncertainty.quantile, 4)} quantile of {title}, over {worlds}",
    }
    return told[uncertainty.robust]


def _middle(found: Found) -> str:
    return ", ".join(
        f"{lower(title_of(found, name))} {value_of(found, found.best, name)}" for name in found.search.objectives
    )


def title_of(found: Found, name: str) -> str:
    """The title of a measure."""
    return words_of(found.source.experiment, name).title


def _with_unit(found: Found, name: str, value: float) -> str:
    """A value of a measure with its unit."""
    experiment, environment = found.source.experiment, environment_of(found.source.experiment)
    words = measure(name, environment.units(experiment), environment.words(experiment))
    return replace(words, digits=4).text(value)


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
    for lever in levers(found, found.best):
        end = f", its {found.ends[lever.path]} value" if lever.path in found.ends else ""
        yield f"{lever.title}: {lever.value}{end}"
    others = [name for name in environment_of(found.source.experiment).ranked if name not in found.search.about]
    for name in others:
        if name in found.best.outcome:
            yield f"{title_of(found, name)}: {_with_unit(found, name, found.best.outcome[name])}"


def remarks(found: Found) -> Iterator[str]:
    """What holds the setting where it is, a sentence each."""
    if found.before is not None:
        yield _went_on(found.before)
    for name in found.binding:
        yield f"What binds is {_bound(found, name)}: {_without(found, name)}"
    for each in found.prices:
        yield _price(found, each)
    if found.search.subject_to and not found.binding and not found.front:
        yield "No bound binds: no neighbour that is better misses one."
    named = {lever.path: lever.title for lever in levers(found, found.best)}
    for path in found.straining:
        back, what, more = (
            ("less harmful", "not what is possible", "worse")
            if found.search.seeks_most
            else ("worse", "not what a policy costs", "better")
        )
        yield (
            f"{named[path]} is at its {found.ends[path]} value, and every step back is {back}: what stops it is the "
            f"range of the search, {what}. Were more allowed, there might be {more} ones."
        )
    for name in found.missing:
        missing = words_of(found.source.experiment, name).missing or "there is none"
        yield f"{title_of(found, name)} is missing ({missing}), and so its bound counts as met."
    yield from _confirmation(found)
    if found.best.note:
        yield found.best.note


def _confirmation(found: Found) -> Iterator[str]:
    """Whether fresh runs agree with what was expected."""
    settings = [*([] if found.front else [found.best]), *(each.setting for each in found.neighbours), *found.front]
    simulated = [setting for setting in settings if setting.simulated]
    if not simulated:
        return
    departing = [setting for setting in simulated if departures(found, setting)]
    expected = "theory" if found.search.by == "theory" else "that of the search"
    if not departing:
        beside = "all along the front" if found.front else "here and beside it"
        yield f"Simulation on fresh seeds agrees with {expected}, {beside}."
    for setting in departing:
        for name in departures(found, setting):
            value, came = value_of(found, setting, name), simulated_text(found, setting, name)
            title = title_of(found, name)
            yield (
                f"Simulation on fresh seeds departs from {expected} at {setting_text(found, setting)}: "
                f"{lower(title)} {came}, expected was {value}."
            )
    for setting in [] if found.front else simulated[1:]:
        if does_better(found, setting):
            yield f"On fresh seeds {setting_text(found, setting)} does better than what is recommended."


def _went_on(theory: Found) -> str:
    """What theory would have had one do, and what runs make of that."""
    departing = departures(theory, theory.best)
    names = " and ".join(
        f"{lower(title_of(theory, name))} {simulated_text(theory, theory.best, name)} where theory expects "
        f"{value_of(theory, theory.best, name)}"
        for name in departing or [theory.objective]
    )
    why = f"runs on fresh seeds have {names}" if departing else "runs on fresh seeds do better beside it"
    there = setting_text(theory, theory.best)
    return f"Theory recommends {there}, but {why}: the search went on by simulation from there."


def _price(found: Found, price: Price) -> str:
    """What a bound costs, in a sentence."""
    bound, objective = lower(title_of(found, price.bound)), lower(title_of(found, found.objective))
    words = words_of(found.source.experiment, price.bound)
    unit, size = ("percentage point", 0.01) if words.percent else ("unit", 1.0)

    def text(value: float) -> str:
        return _with_unit(found, found.objective, value * size)

    if price.jump:
        return f"Where the bound of {bound} moves, {objective} jumps: it has no price."
    if price.one == 0:
        return f"A bound of {bound} that is a little looser or tighter changes nothing: outcomes jump past it."
    if price.one is not None:
        return f"A {unit} of {bound} is worth {text(price.one)} of {objective}, which falls by so much for each."
    looser = text(price.looser or 0.0)
    tighter = "nothing meets a tighter bound" if price.tighter is None else f"one less costs {text(price.tighter)}"
    return f"One {unit} more of {bound} saves {looser} of {objective}, and {tighter}, at these rates near the bound."


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
    there = setting_text(found, worst.setting)
    return f"{value_of(found, found.best, name)} here, {value_of(found, worst.setting, name)} at {there}."


def method(found: Found) -> str:
    """How the setting was chosen."""
    how = "; ".join(found.how)
    limit = environment_of(found.source.experiment).theory_is
    judged = {"theory": f"By theory{limit and f', {limit}'}", "simulation": "By the means of simulated runs"}
    return f"{judged[found.search.by]}: {found.tried:,} settings ({how})."


def _bound(found: Found, name: str) -> str:
    return bound_text(found.source.experiment, name, found.search.subject_to[name])
