"""Replicates in rounds: which design points need more."""

from __future__ import annotations

import numpy as np

from oversight.arrays import Indices
from oversight.documents.schema import nearest
from oversight.documents.yaml_file import Path_
from oversight.errors import InputError
from oversight.scenario.replicates import Rounds, Until
from oversight.sweeps.design import Design
from oversight.sweeps.line import refine_of
from oversight.sweeps.moments import Moments, groups_of
from oversight.sweeps.plan import Plan
from oversight.sweeps.shard import Shards
from oversight.sweeps.store import Store


def until_of(design: Design) -> Until | None:
    """When a sweep's points have enough replicates; None where each gets the same number."""
    asked = design.source.experiment.replicates
    return asked.until if isinstance(asked, Rounds) else None


def first_plan(design: Design) -> Plan:
    """The runs that are known of before any is run."""
    experiment = design.source.experiment
    return Plan.of(len(design), experiment.least_replicates, len(experiment.starts), design.actor_periods)


def most_plan(design: Design) -> Plan:
    """All runs that there may be."""
    plan, until = first_plan(design), until_of(design)
    return Plan.of(plan.points, until.max, plan.starts, plan.actor_periods) if until else plan


def refuse_unknown_metric(design: Design) -> None:
    """Refuse to wait for a measure that no run has, or to refine by one.

    Raises:
        InputError: there is no such measure.
    """
    known = Shards(design, first_plan(design), None).metrics
    asked: dict[Path_, str] = {}
    if until := until_of(design):
        asked["replicates", "until", "metric"] = until.metric
    if (refine := refine_of(design)) and refine.by == "simulation":
        asked["sweep", "refine", "metric"] = refine.metric
    for where, metric in asked.items():
        if metric not in known:
            said = f"`{metric}` is no measure of this experiment"
            close = nearest(metric.removeprefix("metric.").removesuffix(".mean"), known)
            remedy = f"Did you mean `{close}`?" if close else f"There are {', '.join(known)}."
            raise InputError(design.source.document.problem(where, said, remedy))


class Need:
    """Which of the design points that were added last need more replicates, round by round: each is read once."""

    def __init__(self, design: Design):
        self._until = until_of(design)
        self._starts = design.source.experiment.starts
        self._moments = Moments(len(design) * len(self._starts), 1) if self._until else None

    def further(self, plan: Plan, store: Store) -> Plan | None:
        """The plan with another round; None where every point has enough. All runs of the last round are there.

        Raises:
            UnfinishedError: a part is not what was written.
        """
        until, moments = self._until, self._moments
        so_far = plan.rounds[-1].last
        if until is None or moments is None or so_far >= until.max:
            return None
        for part in store.tables(plan.last_shards):
            values = part[f"metric.{until.metric}"].to_numpy().astype(float)
            moments.add(groups_of(part, self._starts), values[:, None])
        # What no run has, such as false sanctions where all violate, more runs would not tell.
        half, n = moments.half_width()[:, 0], moments.n[:, 0]
        noisy = ((half > until.half_width) | (n == 1)).reshape(plan.points, len(self._starts)).any(axis=1)
        last = np.asarray(plan.rounds[-1].points)
        points: Indices = last[noisy[last]]
        return plan.further(points, min(until.max, 2 * so_far)) if len(points) else None
