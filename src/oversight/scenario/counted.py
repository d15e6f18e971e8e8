"""The measures that tell options apart, by the names that tables give them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from oversight.arrays import Column, Floats
from oversight.scenario.entry import Entry
from oversight.scenario.option import Option
from oversight.scenario.reported import VIOLATION, Reported


class Counted(NamedTuple):
    """An option, its entry's place, and the end of its measures' names.

    `acts` are the places among the acts of all entries that it has, reported or not.
    """

    option: Option
    entry: int
    acts: tuple[int, ...]
    suffix: str

    @property
    def rate(self) -> str:
        """The name of the measure of how often it is taken."""
        return f"{'misconduct_rate' if self.option.violation else 'share'}.{self.suffix}"

    @property
    def harm(self) -> str:
        """The name of the measure of the harm that it does."""
        return f"harm.{self.suffix}"

    def of(self, acts: Floats) -> Column:
        """The option's own of what all acts have, (rows, acts), as a column."""
        each = [acts[:, place : place + 1] for place in self.acts]
        return each[0] if len(each) == 1 else np.add.reduce(each)


def counted(population: Sequence[Entry]) -> list[Counted]:
    """Every option of every entry: `<option>`, or `<entry>.<option>` where there are several entries."""
    found, first = [], 0
    for place, entry in enumerate(population):
        for own, option in enumerate(entry.options):
            if isinstance(option, Reported) or option.name == VIOLATION:
                continue
            suffix = f"{entry.label}.{option.name}" if len(population) > 1 else option.name
            reports = [
                at for at, each in enumerate(entry.options) if isinstance(each, Reported) and each.original == own
            ]
            found.append(Counted(option, place, tuple(first + at for at in (own, *reports)), suffix))
        first += len(entry.acts)
    return found


def measures_of(population: Sequence[Entry]) -> list[str]:
    """The names of all of them."""
    options = counted(population)
    return [*(each.rate for each in options), *(each.harm for each in options)]
