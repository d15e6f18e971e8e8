"""What the numbers say, in sentences: generated from the summary, never beyond it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from oversight.figures import Quantity
from oversight.figures.words import capital, listed, plain
from oversight.report import frontier as frontiers
from oversight.report.frontier import Frontier
from oversight.report.reference import Reference, rows_at, run_at
from oversight.report.study import EVERYONE, Dimension, Study

_HALF = 0.5
_EVERYONE = Dimension("who", Quantity("Actors"), (EVERYONE,), (EVERYONE,))
_TIE = frontiers.NEAR
_CLOSE = frontiers.NEAR_IN_WORDS
"""Rates closer than this are called equal."""


def headline(study: Study, front: Frontier | None) -> str:
    """The answer in one sentence.

    At what is marked; or else the cheapest policy, where cost and misconduct are at odds; or else at the experiment's
    own values, or the lowest and the highest rate.
    """
    worst = _worst(study, study.main)
    if worst.empty:
        return f"No design point has a {_title(study)}."
    if front and not study.experiment.mark:
        return frontiers.headline(front)
    return _here(study, worst) or _extremes(study, worst)


def further(study: Study, front: Frontier | None) -> list[str]:
    """Further findings, each a sentence."""
    worst = _worst(study, study.main)
    rest = [*_cost(study), *_worse(study)]
    if front:
        first = [*_marked(study, worst), frontiers.headline(front)] if study.experiment.mark else []
        rest = [*first, *frontiers.sentences(front), *rest]
    else:
        begun = not worst.empty and bool(_here(study, worst))
        first = [*_marked(study, worst), _extremes(study, worst)] if begun else []
        rest = [*first, *_alike(study, worst), *_deterred(study), *rest, *_entries(study)]
    return [*rest, *_tipping(study), *_states(study)]


def _here(study: Study, worst: pd.DataFrame) -> str:
    """What holds at the marked values, or at the experiment's own; empty where nothing was run there."""
    found = run_at(study)
    rows = rows_at(worst, found)
    if rows.empty:
        return ""
    words, place = study.measure(study.main), _at_all(found)
    if len(rows) == 1 and study.start is not None and study.tipping[rows["point"].iloc[0]]:
        both = study.whole[study.whole["point"] == rows["point"].iloc[0]].set_index("start")
        rates = both[f"metric.{study.main}.mean"]
        return f"With {place}, {study.subject} is {_by_start(study, rates)}."
    low, high = words.text(rows["value"].min()), words.text(rows["value"].max())
    if low == high:
        return f"With {place}, {study.subject} is {low}."
    others = [d.quantity.title.lower() for d in study.parameters if d.column not in found]
    return f"With {place}, {study.subject} is between {low} and {high}, depending on {' and '.join(others)}."


def _marked(study: Study, worst: pd.DataFrame) -> list[str]:
    """The best that can be had with what is marked, where other parameters are swept beside it."""
    found = {column: each for column, each in run_at(study).items() if each.marked}
    rows = rows_at(worst, found)
    others = [d for d in study.parameters if d.column not in found]
    if not found or not others or len(rows) < 2:
        return []
    best = rows.sort_values(["value", "cost"], kind="stable").iloc[0]
    choice = ", ".join(d.phrase(best[d.column]) for d in others)
    rate = study.measure(study.main).text(best["value"])
    return [f"The least {study.subject} to be had with {_at_all(found)} is {rate}, with {choice}."]


def _at_all(found: dict[str, Reference]) -> str:
    """The references as the middle of a sentence."""
    return " and ".join(map(_at_one, found.values()))


def _at_one(reference: Reference) -> str:
    dimension, cell = reference.dimension, reference.cell
    if not dimension.numeric:
        return dimension.phrase(cell)
    title = dimension.quantity.title
    own = f" (near the experiment's own {dimension.quantity.bare(reference.value)})"
    return f"{title[:1].lower()}{title[1:]} at {dimension.label(cell)}{own * (cell != reference.value)}"


def _extremes(study: Study, worst: pd.DataFrame) -> str:
    words = study.measure(study.main)
    lowest, highest = worst["value"].min(), worst["value"].max()
    if len(worst) == 1:
        return f"The {_title(study)} is {words.text(lowest)}."
    if highest - lowest < _TIE:
        low, high = words.text(lowest), words.text(highest)
        if low != high:
            return f"The {_title(study)} is {low} to {high}: what was varied hardly moves it."
        return f"The {_title(study)} is {low} everywhere: nothing that was varied moves it."
    best, most = _lowest(worst).iloc[0], worst.sort_values("value", ascending=False, kind="stable").iloc[0]
    low, high = words.text(best["value"]), words.text(most["value"])
    return (
        f"{capital(study.subject)} is as low as {low} {_place(study, best)}, and as high as {high} "
        f"{_place(study, most)}."
    )


def _alike(study: Study, worst: pd.DataFrame) -> list[str]:
    """How many other points have as little as the one that is named, which comes first of them as points are ranked."""
    others = len(_lowest(worst)) - 1
    if not others or worst["value"].max() - worst["value"].min() < _TIE:
        return []
    have = f"{others} other {_things(study)} have" if others > 1 else f"One other {_things(study, 1)} has"
    return [f"{have} as little {study.subject}, {_CLOSE}; this one {_least(study)}."]


def _lowest(worst: pd.DataFrame) -> pd.DataFrame:
    """The points with the least, or nearly so, in the order that points are ranked by."""
    within: pd.DataFrame = worst[worst["value"] <= worst["value"].min() + _TIE]
    return within.sort_values("cost", kind="stable")


