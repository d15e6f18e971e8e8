"""The principal seam: who sets the policy while a run goes on, and by what it sees."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import model_validator

from oversight.arrays import Column, Flags, Floats, Number, Table
from oversight.documents.paths import value_at
from oversight.quantities import Citation, LocatedError, Section, quantity, reads

Settings = Mapping[str, Column]
"""What numbers of the policy are, (runs, 1), by dotted path (`policy.monitoring.rate`); NaN: as the file says."""
Key = tuple[str | int, ...]
"""Where a principal's own file section says something."""


@dataclass(slots=True, kw_only=True)
class Seen:
    """A period as it shows to a principal, (runs, 1) each. What nobody looked at it does not know."""

    active: Column
    """Actors in play."""
    inspections: Column
    found: Column
    """Inspected actors that were flagged, rightly or not."""
    reported: Column
    """Violations that were reported by those who committed them."""
    spent: Column
    """Cost of oversight, in money per actor."""
    apparent: Column
    """Misconduct as the inspections alone show it, corrected for the detector's errors; NaN where there were none."""
    truth: Column | None = None
    """The misconduct rate itself: None but for a principal that is `unreal`."""


class Principal(Section):
    """Sets numbers of the policy before each period. Its own numbers are (runs, 1) arrays.

    A kind writes `trials` and `sets`. What it remembers is an object that `begin` makes, and that `sets` and `sees` may
    change: nothing is kept on the kind itself.
    """

    unread: ClassVar[frozenset[str]] = frozenset({"sources"})

    kind: str
    sources: dict[str, Citation] = quantity(
        "Sources", "Dotted path of a number of the principal to its source.", default={}
    )

    @model_validator(mode="after")
    @reads("sources")
    def _sources_name_keys(self) -> Self:
        for path in self.sources:
            if value_at(self, path) is None:
                raise LocatedError(("sources", path), "names no number of this principal", remedy="Leave it out.")
        return self

    @property
    def unreal(self) -> bool:
        """Whether it knows what nobody can see: the misconduct rate itself."""
        return False

    @property
    def draws(self) -> int:
        """Uniform draws that it decides by, for each run and period."""
        return 0

    @property
    def starts(self) -> Sequence[int]:
        """The periods of one round at which its phases begin, from 0, where these are the same in every run."""
        return ()

    def phase(self, period: int) -> int:
        """The phase that a period is in, where there are phases."""
        return 0

    @abstractmethod
    def trials(self) -> Iterator[tuple[Key, Mapping[str, float]]]:
        """Settings that the policy must be able to take, and where the section says so: the ends of what it may set."""

    @property
    def levers(self) -> tuple[str, ...]:
        """Dotted paths of all numbers that it may set."""
        return tuple(dict.fromkeys(path for _, settings in self.trials() for path in settings))

    @property
    def always(self) -> tuple[str, ...]:
        """Those that it sets in every period, so that what the file says of them is never played."""
        return ()

    def begin(self, runs: int) -> Any:
        """What it remembers before the first period."""
        return None

    @abstractmethod
    def sets(self, memory: Any, period: int, draw: Floats | None) -> Settings:
        """The numbers of the policy in a period, those that stay as the file says left out or NaN.

        Args:
            memory: what it remembers.
            period: from 0.
            draw: (runs, draws) uniform draws, None where it makes none.
        """

    def sees(self, memory: Any, seen: Seen) -> None:
        """Learn from the period that was played under what it set last."""

    def cost(self, memory: Any) -> Number:
        """What it spends in the period beside what the policy costs, in money per actor."""
        return 0.0

    @property
    def profiles(self) -> Sequence[Mapping[str, float]]:
        """What it chooses among, each of which could have been left in force: numbers by path; empty of most kinds."""
        return ()

    def held_to(self, profile: Mapping[str, float]) -> Self:
        """The same principal, of a kind that has `profiles`, left with this one alone."""
        return self

    def losses(self, seen: Seen) -> Table:
        """What it is charged for each block, (runs, blocks), of one that has `profiles`, whoever sets the policy.

        `seen` are all periods at once, (runs, periods) each; a last block that is not whole is left out.
        """
        return np.zeros((len(seen.spent), 0))

    @property
    def counted(self) -> tuple[str, ...]:
        """Names of what it counts beside the measures that there are: keys of `LEVER` in `measures.built_in`."""
        return tuple(self.counts(self.begin(1)))

    def counts(self, memory: Any) -> Mapping[str, Column]:
        """What the last period comes to that only it knows, (runs, 1) each, by name; means over periods are kept."""
        return {}

    @property
    def restores(self) -> bool:
        """Whether it may have trained values restored."""
        return False

    def certifies(self, memory: Any) -> Flags | None:
        """Runs in which trained values that drifted are restored before the period, (runs, 1); None where none are."""
        return None

    def resets(self, memory: Any) -> bool:
        """Whether actors and overseers are set back to where the run began before the period, in all runs alike."""
        return False

    def manner(self, swept: Mapping[str, str]) -> str:
        """How it goes about it, for readers; `swept` are values of its keys that differ, in words."""
        return ""

    def told(self) -> str:
        """What it goes by, for readers."""
        return "the misconduct rate itself, which nobody can see (unreal)" if self.unreal else "what inspections find"
