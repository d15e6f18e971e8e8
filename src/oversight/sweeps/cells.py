"""Swept values as columns of tables: one type each, whatever part of a table it is in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa


def column_type(kinds: set[type], whole: pa.DataType) -> pa.DataType:
    """The type of a column whose cells are of these kinds; `whole` is that of integers alone."""
    known = kinds - {type(None)}
    if known <= {int, float}:
        return whole if known == {int} else pa.float64()
    return pa.bool_() if known == {bool} else pa.string()


def column(cells: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Cells as a column of a type that fits them."""
    as_text = pa.types.is_string(kind)
    return pa.array([str(cell) if as_text and cell is not None else cell for cell in cells], kind)
