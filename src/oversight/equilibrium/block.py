"""Scenarios that are solved together: rows of families of one structure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oversight.arrays import Indices
from oversight.response.posed import posed_rows
from oversight.scenario import Experiment
from oversight.scenario.family import Family
from oversight.scenario.stacked import Scenarios


@dataclass(frozen=True)
class Block:
    """Some rows of families: `which` is the family of each, `rows` its row there."""

    families: Sequence[Family[Experiment]]
    which: Indices
    rows: Indices

    @classmethod
    def of(cls, experiments: Sequence[Experiment]) -> Block:
        """Experiments as they are, a family each."""
        families = [Family(base=experiment, numbers={}, rows=1) for experiment in experiments]
        return cls(families, np.arange(len(families)), np.zeros(len(families), dtype=np.int64))

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def base(self) -> Experiment:
        """What all share where they have one structure; its numbers are those of one of them, or of none."""
        found: Experiment = self.families[self.which[0]].base
        return found

    def experiment(self, index: int) -> Experiment:
        """The experiment at a place."""
        found: Experiment = self.families[self.which[index]].experiment(int(self.rows[index]))
        return found

    def take(self, places: Indices) -> Block:
        """The scenarios at these places."""
        return Block(self.families, self.which[places], self.rows[places])

    def posed(self) -> Scenarios:
        """The scenarios as the questions that a large population answers."""
        return posed_rows(self.families, self.which, self.rows)

    def told_apart(self, parts: Sequence[str]) -> tuple[Indices, Indices]:
        """Places of scenarios that may differ in parts of an experiment, and which of them each scenario is like."""
        columns = [self.which]
        for path in dict.fromkeys(path for family in self.families for path in family.numbers):
            if path.partition(".")[0] in parts:
                values = np.empty(len(self))
                for place in np.unique(self.which).tolist():
                    family, mine = self.families[place], self.which == place
                    values[mine] = family.values(path, self.rows[mine]) if path in family.numbers else 0.0
                columns.append(np.unique(values, return_inverse=True)[1])
        _, first, like = np.unique(np.column_stack(columns), axis=0, return_index=True, return_inverse=True)
        return first, like.reshape(-1)
