"""Where a reader comes from: the values that an experiment marks, and its own where it marks none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from oversight.documents.paths import value_at
from oversight.report.study import Dimension, Study

_NEAR = 0.05
"""How far from a value, as a share of it, one that was run may be to stand for it."""


@dataclass(frozen=True)
class Reference:
    """A value of a swept parameter that the report begins at.

    `cell` is the one that was run there, or near enough, and None if none was.
    """

    dimension: Dimension
    value: Any
    cell: Any
    marked: bool

    @property
    def text(self) -> str:
        """The value with its unit, or the policy's name."""
        return self.dimension.quantity.text(self.value) if self.dimension.numeric else self.dimension.label(self.cell)


def name_of(found: Iterable[Reference]) -> str:
    """What a figure calls references: where each comes from is said once."""
    values: dict[str, dict[str, None]] = {}
    for each in found:
        values.setdefault("marked" if each.marked else "as in the experiment", {})[each.text] = None
    return "; ".join(f"{whence}: {', '.join(texts)}" for whence, texts in values.items())


def references(study: Study) -> dict[str, Reference]:
    """The reference of each parameter that has one, by column.

    The experiment's own value has one where it lies among those that were run, if not on one of them. A sample has
    none: what is nearest to it in one number is far off in the others.
    """
    found: dict[str, Reference] = {}
    if study.is_sampled:
        return found
    for dimension in study.parameters:
        marked = dimension.path in study.experiment.mark
        own = None if dimension.path == "policy" else value_at(study.results.source.document.data, dimension.path)
        value = study.experiment.mark[dimension.path] if marked else own
        cell = _cell(dimension, value)
        if cell is not None or _among(dimension, value):
            found[dimension.column] = Reference(dimension, value, cell, marked)
    return found


def run_at(study: Study) -> dict[str, Reference]:
    """The references that something was run at."""
    return {column: each for column, each in references(study).items() if each.cell is not None}


def rows_at(table: pd.DataFrame, found: dict[str, Reference]) -> pd.DataFrame:
    """The rows of a table at the references, none without any."""
    if not found:
        return table.head(0)
    for column, reference in found.items():
        table = table[table[column].eq(reference.cell)]
    return table


def _among(dimension: Dimension, value: Any) -> bool:
    number = dimension.numeric and isinstance(value, int | float)
    return number and bool(dimension.cells[0] <= value <= dimension.cells[-1])


def _cell(dimension: Dimension, value: Any) -> Any:
    """The cell that stands for a value; None where there is none."""
    if not dimension.numeric:
        named = zip(dimension.raw, dimension.cells, strict=True)
        return next((cell for raw, cell in named if value is not None and value in (raw, cell)), None)
    if not isinstance(value, int | float):
        return None
    nearest = min(dimension.cells, key=lambda cell: abs(cell - value))
    return nearest if abs(nearest - value) <= _NEAR * abs(value) else None
