"""Simulating what a search found, on seeds that it has not seen."""

from __future__ import annotations

from dataclasses import replace
from math import isnan, nan
from pathlib import Path

from oversight.scenario.search import Search
from oversight.searching.found import Found
from oversight.searching.setting import Setting, Simulated, outcome_of, rank
from oversight.searching.simulate import simulate


def confirmed(found: Found, folder: Path, workers: int | None) -> Found:
    """The same with the best setting and its neighbours simulated, a sweep a branch in a folder below `folder`.

    Each is judged by the same of its starts as in the search. Its runs have the experiment's seed plus 1.
    """
    search, seed = found.search, found.source.experiment.seed + 1
    settings = [found.best, *(each.setting for each in found.neighbours)]
    simulated: dict[int, Simulated] = {}
    for number in dict.fromkeys(setting.branch for setting in settings):
        mine = [place for place, setting in enumerate(settings) if setting.branch == number]
        points = [settings[place].point for place in mine]
        came = simulate(search, found.branches[number], points, seed, folder / f"branch_{number}", workers)
        for place, starts in zip(mine, came, strict=True):
            simulated[place] = outcome_of(search, starts, lambda each: rank(search, each.mean))
    best, *others = (replace(setting, simulated=simulated[place]) for place, setting in enumerate(settings))
    neighbours = [replace(each, setting=setting) for each, setting in zip(found.neighbours, others, strict=True)]
    return replace(found, best=best, neighbours=neighbours)


def departures(search: Search, setting: Setting) -> list[str]:
    """Measures at which a setting's fresh runs depart from what the search took it for, of those that it is about."""
    if setting.simulated is None:
        return []
    return [name for name in [search.minimise, *search.subject_to] if _departs(setting, setting.simulated, name)]


def _departs(setting: Setting, simulated: Simulated, name: str) -> bool:
    """Whether that lies further from the mean than its 95 % interval is wide: chance alone hardly ever does that."""
    expected, mean = setting.outcome.get(name, nan), simulated.mean.get(name, nan)
    if isnan(expected) or isnan(mean):
        return isnan(expected) != isnan(mean)
    width = simulated.high[name] - simulated.low[name]
    return abs(expected - mean) > width + 1e-9 * abs(mean)
