"""A table of scores, aligned to targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from oversight.arrays import Vector
from oversight.errors import InputError, Problem
from oversight.numerals import number
from oversight.palettes import Answers, Exchange, InfeasibleError, Palette, front, palette
from oversight.scores.formats import read_columns
from oversight.scores.targets import Target


@dataclass(frozen=True, eq=False)
class Aimed:
    """What a table's answers are aligned to.

    Args:
        file: the table.
        targets: of its values, as they were written.
        answers: what was read.
        asked: the levels that the targets ask for.
        palette: how they are met.
        traded: the two values that a front is of, none without it.
        front: its points.
    """

    file: Path
    targets: list[Target]
    answers: Answers
    asked: Vector
    palette: Palette
    traded: tuple[str, str] | None
    front: list[Exchange]

    @property
    def names(self) -> list[str]:
        """The values."""
        return [target.name for target in self.targets]

    @property
    def resting_on(self) -> float:
        """1 / sum p^2: how many equally likely answers would be as many as the aligned model rests on."""
        return 1 / float(np.sum(self.palette.aligned.shares**2))


def aim(
    file: Path,
    targets: Sequence[Target],
    *,
    base: str | None = None,
    context: str | None = None,
    infeasible: Literal["refuse", "nearest"] = "refuse",
    traded: tuple[str, str] | None = None,
) -> Aimed:
    """Read a table, and find the model nearest to its base that meets the targets.

    Args:
        file: a `.csv`, `.parquet` or `.jsonl` file.
        targets: of one or more of its columns.
        base: the column of each answer's share under the base model, in any unit; without it, equal shares.
        context: the column of numbers that say which prompt an answer belongs to, for a conditional palette.
        infeasible: what becomes of targets that cannot be met.
        traded: two of the values, for a front.

    Raises:
        InputError: the table or a target is wrong, or the targets cannot be met.
    """
    names = [target.name for target in targets]
    for name in names:
        if names.count(name) > 1:
            raise InputError(Problem(f"`{name}` has two targets", "--target"))
    for name in traded or ():
        if name not in names:
            raise InputError(Problem(f"`{name}` has no target", "--front", remedy=f"Name two of {', '.join(names)}."))
    if traded and traded[0] == traded[1]:
        raise InputError(Problem("a front is of two different values", "--front"))
    columns = list(dict.fromkeys([*names, *(column for column in (base, context) if column)]))
    table = dict(zip(columns, read_columns(file, columns).T, strict=True))
    if base and (table[base] <= 0).any():
        place = int(np.argmax(table[base] <= 0))
        said = f"`{table[base][place]:g}` is no share of a base model"
        raise InputError(Problem(said, f"row {place + 1}, {base}", str(file), remedy="Shares are above 0."))
    values = np.stack([table[name] for name in names], axis=1)
    answers = Answers.of(values, table[base] if base else None, table[context] if context else None)
    asked = np.array([t.of(answers.values[:, k], answers.base.shares) for k, t in enumerate(targets)])
    try:
        found = palette(answers, asked, infeasible)
    except InfeasibleError as error:
        raise InputError(Problem(_refused(error), "--target", remedy=_REMEDY)) from error
    places = tuple(names.index(name) for name in traded) if traded else ()
    points = front(answers, found.targets, *places) if places else []
    return Aimed(file, list(targets), answers, asked, found, traded, points)


_REMEDY = "Lower a target, or take the nearest palette with --infeasible nearest."


def _refused(error: InfeasibleError) -> str:
    return f"{error}, and some target is missed by {number(-error.slack)}"
