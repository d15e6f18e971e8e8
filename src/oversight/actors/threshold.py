"""Actors who join in once enough others have."""

from __future__ import annotations

from typing import Any, ClassVar

from oversight.actors.actor import Actor
from oversight.actors.situation import Situation
from oversight.arrays import Flags


class Threshold(Actor):
    """Violates iff the share of its neighbours that did reaches its own threshold, whatever the policy; a tie acts.

    Granovetter, American Journal of Sociology 83 (1978) 1420. The threshold is a trait, drawn once for each actor:
    above 1 is never, 0 or less is always.
    """

    meaning: ClassVar[str] = "Violates once enough of its neighbours do (Granovetter 1978)."
    uses: ClassVar[frozenset[str]] = frozenset({"traits", "neighbours"})
    monotone: ClassVar[bool] = True
    weighs: ClassVar[bool] = False
    vectorised: ClassVar[bool] = True

    @classmethod
    def needs(cls, parameters: dict[str, Any]) -> tuple[str, ...]:
        return ("traits.threshold",)

    def violates(self, now: Situation) -> Flags:
        return now.neighbours >= now.traits.threshold
