"""What a replication file holds: a source, its claims, and how ours is obtained for each."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from oversight.quantities import Count, LocatedError, Name, NonNegative, Section, quantity
from oversight.scenario import Start
from oversight.scenario.designs import Swept


class Reference(Section):
    """Where the claims come from."""

    reference: str = quantity("Reference", "Authors, year, title, where it appeared.")
    note: str = quantity("Note", "What was read in it, and what was not.", default="")


class Printed(Section):
    """A number as the source prints it."""

    kind: Literal["printed"]
    value: float = quantity("Value")
    decimals: Count = quantity("Decimals", "Digits after the decimal point that are printed.")
    where: str = quantity("Where", "Table, figure, equation or section.")
    standard_error: NonNegative = quantity(
        "Standard error", "Of the printed number, where it is simulated.", default=0.0
    )


class Recomputed(Section):
    """A number that follows from a formula of the source, and that the source does not print."""

    kind: Literal["recomputed"]
    value: float = quantity("Value")
    decimals: Count = quantity("Decimals", "Digits after the decimal point that are given.")
    formula: str = quantity("Formula", "How the number was obtained, with the values put in.")
    standard_error: NonNegative = quantity("Standard error", "Where it was obtained by simulation.", default=0.0)


AnyPublished = Annotated[Printed | Recomputed, Field(discriminator="kind")]


class _OfExperiment(Section):
    """What is read off one of the file's experiments."""

    experiment: str = quantity("Experiment", "One of the file's experiments.")
    set: dict[str, Any] = quantity("Changes", "Values to put at dotted paths of the experiment.", default={})


class Simulated(_OfExperiment):
    """The mean of a measure over replicates, with its standard error."""

    kind: Literal["simulated"]
    measure: str = quantity("Measure")
    times: str = quantity("Times", "Another measure of the same run, to multiply by.", default="")
    scale: float = quantity("Scale", "A number to multiply by.", default=1.0)
    start: Start | None = quantity("Start", "Of an experiment that starts from both.", default=None)


class Cheapest(_OfExperiment):
    """Where on a grid a measure is least: the mean over replicates of each one's best value, and its standard error.

    Half a step of the grid is allowed as well.
    """

    kind: Literal["cheapest"]
    over: Annotated[dict[str, Swept], Field(min_length=1)] = quantity("Grid", "Values for dotted paths.")
    report: str = quantity("Path to report", "Which of the paths is compared.")
    measure: str = quantity("Measure", default="social_cost")

    @model_validator(mode="after")
    def _reports_what_varies(self) -> Cheapest:
        if self.report not in self.over:
            raise LocatedError(("report",), f"`{self.report}` is none of the paths under `over`")
        return self


class Solved(_OfExperiment):
    """A number that the equilibrium solver finds, in the large-population limit."""

    kind: Literal["solved"]
    result: str = quantity(
        "Result",
        "As in `oversight solve --json`: `equilibria.0.misconduct_rate`, `price_of_anarchy`; of a list, its length.",
    )
    scale: float = quantity("Scale", "A number to multiply by.", default=1.0)


class Turns(_OfExperiment):
    """How long a measure takes from one rise through a level to the next: a run's mean, over replicates."""

    kind: Literal["turns"]
    measure: str = quantity("Measure", "Of each period.")
    level: float = quantity("Level")


class Game(Section):
    """A function of the games library, which solves the model without simulation."""

    kind: Literal["game"]
    function: str = quantity("Function")
    arguments: dict[str, Any] = quantity("Arguments", "By name.", default={})
    result: str = quantity("Result", "Which of the numbers that the function returns.")


AnyOurs = Annotated[Simulated | Cheapest | Solved | Turns | Game, Field(discriminator="kind")]


class Claim(Section):
    """One published number, and how ours is obtained."""

    name: Name = quantity("Name")
    claim: str = quantity("Claim", "What is claimed, in a sentence.")
    published: AnyPublished = quantity("Published number")
    ours: AnyOurs = quantity("Our number")
    note: str = quantity("Note", "What a reader of the verdict should know.", default="")


class Replication(Section):
    """Published results of one source, and how to obtain them here."""

    name: Name = quantity("Name")
    title: str = quantity("Title")
    source: Reference = quantity("Source")
    description: str = quantity("Description", default="")
    experiments: dict[str, Any] = quantity(
        "Experiments", "Ordinary experiments by name: each an experiment file, or the mapping itself.", default={}
    )
    quick: dict[str, dict[str, Any]] = quantity(
        "Quick", "For each experiment, values to put at dotted paths when time is short.", default={}
    )
    claims: Annotated[tuple[Claim, ...], Field(strict=False, min_length=1)] = quantity("Claims")

    @model_validator(mode="after")
    def _names(self) -> Replication:
        names = [claim.name for claim in self.claims]
        for index, claim in enumerate(self.claims):
            if claim.name in names[:index]:
                raise LocatedError(("claims", index, "name"), f"two claims are called `{claim.name}`")
            known = self.experiments
            if not isinstance(claim.ours, Game) and claim.ours.experiment not in known:
                where = ("claims", index, "ours", "experiment")
                raise LocatedError(
                    where, f"there is no experiment `{claim.ours.experiment}`; one of: {', '.join(known)}"
                )
        for name in self.quick:
            if name not in self.experiments:
                raise LocatedError(("quick", name), f"there is no experiment `{name}`")
        return self
