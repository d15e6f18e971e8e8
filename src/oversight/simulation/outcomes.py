"""What comes of innocent acts by accident, and what outcomes pay, in a running batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from oversight.arrays import (
    NOBODY,
    Choices,
    Column,
    Flags,
    Floats,
    Number,
    arrayed,
    columns_of,
    count,
    present,
    weighted,
)
from oversight.policy import Chances, Outcomes, Policy, State
from oversight.scenario.errors import with_errors
from oversight.simulation.population import Group, joined
from oversight.simulation.streams import Draws


def error_rates(groups: Sequence[Group]) -> Floats | None:
    """The chance that an act which complies goes wrong, (runs or 1, population or 1); None where none can."""
    return joined([_error_rate(group) for group in groups], groups, default=0.0)


def _error_rate(group: Group) -> Floats | None:
    if group.entry.errors is None:
        return None
    rate = arrayed(group.entry.errors.rate)
    return np.broadcast_to(rate, (len(rate), group.members))


def erring_before(groups: Sequence[Group], violated: Sequence[Flags]) -> Column:
    """How many erred in the period before the first, as is to be expected of those who complied, (runs, 1)."""
    found = np.zeros((1, 1))
    for group, row in zip(groups, violated, strict=True):
        if group.entry.errors is not None:
            found = found + group.entry.errors.rate * (group.members - count(np.ascontiguousarray(row)))
    return found


class Accidents:
    """Which acts that comply go wrong in a period: `erring`, and the harm of each, (runs, population)."""

    def __init__(self, groups: Sequence[Group], rate: Floats, draw: Draws):
        self.groups = groups
        self.rate = rate
        self._draw = draw
        self.erring = NOBODY
        self._harm = np.zeros((1, 1))

    def flagged(self, chances: Chances) -> Chances:
        """`with_errors` at each actor's rate."""
        return with_errors(chances, self.rate)

    def happen(self, acting: Flags, active: Flags | None, harm: Floats) -> None:
        """Let some of those who are in play and do nothing else go wrong; `harm` is that of the opportunities."""
        erring = ~acting & (self._draw.next() < self.rate)
        self.erring = erring if active is None else erring & active
        each = [
            columns_of(harm, group.columns) * (0.0 if group.entry.errors is None else group.entry.errors.harm)
            for group in self.groups
        ]
        self._harm = present(joined(each, self.groups))

    def harm(self, caught: Flags, averted: Number, mine: slice = slice(None)) -> Column:
        """What errors cost others, net of the share `averted` of those `caught`; of all or some actors, (runs, 1)."""
        harm, erring = columns_of(self._harm, mine), self.erring[:, mine]
        done = weighted(harm, erring, count(erring))
        if np.any(averted):
            stopped = erring & caught[:, mine]
            done = done - averted * weighted(harm, stopped, count(stopped))
        return done


class Rewards:
    """What the payoffs of a policy are worth to actors when they decide."""

    def __init__(self, policy: Policy, groups: Sequence[Group], errors: Floats | None):
        self.policy = policy
        self.groups = groups
        self.errors = np.zeros((1, 1)) if errors is None else errors
        self.worth: dict[int, list[Floats]] = {}
        """Of each act of an entry, by its first column: what it adds to payoffs beyond complying, in money."""

    def expect(self, known: State, perceived: Mapping[int, Sequence[Floats]]) -> None:
        """Let members count on payoffs at last period's state, and at what they believe of a sanction for each act."""
        starts = [group.columns.start for group in self.groups]
        pairs = zip(starts, self.groups, strict=True)
        self.worth = {start: self.of_group(group, known, perceived[start]) for start, group in pairs}

    def of_group(self, group: Group, known: State, perceived: Sequence[Floats]) -> list[Floats]:
        """What each act is worth to members beyond complying."""
        entry, monitoring, plain = group.entry, self.policy.monitoring, self.policy.monitoring.chances(known)
        each = [monitoring.chances_of(known, act) if entry.options else plain for act in entry.acts]
        looks = [self._looks(group, look) for look in (*each, plain)]
        acts = list(zip(entry.acts, entry.wrong, strict=True))
        return self.policy.rewards(acts, looks, perceived, columns_of(self.errors, group.columns))

    def _looks(self, group: Group, looks: Chances) -> Chances:
        seen, hidden = self.policy.inspected(looks)
        return Chances(columns_of(arrayed(seen), group.columns), columns_of(arrayed(hidden), group.columns))

    def of(self, choice: Choices | None) -> Floats:
        """The same of the act that each takes, or of the first, side by side."""
        return present(joined([self._of_group(group, choice) for group in self.groups], self.groups))

    def _of_group(self, group: Group, choice: Choices | None) -> Floats:
        found, *others = self.worth[group.columns.start]
        for place, other in enumerate(others if choice is not None else (), start=2):
            found = np.where(present(choice)[:, group.columns] == place, other, found)
        return found


def largest_payoff_difference(outcomes: Outcomes, gain: Floats, sanction: Floats) -> Floats:
    """The most by which one actor that violates and one that complies may be paid apart, at these gains.

    Sanctions on who complied are left out, as where no outcome pays.
    """
    own, right, error = outcomes.violation, outcomes.right, outcomes.error
    violating = [gain + own.unseen, gain + own.passed, gain + own.flagged - sanction]
    complying = [getattr(each, look) for each in (right, error) for look in ("unseen", "passed", "flagged")]
    apart = np.broadcast_arrays(*(np.abs(one - other) for one in violating for other in complying))
    largest: Floats = np.maximum.reduce(apart)
    return largest


def pays(outcomes: Outcomes, done: Mapping[str, Flags], inspected: Flags, flagged: Flags) -> Floats:
    """What each actor, or whoever oversees it, gets for what was `done`, by its name in `outcomes`, in money."""
    looks = {"unseen": ~inspected, "passed": inspected & ~flagged, "flagged": flagged}
    found = np.zeros((1, 1))
    for name, whose in done.items():
        for look, how in looks.items():
            amount = getattr(getattr(outcomes, name), look)
            if np.any(amount):
                found = found + amount * (whose & how)
    return found