def _worst(study: Study, metric: str) -> pd.DataFrame:
    """A measure in the worse of the starts: a row a design point, with its parameters, `value` and `cost`."""
    table = study.whole.assign(
        value=study.whole[f"metric.{metric}.mean"], cost=study.whole[f"metric.{study.environment.ranked[0]}.mean"]
    ).dropna(subset="value")
    ordered = table.sort_values("value", ascending=False, kind="stable")
    return ordered.drop_duplicates("point").sort_values("point")


def _place(study: Study, row: pd.Series[Any]) -> str:
    """A design point as the end of a sentence."""
    word = "under" if study.only_policies else "at"
    return f"{word} {study.place({str(key): value for key, value in row.items()})}"


def _things(study: Study, count: int = 2) -> str:
    singular, plural = ("policy", "policies") if study.only_policies else ("setting", "settings")
    return singular if count == 1 else plural


def _deterred(study: Study) -> list[str]:
    """The least of the first numeric lever with a rate below half: by policy, or else by population entry."""
    lever = next((axis for axis in study.axes if axis.numeric and axis.lever), None)
    if lever is None or not study.measure(study.main).percent:
        return []
    table = study.tidy(study.main)
    policies = next((axis for axis in study.axes if axis.path == "policy"), None)
    by = policies or (study.who if study.entries else None) or _EVERYONE
    table = table[table["who"] == EVERYONE] if policies or not study.entries else table
    worst = table.groupby(list({axis.column: 0 for axis in [*study.axes, by]}), as_index=False)["value"].max()
    found = {}
    for cell, label in zip(by.cells, by.labels, strict=True):
        below = worst.loc[worst[by.column].eq(cell) & worst["value"].lt(_HALF), lever.column]
        if cell != EVERYONE or by is _EVERYONE:
            found[label] = lever.label(below.min()) if len(below) else "never"
    if not any(answer not in ("never", lever.labels[0]) for answer in found.values()):
        return []
    others = len(study.axes) - 1 - bool(policies)
    best = " (all else in the sweep at its best)" if others else ""
    where = "under" if policies else "for"
    alike: dict[str, list[str]] = {}
    for label, answer in sorted(found.items(), key=lambda each: each[1] == "never"):
        alike.setdefault(answer, []).append(label)
    answers = [answer if by is _EVERYONE else f"{answer} {where} {listed(who)}" for answer, who in alike.items()]
    title = lever.quantity.title
    title = f"{title[:1].lower()}{title[1:]}"
    rising = f"Of the points that are shown, with rising {title}" if study.is_coarse else f"With rising {title}"
    return [f"{rising}, {study.subject} is first below 50\u00a0% at {', '.join(answers)}{best}."]


def _entries(study: Study) -> list[str]:
    found = []
    words = study.measure(study.main)
    for entry in study.entries:
        rates = study.whole[f"metric.{study.main}.{entry}.mean"].dropna()
        if not rates.empty:
            low, high = words.text(rates.min()), words.text(rates.max())
            found.append(f"{low if low == high else f'{low} to {high}'} ({plain(entry)})")
    return [f"By kind of actor, {study.subject} is {', '.join(found)}."] if found else []


def _cost(study: Study) -> list[str]:
    first = study.environment.ranked[0]
    worst = _worst(study, first)
    # The lowest of many worlds is luck, and no policy's doing.
    if study.worlds or first == study.main or len(worst) < 2 or worst["value"].max() <= worst["value"].min():
        return []
    best = worst.sort_values("value", kind="stable").iloc[0]
    others = int(np.isclose(worst["value"], best["value"], rtol=1e-9, atol=0).sum()) - 1
    more = f"; {others} more cost the same" if others else ""
    cost, rate = study.measure(first), study.measure(study.main)
    return [
        f"{cost.title} is lowest ({cost.text(best['value'])}) {_place(study, best)}, where the {_title(study)} is "
        f"{rate.text(best[f'metric.{study.main}.mean'])}{more}."
    ]


def _worse(study: Study) -> list[str]:
    return ["All of this is said of the worse of the two starts."] if study.start else []


def _tipping(study: Study) -> list[str]:
    if study.whole["start"].nunique() < 2:
        return []
    tipping = study.tipping
    if study.whole[f"metric.{study.main}.mean"].isna().all():
        return []
    if not tipping.any():
        return [f"The past hardly matters: from either start, {study.subject} is the same to {_CLOSE}."]
    rates = study.whole.pivot(index="point", columns="start", values=f"metric.{study.main}.mean")
    gaps = (rates.max(axis=1) - rates.min(axis=1)).to_numpy()
    place = int(np.nanargmax(gaps))
    row = study.whole[study.whole["point"] == rates.index[place]].iloc[0]
    count = f" for {tipping.sum()} of {len(tipping)} {_things(study)}" if study.parameters else ""
    here = f", {'most ' if tipping.sum() > 1 else ''}{_place(study, row)}" if study.parameters else ""
    return [f"The past matters{count}{here}: {study.subject} is {_by_start(study, rates.iloc[place])}."]


def _by_start(study: Study, rates: pd.Series[float]) -> str:
    """The main measure from each start."""
    words, starts = study.measure(study.main), study.environment.starts
    return listed([f"{words.text(rates[start])} {starts[start]}" for start in study.experiment.starts])


def _title(study: Study) -> str:
    return study.measure(study.main).title.lower()


def _least(study: Study) -> str:
    """How the first of equals stands out, as a verb and its object."""
    return f"has the least {study.measure(study.environment.ranked[0]).title.lower()}"


def _states(study: Study) -> list[str]:
    count = study.summary.loc[study.summary["states"] != "", "point"].nunique()
    if not count:
        return []
    points = "1 setting" if count == 1 else f"{count} settings"
    return [f"At {points}, chance decides: replicates of the same setting settle in different states (table below)."]
