"""Whether a search makes sense: it is there, its levers move something, and theory has its measures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oversight.caller import by_caller
from oversight.documents.paths import resolved
from oversight.documents.schema import nearest
from oversight.environments import environment_of
from oversight.errors import InputError, Problem
from oversight.scenario import Source
from oversight.scenario.search import Wanted
from oversight.searching.branches import Branch, branches
from oversight.searching.evaluations import Evaluations, Row
from oversight.searching.trials import Trials
from oversight.searching.worlds import worlds
from oversight.sweeps.sense import NOT_SWEPT

_NO_LEVERS = NOT_SWEPT | {"seed": "It is luck, which nobody sets."}


def asked(source: Source, against: bool = False) -> Wanted:
    """What the experiment's section `search`, or `against`, asks for.

    Raises:
        InputError: there is none, or it makes no sense, with one problem for each mistake.
    """
    search: Wanted | None = source.experiment.against if against else source.experiment.search
    if search is None:
        name, goal = ("against", "maximise") if against else ("search", "minimise")
        remedy = f"Add `{name}: {{levers: {{...}}, {goal}: social_cost}}`."
        raise InputError(source.document.problem((), f"has no section `{name}`", remedy))
    problem = source.document.problem
    found = [
        problem((search.section, "levers", path), "cannot be a lever", _NO_LEVERS[path.partition(".")[0]])
        for path in search.levers
        if path.partition(".")[0] in _NO_LEVERS
    ]
    levers = {resolved(source.document.data, path) for path in search.levers}
    found += [
        Problem("is a lever, so setting it would change nothing", path, by_caller("--set", "overrides"))
        for path in source.overrides
        if resolved(source.document.data, path) in levers
    ]
    ways = ["worst", "best", *environment_of(source.experiment).starts]
    if search.within not in ways:
        found.append(problem((search.section, "in"), f"`{search.within}` is none of {', '.join(ways)}"))
    if found:
        raise InputError(found)
    return search


def refuse_nonsense(source: Source) -> list[str]:
    """Refuse searches of an experiment that make no sense, as far as that can be told without theory or runs.

    Returns:
        The sections that ask for a search.

    Raises:
        InputError: with the problems of the first section that makes none.
    """
    found = []
    for section, against in (("search", False), ("against", True)):
        if getattr(source.experiment, section) is not None:
            search = asked(source, against)
            facts = worlds(search.uncertainty, source.experiment.seed)
            for branch in branches(source, search):
                Evaluations(search, branch, facts).refuse_forbidden(_corners(branch))
            found.append(section)
    return found


def _corners(branch: Branch) -> list[Row]:
    """All levers at their lowest values, and all at their highest."""
    lowest, highest = [], []
    for each in branch.dimensions:
        low, high = each.values(np.array([0.0, each.top]))
        lowest.append(low)
        highest.append(high)
    return [tuple(lowest), tuple(highest)]


def held(source: Source, search: Wanted, trials: Sequence[Trials]) -> None:
    """Try the ends of all levers, and refuse what cannot be judged there.

    Raises:
        InputError: the schema forbids a bound of a lever, nothing can judge them there, or there is no such measure.
    """
    ends = []
    for each in trials:
        corners = _corners(each.branch)
        each.evaluations.refuse_forbidden(corners)
        ends += each.of(corners)
    known = dict.fromkeys(name for setting in ends for name in setting.outcome)
    if not known:
        why = next((setting.note for setting in ends if setting.note), "no equilibrium and no cycle was found")
        remedy = "Runs may: write `by: simulation`." if search.by == "theory" else ""
        message = f"{search.by} cannot judge it: {why.rstrip('.')}"
        raise InputError(source.document.problem((search.section,), message, remedy))
    goal = "maximise" if search.seeks_most else "minimise"
    bounded = [((search.section, "subject_to", name), name) for name in search.subject_to]
    found = []
    for where, name in [*(((search.section, goal), name) for name in search.objectives), *bounded]:
        if name not in known:
            close = nearest(name, list(known))
            remedy = f"Did you mean `{close}`?" if close else f"There are {', '.join(known)}."
            found.append(source.document.problem(where, f"{search.by} has no measure `{name}` here", remedy))
    if found:
        raise InputError(found)
