"""A measure from round to round, with its bounds."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan, nan

import pandas as pd
import plotly.graph_objects as go

from oversight.app.game.play import Played
from oversight.figures import Level, Mark, Quantity, curves, measure
from oversight.measures import Words


def rounds(played: Played, name: str, words: Mapping[str, Words], place: int | None) -> go.Figure:
    """The measure of each round, level lines at what bounds it in this run, and which round is looked at, if any."""
    periods, metrics = played.run.periods, played.run.metrics
    frame = pd.DataFrame({"x": range(1, len(periods) + 1), "value": [each[name] for each in periods]})
    frame = frame.assign(low=nan, high=nan, colour="", dash="")
    bounds = [level for level in played.environment.levels.get(name, ()) if not isnan(metrics[level])]
    levels = [Level(measure(level, {}, words).title, "", metrics[level]) for level in bounds]
    marks = [] if place is None else [Mark("the round that is shown", float(place), begins=True)]
    return curves(frame, Quantity("Round"), measure(name, {}, words), levels=levels, marks=marks)
