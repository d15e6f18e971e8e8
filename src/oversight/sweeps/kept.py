"""Which runs that a folder holds can be trusted, and what becomes of the others."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from oversight.errors import InputError
from oversight.sweeps.design import Design
from oversight.sweeps.plan import Plan
from oversight.sweeps.shard import identity
from oversight.sweeps.store import Store

_log = logging.getLogger("oversight")


@dataclass(frozen=True)
class Expected:
    """What the parts of a sweep hold: the runs of a design, with `columns`."""

    design: Design
    plan: Plan
    columns: Sequence[str]

    def rows(self, shard: int) -> pa.Table:
        """The columns that say which runs a shard consists of."""
        return pa.table(identity(self.plan.slots(shard), self.design.source.experiment.starts, self.design))


def kept(store: Store, expected: Expected, shards: range, then: str = "its runs are run again") -> set[int]:
    """Those of the shards whose parts are whole and what they should be; others are set aside, saying what `then`."""
    names = {store.part(shard).name: shard for shard in shards}
    whole = set()
    for path in store.entries():
        if path.name not in names:
            continue
        try:
            _check(store, path, expected, names[path.name])
            whole.add(names[path.name])
        except InputError as error:
            _log.warning("%s. %s: it now lies in %s.", error, then.capitalize(), store.set_aside(path))
    for path in store.retired():
        try:
            store.read(path)
        except InputError as error:
            _log.warning("%s. Its runs are run again: it now lies in %s.", error, store.set_aside(path))
    return whole


def drop_others(store: Store, plan: Plan) -> None:
    """Set aside what a reader would take for runs, and is no part of the sweep."""
    names = {store.part(shard).name for shard in range(plan.shards)}
    for path in store.entries():
        if path.name not in names:
            where = store.set_aside(path)
            _log.warning("%s: is no part of this sweep. It is left out: it now lies in %s.", path, where)


def _check(store: Store, path: Path, expected: Expected, shard: int) -> None:
    """Hold a part against what it should be.

    Raises:
        InputError: it is not that.
    """
    table = store.read(path)
    rows = expected.rows(shard)
    if table.column_names != list(expected.columns):
        raise InputError(f"{path}: has other columns than this sweep")
    if len(table) != len(rows):
        raise InputError(f"{path}: has {len(table):,} rows instead of {len(rows):,}")
    for name in rows.column_names:
        if not table[name].equals(rows[name]):
            raise InputError(f"{path}: holds other runs than it should, by their `{name}`")
