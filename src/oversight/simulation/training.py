"""What trained values make of the things that the members of a running batch may do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oversight.arrays import Choices, Floats, arrayed, columns_of, present
from oversight.policy import Training
from oversight.simulation.population import Group, joined


class Loaded:
    """Says what each act is worth to members beside what it earns."""

    def __init__(self, training: Training, groups: Sequence[Group]):
        self.groups = groups
        self._worth = {
            group.columns.start: [arrayed(worth) for worth in present(group.entry.felt(training)).acts]
            for group in groups
        }

    def worth(self, group: Group, place: int, inside: slice) -> Floats:
        """What the act at a place is worth to some of a group's members, beyond complying."""
        return columns_of(self._worth[group.columns.start][place], inside)

    def laid(self, choice: Choices | None) -> Floats:
        """What each one's act is worth to it, (runs, population): of options the one taken, or else the first."""
        return present(joined([self._of_group(group, choice) for group in self.groups], self.groups))

    def _of_group(self, group: Group, choice: Choices | None) -> Floats:
        taken, *others = self._worth[group.columns.start]
        if choice is not None:
            for place, other in enumerate(others, start=2):
                taken = np.where(choice[:, group.columns] == place, other, taken)
        return taken
