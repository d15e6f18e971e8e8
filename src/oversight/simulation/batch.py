"""Runs that are stepped together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import nan
from typing import Any

import numpy as np

from oversight.arrays import Column, Flags, FlagVector, Floats, Indices, Vector
from oversight.measures import Measure
from oversight.networks import Network
from oversight.policy import Policy
from oversight.response.posed import reviewed, stated_rows
from oversight.scenario import Entry, Experiment, Start
from oversight.scenario.family import Family
from oversight.scenario.governed import kept
from oversight.scenario.reported import with_reports
from oversight.scenario.stacked import Scenarios, taken
from oversight.scenario.stacking import column, stack, structure
from oversight.welfare import Welfare


@dataclass(frozen=True)
class Run:
    """One run: a design point's experiment, a replicate, and a start.

    With `dynamics`, `near` holds misconduct rates the time near which is measured, `time_near.0` and so on. Where
    actors are copies, `edge` is the misconduct rate beyond which the time is, NaN where there is none.
    """

    experiment: Experiment
    replicate: int
    start: Start
    near: tuple[float, ...] = ()
    edge: float = nan


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Runs of one structure. Numbers of `policy` and `population` are (runs, 1) arrays, (1, 1) where all runs agree."""

    policy: Policy
    population: tuple[Entry, ...]
    """The entries as files state them."""
    welfare: Welfare
    network: Network | None
    measures: tuple[Measure, ...]
    """Those that the experiment asks for, besides what every run has."""
    replicates: tuple[int, ...]
    violating_start: Flags
    periods: int
    burn_in: int
    seed: int
    window: int | None
    """Periods of the window that `dynamics` looks through, None where an experiment does not ask for them."""
    near: Floats
    """Misconduct rates the time near which is measured, (runs, rates), NaN where a run has fewer; and how near."""
    within: Column
    edge: Vector
    """The misconduct rate beyond which the time is measured where actors are copies, (runs,)."""
    kept: tuple[str, ...] = ()
    """Measures that are kept of every measured period."""
    governed: Scenarios | None = None
    """The scenarios as files say them, where a principal moves their policy."""

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The entries with all that their actors may do under the policy."""
        return tuple(with_reports(entry, self.policy) for entry in self.population)

    @property
    def copied(self) -> bool:
        """Whether actors are copies of one system."""
        return any(entry.copies for entry in self.population)

    @property
    def persistent(self) -> bool:
        """Whether some copies have a factor that stays for the whole run."""
        return any(entry.copies is not None and entry.copies.persistent for entry in self.population)

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.replicates)

    @cached_property
    def size(self) -> int:
        """Actors in each run."""
        return sum(entry.size for entry in self.population)

    @property
    def labels(self) -> list[str]:
        """Names of the population entries."""
        return [entry.label for entry in self.population]


def shape_of(experiment: Experiment) -> Any:
    """What two experiments must share for their runs to be stepped together."""
    policy = experiment.policy
    return (
        structure(policy.monitoring),
        structure(policy.detector),
        structure(policy.sanction),
        structure(policy.honeypots),
        structure(policy.witnesses),
        structure(policy.inspectors),
        structure(policy.market),
        structure(policy.payoffs),
        structure(policy.training),
        structure(experiment.population),
        structure(experiment.social_cost),
        structure(experiment.measures),
        structure(experiment.principal),
        experiment.keep,
        experiment.network,
        experiment.periods,
        experiment.burn_in,
        experiment.seed,
        experiment.dynamics and experiment.dynamics.window,
    )


def batch(runs: Sequence[Run]) -> Batch:
    """Stack runs of equal `shape_of`."""
    places: dict[int, int] = {}
    which = np.array([places.setdefault(id(run.experiment), len(places)) for run in runs])
    own = {id(run.experiment): run.experiment for run in runs}
    families = [Family(base=own[each], numbers={}, rows=1) for each in places]
    return batch_of(
        families,
        which,
        np.zeros_like(which),
        replicates=np.array([run.replicate for run in runs]),
        violating=np.array([run.start == "violating" for run in runs]),
        near=[run.near for run in runs],
        edge=np.array([run.edge for run in runs]),
    )


def batch_of(
    families: Sequence[Family[Experiment]],
    which: Indices,
    rows: Indices,
    *,
    replicates: Indices,
    violating: FlagVector,
    near: Sequence[tuple[float, ...]],
    edge: Vector,
) -> Batch:
    """Stack runs of design points that stand in families of equal `shape_of`.

    Args:
        families: all that the runs are of, and perhaps others.
        which: the family of each run.
        rows: its row there.
        replicates: which replicate it is.
        violating: whether it starts from a violating past.
        near: misconduct rates the time near which is measured.
        edge: the misconduct rate beyond which it is, of copies.
    """
    used, own = np.unique(which, return_inverse=True)
    bases = [families[place].base for place in used.tolist()]
    first, stated = bases[0], stated_rows(families, which, rows)
    stacked = reviewed(stated)
    measures = zip(*(base.measures for base in bases), strict=True)
    within = column([base.dynamics.near if base.dynamics else 0.0 for base in bases])
    return Batch(
        policy=stacked.policy,
        population=stacked.population,
        welfare=stacked.welfare,
        network=first.network,
        measures=tuple(taken(stack(same), own) for same in measures),
        replicates=tuple(replicates.tolist()),
        violating_start=violating.reshape(-1, 1),
        periods=first.periods,
        burn_in=first.burn_in,
        seed=first.seed,
        window=first.dynamics.window if first.dynamics else None,
        near=_padded(near),
        within=taken(within, own),
        edge=edge,
        kept=tuple(kept(first.keep, [stated.principal])),
        governed=stated if stated.principal else None,
    )


def _padded(rows: Sequence[tuple[float, ...]]) -> Floats:
    width = max(map(len, rows))
    return np.array([[*row, *[np.nan] * (width - len(row))] for row in rows]).reshape(len(rows), width)
