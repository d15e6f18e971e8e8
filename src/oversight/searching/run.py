"""A search from its experiment to what it finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import isfinite, nan
from pathlib import Path

import numpy as np

from oversight.errors import InputError, Problem
from oversight.numerals import NO_BREAK
from oversight.scenario import Source
from oversight.searching.check import asked, held
from oversight.searching.confirm import confirmed, needs_runs
from oversight.searching.field import Field, best_of
from oversight.searching.found import Found, Neighbour
from oversight.searching.front import front, middle
from oversight.searching.judge import Judge
from oversight.searching.optimise import MOST_TIMES
from oversight.searching.prices import price
from oversight.searching.setting import Setting
from oversight.searching.trials import Trials
from oversight.searching.words import bound_text, lower, setting_text, words_of, written

_SAME = 1e-9
"""Of an objective: smaller differences are rounding."""
_STEP = 0.01
"""Of a lever's range, how far its neighbours lie where it takes any value."""
_MOST_STEPS = 100
"""From neighbour to neighbour."""


def search(
    source: Source,
    workers: int | None = None,
    *,
    against: bool = False,
    folder: Path | None = None,
    runs: Path | None = None,
    told: Callable[[int], None] = lambda tried: None,
) -> Found:
    """The best setting of the levers that an experiment's `search` names, or the worst population of its `against`.

    Args:
        source: the experiment.
        workers: processes that simulate; default one a core.
        against: ask for the worst population.
        folder: where evaluations are kept, so that the same search goes on; nowhere by default.
        runs: where the setting and its neighbours are simulated on fresh seeds; not at all by default. Where they
            depart from theory at the setting, or do better beside it, the search goes on by simulation.
        told: called with the number of settings tried, before each batch of more; what it raises ends the search.

    Raises:
        InputError: the search makes no sense, or nothing meets its bounds.
    """
    wanted = asked(source, against)
    found = _found(source, Field(source, wanted, workers, folder, told))
    if runs is None:
        return found
    found = confirmed(found, runs, workers)
    if not needs_runs(found):
        return found
    played = wanted.model_copy(update={"by": "simulation"})
    return confirmed(_from(found, Field(source, played, workers, folder, told)), runs / "again", workers)


def _found(source: Source, field: Field) -> Found:
    wanted = field.search
    held(source, wanted, field.trials(Judge.of(wanted)))
    judge = field.informed(Judge.of(wanted))
    if len(wanted.objectives) > 1:
        return _front(field, judge)
    trials = field.searched(judge)
    best = best_of(trials)
    if not best.outcome:
        raise InputError(source.document.problem((wanted.section,), f"{wanted.by} can judge none of its settings"))
    found = _settled(field, judge, trials, best)
    if not found.best.meets:
        raise InputError(_out_of_reach(judge, source, trials, found.best))
    if wanted.by == "simulation" or wanted.seeks_most:
        return found
    return replace(found, prices=[price(field, judge, name, found.best) for name in found.binding])


def _front(field: Field, judge: Judge) -> Found:
    efficient = front(field, judge)
    if not efficient:
        trials = field.trials(judge)
        raise InputError(_out_of_reach(judge, field.source, trials, best_of(trials)))
    best = middle(efficient, field.search.objectives)
    return _told(field, judge, best, [], front=efficient)


def _from(theory: Found, field: Field) -> Found:
    """A search by simulation that begins where theory ended: from setting to neighbour, while that is better."""
    judge = theory.judge.by(field.search)
    trials = field.trials(judge)
    for each in [theory.best, *(neighbour.setting for neighbour in theory.neighbours)]:
        trials[each.branch].of([tuple(each.point.values())], MOST_TIMES)
    field.how.append("from what theory recommends to the better neighbour, until none is better")
    found = _settled(field, judge, trials, best_of([each for each in trials if each.settings]))
    if not found.best.meets:
        raise InputError(_out_of_reach(judge, field.source, trials, found.best))
    return replace(found, before=theory)


def _settled(field: Field, judge: Judge, trials: Sequence[Trials], best: Setting) -> Found:
    """A setting with its neighbours, none of which is better: while one is, it takes the place of the setting.

    So does the best of all others where equilibria touch at the setting.
    """
    around: list[Neighbour] = []
    for _ in range(_MOST_STEPS):
        around = _neighbours(trials[best.branch], best)
        least = min([best, *(each.setting for each in around)], key=lambda setting: setting.rank)
        if least.rank < best.rank and not (
            least.excess == best.excess and best.objective - least.objective <= _SAME * abs(best.objective)
        ):
            best = least
        elif trials[best.branch].is_upset(best):
            best = best_of([each for each in trials if each.settings])
        else:
            break
    others = [
        Neighbour(moved=list(each.branch.chosen), setting=each.best)
        for each in trials
        if each.number != best.branch and each.settings and isfinite(each.best.excess)
    ]
    return _told(field, judge, best, [*around, *others])


def _neighbours(trials: Trials, best: Setting) -> list[Neighbour]:
    """One step along each lever, either way, within its bounds."""
    here, found = trials.where(best), []
    times = MOST_TIMES if trials.evaluations.by == "simulation" else 1
    for place, dimension in enumerate(trials.branch.dimensions):
        step = _STEP if dimension.size is None else 1.0
        for moved in (here[place] - step, here[place] + step):
            there = here.copy()
            there[place] = np.clip(moved, 0.0, dimension.top)
            (setting,) = trials(there[None], times)
            if setting.point != best.point:
                found.append(Neighbour(moved=[dimension.path], setting=setting))
    return found


def _told(
    field: Field, judge: Judge, best: Setting, neighbours: Sequence[Neighbour], front: Sequence[Setting] = ()
) -> Found:
    return Found(
        source=field.source,
        search=field.search,
        judge=judge,
        branches=field.branches,
        worlds=field.worlds,
        best=best,
        neighbours=neighbours,
        front=front,
        tried=field.tried,
        how=field.how,
    )


def _out_of_reach(judge: Judge, source: Source, trials: Sequence[Trials], best: Setting) -> Problem:
    """What nothing meets, and what comes nearest."""
    tried = [setting for each in trials for setting in each.settings if setting.outcome]
    alone = [
        name for name in judge.bounds if all(judge.excess(name, each.outcome.get(name, nan)) > 0 for each in tried)
    ]
    values = {**trials[best.branch].branch.chosen, **best.point}
    where = (judge.search.section, "subject_to", *alone[:1])
    bounds = " and ".join(bound_text(source.experiment, name, judge.bounds[name]) for name in alone or judge.bounds)
    came = {name: best.outcome.get(name, nan) for name in alone or judge.bounds}
    nearest = ", ".join(
        f"{lower(words_of(source.experiment, name).title)} {written(source.experiment, name, value)}"
        for name, value in came.items()
    )
    message = f"no setting of these levers keeps {bounds}{'' if alone else ' at once'}"
    remedy = f"The nearest has {nearest}, at {setting_text(values)}."
    return source.document.problem(where, message.replace(NO_BREAK, " "), remedy.replace(NO_BREAK, " "))
