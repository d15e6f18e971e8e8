"""Running replications: every experiment once, then a row a claim."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from oversight.replications.functions import call
from oversight.replications.load import Asked, Loaded, points_of
from oversight.replications.replication import Cheapest, Claim, Game, Printed, Simulated, Solved, Turns
from oversight.replications.solved import solved
from oversight.replications.turns import turns
from oversight.replications.verdict import Estimate, allowed, estimated, verdict
from oversight.scenario import enforced
from oversight.sweeps import check, load_results, run_sweep

Progress = Callable[[str], None]
"""Called with the name of each experiment before it is run."""


@dataclass(frozen=True)
class Row:
    """A claim, the published number, ours, and the verdict. `basis` is printed or recomputed, `by` how ours was got."""

    replication: str
    claim: str
    what: str
    source: str
    basis: str
    where: str
    published: float
    decimals: int
    published_error: float
    by: str
    ours: float
    standard_error: float
    replicates: int
    allowed: float
    verdict: str
    note: str


def replicate(
    loaded: Sequence[Loaded],
    folder: Path | None = None,
    workers: int | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
) -> list[Row]:
    """One row for each claim of each replication.

    Args:
        loaded: replications, quick or not.
        folder: keeps the runs, so that the same call goes on where it stopped; a temporary one by default.
        workers: processes; default one a core.
        fresh: delete runs that the folder holds.
        progress: told what is run.
    """
    with TemporaryDirectory() if folder is None else nullcontext(folder) as place:
        rows = []
        for one in loaded:
            runs = {}
            for name, asked in one.experiments.items():
                if progress:
                    progress(f"{one.replication.name}: {name}")
                if asked.sweep is None:
                    continue
                target = Path(place) / one.replication.name / name
                run_sweep(check(asked.sweep), target, workers, fresh)
                runs[name] = load_results(target).runs()
            rows += [_row(one, claim, runs) for claim in one.replication.claims]
        return rows


def _row(loaded: Loaded, claim: Claim, runs: dict[str, pd.DataFrame]) -> Row:
    published = claim.published
    ours = _ours(loaded, claim, runs)
    margin = allowed(ours, published.decimals, published.standard_error, published.value)
    return Row(
        replication=loaded.replication.name,
        claim=claim.name,
        what=claim.claim,
        source=loaded.replication.source.reference,
        basis=published.kind,
        where=published.where if isinstance(published, Printed) else published.formula,
        published=published.value,
        decimals=published.decimals,
        published_error=published.standard_error,
        by=claim.ours.kind,
        ours=ours.value,
        standard_error=ours.standard_error,
        replicates=ours.replicates,
        allowed=margin,
        verdict=verdict(ours, published.value, margin),
        note=claim.note,
    )


def _ours(loaded: Loaded, claim: Claim, runs: dict[str, pd.DataFrame]) -> Estimate:
    ours = claim.ours
    if isinstance(ours, Game):
        return Estimate(call(ours.function, ours.arguments)[ours.result])
    asked = loaded.experiments[ours.experiment]
    if isinstance(ours, Solved):
        return Estimate(solved(ours, enforced(asked.source.at(ours.set))))
    if isinstance(ours, Turns):
        return estimated(turns(ours, enforced(asked.source.at(ours.set))))
    rows = runs[ours.experiment]
    return _simulated(ours, asked, rows) if isinstance(ours, Simulated) else _cheapest(ours, claim, asked, rows)


def _simulated(ours: Simulated, asked: Asked, rows: pd.DataFrame) -> Estimate:
    start = ours.start or asked.source.experiment.starts[0]
    rows = rows[(rows["point"] == asked.points.index(dict(ours.set))) & (rows["start"] == start)]
    values = ours.scale * rows[f"metric.{ours.measure}"]
    if ours.times:
        values = values * rows[f"metric.{ours.times}"]
    return estimated(values.tolist())


def _cheapest(ours: Cheapest, claim: Claim, asked: Asked, rows: pd.DataFrame) -> Estimate:
    """The best of a tie is the first: grids are written from low to high."""
    points = points_of(claim)
    places = [asked.points.index(point) for point in points]
    rows = rows[(rows["start"] == asked.source.experiment.starts[0]) & rows["point"].isin(places)]
    table = rows.pivot(index="replicate", columns="point", values=f"metric.{ours.measure}")[places].to_numpy()
    if not np.isfinite(table).all():
        return Estimate(np.nan)
    best = [float(points[int(column)][ours.report]) for column in np.argmin(table, axis=1)]
    steps = np.diff(np.sort(np.array(ours.over[ours.report].expand(), dtype=float)))
    return estimated(best, float(steps.max()) / 2 if len(steps) else 0.0)
