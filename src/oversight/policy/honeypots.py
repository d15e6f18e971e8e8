"""Planted opportunities."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from oversight.quantities import Money, Real, Section, quantity


class Honeypots(Section):
    """Opportunities that are planted to see who takes them: they do no harm, and all of them are inspected.

    Actors cannot tell them from real ones, except by a `signal` of the inspection.
    """

    meaning: ClassVar[str] = "Some opportunities are planted: they do no harm, and all of them are inspected."

    rate: Annotated[Real, Field(ge=0, lt=1)] = quantity(
        "Share of honeypots", "Share of all opportunities that is planted.", "share"
    )
    cost: Money = quantity(
        "Cost per honeypot",
        "What society spends to plant one, besides its inspection.",
        "money per honeypot",
        default=0.0,
    )
    gain: Literal["kept", "void"] = quantity(
        "Gain of a honeypot", "Whether what is taken there is the actor's to keep.", default="kept"
    )
