"""Efficient settings for several objectives: none is less in one without being more in another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from math import isnan

import numpy as np

from oversight.arrays import Table
from oversight.scenario.search import Bound
from oversight.searching.field import Field, best_of
from oversight.searching.judge import Judge
from oversight.searching.setting import Setting

_LEVELS = 24
"""Bounds of the other objectives for which the first is made least, all together."""
MOST_SHOWN = 25
_SAME = 1e-6
"""Of an objective's range on the front: smaller differences are none."""


def front(field: Field, judge: Judge) -> list[Setting]:
    """The Pareto front of the search's objectives, by the first of them; empty where nothing meets the bounds.

    By the epsilon-constraint method (Haimes, Lasdon and Wismer 1971): each objective is made least by itself, and then
    the first of them with bounds on the others, from the least that they came to on to the most. It needs no convexity,
    and so finds what lies in the dents of a front too. All that was tried on the way may be on the front.
    """
    objectives = field.search.objectives
    ends = [best_of(field.searched(replace(judge, objective=name))) for name in objectives]
    if not all(setting.meets for setting in ends):
        return []
    for bounds in _bounds(judge, objectives, ends):
        field.near(judge.bounded(bounds))
    everywhere = [setting for trials in field.trials(judge) for setting in trials.settings if setting.meets]
    return spread_out(efficient(everywhere, objectives), objectives)


def _bounds(judge: Judge, objectives: Sequence[str], ends: Sequence[Setting]) -> Iterator[Mapping[str, Bound]]:
    """Bounds of all objectives but the first, evenly from the least to the most that they come to at the ends."""
    others = objectives[1:]
    steps = round(_LEVELS ** (1 / len(others))) + 1
    levels = []
    for name in others:
        # An end of another objective may lack this one, as false sanctions where nobody complies.
        values = [setting.outcome[name] for setting in ends if not isnan(setting.outcome[name])]
        levels.append(np.linspace(min(values), max(values), steps)[:-1].tolist())
    for at in product(*levels):
        yield {name: _within(judge.bounds.get(name), value) for name, value in zip(others, at, strict=True)}


def _within(bound: Bound | None, at_most: float) -> Bound:
    """A bound that is at least as tight as another."""
    if bound is None:
        return Bound(at_most=at_most)
    return bound.model_copy(update={"at_most": at_most if bound.at_most is None else min(at_most, bound.at_most)})


def efficient(settings: Sequence[Setting], objectives: Sequence[str]) -> list[Setting]:
    """Those of the settings that no other one dominates, by their first objective; of equal ones the first.

    Differences of a millionth of an objective's range on the front count as none.
    """
    values = np.array([[setting.outcome[name] for name in objectives] for setting in settings])
    known = ~np.isnan(values).any(axis=1)
    settings, values = [setting for setting, fine in zip(settings, known, strict=True) if fine], values[known]
    if not len(values):
        return []
    ideal, nadir = values.min(axis=0), values[values.argmin(axis=0)].max(axis=0)
    # Where one setting has the least of everything, the front has no range.
    spread = np.where(nadir > ideal, nadir - ideal, np.ptp(values, axis=0))
    cells = np.round((values - ideal) / np.where(spread > 0, spread * _SAME, 1.0))
    order = np.lexsort(cells.T[::-1])
    found: list[int] = []
    for place in order.tolist():
        if not np.any(np.all(cells[found] <= cells[place], axis=1)):
            found.append(place)
    return [settings[place] for place in found]


def spread_out(settings: Sequence[Setting], objectives: Sequence[str]) -> list[Setting]:
    """As many of a front's settings as anyone reads, in their order: its ends, then the one furthest from all taken."""
    values = _scaled(settings, objectives)
    if len(settings) <= MOST_SHOWN:
        return list(settings)
    taken = list(dict.fromkeys(values.argmin(axis=0).tolist()))
    nearest = np.min(np.linalg.norm(values[:, None] - values[taken], axis=2), axis=1)
    while len(taken) < MOST_SHOWN:
        taken.append(int(np.argmax(nearest)))
        nearest = np.minimum(nearest, np.linalg.norm(values - values[taken[-1]], axis=1))
    return [settings[place] for place in sorted(taken)]


def middle(settings: Sequence[Setting], objectives: Sequence[str]) -> Setting:
    """The setting of a front that is nearest to having the least of everything, by the objectives' ranges there.

    Zeleny (1973), compromise programming with the Euclidean distance.
    """
    return settings[int(np.argmin(np.linalg.norm(_scaled(settings, objectives), axis=1)))]


def _scaled(settings: Sequence[Setting], objectives: Sequence[str]) -> Table:
    """The objectives of settings as shares of their ranges, (settings, objectives)."""
    values: Table = np.array([[setting.outcome[name] for name in objectives] for setting in settings])
    spread = np.ptp(values, axis=0)
    return (values - values.min(axis=0)) / np.where(spread > 0, spread, 1.0)
