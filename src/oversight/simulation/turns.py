"""Imitators that revise one at a time, actors and overseers in turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from oversight.arrays import Column, Vector, count, present
from oversight.distributions import Noise
from oversight.policy import Policy, State
from oversight.simulation.population import Group
from oversight.simulation.streams import Draws, Purpose

_LOOK = 64
"""Revisions between two looks at whether anyone could still change."""


@dataclass(slots=True)
class Payoffs:
    """What violating is worth beyond complying to a mean member, (runs, 1), and how that falls with inspections."""

    now: Column
    slope: Column


class Turns:
    """Plays the revisions of a period. Members of an entry are alike, so that the number of violators is its state.

    At each revision one member of every such entry, and one overseer, looks at another of its kind, and may copy it on
    payoffs at the shares as they stand: a birth and death chain with the chance i (n - i) / (n (n - 1)) of meeting one
    that does otherwise. Where an entry and the overseers have not as many revisions, the fewer are spread evenly.
    """

    def __init__(self, groups: Sequence[Group], policy: Policy, draws: Callable[[Purpose, Noise, int], Draws | None]):
        self.groups = [group for group in groups if _turns(group)]
        self.policy = policy
        overseer = policy.monitoring.overseer
        self.overseers, turns = 0, [_turns(group) for group in self.groups]
        if overseer and overseer.turns:
            self.overseers = overseer.overseer_draws
            turns.append(overseer.turns)
        self.length = max(turns, default=0)
        self.due = [
            [(step + 1) * many // self.length > step * many // self.length for many in turns]
            for step in range(self.length)
        ]
        self.draws = draws(Purpose.TURN, "uniform", self.length * len(turns))

    def play(self, last: State, payoffs: Sequence[Payoffs], largest: Column | None) -> Column | None:
        """Revise the groups' habits; returns the overseers' new rate, (runs, 1), None where they take no turns."""
        if self.draws is None:
            return None
        draws = np.ascontiguousarray(self.draws.next().T)
        runs = len(last.violations)
        violators = [count(present(group.habit))[:, 0] for group in self.groups]
        others = np.maximum(last.violations[:, 0] - sum(violators), 0.0)
        most = np.broadcast_to(present(largest), (runs, 1))[:, 0]
        worth = [
            tuple(np.broadcast_to(part, (runs, 1))[:, 0] / most for part in (payoff.now, payoff.slope))
            for payoff in payoffs
        ]
        looking = idle = gain = np.zeros(runs)
        overseer = self.policy.monitoring.overseer
        if self.overseers and overseer:
            looking = np.rint(present(last.rate)[:, 0] * self.overseers)
            ends = [overseer.net_benefit(np.full((1, 1), x), None, self.policy.detector) for x in (0.0, 1.0)]
            idle, all_violate = (np.broadcast_to(end, (runs, 1))[:, 0] / most for end in ends)
            gain = all_violate - idle
        before, place = looking, 0
        for step, due in enumerate(self.due):
            if step % _LOOK == 0 and self._settled(violators, looking):
                break
            rise = (looking - before) / max(self.overseers, 1)
            share = (others + sum(violators)) / last.size
            for index, group in enumerate(self.groups):
                if due[index]:
                    now, slope = worth[index]
                    violators[index] = _step(violators[index], group.members, now - slope * rise, draws[place])
                place += 1
            if self.overseers:
                if due[-1]:
                    looking = _step(looking, self.overseers, idle + gain * share, draws[place])
                place += 1
        for group, many in zip(self.groups, violators, strict=True):
            group.habit = np.arange(group.members) < many[:, None]
        return looking[:, None] / self.overseers if self.overseers else None

    def _settled(self, violators: Sequence[Vector], looking: Vector) -> bool:
        mixed = [many * (group.members - many) for group, many in zip(self.groups, violators, strict=True)]
        return not any(part.any() for part in [*mixed, looking * (self.overseers - looking)])


def _turns(group: Group) -> int:
    return group.entry.rule.turns(group.entry.rule_parameters())


def _step(many: Vector, size: int, worth: Vector, draw: Vector) -> Vector:
    """One revision among `size`, of whom `many` do what is `worth` that share of the largest difference more."""
    chance = many * (size - many) / max(size * (size - 1.0), 1.0) * worth
    return many + (draw < chance) - (draw < -chance)
