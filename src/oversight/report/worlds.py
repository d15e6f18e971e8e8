"""What each setting of the levers comes to over the worlds of a nested design."""

from __future__ import annotations

import numpy as np
import pandas as pd

from oversight.figures import Quantity
from oversight.report.study import Study, rows_of
from oversight.report.table import Table

_MOST = 12
_RANGE = (0.05, 0.95)
_TIE = 1e-9


def worlds(study: Study) -> Table | None:
    """Settings by the mean of what they are ranked by in the worse of the starts; None where there is one world."""
    if not study.worlds:
        return None
    levers = [axis.column for axis in study.axes]
    first = study.environment.ranked[0]
    keys = [f"metric.{first}.mean", f"metric.{study.main}.mean"]
    points = (
        study.summary.dropna(subset=keys).sort_values(keys, ascending=False, kind="stable").drop_duplicates("point")
    )
    points = points.assign(best=_is_best(study, points))
    grouped = points.groupby(levers, sort=False)
    found = pd.DataFrame(
        {
            "main": grouped[keys[1]].mean(),
            "low": grouped[keys[1]].quantile(_RANGE[0]),
            "high": grouped[keys[1]].quantile(_RANGE[1]),
            "cost": grouped[keys[0]].mean(),
            "best": grouped["best"].mean(),
        }
    )
    found = found.sort_values("cost", kind="stable").reset_index()
    main, cost, share = study.measure(study.main), study.measure(first), Quantity("", percent=True)
    headings = [
        f"Mean {study.environment.subject}",
        "In nine worlds of ten",
        f"Mean {cost.axis[:1].lower()}{cost.axis[1:]}",
        "Costs least in",
    ]
    table = Table(
        "",
        [*(axis.quantity.axis for axis in study.axes), *headings],
        numeric=[*(axis.numeric for axis in study.axes), True, True, True, True],
    )
    for row in rows_of(found.head(_MOST)):
        cells = [main.text(row["main"]), f"{main.bare(row['low'])} to {main.text(row['high'])}"]
        cells += [cost.bare(row["cost"]), f"{share.text(row['best'])} of worlds"]
        table.rows.append([*(axis.bare(row[axis.column]) for axis in study.axes), *cells])
    if len(found) > _MOST:
        table.notes.append(f"The {_MOST} least costly of {len(found):,}; the data below have all of them.")
    table.notes.append(f"Every setting meets the same {study.worlds:,} worlds.")
    return table


def _is_best(study: Study, points: pd.DataFrame) -> pd.Series[bool]:
    """Whether no setting costs less in the same world."""
    sweep = study.experiment.sweep
    assert sweep is not None
    # Of all worlds, and not of those that are shown: points are numbered through all of them, the worlds fastest.
    world, cost = points["point"] % sweep.shape[-1], points[f"metric.{study.environment.ranked[0]}.mean"]
    least = cost.groupby(world).transform("min")
    return cost <= least + _TIE * np.maximum(least.abs(), 1e-12)
