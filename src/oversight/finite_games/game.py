"""The game seam: what an experiment with `game` may be put to."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from oversight.finite_games.chance import Chance
from oversight.finite_games.scene import Scene
from oversight.measures import Words
from oversight.quantities import Section


@dataclass(frozen=True, kw_only=True)
class Played:
    """What a run came to."""

    measures: Mapping[str, float]
    """By name, one number a run; NaN where a run has none. Names that `words` has not are parts: `regret.first`."""
    rounds: Sequence[Mapping[str, float]] = ()
    """The same of each round, where a game has rounds: fewer measures will do.

    Where the game has a `scene`, `chosen.1` and `utility.1` of its first player, the chance to be chosen and what it
    gets, and so on.
    """


@dataclass(frozen=True, kw_only=True)
class Solved:
    """What theory says of a game."""

    equilibria: Sequence[Mapping[str, float]] = ()
    """Measures of each, those by which they differ at least, `main` among them."""
    complete: bool = True
    """Whether these are all."""
    facts: Mapping[str, float] = field(default_factory=dict)
    """Further numbers, by the names that `facts` of the kind gives words."""
    witness: Sequence[str] = ()
    """Sentences of what bears the numbers out: weights, profiles, deviations that were tried."""
    certified: bool | None = None
    """Whether every equilibrium was held against all deviations, one by one; None where it was not tried."""
    not_covered: str = ""
    """Why there is no theory of it."""


class Game(Section):
    """Players, what they may do, and what that is worth to them. Its keys are those of `game` in a file.

    Whole numbers, words and lists are part of a game's shape; numbers may differ between runs that are played together,
    which a game need not know of: it plays one run at a time.
    """

    kind: str
    main: ClassVar[str]
    """The measure that a report begins with."""
    subject: ClassVar[str]
    """What it measures, in the middle of a sentence."""
    ranked: ClassVar[tuple[str, ...]]
    """Measures that design points are compared by: what is to be low first, then ties, then what is shown beside."""
    price: ClassVar[str] = ""
    """Which of `ranked` is spent to keep `main` low; empty where nothing is."""
    words: ClassVar[Mapping[str, Words]]
    """The measures of every run, in the order of tables."""
    series: ClassVar[tuple[str, ...]] = ()
    """Those of the measures that every round of a run has."""
    levels: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """By a measure of `series`, those of `words` that figures of its rounds draw as level lines beside it: bounds."""
    facts: ClassVar[Mapping[str, Words]] = {}
    """Further numbers of theory."""
    starts: ClassVar[Mapping[str, str]] = {"only": "from its beginning"}
    """Where runs may start, as the end of a sentence: each replicate is run from all of them."""
    caveat: ClassVar[str] = (
        "These numbers follow from the game and what is assumed of it. They show what its incentives come to; they "
        "do not predict what any real system or firm will do."
    )

    @property
    def work(self) -> int:
        """What a run takes, in periods of one actor; a core plays about forty million of them in a second."""
        return 1_000

    @property
    def horizon(self) -> str:
        """How long a run is, in words; empty where it is over at once."""
        return ""

    @abstractmethod
    def play(self, chance: Chance, start: str) -> Played:
        """One run from a start. It has a number for every measure in `words`."""

    def scene(self, chance: Chance) -> Scene | None:
        """Where the players of a run stand; None where a game has no such picture."""
        return None

    def solved(self) -> Solved:
        """Its equilibria, without chance."""
        return Solved(not_covered="There is no theory of this game.")
