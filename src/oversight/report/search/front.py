"""The front of a search as a figure."""

from __future__ import annotations

import pandas as pd

from oversight.environments import environment_of
from oversight.figures import Quantity, measure
from oversight.figures import front as figure_of
from oversight.report.search.levers import setting_text
from oversight.report.search.told import title_of, value_of
from oversight.report.views import Panel, View
from oversight.searching import Found
from oversight.searching.words import lower


def front(found: Found) -> View:
    """The efficient settings over the first two objectives, a third by colour, the recommended one marked."""
    names = found.search.objectives
    quantities = [_quantity(found, name) for name in names]
    settings = found.front
    columns = dict(zip(("x", "y", "third"), names, strict=False))
    frame = pd.DataFrame({key: [each.outcome[name] for each in settings] for key, name in columns.items()})
    frame["label"] = [_said(found, place) for place in range(len(settings))]
    frame["place"] = range(len(settings))
    frame["recommended"] = [(each.branch, each.point) == (found.best.branch, found.best.point) for each in settings]
    first, last = settings[0], settings[-1]
    ends = " to ".join(
        " with ".join(f"{lower(title_of(found, name))} {value_of(found, each, name)}" for name in names[:2])
        for each in (first, last)
    )
    alt = f"{len(settings)} efficient setting{'s' * (len(settings) > 1)}, from {ends}."
    return View("front", [], {"": [Panel("", alt, figure_of(frame, *quantities))]})


def _quantity(found: Found, name: str) -> Quantity:
    experiment = found.source.experiment
    environment = environment_of(experiment)
    return measure(name, environment.units(experiment), environment.words(experiment))


def _said(found: Found, place: int) -> str:
    """The setting, and what the figure's two axes do not show of it."""
    setting = found.front[place]
    more = [f"{title_of(found, name)}: {value_of(found, setting, name)}" for name in found.search.about[2:]]
    return "; ".join([setting_text(found, setting), *more])
