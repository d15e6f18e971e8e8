"""Violators who report themselves."""

from __future__ import annotations

from typing import ClassVar

from oversight.quantities import Section, Share, quantity


class SelfReport(Section):
    """What is taken from a violator that reports itself: a share of the sanction for what it did.

    It is not inspected, and is sanctioned for sure: the sanction counts in its record and suspends it like any other.
    A violator reports where that is no dearer to it than to be silent (after Kaplow and Shavell 1994, Journal of
    Political Economy 102, 583).
    """

    meaning: ClassVar[str] = "A violator that reports itself pays a share of the sanction, and is not inspected."

    share: Share = quantity("Share of the sanction", "What one that reports itself pays of it.", "share")
    harm_averted: Share = quantity(
        "Harm averted by a report", "Share of a violation's harm that its report averts.", "share", default=0.0
    )
