"""What an actor may do: the options of a population entry."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from oversight.policy import Act
from oversight.quantities import (
    LocatedError,
    Money,
    Name,
    NonNegative,
    Positive,
    PositiveCount,
    Probability,
    Real,
    Section,
    quantity,
    reads,
)

_VALUES = quantity(
    "Score",
    "What it has of each value that training may load, by the value's name; 0 of those left out.",
    "units of the value",
    default={},
)

MOST_OPTIONS = 20
MOST_SEVERE = 100


class Valued(Section):
    """What training makes of one thing to do."""

    values: dict[Name, Real] = _VALUES
    base: Positive = quantity(
        "Base weight",
        "Weight in the choice of actors that decide by chance, beside those of what else there is to do.",
        "weight",
        default=1.0,
    )

    # A mapping has no hash of its own.
    def __hash__(self) -> int:
        return hash(repr(self))


class Option(Section):
    """One thing to do with an opportunity. It earns gain x g - cost and does harm x h, at the entry's draws g and h."""

    name: Name = quantity("Name", "For tables and paths.")
    violation: bool = quantity(
        "Violation", "False for what looks like a violation and is none: flagged alike, and falsely.", default=True
    )
    gain: Real = quantity("Gain", "What it earns.", "multiple of the entry's gain", default=1.0)
    harm: NonNegative = quantity("Harm", "What it costs others.", "multiple of the entry's harm", default=1.0)
    cost: Money = quantity("Cost", "What it costs the actor, caught or not.", "money", default=0.0)
    abstains: bool = quantity(
        "Abstains", "It is to do nothing at all: no `errors`, and the payoffs of an abstention.", default=False
    )
    visibility: Probability = quantity(
        "Visibility",
        "Share of it that shows to the overseer: the rest is flagged as seldom as compliance is.",
        "share",
        default=1.0,
    )
    severity: Annotated[PositiveCount, Field(le=MOST_SEVERE)] = quantity(
        "Severity", "Class that sanctions and triage go by, from 1.", "class", default=1
    )
    base: Positive = quantity(
        "Base weight",
        "Weight in the choice of actors that decide by chance with a `precision`: one act told in two parts has two "
        "parts of its weight.",
        "weight",
        default=1.0,
    )
    values: dict[Name, Real] = _VALUES

    @model_validator(mode="after")
    @reads("violation", "visibility", "harm", "abstains")
    def _who_abstains_does_nothing(self) -> Option:
        if self.abstains and (self.violation or self.visibility or self.harm):
            remedy = "Say `violation: false`, `visibility: 0` and `harm: 0` with it."
            raise LocatedError(("abstains",), "is said of something that is done, or shows", remedy=remedy)
        return self

    # A mapping has no hash of its own.
    def __hash__(self) -> int:
        return hash(repr(self))

    @property
    def label(self) -> str:
        """The name, by which paths call it."""
        return self.name

    @property
    def act(self) -> Act:
        """What monitoring can tell of it."""
        return Act(self.visibility, self.severity, abstains=self.abstains)
