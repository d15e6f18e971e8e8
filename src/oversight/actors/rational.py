"""Becker's rational offender."""

from __future__ import annotations

from typing import ClassVar

from oversight.actors.actor import Actor
from oversight.actors.situation import Situation
from oversight.arrays import Floats


class Rational(Actor):
    """Risk neutral: violates iff g > p s. Becker, Journal of Political Economy 76 (1968) 169."""

    meaning: ClassVar[str] = "Violates if the gain exceeds the expected sanction (Becker 1968)."
    uses: ClassVar[frozenset[str]] = frozenset()
    monotone: ClassVar[bool] = True
    risk_neutral: ClassVar[bool] = True
    vectorised: ClassVar[bool] = True

    def advantage(self, now: Situation) -> Floats:
        return now.gain - now.expected_sanction
