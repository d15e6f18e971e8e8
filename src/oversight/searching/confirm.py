"""Simulating what a search found, on seeds that it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isnan, nan
from pathlib import Path

from oversight.searching.found import Found
from oversight.searching.judge import Judge
from oversight.searching.setting import Setting, Simulated
from oversight.searching.simulate import digest, simulate
from oversight.sweeps.manifest import describe


def confirmed(found: Found, folder: Path, workers: int | None) -> Found:
    """The same with the best setting, its neighbours and the front simulated.

    The sweeps are left in `folder`, one a branch, named by what they are of. A setting is judged by the same of its
    starts as in the search. Its runs have the experiment's seed plus 1.
    """
    judge, seed = found.judge, found.source.experiment.seed + 1
    settings = [found.best, *(each.setting for each in found.neighbours), *found.front]
    simulated: dict[int, Simulated] = {}
    for number in dict.fromkeys(setting.branch for setting in settings):
        mine = [place for place, setting in enumerate(settings) if setting.branch == number]
        points = [{**settings[place].point, **world} for place in mine for world in found.worlds]
        branch = found.branches[number]
        runs = folder / f"runs_{digest([describe(branch.source)['hash'], seed, points])}"
        came = simulate(found.search.within, branch, points, seed, runs, workers)
        size = len(found.worlds)
        for count, place in enumerate(mine):
            simulated[place] = _over(judge, came[count * size : (count + 1) * size])
    best, *others = (replace(setting, simulated=simulated[place]) for place, setting in enumerate(settings))
    beside, front = others[: len(found.neighbours)], others[len(found.neighbours) :]
    neighbours = [replace(each, setting=setting) for each, setting in zip(found.neighbours, beside, strict=True)]
    return replace(found, best=best, neighbours=neighbours, front=front)


def _over(judge: Judge, worlds: Sequence[Sequence[Simulated]]) -> Simulated:
    """The start that counts in each world, over all worlds. So are the ends of intervals, which makes them wide."""
    chosen = [judge.chosen(starts, lambda each: judge.rank(each.mean)) for starts in worlds]
    mean, low, high = (judge.over([getattr(each, part) for each in chosen]) for part in ("mean", "low", "high"))
    return Simulated(start=chosen[0].start, mean=mean, low=low, high=high)


def departures(found: Found, setting: Setting) -> list[str]:
    """Measures at which a setting's fresh runs depart from what the search took it for, of those that it is about."""
    if setting.simulated is None:
        return []
    return [name for name in found.search.about if _departs(setting, setting.simulated, name)]


def _departs(setting: Setting, simulated: Simulated, name: str) -> bool:
    """Whether that lies further from the mean than its 95 % interval is wide: chance alone hardly ever does that."""
    expected, mean = setting.outcome.get(name, nan), simulated.mean.get(name, nan)
    if isnan(expected) or isnan(mean):
        return isnan(expected) != isnan(mean)
    width = simulated.high[name] - simulated.low[name]
    return abs(expected - mean) > width + 1e-9 * abs(mean)


def does_better(found: Found, setting: Setting) -> bool:
    """Whether a setting meets the bounds in simulation and beats the best: means outside of the other's interval."""
    best, other, name = found.best.simulated, setting.simulated, found.objective
    if best is None or other is None or found.judge.rank(other.mean)[0] > 0:
        return False
    if found.search.seeks_most:
        return other.mean[name] > best.high[name] and other.low[name] > best.mean[name]
    return other.mean[name] < best.low[name] and other.high[name] < best.mean[name]


def needs_runs(found: Found) -> bool:
    """Whether runs contradict what theory recommends, so that only runs can tell what is best."""
    if found.search.by == "simulation" or len(found.search.objectives) > 1:
        return False
    beside = [each.setting for each in found.neighbours]
    return bool(departures(found, found.best)) or any(does_better(found, setting) for setting in beside)
