"""Trained values in a running batch: what they make of what there is to do, and what comes of that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from oversight.actors import Actor, Situation
from oversight.actors.choice import Manner
from oversight.arrays import (
    Choices,
    Column,
    Flags,
    Floats,
    Table,
    arrayed,
    columns_of,
    count,
    present,
    spread,
    total,
    weighted,
)
from oversight.distributions import Noise
from oversight.measures.totals import NONE
from oversight.policy import Policy, Training
from oversight.policy.training import Drift
from oversight.response.aiming import aimed
from oversight.response.divergence import nats
from oversight.response.selection import given, selected
from oversight.response.share import Facing
from oversight.scenario.levels import Done
from oversight.simulation.population import Group, joined
from oversight.simulation.streams import Draws, Purpose

_Drawing = Callable[[Purpose, Noise, int], Draws | None]


class Loaded:
    """Says what each act is worth to members beside what it earns, in every period."""

    def __init__(
        self,
        training: Training,
        groups: Sequence[Group],
        shape: tuple[int, int],
        draws: _Drawing,
    ):
        self.aims = training if training.aims else None
        self.training = training.loading(dict.fromkeys(training.names, NONE)) if self.aims else training
        self.groups = groups
        self.inside: Flags | None = None
        """Whose opportunity is like those of training, (runs, population); None where all are."""
        self._coverage = draws(Purpose.COVERAGE, "uniform", shape[1] * training.partial)
        walks = training.drift is not None and training.drift.walk is not None
        width = 1 if training.drift and training.drift.shared else shape[1]
        self._steps = draws(Purpose.DRIFT, "normal", len(training.names) * width * walks)
        self.weights = self._trained()
        self._errors: dict[tuple[int, int, str], Floats] = {}
        self._noise = self._begin_errors(draws)
        self._load()
        self._nats = np.zeros(shape)

    def _begin_errors(self, draws: _Drawing) -> Draws | None:
        """Draw the errors that training makes in a run; the draws of those that it makes at each opportunity."""
        proxy = self.training.saw
        if proxy is None:
            return None
        width = sum(len(self._judged(group)) * self._wide(group) for group in self.groups)
        noise = draws(Purpose.PROXY, proxy.error.noise, width * (proxy.error.noise != "none"))
        if noise is None or proxy.drawn == "once":
            self._err(np.zeros((1, width)) if noise is None else noise.next())
        return noise if proxy.drawn == "each_opportunity" else None

    def _judged(self, group: Group) -> list[tuple[int, str]]:
        return group.entry.judged(self.training)

    def _wide(self, group: Group) -> int:
        """Errors of one score, for the whole of a group."""
        return group.members if self.training.errs_anew else 1

    def _err(self, noise: Floats) -> None:
        """Set the errors of all scores, by entry, act and value."""
        first, error = 0, present(self.training.saw).error
        for group in self.groups:
            for place, name in self._judged(group):
                width = self._wide(group)
                self._errors[group.columns.start, place, name] = error.values(noise[:, first : first + width])
                first += width

    def resume(self, before: Loaded) -> None:
        """Go on with weights that were trained already, and have drifted since."""
        self.training, self.weights = before.training, before.weights
        if self._noise is None and self._errors.keys() == before._errors.keys():
            self._errors = before._errors  # drawn once, for the whole run
        self._load()

    def train(self, policy: Policy, faced: Sequence[Facing]) -> None:
        """Find the weights of a period in which groups face this, where they are found anew in each."""
        if self.aims is None:
            return
        runs, size = self._nats.shape
        meetings = [(group.members / size, group.entry, own) for group, own in zip(self.groups, faced, strict=True)]
        self.training = aimed(self.aims, policy, meetings, runs)
        self.weights = self._trained()
        self._load()

    def _trained(self) -> dict[str, Floats]:
        return {name: arrayed(weight) for name, weight in self.training.loads.items()}

    def _load(self) -> None:
        """Work out what acts are worth at the weights as they are."""
        self._felt = {group.columns.start: self._felt_by(group) for group in self.groups}

    def _felt_by(self, group: Group) -> list[Floats]:
        own = {name: columns_of(weight, group.columns) for name, weight in self.weights.items()}
        felt = [arrayed(worth) for worth in present(group.entry.felt(self.training.loading(own))).acts]
        for place, name in self._judged(group) if self._errors else ():
            felt[place] = felt[place] + own[name] * self._errors[group.columns.start, place, name]
        return felt

    def _drift(self, drift: Drift) -> None:
        """Move the weights from one period to the next."""
        self.weights = {name: weight * (1 - drift.decay) for name, weight in self.weights.items()}
        if self._steps is not None:
            # By name, so that the order in a file does not matter.
            steps = np.split(self._steps.next(), len(self.weights), axis=1)
            size = present(drift.walk)
            for name, step in zip(sorted(self.weights), steps, strict=True):
                self.weights[name] = self.weights[name] + size * step

    def begin(self, period: int, triggered: Flags | None = None) -> Column:
        """Draw a period's opportunities, and move the weights; what certifications cost before it, (runs, 1).

        In runs that are `triggered`, (runs, 1), the weights are restored too, at whatever cost somebody else counts.
        """
        training, cost = self.training, NONE
        if training.drift is not None:
            self._drift(training.drift)
        if training.recertify is not None and training.recertify.falls_on(period):
            cost = arrayed(training.recertify.cost) * self._nats.shape[1]
        if training.drift is not None and (period == 0 or cost is not NONE):
            self.weights = self._trained()
        elif triggered is not None:
            trained = self._trained()
            self.weights = {name: np.where(triggered, trained[name], own) for name, own in self.weights.items()}
        if self._noise is not None:
            self._err(self._noise.next())
        if training.drift is not None or self._noise is not None:
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

    def selects(self, group: Group) -> bool:
        """Whether members give the best of several answers."""
        return self.training.answers is not None and group.entry.rule.weighs

    def select(self, group: Group, mine: slice, actor: Actor, asked: Sequence[Situation]) -> Choices | Flags:
        """What some members do who give the best of several answers, and know this of what they may do."""
        asked, felt = self._compared(group, mine, asked)
        chances, _ = selected(group.entry, actor, asked, felt, present(self.training.answers))
        return given(group.entry, chances, asked[0].draw)

    def move(self, group: Group, mine: slice, actor: Actor, asked: Sequence[Situation]) -> None:
        """Note how far values move the choice of some members, who know this of what they may do."""
        asked, felt = self._compared(group, mine, asked)
        self._nats[:, mine] = nats(group.entry, actor, asked, felt, self.training.answers)

    def _compared(self, group: Group, mine: slice, asked: Sequence[Situation]) -> tuple[list[Situation], list[Floats]]:
        """What members know of the acts that they compare, or of the one that they know, and what values make of it."""
        places = [group.entry.only] if group.entry.manner is Manner.ONE else range(len(asked))
        return [asked[place] for place in places], [self.worth(group, place, mine) for place in places]

    def nats(self, active: Flags | None) -> Column:
        """By which values move the choices of active actors, (runs, 1)."""
        everyone = np.ones((1, 1), dtype=bool)
        return total(self._nats, everyone if active is None else active)

    def sought(self) -> Table:
        """Weights of the values whose weights are found, means over all actors, (runs, values)."""
        everyone = np.ones((1, 1), dtype=bool)
        found = [self.weights[name] for name in self.training.sought]
        means = [total(weight, everyone) / weight.shape[1] for weight in found]
        return np.concatenate(np.broadcast_arrays(*means), axis=1) if means else np.zeros((1, 0))

    def errors(self, taking: Choices | Flags, active: Flags | None) -> Table:
        """Sums of the errors in what is done in opportunities like those of training, (runs, values)."""
        found = np.zeros((len(taking), len(self.training.names)))
        if not self._errors:
            return found
        for group in self.groups:
            like = np.ones((1, 1), dtype=bool) if self.inside is None else self.inside[:, group.columns]
            like = like if active is None else like & active[:, group.columns]
            for place, name in self._judged(group):
                error = self._errors[group.columns.start, place, name]
                done = (taking[:, group.columns] == place + 1) & like
                at = list(self.training.names).index(name)
                found[:, at] += weighted(error, done, count(done))[:, 0]
        return found


@dataclass(frozen=True, slots=True)
class Tally:
    """What is done in a period, or in several, in opportunities like those of training, and in others."""

    inside: Done
    outside: Done
    errors: Table
    """Sums of the errors with which training saw what is done in the first, (runs, values), in the order of names."""
    weights: Table
    """Sums over periods of the weights that were found, (runs, values) or (1, values), in the order of names."""

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(
            self.inside.plus(other.inside),
            self.outside.plus(other.outside),
            self.errors + other.errors,
            self.weights + other.weights,
        )


def tallied(groups: Sequence[Group], taking: Choices | Flags, active: Flags | None, loaded: Loaded | None) -> Tally:
    """How often each act is done.

    Args:
        groups: the population.
        taking: what each does, counted from 1; 0 of those who comply and of those who are not in play.
        active: who is in play; None where all are.
        loaded: what is trained; None where nothing is.
    """
    runs, inside = len(taking), None if loaded is None else loaded.inside
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
    if loaded is None:
        return Tally(first, second, np.zeros((1, 1)), np.zeros((1, 0)))
    return Tally(first, second, loaded.errors(taking, active), loaded.sought())
