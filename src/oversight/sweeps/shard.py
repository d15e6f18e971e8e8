"""What a worker does: run a shard and write its rows."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from os import getpid
from socket import gethostname
from typing import Any

import numpy as np
import pyarrow as pa

from oversight.arrays import Indices, Table, Vector
from oversight.environments import environment_of
from oversight.scenario.stacking import together
from oversight.sweeps.cells import column, column_type
from oversight.sweeps.design import Design
from oversight.sweeps.identity import spelled
from oversight.sweeps.plan import Plan, Slots
from oversight.sweeps.store import Store


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a worker reports of a shard."""

    shard: int
    runs: int
    simulated: int
    failed: int
    errors: tuple[str, ...]
    seconds: float
    """That its worker took."""
    worker: str
    """A name of the process that ran it."""


@dataclass(frozen=True)
class _Rows:
    """The rows of a shard: which runs they are, and what came of them."""

    slots: Slots
    values: Table
    """(runs, measures), NaN where a measure is missing."""
    errors: list[str | None]
    paths: dict[str, list[Vector | None]]
    """What is kept of every measured period, by name; None of a run that has none."""


class Shards:
    """Runs the shards of one sweep. Cheap to make, so that each worker process makes its own.

    Without a `store` rows can only be played.
    """

    def __init__(self, design: Design, plan: Plan, store: Store | None):
        self.design = design
        self.plan = plan
        self.store = store
        self.starts = design.source.experiment.starts
        self._environment = environment_of(design.source.experiment)
        self._ahead = lru_cache(maxsize=20_000)(lambda point: self._environment.ahead(design.experiment(point)))

    @cached_property
    def metrics(self) -> list[str]:
        """Names of the measures of every row."""
        bases = [family.base for family in self.design.placed.families]
        return self._environment.measures(self.design.source.experiment, bases)

    @cached_property
    def paths(self) -> list[str]:
        """Names of the columns of what is kept of every measured period."""
        bases = [family.base for family in self.design.placed.families]
        return list(self._environment.pooled(self.design.source.experiment, bases))

    def run(self, shard: int) -> Outcome:
        """Run what is missing of a shard, write all its rows, and count them."""
        assert self.store is not None
        table, outcome = self.play(shard, self.known(shard))
        self.store.write(shard, table)
        return outcome

    def known(self, shard: int) -> pa.Table | None:
        """Rows of an earlier, smaller design with runs of a shard; None where there is no such design."""
        if self.store is None or not self.store.retired():
            return None
        slots = self.plan.slots(shard)
        span = int(slots.replicate[0]), int(slots.replicate[-1])
        return self.store.reusable(span, spelled(np.unique(self.design.keys[slots.point])))

    def play(self, shard: int, known: pa.Table | None = None) -> tuple[pa.Table, Outcome]:
        """The rows of a shard, and what came of them; runs that are `known` are not run again."""
        began = time.monotonic()
        slots = self.plan.slots(shard)
        paths: dict[str, list[Vector | None]] = {name: [None] * len(slots) for name in self.paths}
        rows = _Rows(slots, np.full((len(slots), len(self.metrics)), np.nan), [None] * len(slots), paths)
        missing = np.arange(len(slots)) if known is None else self._reuse(rows, known)
        for members in self.together(slots.point[missing]):
            self._simulate(missing[members], rows)
        failed = [error for error in rows.errors if error is not None]
        errors = tuple(dict.fromkeys(failed))[:3]
        table = self._table(rows)
        seconds = time.monotonic() - began
        return table, Outcome(
            shard=shard,
            runs=len(slots),
            simulated=len(missing),
            failed=len(failed),
            errors=errors,
            seconds=seconds,
            worker=f"{gethostname()}-{getpid()}",
        )

    def together(self, points: Indices) -> list[Indices]:
        """Positions of runs, by the design points that they are of, that are best played together."""
        shapes, most = self._shapes
        return together(shapes[self.design.placed.family[points]], most)

    @cached_property
    def _shapes(self) -> tuple[Indices, list[int]]:
        """A number for the shape of each family's runs, and how many runs of each shape are played at a time."""
        numbers: dict[Any, int] = {}
        found = [self._environment.shape(family.base) for family in self.design.placed.families]
        shapes = [numbers.setdefault(shape, len(numbers)) for shape, _ in found]
        most = dict(zip(shapes, (each for _, each in found), strict=True))
        return np.array(shapes), [most[number] for number in range(len(numbers))]

    def _simulate(self, places: Indices, rows: _Rows) -> None:
        """Run a batch; where it raises, halve it until the runs that raise stand alone."""
        try:
            table = self._played(places, rows.slots)
        except (Exception, SystemExit) as error:  # a class may well call sys.exit
            if len(places) == 1:
                rows.errors[places[0]] = f"{type(error).__name__}: {error}"
                return
            half = len(places) // 2
            self._simulate(places[:half], rows)
            self._simulate(places[half:], rows)
            return
        for place, name in enumerate(self.metrics):
            if name in table:
                rows.values[places, place] = table[name]
        for name, kept in rows.paths.items():
            for place, row in zip(places.tolist(), table.get(name, ()), strict=False):
                kept[place] = row

    def _played(self, places: Indices, slots: Slots) -> Mapping[str, Vector | Table]:
        """Measures of the runs at these places of a shard."""
        points = slots.point[places]
        return self._environment.play(
            self.design.placed.at(points),
            slots.replicate[places],
            slots.start[places],
            lambda place: self._ahead(int(points[place])),
        )

    def _reuse(self, rows: _Rows, table: pa.Table) -> Indices:
        """Fill in rows that an earlier, smaller design has; the places of the others are returned."""
        slots, old = rows.slots, table.to_pydict()
        known = {
            identity: row
            for row, identity in enumerate(zip(old["point_key"], old["replicate"], old["start"], strict=True))
        }
        starts = [self.starts[start] for start in slots.start.tolist()]
        sought = zip(spelled(self.design.keys[slots.point]), slots.replicate.tolist(), starts, strict=True)
        missing = []
        for place, identity in enumerate(sought):
            row = known.get(identity)
            if row is None:
                missing.append(place)
                continue
            rows.errors[place] = old["error"][row]
            for name, kept in rows.paths.items():
                kept[place] = old[name][row]
            for metric, name in enumerate(self.metrics):
                values = old.get(f"metric.{name}")
                rows.values[place, metric] = np.nan if values is None or values[row] is None else values[row]
        return np.array(missing, dtype=np.int64)

    def _table(self, rows: _Rows) -> pa.Table:
        slots, errors = rows.slots, rows.errors
        columns = identity(slots, self.starts, self.design)
        cells = self.design.cells(slots.point) if self.parameter_types else {}
        for path, kind in self.parameter_types.items():
            columns[path] = column(cells[path], kind)
        for metric, name in enumerate(self.metrics):
            # A missing measure is a null, which tables show as empty.
            columns[f"metric.{name}"] = pa.array(rows.values[:, metric], pa.float64(), from_pandas=True)
        for name, kept in rows.paths.items():
            columns[name] = pa.array(kept, pa.list_(pa.float64()))
        columns["status"] = pa.array(["ok" if error is None else "failed" for error in errors], pa.string())
        columns["error"] = pa.array(errors, pa.string())
        return pa.table(columns)

    @property
    def columns(self) -> list[str]:
        """Names of the columns of every part."""
        metrics = (f"metric.{name}" for name in self.metrics)
        return [*_IDENTITY, *self.parameter_types, *metrics, *self.paths, "status", "error"]

    @cached_property
    def parameter_types(self) -> dict[str, pa.DataType]:
        """One column type for each swept parameter, whatever shard it is in."""
        return {path: column_type(kinds, pa.float64()) for path, kinds in self.design.cell_types.items()}


_IDENTITY = ("point", "replicate", "start", "seed", "point_key")


def identity(slots: Slots, starts: Sequence[str], design: Design) -> dict[str, pa.Array]:
    """The columns that say which run a row is."""
    columns = (
        pa.array(slots.point, pa.int64()),
        pa.array(slots.replicate, pa.int64()),
        pa.array(np.array(starts)[slots.start], pa.string()),
        pa.array(design.seeds[slots.point], pa.int64()),
        pa.array(spelled(design.keys[slots.point]), pa.string()),
    )
    return dict(zip(_IDENTITY, columns, strict=True))
