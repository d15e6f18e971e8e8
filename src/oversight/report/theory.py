"""What theory says of a sweep, in sentences and beside the simulated numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from oversight.figures import Quantity
from oversight.figures.words import capital
from oversight.numerals import number
from oversight.report.branches import AtRest
from oversight.report.study import EVERYONE, Study, rows_of

_FEW = 3


def solved(study: Study) -> bool:
    """Whether the summary says what theory makes of its points."""
    return "theory.equilibria" in study.summary


def equilibria(cell: Any, metric: str, who: str) -> list[AtRest]:
    """The equilibria in a cell of `theory.states`, with the measure and population entry that are to be drawn."""
    found = _read(cell) if isinstance(cell, str) and cell else []
    states = []
    for each in found:
        own = {**each.get("misconduct_rates", {}), **_by_option(each)}
        value = each.get(metric) if who == EVERYONE else own.get(who)
        if value is not None:
            states.append(AtRest(each["misconduct_rate"], each["stable"], value))
    return states


def _by_option(state: Mapping[str, Any]) -> dict[str, float]:
    """An equilibrium's rates by what is done, as figures name it."""
    return {name.partition(".")[2]: rate for name, rate in state.get("option_rates", {}).items()}


@lru_cache(maxsize=20_000)
def _read(cell: str) -> Sequence[Mapping[str, Any]]:
    """A cell's JSON, which several measures and figures read."""
    states: Sequence[Mapping[str, Any]] = json.loads(cell)
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
        *_copies(study, points),
        *_uncertified(points),
        *said,
    ]


def _not_covered(points: pd.DataFrame, covered: pd.Series[bool]) -> list[str]:
    if covered.all():
        return []
    which = f"{(~covered).sum()} of {len(points)} points" if covered.any() else "this experiment"
    notes = list(dict.fromkeys(points.loc[~covered, "theory.note"]))
    return [f"Theory does not cover {which}. {' '.join(notes[:_FEW])}"]


def _copies(study: Study, points: pd.DataFrame) -> list[str]:
    """How far misconduct strays at the worst of the points, where actors are copies and the law is known."""
    if "theory.misconduct_q99" not in points or points["theory.misconduct_q99"].isna().all():
        return []
    row = next(rows_of(points.sort_values("theory.misconduct_q99", ascending=False)))
    words = study.measure("misconduct_rate")
    mean, most = words.text(row["theory.long_run"]), words.text(row["theory.misconduct_q99"])
    over = row["theory.beyond_edge"]
    beyond = f", and detection has given way in {Quantity('', percent=True).text(over)} of them" if over == over else ""
    return [
        f"Copies err together: in the long run misconduct varies most{_where(study, row)}, {mean} on average and up to "
        f"{most} in 99 of 100 periods{beyond}."
    ]


def _departure(study: Study) -> list[str]:
    """Where chance tipped runs, and where the mean is farthest, in standard errors, from the equilibrium reached."""
    table = study.summary
    name = "metric.misconduct_rate"
    error = table[f"{name}.sd"] / np.sqrt(table[f"{name}.n"])
    table = table.assign(reached=_reached(table))
    # The mean over replicates that settle apart is near no equilibrium.
    known = (error > 0) & (table["theory.cycle"] > 0) & (table["states"] == "")
    far = ((table[f"{name}.mean"] - table["reached"]).abs() / error).where(known)
    elsewhere = table["reached"].ne(table["theory.misconduct_rate"]) & table["reached"].notna()
    said = _tipped(study, table[elsewhere & (table["states"] == "")])
    if far.isna().all():
        return said
    row = table.loc[far.idxmax()].to_dict()
    words = study.measure("misconduct_rate")
    simulated, expected = words.text(row[f"{name}.mean"]), words.text(row["reached"])
    return [
        *said,
        f"Measured in standard errors, simulated misconduct is farthest from theory{_where(study, row)}: {simulated} "
        f"against {expected}, {number(far.max(), 2)} standard errors.",
    ]


def _reached(table: pd.DataFrame) -> pd.Series[float]:
    """The stable equilibrium that a row's runs came to: where its start leads, unless another is nearer by far."""
    reached = table["theory.misconduct_rate"].astype(float)
    choice = table[(table["theory.cycle"] == 1) & (table["theory.equilibria"] > 1)]
    return pd.Series([_nearest(row) for row in rows_of(choice)], choice.index, float).combine_first(reached)


def _nearest(row: dict[str, Any]) -> float:
    mean, expected = row["metric.misconduct_rate.mean"], row["theory.misconduct_rate"]
    found = equilibria(row["theory.states"], "misconduct_rate", EVERYONE)
    others = [state.misconduct_rate for state in found if state.stable is True]
    nearest = min([expected, *others], key=lambda rate: abs(rate - mean))
    return float(nearest if abs(nearest - mean) < abs(expected - mean) / 2 else expected)


def _tipped(study: Study, rows: pd.DataFrame) -> list[str]:
    """Which runs came to another equilibrium than the one that their start leads to."""
    if rows.empty:
        return []
    words = study.measure("misconduct_rate")
    distance = (rows["metric.misconduct_rate.mean"] - rows["theory.misconduct_rate"]).abs()
    row = next(rows_of(rows.loc[[distance.idxmax()]]))
    columns = ("metric.misconduct_rate.mean", "theory.misconduct_rate", "reached")
    simulated, expected, other = (words.text(row[column]) for column in columns)
    more = f", and {len(rows) - 1} more like it" if len(rows) > 1 else ""
    return [
        f"Chance tipped runs to the other equilibrium{_where(study, row)}: {simulated}, near {other}, and not "
        f"{expected}, where theory leads from that past{more}. Such runs are compared with the equilibrium that they "
        "reached."
    ]


def _where(study: Study, row: dict[str, Any]) -> str:
    """A row's design point and start as the end of a sentence."""
    word = "under" if study.only_policies else "at"
    place = f" {word} {study.place(row)}" if study.parameters else ""
    return place + (f", {study.environment.starts[row['start']]}" if study.summary["start"].nunique() > 1 else "")


def _several(study: Study, points: pd.DataFrame) -> list[str]:
    count = sum(map(several, points.loc[points["theory.equilibria"] > 1, "theory.states"]))
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
