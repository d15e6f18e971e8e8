"""Simulating what a search found, on seeds that it has not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isnan
from pathlib import Path
from typing import Any

import pandas as pd

from oversight.scenario.search import Search
from oversight.searching.found import Found
from oversight.searching.setting import Setting, Simulated, outcome_of, rank
from oversight.sweeps import check, load_results, run_sweep


def confirmed(found: Found, folder: Path, workers: int | None) -> Found:
    """The same with the best setting and its neighbours simulated, a sweep a branch in a folder below `folder`.

    A setting is run from the starts that the search asks about, and judged by the same of them. Its runs have the
    experiment's seed plus 1, and as many replicates as the experiment says.
    """
    settings = [found.best, *(each.setting for each in found.neighbours)]
    simulated: dict[int, Simulated] = {}
    for number in dict.fromkeys(setting.branch for setting in settings):
        mine = [place for place, setting in enumerate(settings) if setting.branch == number]
        rows = _played(found, number, [settings[place].point for place in mine], folder / f"branch_{number}", workers)
        by_point = dict(iter(rows.groupby("point")))
        simulated |= {place: _judged(found.search, by_point[point]) for point, place in enumerate(mine)}
    best, *others = (replace(setting, simulated=simulated[place]) for place, setting in enumerate(settings))
    neighbours = [replace(each, setting=setting) for each, setting in zip(found.neighbours, others, strict=True)]
    return replace(found, best=best, neighbours=neighbours)


def _played(
    found: Found, number: int, points: Sequence[Mapping[str, Any]], folder: Path, workers: int | None
) -> pd.DataFrame:
    """The summary of a sweep over settings of a branch."""
    changes: dict[str, Any] = {"seed": found.source.experiment.seed + 1, "theory": False}
    if "start" in found.source.model.model_fields:
        changes["start"] = "both" if found.search.within in ("worst", "best") else found.search.within
    source = found.branches[number].at(points, changes)
    run_sweep(check(source), folder, workers)
    return load_results(folder, source.plugins).summary


def _judged(search: Search, rows: pd.DataFrame) -> Simulated:
    """What a setting came to from the start that it is judged by."""
    names = [str(name)[len("metric.") : -len(".mean")] for name in rows if str(name).endswith(".mean")]
    found = [
        Simulated(
            start=row["start"],
            mean={name: row[f"metric.{name}.mean"] for name in names},
            low={name: row[f"metric.{name}.ci_low"] for name in names},
            high={name: row[f"metric.{name}.ci_high"] for name in names},
        )
        for row in rows.to_dict("records")
    ]
    return outcome_of(search, found, lambda each: rank(search, each.mean))


def departures(search: Search, setting: Setting) -> list[str]:
    """Measures of a setting at which theory departs from its simulation, of those that the search is about."""
    if setting.simulated is None:
        return []
    return [name for name in [search.minimise, *search.subject_to] if _departs(setting, setting.simulated, name)]


def _departs(setting: Setting, simulated: Simulated, name: str) -> bool:
    """Whether theory lies further from the mean than its 95 % interval is wide: chance alone hardly ever does that."""
    expected, mean = setting.outcome.get(name, float("nan")), simulated.mean.get(name, float("nan"))
    if isnan(expected) or isnan(mean):
        return isnan(expected) != isnan(mean)
    width = simulated.high[name] - simulated.low[name]
    return abs(expected - mean) > width + 1e-9 * abs(mean)
