"""One actor as a Mesa agent: a view of its column in the engine's arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa

from oversight.arrays import Choices, Flags, Floats, Number, arrayed
from oversight.errors import OversightError

if TYPE_CHECKING:
    from oversight.simulation.population import Group
    from oversight.stepping.model import OversightModel


FOR_GOOD = (
    "actors cannot be removed: how many there are is part of the experiment (population.*.size). "
    "A sanction's `suspension` takes actors out of play for some periods."
)


class ActorAgent(mesa.Agent):
    """An actor of an `OversightModel`: what it met, did and suffered in the last period.

    Nothing is stored here: each property looks up the engine's arrays when it is asked, and agrees with the column of
    that meaning in `oversight.run(..., agents=True).agents`. Before the first period amounts are NaN, and nobody has
    done anything.
    """

    model: OversightModel

    def __init__(self, model: OversightModel, index: int, entry: str, kind: str):
        super().__init__(model)
        self.index = index
        """Column of the engine's (runs, population) arrays, from 0."""
        self.entry = entry
        """Name of its population entry."""
        self.kind = kind
        """Its class, as files name it."""

    @property
    def violated(self) -> bool:
        """Whether it violated."""
        return bool(self._of(self.model.engine.violating))

    @property
    def inspected(self) -> bool:
        """Whether it was inspected."""
        return bool(self._of(self.model.engine.inspected))

    @property
    def caught(self) -> bool:
        """Whether it violated and was found out."""
        return bool(self._of(self.model.engine.caught))

    @property
    def sanctioned(self) -> bool:
        """Whether it was sanctioned, rightly or not."""
        return bool(self._of(self.model.engine.sanctioned))

    @property
    def suspended(self) -> bool:
        """Whether it was out of play in the last period."""
        played = self.model.engine.played
        return False if played is None else not self._of(played)

    @property
    def gain(self) -> float:
        """What violating would bring or brought it, in money."""
        return self._amount(self.model.engine.gain)

    @property
    def harm(self) -> float:
        """What its violation would do or did to others, in money."""
        return self._amount(self.model.engine.harm)

    @property
    def sanction(self) -> float:
        """What it would pay if caught, in money."""
        return self._amount(self.model.engine.taken.violating)

    @property
    def paid(self) -> float:
        """What it paid, in money: a sanction, or a bribe."""
        return self._amount(self.model.engine.paid(self.model.engine.taken))

    @property
    def payoff(self) -> float:
        """Its gain if it took the opportunity, less what it paid, in money."""
        return self.gain * self._acted() - self.paid

    @property
    def option(self) -> str | None:
        """The name of the option that it took; None where it complied, and without options."""
        choice, group = self.model.engine.choice, self._group()
        place = 0 if choice is None else int(self._of(choice))
        return group.entry.options[place - 1].name or None if place and group.entry.options else None

    @property
    def perceived(self) -> float:
        """The probability of detection that it decided by."""
        group = self._group()
        return self._amount(group.perceived, self.index - group.columns.start)

    @property
    def record(self) -> int | None:
        """Standing past sanctions when it decided; None where nothing reads them."""
        record = self.model.engine.last.record
        return None if record is None else int(self._of(record))

    @property
    def noticed(self) -> bool:
        """Whether customers noticed that it violated."""
        customers = self.model.engine.customers
        return customers is not None and bool(self._of(customers.noticed))

    @property
    def income_lost(self) -> float:
        """What customers who left took from it, in money."""
        customers = self.model.engine.customers
        return 0.0 if customers is None else float(self._of(customers.taken))

    @property
    def wealth(self) -> float | None:
        """Its wealth, in money; None where no entry states one."""
        return self._trait(self.model.engine.wealth)

    @property
    def turnover(self) -> float | None:
        """Its turnover, in money; None where no entry states one."""
        return self._trait(self.model.engine.turnover)

    def remove(self) -> None:
        """Refuse: an entry's size is part of the experiment.

        Raises:
            OversightError: always.
        """
        raise OversightError(FOR_GOOD)

    def _group(self) -> Group:
        """Its population entry."""
        return next(group for group in self.model.engine.groups if self.index < group.columns.stop)

    def _acted(self) -> bool:
        """Whether it violated, or did what looks like it."""
        return bool(self._of(self.model.engine.acting))

    def _of(self, values: Flags | Floats | Choices) -> Any:
        return values[0, min(self.index, values.shape[1] - 1)]

    def _amount(self, values: Number, column: int | None = None) -> float:
        if not self.model.period:
            return float("nan")
        known = arrayed(values)
        return float(known[0, min(self.index if column is None else column, known.shape[1] - 1)])

    def _trait(self, values: Floats | None) -> float | None:
        return None if values is None else float(self._of(values))
