"""The belief seam: what an actor believes about the chance that its own violation is caught."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from oversight.arrays import Column, Flags, Floats, Number, Values
from oversight.quantities import Section


@dataclass(slots=True)
class PublicHistory:
    """Sums over the last periods of what everyone can see, (runs, 1) each; (runs, members) of what each actor sees."""

    caught: Floats
    violations: Floats


class Belief(Section):
    """Maps what an actor has seen to a perceived detection probability.

    A kind writes `perceived`. State is an array that `begin` makes and `learn` replaces; all arrays broadcast to
    (runs, members). Theory covers a kind that says where it comes to rest, in `limit`; the certificate plays the belief
    itself to see whether it does.
    """

    reads_announced: ClassVar[bool] = True
    """Whether `perceived` depends on what is announced. Where nobody's does, it is not worked out."""

    of_neighbours: ClassVar[bool] = False
    """Whether what it remembers is of an actor's own neighbours, in an experiment with a network, and not of all."""

    @property
    def remembers(self) -> int:
        """Periods of public history that `perceived` is given; 0: none."""
        return 0

    @property
    def trusts(self) -> bool:
        """Whether what is announced is just what is believed, at every record."""
        return False

    @property
    def adjusts(self) -> bool:
        """Whether the state is the belief itself, which `perceived` alone moves towards what is announced."""
        return False

    def begin(self, shape: tuple[int, int]) -> Values | None:
        """State of actors of `shape` (runs, members) before the first period."""
        return None

    @abstractmethod
    def perceived(self, state: Values | None, announced: Floats, history: PublicHistory) -> Number:
        """The perceived detection probability at the start of a period; the history is None unless it `remembers`."""

    @property
    def learns(self) -> bool:
        """Whether it learns from the actors' own violations."""
        return type(self).learn is not Belief.learn

    def limit(self, delivered: Column) -> Number | None:
        """What is believed in the long run where a violation is sanctioned with probability `delivered`, (rows, 1).

        None where that is not known, or a matter of chance: theory then does not cover the belief.
        """
        return None

    def pooled(self, caught: Column, violations: Column) -> Column | None:
        """What is believed in a large population after these shares of it, summed over the periods remembered.

        None of a belief that does not say: theory then knows its equilibria, and not how they are reached.
        """
        return None

    def learn(self, state: Values | None, violated: Flags, caught: Flags) -> Values | None:
        """State after what became of the actors' own violations in a period.

        `state` itself may be what `perceived` returned, which is still to be read: it must not change.
        """
        return state
