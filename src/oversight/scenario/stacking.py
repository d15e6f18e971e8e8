"""Many design points as one: the same structure with (runs, 1) arrays for numbers."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from pydantic import BaseModel

from oversight.arrays import Column, Indices, Values, Vector
from oversight.quantities import Section


def structure(value: Any, held: frozenset[str] = frozenset()) -> Hashable:
    """What must be equal for two sections to be stacked: classes, options present, and everything but real numbers.

    Whole numbers (sizes, windows, suspensions) are structure; so is a field that its class names in `structural`.
    """
    kind = type(value)
    if kind is float:
        return value if held else float
    if isinstance(value, BaseModel):
        own = structural(kind)
        return (kind, *[structure(item, own & {name} if own else own) for name, item in value.__dict__.items()])
    if kind is tuple:
        if value and type(value[0]) is float:
            return value if held else tuple
        return tuple([structure(item) for item in value])
    if kind is dict and all(isinstance(item, BaseModel | float) for item in value.values()):
        return tuple((name, structure(item)) for name, item in value.items())
    return repr(value) if kind in (dict, list) else value


def stack[M: BaseModel](models: Sequence[M]) -> M:
    """One section whose real numbers are (runs, 1) arrays: (1, 1) where all runs share the value.

    Lists of numbers become (runs, length) arrays, padded by their last value. The models must have one `structure`.
    """
    first = models[0]
    own = structural(type(first))
    state = [model.__dict__ for model in models]
    values = {
        name: value if name in own else _stacked([fields[name] for fields in state])
        for name, value in first.__dict__.items()
    }
    return type(first).model_construct(**values)


def _stacked(values: Sequence[Any]) -> Any:
    first = values[0]
    if isinstance(first, BaseModel):
        return stack(values)
    if isinstance(first, float):
        return column(values)
    if isinstance(first, tuple) and first and isinstance(first[0], float):
        length = max(map(len, values))
        rows = [[*row, *[row[-1]] * (length - len(row))] for row in values]
        return _shared(np.array(rows))
    if isinstance(first, tuple) and first and isinstance(first[0], BaseModel):
        return tuple(stack(items) for items in zip(*values, strict=True))
    if isinstance(first, dict) and first and all(isinstance(item, BaseModel | float) for item in first.values()):
        return {name: _stacked([value[name] for value in values]) for name in first}
    return first


def structural(kind: type[BaseModel]) -> frozenset[str]:
    """Fields of a section that must be equal for two of it to be stacked, though they are numbers."""
    return kind.structural if issubclass(kind, Section) else frozenset()


def column(values: Sequence[float] | Vector) -> Column:
    """Numbers as a (runs, 1) array, (1, 1) where they are all the same."""
    return _shared(np.array(values, dtype=np.float64).reshape(-1, 1))


def equal(one: Any, other: Any) -> bool:
    """Whether two stacked sections, or parts of them, say the same, of whatever classes they are."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return np.array_equal(one, other, equal_nan=True)
    if isinstance(one, BaseModel) and isinstance(other, BaseModel):
        return equal(vars(one), vars(other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(equal, one, other))
    if is_dataclass(one) and not isinstance(one, type) and type(one) is type(other):
        return all(equal(getattr(one, part.name), getattr(other, part.name)) for part in fields(one))
    return bool(one == other)


def _shared(rows: Values) -> Values:
    return rows[:1] if (rows == rows[:1]).all() else rows


def together(shapes: Indices, most: Sequence[int]) -> list[Indices]:
    """Positions of runs of one shape, at most so many at a time, in order.

    Args:
        shapes: the number of each run's shape, (runs,).
        most: of each shape, how many runs.
    """
    order = np.argsort(shapes, kind="stable")
    found: list[Indices] = []
    for members in np.split(order, np.flatnonzero(np.diff(shapes[order])) + 1) if len(order) else ():
        size = most[shapes[members[0]]]
        found += [members[first : first + size] for first in range(0, len(members), size)]
    return found
