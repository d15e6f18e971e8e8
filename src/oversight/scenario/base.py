"""What every experiment has, whatever it is an experiment on."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator

from oversight.errors import Mistake
from oversight.quantities import Count, LocatedError, Name, Section, quantity, reads
from oversight.scenario.designs import AnySweep
from oversight.scenario.replicates import Replicates, Rounds
from oversight.scenario.search import Against, Search
from oversight.scenario.stakeholders import CollectiveChoice, Stakeholder, Worth, check_names


class BaseExperiment(Section):
    """A question put to a model: its words, its randomness and its sweep.

    A schema of its own adds the sections that say what is played, and stands in `oversight.scenario.schemas`.
    """

    unread: ClassVar[frozenset[str]] = frozenset(
        {
            "name",
            "title",
            "question",
            "description",
            "sweep",
            "search",
            "against",
            "mark",
            "theory",
            "replicates",
            "start",
            "stakeholders",
            "choice",
        }
    )
    stacked: ClassVar[frozenset[str]] = frozenset()
    """Sections whose numbers may differ between design points that are played together."""

    name: Name = quantity("Name", "Names the results folder.")
    title: str = quantity("Title", "What a reader sees.", default="")
    question: str = quantity("Question", "What an analyst wants to know.", default="")
    description: str = quantity("Description", default="")
    seed: Annotated[Count, Field(lt=2**63)] = quantity("Seed", "Same seed, same result.", default=0)
    replicates: Replicates = quantity(
        "Replicates", "Independent runs of each design point, or {until: ...}.", "runs", default=10
    )
    theory: bool = quantity(
        "Theory",
        "Whether a sweep sets theory, and the prices that are made of it, beside its design points.",
        default=True,
    )
    sweep: AnySweep | None = quantity("Sweep", default=None)
    search: Search | None = quantity("Search", "What `oversight search` looks for.", default=None)
    against: Against | None = quantity("Against", "What `oversight search --against` looks for.", default=None)
    mark: dict[str, Any] = quantity(
        "Mark",
        "Dotted path of a swept parameter to the value that a reader comes with: the report begins there. Without one "
        "it begins at the experiment's own value.",
        default={},
    )

    stakeholders: Annotated[tuple[Stakeholder, ...], Field(strict=False)] = quantity(
        "Stakeholders", "Groups that value the outcomes of the swept policies differently.", default=()
    )
    choice: CollectiveChoice | None = quantity(
        "Choice", "How they choose among those; by default by every rule, without a status quo.", default=None
    )

    @property
    @abstractmethod
    def starts(self) -> tuple[str, ...]:
        """The starts that each replicate is run from, in alphabetical order; design points share them."""

    @property
    def possible(self) -> tuple[str, ...]:
        """The starts that a run may have, whether the experiment asks for them or not."""
        return self.starts

    @property
    @abstractmethod
    def work(self) -> int:
        """What a run takes, in periods of one actor; a core plays about forty million of them in a second."""

    def cut(self, periods: int) -> Self:
        """The experiment with its runs cut to so many periods at most, all of them measured.

        One whose runs have no periods stays as it is.
        """
        return self

    def appraised(self, palette: Mapping[str, float]) -> Worth:
        """What outcomes are worth to who would train its model to these levels of values.

        Raises:
            LocatedError: at a value, or at all of them, where that says nothing.
        """
        message = "is about values of what a model does, and nothing has any here"
        raise LocatedError((), message, Mistake.IDLE, "Say a `utility`.")

    @property
    def least_replicates(self) -> int:
        """Replicates that every design point gets."""
        return self.replicates.until.first if isinstance(self.replicates, Rounds) else self.replicates

    @property
    def heading(self) -> str:
        """Title, or the name made readable."""
        return self.title or self.name.replace("_", " ").capitalize()

    @property
    def about(self) -> str:
        """What is asked and of what, for the line above an experiment's numbers."""
        return self.heading

    @model_validator(mode="after")
    @reads("stakeholders", "choice")
    def _asked(self) -> Self:
        check_names(self.stakeholders)
        if self.choice and not self.stakeholders:
            raise LocatedError(("choice",), "there are no `stakeholders` who could choose", Mistake.IDLE)
        return self

    @model_validator(mode="after")
    @reads("mark", "sweep")
    def _marks(self) -> Self:
        if self.sweep is None:  # A design point, which has no sweep of its own.
            return self
        swept = self.sweep.begun().axes() if self.mark else {}
        for path, value in self.mark.items():
            if path not in swept:
                raise LocatedError(("mark", path), f"is not swept; swept are {', '.join(swept)}")
            if self.sweep.draws(path):
                raise LocatedError(("mark", path), "is drawn from a distribution, so that no value of it can be marked")
            if value not in swept[path].values:
                raise LocatedError(("mark", path), f"{str(value)[:80]} is none of the values swept; add it to them")
        return self
