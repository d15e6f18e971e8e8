"""Measures of a game over two of its numbers, each cell a mean over replicates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from oversight.app.control import Control
from oversight.app.game.shown import Shown, varied
from oversight.arrays import Table, Vector
from oversight.environments import environment_of
from oversight.errors import InputError
from oversight.figures import Quantity, heat_map, measure

VALUES = 7
"""Of each number at most."""
REPLICATES = 20


@dataclass(frozen=True, eq=False)
class Asked:
    """A map of the run that is `shown`, over two of its controls."""

    shown: Shown
    x: Control
    y: Control

    @property
    def key(self) -> tuple[object, ...]:
        """The same for maps with the same cells."""
        rest = {path: value for path, value in self.shown.changes.items() if path not in (self.x.path, self.y.path)}
        return self.shown.opened.name, self.shown.point, repr(sorted(rest.items())), self.x.path, self.y.path


@dataclass(frozen=True, eq=False)
class Drawn:
    """Means by measure, (values of y, values of x), NaN where the game refuses the two numbers."""

    asked: Asked
    across: Vector
    up: Vector
    means: Mapping[str, Table]


def levers(shown: Shown) -> list[Control]:
    """Numbers that a map may be drawn over, those first that the experiment sweeps."""
    controls = (control for group in shown.groups for control in group.controls)
    found = [control for control in controls if control.kind != "note" and control.most > control.least]
    return sorted(found, key=lambda control: control.path not in shown.opened.source.swept)


def cells(asked: Asked, overtaken: Callable[[], bool]) -> Iterator[float | Drawn]:
    """How much is done, from time to time, and the map at the end; less where it was overtaken."""
    environment = environment_of(asked.shown.experiment)
    across, up = values(asked.x), values(asked.y)
    means = {name: np.full((len(up), len(across)), np.nan) for name in environment.words(asked.shown.experiment)}
    places = [(row, column) for row in range(len(up)) for column in range(len(across))]
    for done, (row, column) in enumerate(places):
        try:
            experiment = varied(asked.shown, {asked.x.path: across[column], asked.y.path: up[row]})
        except InputError:
            continue  # the two do not go together
        runs = []
        for replicate in range(REPLICATES):
            if overtaken():
                return
            runs.append(environment.single(experiment, replicate, experiment.starts[0], False).metrics)
            yield (done + replicate / REPLICATES) / len(places)
        for name, table in means.items():
            table[row, column] = np.mean([run[name] for run in runs])
    yield Drawn(asked, across, up, means)


def values(control: Control) -> Vector:
    """From one end of a slider to the other, by its steps."""
    steps = np.rint(np.linspace(0, control.most - control.least, VALUES) / control.step)
    # Without the noise of binary fractions.
    plain = [float(f"{value:.12g}") for value in control.least + control.step * steps]
    return np.unique(np.minimum(plain, control.most))


def figure(drawn: Drawn, name: str) -> go.Figure:
    """The map of a measure."""
    experiment, (x, y) = drawn.asked.shown.experiment, (drawn.asked.x, drawn.asked.y)
    words = measure(name, {}, environment_of(experiment).words(experiment))
    table = drawn.means[name]
    frame = pd.DataFrame(
        {
            "x": np.tile(drawn.across, len(drawn.up)),
            "y": np.repeat(drawn.up, len(drawn.across)),
            "value": table.ravel(),
        }
    )
    low, high = np.nanmin(table), np.nanmax(table)
    limits = (float(low), float(high) if high > low else float(low) + 1.0)
    here = ("as it is set", float(x.value), float(y.value))
    return heat_map(frame, _quantity(x), _quantity(y), words, limits=limits, bad=not words.more_is_better, here=here)


def _quantity(control: Control) -> Quantity:
    return Quantity(control.title, control.unit, control.percent, control.help, digits=6)
