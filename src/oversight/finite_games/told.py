"""What theory says of a game, as text and as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import isnan
from typing import TYPE_CHECKING, Any

from oversight.finite_games.game import Game, Solved
from oversight.measures import Words
from oversight.measures.words import words_in

if TYPE_CHECKING:
    import pandas as pd

CERTIFIED = {
    True: "Certified: held against every deviation by other code.",
    False: "Not certified: a deviation gains something.",
    None: "Not certified: there are too many deviations to try, or choices err.",
}
"""By what `certified` of a solution is."""


@dataclass(frozen=True)
class Answered:
    """The solution of a game of a kind."""

    kind: type[Game]
    solution: Solved
    fault: str = ""

    @property
    def equilibria(self) -> list[Mapping[str, float]]:
        """Measures of each, `main` rising."""
        return sorted(self.solution.equilibria, key=lambda each: each[self.kind.main])

    @property
    def not_covered(self) -> str:
        """Why there is no theory; empty where there is."""
        return self.solution.not_covered

    def to_data(self) -> dict[str, Any]:
        """Plain data: a missing number is NaN."""
        return {**asdict(self.solution), "equilibria": self.equilibria, "not_covered": self.not_covered or None}

    def to_frame(self) -> pd.DataFrame:
        """A row an equilibrium."""
        import pandas as pd

        return pd.DataFrame(self.equilibria)

    def __str__(self) -> str:
        """A few lines for a terminal."""
        if self.not_covered:
            return f"Theory does not cover this. {self.not_covered}"
        found, solution = self.equilibria, self.solution
        lines = ["Equilibria:" if solution.complete else "Equilibria, and there may be others:"] if found else []
        lines += [f"  {', '.join(self._measure(*item) for item in each.items())}" for each in found]
        lines += [f"  {CERTIFIED[solution.certified]}"] if found else []
        known = {name: value for name, value in solution.facts.items() if not isnan(value)}
        lines += [
            f"{_title(self.kind.facts, name)}: {_number(self.kind.facts, name, value)}" for name, value in known.items()
        ]
        return "\n".join([*lines, *solution.witness])

    def _measure(self, name: str, value: float) -> str:
        title = _title(self.kind.words, name)
        return f"{title[:1].lower()}{title[1:]} {_number(self.kind.words, name, value)}"


def _title(known: Mapping[str, Words], name: str) -> str:
    words = words_in(known, name)
    return words.title if words else name


def _number(known: Mapping[str, Words], name: str, value: float) -> str:
    words = words_in(known, name)
    if isnan(value):
        return "-"
    return f"{value:.4%}" if words and words.percent else f"{value:.6g}"
