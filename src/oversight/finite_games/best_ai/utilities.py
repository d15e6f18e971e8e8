"""What users and providers of a market want: tables that are given, or drawn in each run."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from oversight.arrays import Cube, Table
from oversight.finite_games.chance import Chance
from oversight.quantities import LocatedError, NonNegative, PositiveCount, Real, Section, quantity, reads

Row = Annotated[tuple[Real, ...], Field(strict=False, min_length=1, max_length=50)]
Rows = Annotated[tuple[Row, ...], Field(strict=False, min_length=1, max_length=50)]


class Utility(Section):
    """What the user wants."""

    kind: str

    @property
    def random(self) -> bool:
        """Whether runs draw it."""
        return False

    @property
    @abstractmethod
    def shape(self) -> tuple[int, int]:
        """Numbers of states and actions."""

    @abstractmethod
    def drawn(self, chance: Chance) -> Table:
        """The table, (states, actions)."""


class GivenTable(Utility):
    """A utility for each state, a row, and each action, a column; or `kind: file` in its place."""

    kind: Literal["table"] = "table"
    rows: Rows = quantity("Utility", "By state, a row, and action.", "utility")

    @model_validator(mode="after")
    @reads("rows")
    def _rectangular(self) -> GivenTable:
        for state, row in enumerate(self.rows):
            if len(row) != len(self.rows[0]):
                message = f"has {len(row)} actions, and the first state has {len(self.rows[0])}"
                raise LocatedError(("rows", state), message, remedy="Give each state the same actions.")
        return self

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.rows), len(self.rows[0])

    def drawn(self, chance: Chance) -> Table:
        return np.array(self.rows)


class Uniform(Utility):
    """A utility from 0 to 1 for each state and action, drawn anew in each run."""

    kind: Literal["uniform"] = "uniform"
    states: Annotated[PositiveCount, Field(le=50)] = quantity("States", "", "states", default=4)
    actions: Annotated[PositiveCount, Field(ge=2, le=50)] = quantity("Actions", "", "actions", default=3)

    @property
    def random(self) -> bool:
        return True

    @property
    def shape(self) -> tuple[int, int]:
        return self.states, self.actions

    def drawn(self, chance: Chance) -> Table:
        return chance.of("user").random(self.shape)


class Providers(Section):
    """What each provider wants."""

    kind: str

    @property
    def random(self) -> bool:
        """Whether runs draw them."""
        return True

    def refuses(self, count: int, shape: tuple[int, int]) -> tuple[tuple[str | int, ...], str, str] | None:
        """A key, what is wrong with it beside so many providers, states and actions, and what would be right."""
        return None

    @abstractmethod
    def drawn(self, user: Table, count: int, chance: Chance) -> Cube:
        """The tables, (providers, states, actions), beside the user's. More providers leave the first as they were."""


class Tables(Providers):
    """A table for each provider, rows for states; or `kind: file` in its place."""

    kind: Literal["tables"] = "tables"
    tables: Annotated[tuple[Rows, ...], Field(strict=False, min_length=1, max_length=50)] = quantity(
        "Utilities", "By provider, state and action: as many providers as `count` are taken, from the first.", "utility"
    )

    @property
    def random(self) -> bool:
        return False

    def refuses(self, count: int, shape: tuple[int, int]) -> tuple[tuple[str | int, ...], str, str] | None:
        if len(self.tables) < count:
            message = f"has {len(self.tables)}, and there are {count} providers"
            return ("tables",), message, "Give each its own, or say a lower `count`."
        for place, table in enumerate(self.tables):
            if (len(table), *{len(row) for row in table}) != shape:
                message = f"is not {shape[0]} states by {shape[1]} actions, as the user's is"
                return ("tables", place), message, "Give each state a row and each action a number."
        return None

    def drawn(self, user: Table, count: int, chance: Chance) -> Cube:
        return np.array(self.tables[:count])


class Noisy(Providers):
    """The user's utility with noise of each provider's own: independent errors."""

    kind: Literal["noisy"] = "noisy"
    sd: NonNegative = quantity("Noise", "Standard deviation for each state and action.", "utility")

    def drawn(self, user: Table, count: int, chance: Chance) -> Cube:
        return user + _noise("provider", self.sd, count, user, chance)


class Hull(Providers):
    """The user's utility with noise that adds up to zero over providers, so that the user lies in their hull.

    One provider alone keeps its noise.
    """

    kind: Literal["hull"] = "hull"
    sd: NonNegative = quantity("Noise", "Standard deviation before its mean is taken off.", "utility")

    def drawn(self, user: Table, count: int, chance: Chance) -> Cube:
        noise = _noise("provider", self.sd, count, user, chance)
        return user + (noise - noise.mean(axis=0) if count > 1 else noise)


class Biased(Providers):
    """The user's utility with one error that all providers share, and noise of each one's own."""

    kind: Literal["biased"] = "biased"
    bias: NonNegative = quantity("Common bias", "Standard deviation of the error that all share.", "utility")
    sd: NonNegative = quantity("Noise", "Standard deviation of each provider's own.", "utility", default=0.0)

    def drawn(self, user: Table, count: int, chance: Chance) -> Cube:
        return user + _noise("bias", self.bias, 1, user, chance) + _noise("provider", self.sd, count, user, chance)


def _noise(name: str, sd: float, count: int, user: Table, chance: Chance) -> Cube:
    return sd * np.stack([chance.of(name, index).standard_normal(user.shape) for index in range(count)])


AnyUtility = Annotated[GivenTable | Uniform, Field(discriminator="kind")]
AnyProviders = Annotated[Tables | Noisy | Hull | Biased, Field(discriminator="kind")]
