"""What is known of the settings of one branch: each is asked about once, and that may be kept in a folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from oversight.documents.whole import written_whole
from oversight.environments import Forecast, Measured, environment_of
from oversight.errors import InputError
from oversight.scenario.search import Wanted
from oversight.searching.branches import Branch
from oversight.searching.simulate import digest, simulate
from oversight.searching.worlds import Worlds
from oversight.sweeps import Design
from oversight.sweeps.manifest import code_of, describe

Row = tuple[Any, ...]
"""The values of a branch's levers."""
_FEW, _MANY, _SECONDS = 64, 512, 0.8
"""Points that theory is asked about at a time, at least and at most; and seconds that this should take, or a reader who
ends the search would have to wait."""
_LASTING = "lasting"
"""What may last, beside where starts lead."""


class Evaluations:
    """Forecasts of settings in every world, those of simulation by so many times the experiment's replicates.

    With a folder they are kept there, a part a batch: a row for each setting, world and outcome. The next search of the
    same levers, worlds and code begins with them. `before` is called before each batch; what it raises ends the search.
    """

    def __init__(
        self,
        search: Wanted,
        branch: Branch,
        worlds: Worlds,
        workers: int | None = None,
        folder: Path | None = None,
        before: Callable[[], None] = lambda: None,
    ):
        self.by = search.by
        self.within = search.within
        self.branch = branch
        self.worlds = worlds
        self.workers = workers
        self._before = before
        self._together = _FEW
        self.paths = [dimension.path for dimension in branch.dimensions]
        self._folder = folder / self._key() if folder else None
        self._known: dict[Row, tuple[int, Sequence[Forecast]]] = {}
        self._asked: dict[Row, None] = {}
        self._waiting = 0
        for part in sorted(self._folder.glob("part_*.parquet")) if self._folder else ():
            self._known |= self._read(part)

    @property
    def rows(self) -> Sequence[Row]:
        """The settings that were asked about here, in order: what an earlier search left does not steer this one."""
        return list(self._asked)

    @property
    def tried(self) -> int:
        """How many of them are known by now."""
        return len(self._asked) - self._waiting

    def __call__(self, rows: Sequence[Row], times: int = 1) -> list[Sequence[Forecast]]:
        """A forecast for each world, of each setting, which has at least so many times the experiment's replicates."""
        self._asked |= dict.fromkeys(rows)
        new = [row for row in dict.fromkeys(rows) if self._known.get(row, (0,))[0] < times]
        size = len(self.worlds)
        while new:
            self._waiting = len(new)
            self._before()
            most = len(new) if self.by == "simulation" else max(1, self._together // size)
            some, new = new[:most], new[most:]
            found = self._forecasts(self._points(some), times)
            batch = {row: (times, found[place * size : (place + 1) * size]) for place, row in enumerate(some)}
            self._keep(batch)
            self._known |= batch
        self._waiting = 0
        return [self._known[row][1] for row in rows]

    def beside(self, rows: Sequence[Row]) -> list[Sequence[Forecast]]:
        """Forecasts for each world of settings that the search does not count, or keep."""
        found, size = self._forecasts(self._points(rows), 1), len(self.worlds)
        return [found[place * size : (place + 1) * size] for place in range(len(rows))]

    def allow_for(self, row: Row, others: Sequence[Forecast]) -> Sequence[Forecast]:
        """The forecasts of a setting from now on: what may last there may be what another one's forecasts say, too."""
        times, known = self._known[row]
        wider = [
            replace(own, outcomes=[*own.outcomes, *other.outcomes]) for own, other in zip(known, others, strict=True)
        ]
        self._known[row] = times, wider
        return wider

    def refuse_forbidden(self, rows: Sequence[Row]) -> None:
        """Refuse settings that the schema forbids.

        Raises:
            InputError: there are such settings.
        """
        _ = Design(self.branch.at(self._points(rows), {})).placed

    def _points(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        return [{**dict(zip(self.paths, row, strict=True)), **world} for row in rows for world in self.worlds]

    def _forecasts(self, points: Sequence[Mapping[str, Any]], times: int) -> Sequence[Forecast]:
        """A forecast a point; an empty one that says why where keys contradict one another."""
        ask = self._by_theory if self.by == "theory" else partial(self._by_runs, times=times)
        try:
            return ask(points)
        except InputError:
            why = [self._forbidden(point) for point in points]
        allowed = iter(
            ask([point for point, reason in zip(points, why, strict=True) if not reason]) if "" in why else ()
        )
        return [Forecast(note=reason) if reason else next(allowed) for reason in why]

    def _forbidden(self, point: Mapping[str, Any]) -> str:
        """Why the schema forbids a point; empty where it does not."""
        try:
            self.branch.source.at(point)
        except InputError as error:
            return str(error.problems[0])
        return ""

    def _by_theory(self, points: Sequence[Mapping[str, Any]]) -> list[Forecast]:
        began = monotonic()
        design = Design(self.branch.at(points, {}))
        starts = self.within not in ("worst", "best")
        found = environment_of(design.source.experiment).forecasts(design.placed, starts)
        pace = len(points) * _SECONDS / max(monotonic() - began, 1e-9)
        self._together = int(min(max(pace, _FEW), _MANY))
        return found

    def _by_runs(self, points: Sequence[Mapping[str, Any]], times: int) -> list[Forecast]:
        """What runs from each start come to, on average."""
        experiment = self.branch.source.experiment
        with TemporaryDirectory(prefix="oversight-") as passing:
            folder = Path(passing)
            if self._folder is not None:
                # The same command goes on with the runs of a batch that was broken off.
                folder = self._folder / f"runs_{digest([times, *points])}"
                folder.mkdir(parents=True, exist_ok=True)
            found = simulate(self.within, self.branch, points, experiment.seed, folder, self.workers, times)
            rmtree(folder)
            Path(passing).mkdir(exist_ok=True)
        means = [{each.start: each.mean for each in starts} for starts in found]
        return [Forecast(outcomes=list(each.values()), led=each) for each in means]

    def _key(self) -> str:
        described = describe(self.branch.source)
        starts = self.within not in ("worst", "best")
        return f"{self.by}_{digest([described['hash'], code_of(described), self.paths, self.worlds, starts])}"

    def _keep(self, batch: Mapping[Row, tuple[int, Sequence[Forecast]]]) -> None:
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        rows = [
            {"times": times, "world": world, **dict(zip(self.paths, row, strict=True)), **told}
            for row, (times, forecasts) in batch.items()
            for world, forecast in enumerate(forecasts)
            for told in _told(forecast)
        ]
        names = dict.fromkeys(name for row in rows for name in row)
        # A measure that an outcome does not have is null, one that is missing there is NaN.
        columns = {name: pa.array([row.get(name) for row in rows], from_pandas=False) for name in names}
        shown = {path: pa.array([str(value)] * len(rows)) for path, value in self.branch.chosen.items()}
        taken = {path.name for path in self._folder.iterdir()}
        name = next(name for place in count() if (name := f"part_{place:06d}.parquet") not in taken)
        with written_whole(self._folder / name) as unfinished:
            pq.write_table(pa.table({**shown, **columns}), unfinished)

    def _read(self, part: Path) -> dict[Row, tuple[int, Sequence[Forecast]]]:
        """What a part holds, nothing if it is damaged: it is asked about again."""
        try:
            rows = pq.read_table(part).to_pylist()
        except (OSError, pa.ArrowInvalid):
            return {}
        found: dict[Row, tuple[int, list[list[dict[str, Any]]]]] = {}
        for row in rows:
            # Whole numbers may have been written as others.
            key = tuple(
                each.values(np.array([each.coordinate(row[each.path])]))[0] if each.size else row[each.path]
                for each in self.branch.dimensions
            )
            _, worlds = found.setdefault(key, (row["times"], [[] for _ in self.worlds]))
            worlds[row["world"]].append(row)
        return {key: (times, [_forecast(told) for told in worlds]) for key, (times, worlds) in found.items()}


def _told(forecast: Forecast) -> list[dict[str, Any]]:
    """A forecast as rows."""
    outcomes = [(_LASTING, each) for each in forecast.outcomes]
    named = [*outcomes, *forecast.led.items()] or [("", {})]
    return [
        {"outcome": name, "note": forecast.note, **{f"metric.{key}": value for key, value in measured.items()}}
        for name, measured in named
    ]


def _forecast(rows: Sequence[Mapping[str, Any]]) -> Forecast:
    measured = [(row["outcome"], _measured(row)) for row in rows]
    return Forecast(
        outcomes=[each for name, each in measured if name == _LASTING],
        led={name: each for name, each in measured if name not in (_LASTING, "")},
        note=rows[0]["note"],
    )


def _measured(row: Mapping[str, Any]) -> Measured:
    head = "metric."
    return {
        name.removeprefix(head): value for name, value in row.items() if name.startswith(head) and value is not None
    }
