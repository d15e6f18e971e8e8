"""Experiments as the questions that a large population answers: stacked, and leaders committed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from oversight.arrays import Indices
from oversight.response.bribery import as_paid
from oversight.response.leadership import committed
from oversight.scenario import Experiment
from oversight.scenario.family import Family
from oversight.scenario.stacked import Scenarios, scenarios
from oversight.scenario.stacking import column


def posed(experiments: Sequence[Experiment]) -> Scenarios:
    """Stack experiments of equal `structure_of`, an overseer that leads replaced by the audits that it commits to."""
    return _reviewed(scenarios([committed(experiment) for experiment in experiments]))


def posed_rows(families: Sequence[Family[Experiment]], which: Indices, rows: Indices) -> Scenarios:
    """Stack rows of families of equal `structure_of`: `which` is the family of each, `rows` its row there."""
    used, which = np.unique(which, return_inverse=True)
    mine = [families[place] for place in used.tolist()]
    if any(committed(each.base) is not each.base for each in mine):
        pairs, every = np.unique(np.column_stack([which, rows]), axis=0, return_inverse=True)
        return posed([mine[place].experiment(row) for place, row in pairs.tolist()]).take(every)
    stacked = scenarios([each.base for each in mine])
    stacked = stacked.take(which) if len(mine) > 1 else replace(stacked, rows=len(rows))
    for path in dict.fromkeys(path for each in mine for path in each.numbers):
        values = np.empty(len(rows))
        for place, each in enumerate(mine):
            here = which == place
            values[here] = each.values(path, rows[here])
        stacked = stacked.with_number(path, column(values))
    return _reviewed(stacked)


def _reviewed(stacked: Scenarios) -> Scenarios:
    """The scenarios with one detector in the place of each panel of reviewers, and what bribes leave of a policy."""
    policy = stacked.policy
    detector = policy.detector.as_one()
    if detector is not policy.detector:
        policy = policy.model_copy(update={"detector": detector})
    policy = as_paid(policy)
    return stacked if policy is stacked.policy else replace(stacked, policy=policy)
