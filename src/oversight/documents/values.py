"""Values from Python as a file would hold them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from os import PathLike, fspath
from typing import Any

from pydantic import BaseModel

from oversight.documents.syntax import MAX_DEPTH
from oversight.documents.yaml_file import MAX_INTEGER, MAX_VALUES
from oversight.errors import InputError, Problem


def plain(value: Any, path: str = "") -> Any:
    """A value as it would be read from a file.

    Lists for ranges, tuples, iterators and arrays; numbers for numpy's, `Decimal` and `Fraction`; texts for paths.

    Raises:
        InputError: a file could not hold it; the problem's path says where it is.
    """
    return _plain(value, path, 0)


def _plain(value: Any, path: str, depth: int) -> Any:
    if depth == MAX_DEPTH:
        raise InputError(Problem("is nested too deeply, or holds itself", path.partition(".")[0]))
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return _whole(int(value), path)
    if isinstance(value, float | Decimal | Fraction):
        return _number(value, path)
    if isinstance(value, Mapping):
        return {str(key): _plain(item, f"{path}.{key}" if path else str(key), depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | range | Iterator):
        return [_plain(item, f"{path}.{index}", depth + 1) for index, item in enumerate(_few(value, path))]
    if isinstance(value, PathLike):
        return str(fspath(value))
    if hasattr(value, "tolist"):  # numpy's and pandas' arrays and scalars
        return _plain(value.tolist(), path, depth + 1)
    raise InputError(
        Problem(f"is a Python {type(value).__name__}, which no file can hold", path, remedy=_remedy(value))
    )


def _few(values: Any, path: str) -> Iterator[Any]:
    for index, value in enumerate(values):
        if index == MAX_VALUES:
            raise InputError(Problem(f"holds more than {MAX_VALUES:,} values", path))
        yield value


def _whole(value: int, path: str) -> int:
    if abs(value) >= MAX_INTEGER:
        raise InputError(Problem("is too large a number", path, remedy="Write a float, such as 1e30."))
    return value


def _number(value: float | Decimal | Fraction, path: str) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise InputError(Problem(f"`{value}` is not a finite number", path))
    return number


def _remedy(value: Any) -> str:
    if isinstance(value, set | frozenset):
        return "A set has no order: give a list."
    if isinstance(value, BaseModel):
        return "Give the mapping that a file would hold: {kind: ..., ...}."
    if isinstance(value, type):
        return "A class stands at `kind`, and its module's file or itself among `plugins`."
    return "Give a number, a text, a list or a mapping."
