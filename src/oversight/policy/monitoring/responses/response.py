"""The response seam: how a strategic overseer's inspections follow what inspecting pays."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from oversight.arrays import Column, Floats, Number
from oversight.policy.chances import Stance
from oversight.quantities import Section


class Response(Section):
    """A rule for one overseer: from the net benefit of an inspection to the probability that it looks.

    A kind writes `begins` and `follows`. A `Stance` is here that of one overseer; its rate is of shape (runs, 1).
    Theory covers a kind that maximises, or says where it rests, in `rests_at`.
    """

    gradual: ClassVar[bool] = False
    """Whether `adjustment` slows the rule down."""
    maximises: ClassVar[bool] = False
    """Whether it rests only where no other rate would earn more."""
    jumps: ClassVar[bool] = False
    """Whether the next rate jumps where the overseer is indifferent."""
    leads: ClassVar[bool] = False
    """Whether the overseer commits to a rate instead of responding."""
    copies: ClassVar[bool] = False
    """Whether overseers copy one another, by `copied`, in the place of `follows`."""
    keeps: ClassVar[bool] = False
    """Whether the stance has a private part."""
    memoryless: ClassVar[bool] = False
    """Whether the private part, if any, follows from the rate, by `kept`."""

    @property
    def turns(self) -> int:
        """Revisions that are made one at a time in a period, of a kind that `copies`; 0: all at once."""
        return 0

    @abstractmethod
    def begins(self, benefit: Column) -> Stance:
        """The stance in the period before the first, whose net benefit is `benefit`."""

    @abstractmethod
    def follows(self, stance: Stance, benefit: Column, adjustment: Number) -> Stance:
        """The stance after a period in which it was `stance` and an inspection was worth `benefit`."""

    def rests_at(self, benefit: Column) -> Column | None:
        """The rate it comes to if an inspection is worth `benefit` for ever, of a kind that does not maximise.

        None of one that does not say.
        """
        return None

    def kept(self, rate: Column) -> Any:
        """The private part of an overseer that rests at `rate`, of a `memoryless` kind."""
        return None

    def copied(self, rate: Column, size: int, worth: Column, draw: Floats) -> Column:
        """The share of `size` overseers that inspect after a period in which `rate` did, of a kind that `copies`.

        An inspection was `worth` that share of the largest payoff difference; `draw` is (runs, size).
        """
        raise AssertionError("this response does not copy")
