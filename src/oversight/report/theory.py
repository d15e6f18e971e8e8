"""What theory says of a sweep, in sentences and beside the simulated numbers."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd

from oversight.figures.quantity import number
from oversight.report.branches import AtRest
from oversight.report.kinds import capital
from oversight.report.study import EVERYONE, STARTS, Study, rows_of

_FEW = 3


def solved(study: Study) -> bool:
    """Whether the summary says what theory makes of its points."""
    return "theory.equilibria" in study.summary


def equilibria(cell: Any, metric: str, who: str) -> list[AtRest]:
    """The equilibria in a cell of `theory.states`, with the measure and population entry that are to be drawn."""
    found = json.loads(cell) if isinstance(cell, str) and cell else []
    states = []
    for each in found:
        value = each[metric] if who == EVERYONE else each.get("misconduct_rates", {}).get(who)
        if value is not None:
            states.append(AtRest(each["misconduct_rate"], each["stable"], value))
    return states


def several(cell: Any) -> bool:
    """Whether there is more than one stable equilibrium."""
    return sum(state.stable is True for state in equilibria(cell, "misconduct_rate", EVERYONE)) > 1


def sentences(study: Study) -> list[str]:
    """Whether theory covers the sweep, where the past decides in it, where it cycles, and how near simulation is."""
    if not solved(study):
        return []
    points = study.summary.drop_duplicates("point")
    covered = points["theory.equilibria"].notna()
    said = _not_covered(points, covered)
    if not covered.any():
        return said
    return [
        "Equilibria are those of the large-population limit and of the long run, in which chance evens out: small "
        "populations differ, and so do runs that are shorter than their memory.",
        *_departure(study),
        *_several(study, points),
        *_cycles(study),
        *_uncertified(points),
        *said,
    ]


def _not_covered(points: pd.DataFrame, covered: pd.Series[bool]) -> list[str]:
    if covered.all():
        return []
    which = f"{(~covered).sum()} of {len(points)} points" if covered.any() else "this experiment"
    notes = list(dict.fromkeys(points.loc[~covered, "theory.note"]))
    return [f"Theory does not cover {which}. {' '.join(notes[:_FEW])}"]


def _departure(study: Study) -> list[str]:
    """Where the simulated mean is farthest from where its start leads in theory, in standard errors."""
    table = study.summary
    name = "metric.misconduct_rate"
    error = table[f"{name}.sd"] / np.sqrt(table[f"{name}.n"])
    off = (table[f"{name}.mean"] - table["theory.misconduct_rate"]).abs()
    far = (off / error).where((error > 0) & (table["theory.cycle"] > 0))
    if far.isna().all():
        return []
    row = table.loc[far.idxmax()].to_dict()
    words = study.measure("misconduct_rate")
    place = f" at {study.place(row)}" if study.parameters else ""
    start = f", {STARTS[row['start']]}" if table["start"].nunique() > 1 else ""
    simulated, expected = words.text(row[f"{name}.mean"]), words.text(row["theory.misconduct_rate"])
    return [
        f"Measured in standard errors, simulated misconduct is farthest from theory{place}{start}: {simulated} against "
        f"{expected}, {number(far.max(), 2)} standard errors."
    ]


def _several(study: Study, points: pd.DataFrame) -> list[str]:
    count = sum(map(several, points["theory.states"]))
    if not count:
        return []
    which = f"at {count} of {len(points)} points" if study.parameters else "here"
    return [f"Theory has more than one stable equilibrium {which}: which of them is reached depends on the past."]


def _cycles(study: Study) -> list[str]:
    table = study.summary[study.summary["theory.cycle"] > 1]
    said = []
    for row in rows_of(table.drop_duplicates("point").head(_FEW)):
        place = f"At {study.place(row)}, " if study.parameters else ""
        said.append(capital(f"{place}{cycle(study, row)}."))
    more = table["point"].nunique() - len(said)
    return [*said, *([f"It cycles at {more} more points."] if more > 0 else [])]


def cycle(study: Study, row: dict[str, Any]) -> str:
    """The cycle that a row's start leads to in theory, in words."""
    words, period = study.measure("misconduct_rate"), study.units.get("period", "period")
    low, high = words.text(row["theory.cycle_lowest"]), words.text(row["theory.cycle_highest"])
    return f"theory repeats every {row['theory.cycle']:.0f} {period}s: from {low} to {high}"


def _uncertified(points: pd.DataFrame) -> list[str]:
    failed = sum(certified is False or certified == 0 for certified in points["theory.certified"].dropna())
    return [f"At {failed} points an equilibrium failed its check by other code."] if failed else []
