"""Who values the outcomes of policies, and by which rules they would choose one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, model_validator

from oversight.errors import Mistake
from oversight.quantities import LocatedError, Name, Positive, Real, Section, quantity, reads

Rule = Literal[
    "utilitarian",
    "relative_utilitarian",
    "leximin",
    "nash",
    "plurality",
    "borda",
    "condorcet",
    "approval",
    "weighted_median",
]
ALL_RULES: tuple[Rule, ...] = get_args(Rule)


class Stakeholder(Section):
    """A group of people, and what outcomes are worth to it.

    That is the sum of weight x measure over the measures it names, and how far a model is, on the way that the group's
    own palette leads, from its reference, 0, to that palette, 1.
    """

    name: Name = quantity("Name", "How tables call the group.")
    weight: Positive = quantity("Weight", "Size of the group, relative to the others.", default=1.0)
    utility: dict[str, Real] = quantity(
        "Utility",
        "Measure to what a unit of it is worth to the group; what it dislikes has a negative weight.",
        default={},
    )
    palette: Annotated[dict[Name, Real], Field(min_length=1)] | None = quantity(
        "Palette",
        "The least level of each value that the group would train a model to.",
        "units of the value",
        default=None,
    )

    @model_validator(mode="after")
    @reads()
    def _values_something(self) -> Self:
        if not self.utility and not self.palette:
            remedy = "Name a measure, or say a `palette`."
            raise LocatedError(("utility",), "says nothing that is worth anything", Mistake.MISSING, remedy)
        return self

    # A mapping has no hash of its own.
    def __hash__(self) -> int:
        return hash(repr(self))


@dataclass(frozen=True)
class Worth:
    """What outcomes are worth: a number of their own, and what a unit of each measure adds."""

    constant: float
    measures: Mapping[str, float]

    def plus(self, other: Worth) -> Worth:
        """Both together."""
        names = dict.fromkeys([*self.measures, *other.measures])
        each = {name: self.measures.get(name, 0.0) + other.measures.get(name, 0.0) for name in names}
        return Worth(self.constant + other.constant, each)


class CollectiveChoice(Section):
    """How stakeholders choose among the policies of a sweep."""

    rules: Annotated[tuple[Rule, ...], Field(strict=False, min_length=1)] = quantity(
        "Rules", "Rules of collective choice that are compared; by default all.", default=ALL_RULES
    )
    status_quo: Any = quantity(
        "Status quo",
        "What there is if nothing is chosen: a policy's name, the value of the one lever that is swept, or a mapping "
        "of dotted paths to values. Without one, groups fall back on what is worst for them.",
        default=None,
    )


class Assembly(Section):
    """What `oversight choose --stakeholders FILE` reads."""

    stakeholders: Annotated[tuple[Stakeholder, ...], Field(strict=False, min_length=1)] = quantity(
        "Stakeholders", "Groups that value outcomes differently."
    )
    choice: CollectiveChoice = quantity("Choice", "How they choose.", default=CollectiveChoice())

    @model_validator(mode="after")
    def _names(self) -> Self:
        check_names(self.stakeholders)
        return self


def check_names(stakeholders: tuple[Stakeholder, ...]) -> None:
    """Refuse two groups of one name.

    Raises:
        LocatedError: at the second.
    """
    names = [each.name for each in stakeholders]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise LocatedError(("stakeholders", index, "name"), f"two stakeholders are called `{name}`")
