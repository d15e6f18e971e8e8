"""What a worker does: run a shard and write its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from oversight.measures import DYNAMICS, MEASURES
from oversight.scenario import Experiment, Source
from oversight.simulation import Run, batches, simulate
from oversight.sweeps.design import Design, key
from oversight.sweeps.near import NEAR, near_equilibria
from oversight.sweeps.plan import Plan, Slot
from oversight.sweeps.store import Store


@dataclass(frozen=True)
class Outcome:
    """What a worker reports of a shard."""

    runs: int
    simulated: int
    failed: int
    errors: tuple[str, ...]


class Shards:
    """Runs the shards of one sweep. Cheap to make, so that each worker process makes its own."""

    def __init__(self, source: Source, plan: Plan, labels: Sequence[str], store: Store):
        self.design = Design(source)
        self.plan = plan
        self.labels = list(labels)
        self.store = store
        self.starts = source.experiment.starts
        self._experiment = lru_cache(maxsize=20_000)(self._at)
        self._near = lru_cache(maxsize=20_000)(self._equilibria)

    def _equilibria(self, point: int) -> tuple[float, ...]:
        return near_equilibria(self._experiment(point)[0])

    def _at(self, point: int) -> tuple[Experiment, str, dict[str, Any]]:
        experiment = self.design.experiment(point)
        return experiment, key(experiment), self.design.shown(point)

    @cached_property
    def metrics(self) -> list[str]:
        """Names of the measures of every row, entries' own rates last."""
        experiment = self.design.source.experiment
        near = [f"time_near.{place}" for place in range(NEAR)]
        dynamics = (*DYNAMICS, *near) if experiment.dynamics else ()
        return [
            *MEASURES,
            *(measure.label for measure in experiment.measures),
            *dynamics,
            *(f"misconduct_rate.{label}" for label in self.labels),
        ]

    def run(self, shard: int) -> Outcome:
        """Run what is missing of a shard, write all its rows, and count them."""
        slots = self.plan.slots(shard)
        values = np.full((len(slots), len(self.metrics)), np.nan)
        errors: list[str | None] = [None] * len(slots)
        missing = self._reuse(slots, values, errors)
        runs = [
            Run(
                self._experiment(slots[place].point)[0],
                slots[place].replicate,
                self.starts[slots[place].start],
                self._near(slots[place].point),
            )
            for place in missing
        ]
        for members in batches(runs):
            self._simulate([runs[m] for m in members], [missing[m] for m in members], values, errors)
        self.store.write(shard, self._table(slots, values, errors))
        failed = [error for error in errors if error is not None]
        return Outcome(len(slots), len(missing), len(failed), tuple(dict.fromkeys(failed))[:3])

    def _simulate(self, runs: Sequence[Run], places: Sequence[int], values: Any, errors: list[str | None]) -> None:
        """Run a batch; where it raises, halve it until the runs that raise stand alone."""
        try:
            table = simulate(runs)
        except Exception as error:
            if len(runs) == 1:
                errors[places[0]] = f"{type(error).__name__}: {error}"
                return
            half = len(runs) // 2
            self._simulate(runs[:half], places[:half], values, errors)
            self._simulate(runs[half:], places[half:], values, errors)
            return
        for column, name in enumerate(self.metrics):
            if name in table:
                values[list(places), column] = table[name]

    def _reuse(self, slots: Sequence[Slot], values: Any, errors: list[str | None]) -> list[int]:
        """Fill in rows that an earlier, smaller design has; the places of the others are returned."""
        table = self.store.reusable((slots[0].replicate, slots[-1].replicate))
        if table is None:
            return list(range(len(slots)))
        rows = table.to_pydict()
        known = {
            identity: row
            for row, identity in enumerate(zip(rows["point_key"], rows["replicate"], rows["start"], strict=True))
        }
        missing = []
        for place, slot in enumerate(slots):
            row = known.get((self._experiment(slot.point)[1], slot.replicate, self.starts[slot.start]))
            if row is None:
                missing.append(place)
                continue
            errors[place] = rows["error"][row]
            for column, name in enumerate(self.metrics):
                old = rows.get(f"metric.{name}")
                values[place, column] = np.nan if old is None or old[row] is None else old[row]
        return missing

    def _table(self, slots: Sequence[Slot], values: Any, errors: Sequence[str | None]) -> pa.Table:
        points = [self._experiment(slot.point) for slot in slots]
        columns: dict[str, pa.Array] = {
            "point": pa.array([slot.point for slot in slots], pa.int64()),
            "replicate": pa.array([slot.replicate for slot in slots], pa.int64()),
            "start": pa.array([self.starts[slot.start] for slot in slots], pa.string()),
            "seed": pa.array([experiment.seed for experiment, _, _ in points], pa.int64()),
            "point_key": pa.array([identity for _, identity, _ in points], pa.string()),
        }
        for path, kind in self.parameter_types.items():
            cells = [shown[path] for _, _, shown in points]
            columns[path] = pa.array([_as(kind, cell) for cell in cells], kind)
        for column, name in enumerate(self.metrics):
            # A missing measure is a null, which tables show as empty.
            columns[f"metric.{name}"] = pa.array(values[:, column], pa.float64(), from_pandas=True)
        columns["status"] = pa.array(["ok" if error is None else "failed" for error in errors], pa.string())
        columns["error"] = pa.array(errors, pa.string())
        return pa.table(columns)

    @cached_property
    def parameter_types(self) -> dict[str, pa.DataType]:
        """One column type for each swept parameter, whatever shard it is in."""
        if self.design.axes:
            cells = {f"param.{path}": values for path, values in self.design.axes.items()}
        else:
            shown = [self.design.shown(point) for point in range(len(self.design))]
            cells = {f"param.{path}": [row[f"param.{path}"] for row in shown] for path in self.design.paths}
        return {path: _column_type({type(cell) for cell in found} - {type(None)}) for path, found in cells.items()}


def _column_type(kinds: set[type]) -> pa.DataType:
    if kinds <= {int, float}:
        return pa.float64()
    return pa.bool_() if kinds == {bool} else pa.string()


def _as(kind: pa.DataType, cell: Any) -> Any:
    if cell is None:
        return None
    if pa.types.is_floating(kind):
        return float(cell)
    return cell if pa.types.is_boolean(kind) else str(cell)
