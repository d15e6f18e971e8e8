"""Which design points of two sweeps are the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from oversight.arrays import FlagVector, Indices
from oversight.errors import InputError, Problem
from oversight.numerals import number
from oversight.sweeps.diff.sides import Opened, Side

_FEW = 5


@dataclass(frozen=True)
class Match:
    """The design points of two sweeps, matched by the parameters that both sweep."""

    shared: list[str]
    """Columns `param.*` that both have."""
    alone: dict[str, list[str]]
    """Those that only one has, by its letter."""
    points: pd.DataFrame
    """Columns `point_a`, `point_b` and the shared ones: a row a point of either; blank where a side has none."""

    @property
    def both(self) -> pd.DataFrame:
        """The points that both have."""
        return self.points.dropna(subset=["point_a", "point_b"])

    def only(self, letter: str) -> int:
        """How many points only one side has."""
        return int(self.points[f"point_{'b' if letter == 'A' else 'a'}"].isna().sum())


def matched(a: Opened, b: Opened, side_a: Side, side_b: Side) -> Match:
    """Match points by equal values of the parameters that both sweeps vary; numbers are equal to 12 digits.

    Raises:
        InputError: no point is in both, or several of one side stand for one of the other.
    """
    shared = [name for name in a.params if name in b.params]
    alone = {
        "A": [name for name in a.params if name not in shared],
        "B": [name for name in b.params if name not in shared],
    }
    left, right = side_a.points, side_b.points
    if not shared and max(len(left), len(right)) > 1:
        said = f"sweep no parameter in common: {_swept(a, left)}; {_swept(b, right)}"
        raise InputError(Problem(f"{a.name} and {b.name} {said}", remedy="Sweep the same parameters in both."))
    key_a, key_b = _keys(left[shared], right[shared])
    if not np.isin(key_a, key_b).any():
        said = f"have no design point in common: {_swept(a, left)}; {_swept(b, right)}"
        raise InputError(Problem(f"{a.name} and {b.name} {said}", remedy="Sweep some equal values in both."))
    _refuse_several(a, b, left, (key_a, key_b), (alone["A"], shared))
    _refuse_several(b, a, right, (key_b, key_a), (alone["B"], shared))
    mine = pd.DataFrame({"key": key_a, "point_a": left["point"].astype("Int64")})
    others = pd.DataFrame({"key": key_b, "point_b": right["point"].astype("Int64")})
    found = mine.merge(others, on="key", how="left")
    rest = others[~np.isin(key_b, key_a)]
    cells = pd.concat([left[shared], right.loc[rest.index, shared]], ignore_index=True)
    points = pd.concat([found, rest], ignore_index=True).drop(columns="key").join(cells)
    return Match(shared, alone, points[["point_a", "point_b", *shared]])


def _keys(left: pd.DataFrame, right: pd.DataFrame) -> tuple[Indices, Indices]:
    """A number for each combination of values, the same for equal ones of either side; of one point each, 0."""
    key = np.zeros(len(left) + len(right), dtype=np.int64)
    for name in left:
        code = pd.factorize(pd.concat([_spelled(left[name]), _spelled(right[name])], ignore_index=True))[0]
        key = np.unique(key * (int(code.max()) + 1) + code, return_inverse=True)[1]
    return key[: len(left)], key[len(left) :]


def _spelled(cells: pd.Series[Any]) -> pd.Series[Any]:
    """Cells as texts that are the same for equal values, whatever types the columns of two sweeps have."""
    codes, distinct = pd.factorize(cells, use_na_sentinel=True)
    texts = [_text(cell) for cell in distinct]
    return pd.Series(np.array([*texts, ""], dtype=object)[codes])


def _text(cell: Any) -> str:
    """A cell; a number to 12 digits, so that 0.1 + 0.2 is 0.3."""
    if isinstance(cell, bool | np.bool_):
        return str(bool(cell))
    try:
        return f"{float(cell):.12g}"
    except ValueError:
        return str(cell)


def _refuse_several(
    side: Opened,
    other: Opened,
    points: pd.DataFrame,
    keys: tuple[Indices, Indices],
    names: tuple[list[str], list[str]],
) -> None:
    """Refuse several points of a side that would stand for one of the other.

    Raises:
        InputError: there are such.
    """
    (mine, others), (alone, shared) = keys, names
    several: FlagVector = pd.Series(mine).duplicated(keep=False).to_numpy() & np.isin(mine, others)
    if not several.any():
        return
    key = mine[several][0]
    numbers = points["point"].to_numpy()[mine == key]
    row = points[mine == key].iloc[0]
    place = ", ".join(f"{_path(name)} = {_value(row[name])}" for name in shared)
    listed = ", ".join(map(str, numbers[:_FEW])) + ", ..." * (len(numbers) > _FEW)
    said = f"has {len(numbers)} design points for one of {other.name}: points {listed} at {place}"
    if alone:
        words = f"`{'`, `'.join(map(_path, alone))}`"
        remedy = f"Only {side.letter} sweeps {words}: sweep it in both, or give it one value in {side.letter}."
    else:
        remedy = "Give each of its points values of its own."
    raise InputError(Problem(f"{side.name} {said}", remedy=remedy))


def _swept(side: Opened, points: pd.DataFrame) -> str:
    """What a side sweeps, in words."""
    words = [_span(name, points[name]) for name in side.params]
    return f"{side.letter} sweeps {', '.join(words)}" if words else f"{side.letter} is a single point"


def _span(name: str, cells: pd.Series[Any]) -> str:
    distinct = cells.dropna().unique()
    if len(distinct) <= _FEW:
        return f"{_path(name)} ({', '.join(map(_value, distinct))})"
    if pd.api.types.is_numeric_dtype(cells):
        return f"{_path(name)} ({_value(distinct.min())} to {_value(distinct.max())}, {len(distinct):,} values)"
    return f"{_path(name)} ({len(distinct):,} values)"


def _path(name: str) -> str:
    return name.removeprefix("param.")


def _value(cell: Any) -> str:
    return number(float(cell), 6) if isinstance(cell, float | np.floating) else str(cell)
