"""What a part of the runs says of itself: a checksum of its rows and of what they were run with."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_NAME = b"oversight.checksum"


def stamped(table: pa.Table, code: str) -> pa.Table:
    """The table with its checksum beside it. `code` stands for all that rows depend on beside their design points."""
    return table.replace_schema_metadata({_NAME: _checksum(table, code)})


def is_genuine(table: pa.Table, code: str) -> bool:
    """Whether the rows are those that were stamped, and were run with `code`."""
    return (table.schema.metadata or {}).get(_NAME) == _checksum(table, code)


def _checksum(table: pa.Table, code: str) -> bytes:
    """A hash of names, types and values; how a file lays them out does not matter."""
    found = hashlib.sha256(code.encode())
    for name in table.column_names:
        column = table[name].combine_chunks()
        listed = pa.types.is_list(column.type)
        # What files call the elements of a list is theirs to say.
        found.update(f"{name}: {f'list of {column.type.value_type}' if listed else column.type}".encode())
        if pa.types.is_string(column.type) or pa.types.is_boolean(column.type):
            column = column.cast(pa.string()).dictionary_encode()
            found.update(json.dumps(column.dictionary.to_pylist()).encode())
            column = column.indices
        if listed:
            found.update(np.ascontiguousarray(pc.list_value_length(column).fill_null(-1)))
            column = column.flatten()
        found.update(np.ascontiguousarray(column.to_numpy(zero_copy_only=False)))
    return found.hexdigest().encode()
