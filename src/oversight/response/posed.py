"""Experiments as the questions that a large population answers: stacked, and leaders committed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from oversight.arrays import Column, Indices, present
from oversight.response.bribery import as_paid
from oversight.response.leadership import committed
from oversight.response.standing import trained
from oversight.scenario import Experiment
from oversight.scenario.family import Family
from oversight.scenario.stacked import Scenarios, scenarios, taken
from oversight.scenario.stacking import column


def posed(experiments: Sequence[Experiment]) -> Scenarios:
    """Stack experiments of equal `structure_of`, an overseer that leads replaced by the audits that it commits to."""
    return reviewed(scenarios([committed(experiment) for experiment in experiments]))


def posed_rows(families: Sequence[Family[Experiment]], which: Indices, rows: Indices) -> Scenarios:
    """Stack rows of families of equal `structure_of`: `which` is the family of each, `rows` its row there."""
    return reviewed(stated_rows(families, which, rows))


def stated_rows(families: Sequence[Family[Experiment]], which: Indices, rows: Indices) -> Scenarios:
    """The same as files say it, but for overseers that lead."""
    used, which = np.unique(which, return_inverse=True)
    mine = [families[place] for place in used.tolist()]
    if any(committed(each.base) is not each.base for each in mine):
        pairs, every = np.unique(np.column_stack([which, rows]), axis=0, return_inverse=True)
        return scenarios([committed(mine[place].experiment(row)) for place, row in pairs.tolist()]).take(every)
    stacked = scenarios([each.base for each in mine])
    stacked = stacked.take(which) if len(mine) > 1 else replace(stacked, rows=len(rows))
    for path in dict.fromkeys(path for each in mine for path in each.numbers):
        values = np.empty(len(rows))
        for place, each in enumerate(mine):
            here = which == place
            values[here] = each.values(path, rows[here])
        stacked = stacked.with_number(path, column(values))
    return stacked


def moved(stated: Scenarios, levers: Mapping[str, Column]) -> Scenarios:
    """Scenarios as files say them with these numbers of their policy, (rows, 1) each by path, as they are posed."""
    for path, value in levers.items():
        stated = stated.with_number(path, column(np.broadcast_to(value, (stated.rows, 1))[:, 0]))
    return reviewed(stated)


def reviewed(stacked: Scenarios) -> Scenarios:
    """The scenarios with one detector in the place of each panel, what bribes leave of a policy, and weights found.

    Weights that follow from what the population does, or from what it comes to expect, are left to be found.
    """
    policy = stacked.policy
    detector = policy.detector.as_one()
    if detector is not policy.detector:
        policy = policy.model_copy(update={"detector": detector})
    policy = as_paid(policy)
    stacked = stacked if policy is stacked.policy else replace(stacked, policy=policy)
    return _aimed(stacked) if policy.training and policy.training.aims and _stays(stacked) else stacked


def _aimed(stacked: Scenarios) -> Scenarios:
    """The scenarios with the weights that reach what training aims at, found once for those that are alike."""
    first, like = stacked.told_apart()
    found = present(trained(stacked.take(first), np.full((1, 1), np.nan)).policy.training)
    training = present(stacked.policy.training).loading(taken(dict(found.loads), like))
    return replace(stacked, policy=stacked.policy.model_copy(update={"training": training}))


def _stays(stacked: Scenarios) -> bool:
    """Whether what is trained is the same in every period, whatever the population does."""
    policy = stacked.policy
    training = present(policy.training)
    if not training.audited:
        return True
    beliefs = [entry.belief for entry in stacked.population]
    moves = any(belief.learns or belief.remembers or belief.adjusts for belief in beliefs)
    return not policy.monitoring.responsive and not (training.again and moves)
