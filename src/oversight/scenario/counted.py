"""The measures that tell options apart, by the names that tables give them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from oversight.scenario.entry import Entry
from oversight.scenario.option import Option


class Counted(NamedTuple):
    """An option, its entry's place, its own place among the acts of all entries, and the end of its measures' names."""

    option: Option
    entry: int
    act: int
    suffix: str

    @property
    def rate(self) -> str:
        """The name of the measure of how often it is taken."""
        return f"{'misconduct_rate' if self.option.violation else 'share'}.{self.suffix}"

    @property
    def harm(self) -> str:
        """The name of the measure of the harm that it does."""
        return f"harm.{self.suffix}"


def counted(population: Sequence[Entry]) -> list[Counted]:
    """Every option of every entry: `<option>`, or `<entry>.<option>` where there are several entries."""
    found, act = [], 0
    for place, entry in enumerate(population):
        for own, option in enumerate(entry.options):
            suffix = f"{entry.label}.{option.name}" if len(population) > 1 else option.name
            found.append(Counted(option, place, act + own, suffix))
        act += len(entry.acts)
    return found


def measures_of(population: Sequence[Entry]) -> list[str]:
    """The names of all of them."""
    options = counted(population)
    return [*(each.rate for each in options), *(each.harm for each in options)]
