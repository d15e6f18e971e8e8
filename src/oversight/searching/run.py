"""A search from its experiment to what it finds."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan

import numpy as np

from oversight.errors import InputError, Problem
from oversight.numerals import NO_BREAK
from oversight.scenario import Source
from oversight.scenario.search import Search
from oversight.searching.branches import branches
from oversight.searching.check import asked, held, refuse_endless
from oversight.searching.found import Found, Neighbour
from oversight.searching.optimise import optimise
from oversight.searching.setting import Setting, excess_of
from oversight.searching.trials import Trials
from oversight.searching.words import bound_text, lower, setting_text, words_of, written

_SAME = 1e-9
"""Of an objective: smaller differences are rounding."""
_STEP = 0.01
"""Of a lever's range, how far its neighbours lie where it takes any value."""


def search(source: Source, workers: int | None = None) -> Found:
    """The best setting of the levers that an experiment's `search` names.

    Args:
        source: the experiment.
        workers: processes that simulate, where the search is by simulation; default one a core.

    Raises:
        InputError: the search makes no sense, or nothing meets its bounds.
    """
    wanted = asked(source)
    made = branches(source, wanted)
    trials = [Trials(wanted, number, branch, workers) for number, branch in enumerate(made)]
    refuse_endless(source, wanted, made)
    held(source, wanted, trials)
    how = [optimise(each, source.experiment.seed) for each in trials]
    best = min((each.best for each in trials), key=lambda setting: setting.rank)
    if not best.outcome:
        raise InputError(source.document.problem(("search",), f"{wanted.by} can judge none of its settings"))
    if not best.meets:
        raise InputError(_out_of_reach(source, wanted, trials, best))
    best, around = _settled(trials[best.branch], best)
    others = [
        Neighbour(moved=list(each.branch.chosen), setting=each.best)
        for each in trials
        if each.number != best.branch and isfinite(each.best.excess)
    ]
    return Found(
        source=source,
        search=wanted,
        branches=made,
        best=best,
        neighbours=[*around, *others],
        tried=sum(len(each.settings) for each in trials),
        how=list(dict.fromkeys(how)),
    )


def _settled(trials: Trials, best: Setting) -> tuple[Setting, list[Neighbour]]:
    """A setting with its neighbours, none of which is better: while one is, it takes the place of the setting."""
    while True:
        around = _neighbours(trials, best)
        least = min([best, *(each.setting for each in around)], key=lambda setting: setting.rank)
        if best.objective - least.objective <= _SAME * abs(best.objective):
            return best, around
        best = least


def _neighbours(trials: Trials, best: Setting) -> list[Neighbour]:
    """One step along each lever, either way, within its bounds."""
    here, found = trials.where(best), []
    for place, dimension in enumerate(trials.branch.dimensions):
        step = _STEP if dimension.size is None else 1.0
        for moved in (here[place] - step, here[place] + step):
            there = here.copy()
            there[place] = np.clip(moved, 0.0, dimension.top)
            (setting,) = trials(there[None])
            if setting.point != best.point:
                found.append(Neighbour(moved=[dimension.path], setting=setting))
    return found


def _out_of_reach(source: Source, search: Search, trials: Sequence[Trials], best: Setting) -> Problem:
    """What nothing meets, and what comes nearest."""
    tried = [setting for each in trials for setting in each.settings if setting.outcome]
    alone = [
        name
        for name in search.subject_to
        if all(excess_of(search, name, each.outcome.get(name, nan)) > 0 for each in tried)
    ]
    values = {**trials[best.branch].branch.chosen, **best.point}
    where = ("search", "subject_to", *alone[:1])
    bounds = " and ".join(
        bound_text(source.experiment, name, search.subject_to[name]) for name in alone or search.subject_to
    )
    came = {name: best.outcome.get(name, nan) for name in alone or search.subject_to}
    nearest = ", ".join(
        f"{lower(words_of(source.experiment, name).title)} {written(source.experiment, name, value)}"
        for name, value in came.items()
    )
    message = f"no setting of these levers keeps {bounds}{'' if alone else ' at once'}"
    remedy = f"The nearest has {nearest}, at {setting_text(values)}."
    return source.document.problem(where, message.replace(NO_BREAK, " "), remedy.replace(NO_BREAK, " "))
