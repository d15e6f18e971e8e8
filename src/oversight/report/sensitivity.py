"""What a result hangs on, of the uncertain numbers of its design."""

from __future__ import annotations

import pandas as pd

from oversight.figures import Quantity
from oversight.report.study import Study, rows_of
from oversight.report.table import Table
from oversight.scenario.designs import ForSensitivity
from oversight.sweeps.sensitivity import sensitivity_indices


def sensitivity(study: Study) -> Table | None:
    """The main measure and the first to rank by, by the parameters that they depend on most; None without a design."""
    sweep = study.experiment.sweep
    if not isinstance(sweep, ForSensitivity):
        return None
    table = Table("", ["Measure", "Parameter", *sweep.told.values()], numeric=[False, False, *[True] * len(sweep.told)])
    titles = {dimension.path: dimension.quantity.title for dimension in study.swept}
    for metric in dict.fromkeys([study.main, study.environment.ranked[0]]):
        found = sensitivity_indices(study.results, metric)
        for row in rows_of(found.sort_values(list(sweep.told)[-1 if "total" in sweep.told else 0], ascending=False)):
            cells = [_cell(study, metric, row, name, "total" in sweep.told) for name in sweep.told]
            table.rows.append([study.measure(metric).title, titles[row["parameter"]], *cells])
    table.notes.append(
        "± is half of a 95\u00a0% bootstrap interval. Where parameters interact, what each explains alone does not add "
        "up."
        if "total" in sweep.told
        else "Over the whole range of a parameter. Effects that spread widely depend on the other parameters."
    )
    return table


def _cell(study: Study, metric: str, row: dict[str, float], name: str, share: bool) -> str:
    if pd.isna(row[name]):
        return "–"
    words = Quantity("", percent=True, digits=2) if share else study.measure(metric)
    half = row.get(f"{name}_half")
    return words.bare(row[name]) + (f" ± {words.bare(half)}" if half is not None and not pd.isna(half) else "")
