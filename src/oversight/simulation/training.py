"""Trained values in a running batch: what they make of what there is to do, and what comes of that."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from oversight.actors import Actor, Situation
from oversight.actors.choice import Manner
from oversight.arrays import Choices, Column, Flags, Floats, arrayed, columns_of, count, present, spread, total
from oversight.distributions import Noise
from oversight.measures.totals import NONE
from oversight.policy import Training
from oversight.policy.training import Drift
from oversight.response.divergence import nats
from oversight.scenario.levels import Done
from oversight.simulation.population import Group, joined
from oversight.simulation.streams import Draws, Purpose


class Loaded:
    """Says what each act is worth to members beside what it earns, in every period."""

    def __init__(
        self,
        training: Training,
        groups: Sequence[Group],
        shape: tuple[int, int],
        draws: Callable[[Purpose, Noise, int], Draws | None],
    ):
        self.training = training
        self.groups = groups
        self.inside: Flags | None = None
        """Whose opportunity is like those of training, (runs, population); None where all are."""
        self._coverage = draws(Purpose.COVERAGE, "uniform", shape[1] * training.partial)
        walks = training.drift is not None and training.drift.walk is not None
        width = 1 if training.drift and training.drift.shared else shape[1]
        self._steps = draws(Purpose.DRIFT, "normal", len(training.weights) * width * walks)
        self.weights: dict[str, Floats] = {name: arrayed(weight) for name, weight in training.weights.items()}
        self._load()
        self._nats = np.zeros(shape)

    def resume(self, before: Loaded) -> None:
        """Go on with weights that have drifted already."""
        self.weights = before.weights
        self._load()

    def _load(self) -> None:
        """Work out what acts are worth at the weights as they are."""
        self._felt = {group.columns.start: self._felt_by(group) for group in self.groups}

    def _felt_by(self, group: Group) -> list[Floats]:
        own = {name: columns_of(weight, group.columns) for name, weight in self.weights.items()}
        return [arrayed(worth) for worth in present(group.entry.felt(self.training.loading(own))).acts]

    def _drift(self, drift: Drift) -> None:
        """Move the weights from one period to the next."""
        if drift.decay is not None:
            self.weights = {name: weight * (1 - drift.decay) for name, weight in self.weights.items()}
        if self._steps is not None:
            # By name, so that the order in a file does not matter.
            steps = np.split(self._steps.next(), len(self.weights), axis=1)
            size = present(drift.walk)
            for name, step in zip(sorted(self.weights), steps, strict=True):
                self.weights[name] = self.weights[name] + size * step

    def begin(self, period: int) -> Column:
        """Draw a period's opportunities, and move the weights; what certifications cost before it, (runs, 1)."""
        training, cost = self.training, NONE
        if training.drift is not None:
            self._drift(training.drift)
        if training.recertify is not None and training.recertify.falls_on(period):
            cost = arrayed(training.recertify.cost) * self._nats.shape[1]
        if training.drift is not None:
            if period == 0 or cost is not NONE:
                self.weights = {name: arrayed(weight) for name, weight in training.weights.items()}
            self._load()
        if self._coverage is not None:
            self.inside = spread(self._coverage.next() < training.coverage, self._nats.shape)
        return cost

    def worth(self, group: Group, place: int, mine: slice) -> Floats:
        """What the act at a place is worth to some members of a group, beyond complying."""
        felt = self._felt[group.columns.start][place]
        return felt if self.inside is None else felt * self.inside[:, mine]

    def laid(self, choice: Choices | None) -> Floats:
        """What each one's act is worth to it, (runs, population): of options the one taken, or else the first."""
        return present(joined([self._of_group(group, choice) for group in self.groups], self.groups))

    def _of_group(self, group: Group, choice: Choices | None) -> Floats:
        taken, *others = (self.worth(group, place, group.columns) for place in range(len(group.entry.acts)))
        if choice is not None:
            for place, other in enumerate(others, start=2):
                taken = np.where(choice[:, group.columns] == place, other, taken)
        return taken

    def move(self, group: Group, mine: slice, actor: Actor, asked: Sequence[Situation]) -> None:
        """Note how far values move the choice of some members, who know this of what they may do."""
        entry = group.entry
        places = [entry.only] if entry.manner is Manner.ONE else range(len(asked))
        felt = [self.worth(group, place, mine) for place in places]
        self._nats[:, mine] = nats(entry, actor, [asked[place] for place in places], felt)

    def nats(self, active: Flags | None) -> Column:
        """By which values move the choices of active actors, (runs, 1)."""
        everyone = np.ones((1, 1), dtype=bool)
        return total(self._nats, everyone if active is None else active)


def tallied(
    groups: Sequence[Group], taking: Choices | Flags, active: Flags | None, inside: Flags | None
) -> tuple[Done, Done]:
    """How often each act is done in opportunities like those of training, and in others.

    Args:
        groups: the population.
        taking: what each does, counted from 1; 0 of those who comply and of those who are not in play.
        active: who is in play; None where all are.
        inside: whose opportunity is like those of training; None where all are.
    """
    runs = len(taking)
    acts: tuple[list[Column], list[Column]] = ([], [])
    met: tuple[list[Column], list[Column]] = ([], [])
    for group in groups:
        mine = group.columns
        here = np.ones((runs, group.members), dtype=bool) if active is None else active[:, mine]
        like = np.ones((1, 1), dtype=bool) if inside is None else inside[:, mine]
        for sort, which in enumerate((here & like, here & ~like)):
            met[sort].append(count(np.ascontiguousarray(which)))
            for place in range(len(group.entry.acts)):
                acts[sort].append(count((taking[:, mine] == place + 1) & which))
    first, second = (Done(np.concatenate(a, axis=1), np.concatenate(m, axis=1)) for a, m in zip(acts, met, strict=True))
    return first, second
