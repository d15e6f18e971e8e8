"""Who values the outcomes of policies, and by which rules they would choose one."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, model_validator

from oversight.quantities import LocatedError, Name, Positive, Real, Section, quantity

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
    """A group of people, and what outcomes are worth to it: the sum of weight x measure over the measures it names."""

    name: Name = quantity("Name", "How tables call the group.")
    weight: Positive = quantity("Weight", "Size of the group, relative to the others.", default=1.0)
    utility: Annotated[dict[str, Real], Field(min_length=1)] = quantity(
        "Utility", "Measure to what a unit of it is worth to the group; what it dislikes has a negative weight."
    )


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
