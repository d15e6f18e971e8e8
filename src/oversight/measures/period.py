"""What a measure is given of a period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from oversight.arrays import Column, Flags, Floats, read_only
from oversight.measures.totals import Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A period that has been played, as arrays of shape (runs, members): a row a run, a column an actor. Read-only.

    `gain` and `harm` are what an actor's opportunity offers and would do, whether taken or not; suspended actors, who
    are not `active`, have one too.
    """

    active: Flags
    """Booleans: who was in play."""
    violating: Flags
    inspected: Flags
    caught: Flags
    """Who violated and was sanctioned."""
    sanctioned: Flags
    """Who was sanctioned, innocents included."""
    gain: Floats
    harm: Floats
    perceived: Floats
    """The chance of being caught that each actor believed in when it decided."""
    paid: Floats
    """What was taken from each actor, in money."""
    payoff: Floats
    """The gain of a violation, less what was taken."""
    record: Floats | None
    """Standing past sanctions when actors decided; None where nothing in the experiment reads them."""
    wealth: Floats | None
    turnover: Floats | None
    columns: Mapping[str, slice]
    """Columns of each population entry, by its label."""
    totals: Totals
    """What built-in measures are made from, of all entries together, (runs, 1) each."""

    def entry(self, label: str) -> Period:
        """The period of one population entry alone; `totals` stay those of all.

        Raises:
            KeyError: there is no entry of that label.
        """
        columns = self.columns[label]
        width = columns.stop - columns.start
        return self._of(lambda array: np.ascontiguousarray(array[:, columns]), {label: slice(0, width)}, self.totals)

    def run(self, index: int) -> Period:
        """The period of one run alone."""
        row = slice(index, index + 1)
        totals = Totals(*(_row(getattr(self.totals, item.name), row) for item in fields(Totals)))
        return self._of(lambda array: array[row], self.columns, totals)

    def _of(self, part: Any, columns: Mapping[str, slice], totals: Totals) -> Period:
        arrays = {
            item.name: getattr(self, item.name) for item in fields(self) if item.name not in ("columns", "totals")
        }
        parts: dict[str, Any] = {
            name: None if array is None else read_only(part(array)) for name, array in arrays.items()
        }
        return Period(**parts, columns=columns, totals=totals)


def _row(total: Column, row: slice) -> Column:
    return total[row] if len(total) > 1 else total
