"""One fact at a time: what theory expects at the baseline with each fact at a low and at a high value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import nan
from typing import Any

import numpy as np
import pandas as pd

from oversight.documents.yaml_file import Document
from oversight.errors import OversightError
from oversight.figures import tornado as figure_of
from oversight.report.study import Dimension
from oversight.report.uncertain.draws import Draws
from oversight.report.views import Panel, View
from oversight.scenario import Source
from oversight.sweeps import Design

_ENDS = (0.05, 0.95)
_AT_MOST = 20


@dataclass(frozen=True)
class Tornado:
    """The figure and what it is of."""

    said: str
    view: View


def tornado(draws: Draws) -> Tornado | None:
    """The main measure at the experiment's own facts, and with one of them moved; None where theory has none there.

    Low and high are what a twentieth of the draws lies below and above. Of several equilibria it is the one that the
    worse start leads to.
    """
    study = draws.study
    ends = np.quantile(draws.facts, _ENDS, axis=0)
    points: list[dict[str, Any]] = [dict(draws.levers)]
    for place, fact in enumerate(draws.dimensions):
        points += [{**draws.levers, fact.path: float(end)} for end in ends[:, place]]
    try:
        values = _expected(draws, points)
    except OversightError:  # the experiment's own facts need not be possible beside others
        return None
    base, moved = values[0], np.array(values[1:]).reshape(-1, 2)
    if np.isnan(base) or np.isnan(moved).any():
        return None
    rows = [
        {"label": _label(fact, ends[:, place]), "low": moved[place, 0], "high": moved[place, 1]}
        for place, fact in enumerate(draws.dimensions)
    ]
    table = pd.DataFrame(rows)
    table = table.iloc[np.argsort(-np.ptp(moved, axis=1), kind="stable")].head(_AT_MOST)
    main = study.measure(study.main)
    widest = table.iloc[0]
    said = (
        f"In theory {study.subject} is {main.text(base)} at the experiment's own facts"
        f"{f' with {draws.name}' if draws.name else ''}. The bars show what it becomes when one fact alone is so low "
        "that a twentieth of its draws lies below, or so high that a twentieth lies above."
    )
    alt = (
        f"Bars about {main.text(base)}. The widest is {widest['label']}: {main.text(widest['low'])} at the low value, "
        f"{main.text(widest['high'])} at the high one."
    )
    return Tornado(said, View("tornado", [], {"": [Panel("", alt, figure_of(table, main, base))]}))


def _label(fact: Dimension, ends: Any) -> str:
    words, (low, high) = replace(fact.quantity, digits=3), ends
    return f"{words.title} ({words.bare(low)} – {words.bare(high)})"


def _expected(draws: Draws, points: Sequence[Mapping[str, Any]]) -> list[float]:
    study = draws.study
    source = study.results.source
    document = source.document
    # A point that says nothing is the experiment itself, which it says of a key that changes nothing.
    listed = [dict(point) or {"seed": study.experiment.seed} for point in points]
    data = {key: value for key, value in document.data.items() if key not in ("search", "mark")}
    data["sweep"] = {"kind": "list", "points": listed}
    moved = Source(
        Document(data, document.folder, document.marks, document.overrides),
        source.model,
        source.plugins,
        source.policies,
        {},
        source.kinds,
        source.unchecked,
    )
    starts = study.experiment.starts
    found = []
    for forecast in study.environment.forecasts(Design(moved).placed, starts=True):
        led = [forecast.led[start][study.main] for start in starts if start in forecast.led]
        found.append(max(led or [each[study.main] for each in forecast.outcomes], default=nan))
    return found
