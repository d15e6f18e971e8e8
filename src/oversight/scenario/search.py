"""What a search looks for: the levers of a principal, what is to be least, and what must hold."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from math import floor
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from oversight.distributions import AnyDistribution
from oversight.quantities import LocatedError, Positive, PositiveCount, Real, Section, Share, quantity
from oversight.scenario.designs.swept import Swept

MAX_STEPS = 1_000_000
MAX_WORLDS = 4_096
MAX_OBJECTIVES = 3


class Between(Section):
    """A lever by its least and its greatest value."""

    low: Real = quantity("Lowest value")
    high: Real = quantity("Highest value")
    step: Positive | None = quantity(
        "Step",
        "Between one value and the next, from the lowest on: 1 for whole numbers. Any number without it.",
        default=None,
    )

    @property
    def steps(self) -> int | None:
        """How many values it takes; None where it takes any."""
        # A step that ends at the highest value but for rounding includes it.
        return None if self.step is None else floor((self.high - self.low) / self.step * (1 + 1e-12)) + 1

    @model_validator(mode="after")
    def _has_room(self) -> Between:
        if self.high <= self.low:
            message = f"{self.high:g} is not above the lowest value, {self.low:g}"
            raise LocatedError(("high",), message, remedy="Exchange them, or leave out a lever that cannot move.")
        if self.steps is not None and not 2 <= self.steps <= MAX_STEPS:
            message = f"{self.step:g} makes {self.steps:,} values; there are to be 2 to {MAX_STEPS:,}"
            raise LocatedError(("step",), message, remedy="Leave `step` out for a range that takes any value.")
        return self


class Bound(Section):
    """What a measure must keep to."""

    at_most: Real | None = quantity("At most", "In units of the measure.", default=None)
    at_least: Real | None = quantity("At least", "In units of the measure.", default=None)

    @model_validator(mode="after")
    def _binds(self) -> Bound:
        if self.at_most is None and self.at_least is None:
            raise LocatedError((), "bounds nothing", remedy="Write at_most, at_least or both.")
        if self.at_most is not None and self.at_least is not None and self.at_least > self.at_most:
            message = f"{self.at_least:g} lies above at_most, {self.at_most:g}"
            raise LocatedError(("at_least",), message, remedy="Nothing can be between them: exchange them.")
        return self

    def excess(self, value: float) -> float:
        """How far a value lies beyond the bound; 0 where it keeps to it, NaN of NaN."""
        return max(
            value - self.at_most if self.at_most is not None else 0.0,
            self.at_least - value if self.at_least is not None else 0.0,
            0.0 * value,
        )


def _lever(value: Any) -> str:
    between = isinstance(value, dict) and "values" not in value and {"low", "high", "step"} & set(value)
    return "Between" if between or isinstance(value, Between) else "Swept"


Lever = Annotated[Annotated[Between, Tag("Between")] | Annotated[Swept, Tag("Swept")], Discriminator(_lever)]
"""A range to search, or values as a sweep has them."""


Robust = Literal["expected", "worst", "regret", "quantile"]


@dataclass(frozen=True)
class Uncertainty:
    """Facts that nobody knows, in so many worlds, and what is made of a measure's values there."""

    facts: Mapping[str, AnyDistribution]
    worlds: int
    robust: Robust
    quantile: float


class Wanted(Section):
    """What is searched: settings of some levers, judged by measures."""

    section: ClassVar[str]
    """The experiment's key that holds it."""
    seeks_most: ClassVar[bool] = False
    """Whether the objective is to be greatest instead of least."""
    levers: Annotated[dict[str, Lever], Field(min_length=1)] = quantity(
        "Levers", "Dotted path of each value that may be set, or `policy` for whole policy files."
    )
    subject_to: dict[str, Bound] = quantity("Subject to", "Bounds of measures, by name.", default={})
    by: Literal["theory", "simulation"] = quantity(
        "By", "What judges a setting: theory, or the means of its runs.", default="theory"
    )
    within: str = quantity(
        "In",
        "Which of several equilibria a setting is judged by: the `worst`, the `best`, or where a start leads.",
        default="worst",
        alias="in",
    )

    @property
    @abstractmethod
    def objectives(self) -> tuple[str, ...]:
        """The measures that are to be least, or the one that is to be greatest."""

    @property
    def about(self) -> tuple[str, ...]:
        """All measures that settings are judged by, the objectives first."""
        return tuple(dict.fromkeys([*self.objectives, *self.subject_to]))

    @property
    def uncertainty(self) -> Uncertainty | None:
        """What nobody sets or knows, if there is such a thing."""
        return None


class Search(Wanted):
    """The principal's problem: which setting of the levers makes a measure least, among those that meet the bounds."""

    section: ClassVar[str] = "search"
    minimise: Annotated[str, Field(min_length=1)] | Annotated[tuple[str, ...], Field(strict=False, min_length=1)] = (
        quantity(
            "Minimise",
            "The measure that is to be least; of several, the efficient settings are found, their Pareto front.",
            default="social_cost",
        )
    )
    uncertain: dict[str, AnyDistribution] = quantity(
        "Uncertain", "Dotted path of each fact that nobody knows, and its distribution.", default={}
    )
    robust: Robust = quantity(
        "Robust",
        "What the uncertain facts make of a measure: its mean, its worst value, how far it lies above the least that "
        "was to be had had one known them, or a quantile.",
        default="expected",
    )
    quantile: Share = quantity("Quantile", "Which one, with `robust: quantile`.", "share of the worlds", default=0.9)
    worlds: Annotated[PositiveCount, Field(le=MAX_WORLDS)] = quantity(
        "Worlds", "How many draws of the uncertain facts every setting of the levers meets.", "worlds", default=32
    )

    @property
    def objectives(self) -> tuple[str, ...]:
        return (self.minimise,) if isinstance(self.minimise, str) else tuple(dict.fromkeys(self.minimise))

    @property
    def uncertainty(self) -> Uncertainty | None:
        return Uncertainty(self.uncertain, self.worlds, self.robust, self.quantile) if self.uncertain else None

    @model_validator(mode="after")
    def _is_known_or_not(self) -> Search:
        if both := [path for path in self.uncertain if path in self.levers]:
            message = "is a lever, so that it is set, and not uncertain"
            raise LocatedError(("uncertain", both[0]), message, remedy="Leave it out here, or under `levers`.")
        if self.robust != "expected" and not self.uncertain:
            message = f"{self.robust} needs something that is uncertain"
            raise LocatedError(("robust",), message, remedy="Add `uncertain: {path: {kind: uniform, ...}}`.")
        if len(self.objectives) > 1 and self.robust == "regret":
            message = "regret is that of one measure, and there are several"
            raise LocatedError(("robust",), message, remedy="Minimise one, or say `worst`.")
        if len(self.objectives) > MAX_OBJECTIVES:
            message = f"{len(self.objectives)} measures; at most {MAX_OBJECTIVES}"
            raise LocatedError(("minimise",), message, remedy="Put bounds on the others, under `subject_to`.")
        return self


class Against(Wanted):
    """An adversary's problem: which population, within bounds that are taken for possible, a policy does worst with."""

    section: ClassVar[str] = "against"
    seeks_most: ClassVar[bool] = True
    maximise: Annotated[str, Field(min_length=1)] = quantity(
        "Maximise", "The measure that is to be greatest.", default="social_cost"
    )

    @property
    def objectives(self) -> tuple[str, ...]:
        return (self.maximise,)
