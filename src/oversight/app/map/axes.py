"""Which numbers a map may be drawn over."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from oversight.app.control import Control
from oversight.app.controls import controls
from oversight.app.scenario import Scenario
from oversight.arrays import Vector
from oversight.documents.paths import resolved
from oversight.errors import InputError
from oversight.figures import Quantity
from oversight.figures.axis import logarithmic
from oversight.scenario import Grid

FINEST = 81
"""Values along an axis at most: 80 steps, which can be halved three times."""


@dataclass(frozen=True, eq=False)
class Axis:
    """A number of the policy: its path, its words, the values that a map may be solved at, and the running one.

    `swept` says whether the scenario itself sweeps it, `whole` whether it is a whole number.
    """

    path: str
    words: Quantity
    values: Vector
    here: float
    swept: bool = False
    whole: bool = False


def axes(scenario: Scenario) -> list[Axis]:
    """The numbers that change without a reset: those that the scenario sweeps, then the others, as the controls are."""
    found = [
        _axis(scenario, control)
        for group in controls(scenario)
        for control in group.controls
        if not control.resets and control.kind in ("number", "integer") and control.most > control.least
    ]
    # A sweep may name entries of a list by their names.
    swept = [".".join(map(str, resolved(scenario.data, path))) for path in scenario.source.swept]
    usable = [
        replace(axis, swept=axis.path in swept)
        for axis in found
        if all(may_be(scenario, axis, value) for value in axis.values[[0, -1]].tolist())
    ]
    return sorted(usable, key=lambda axis: swept.index(axis.path) if axis.swept else len(swept))


def first_two(found: list[Axis]) -> tuple[Axis, Axis] | None:
    """What a map is first drawn over: what is swept, or else a number of the monitoring and one of the sanction."""
    if len(found) < 2:
        return None
    first, *others = found
    if others[0].swept:
        return first, others[0]
    other = "policy.monitoring." if first.path.startswith("policy.sanction.") else "policy.sanction."
    return first, next((axis for axis in others if axis.path.startswith(other)), others[0])


def _axis(scenario: Scenario, control: Control) -> Axis:
    low, high = control.least, control.most
    if control.kind == "integer":
        values = np.unique(np.rint(np.linspace(low, high, FINEST)))
    elif _grows_by_factors(scenario, control.path) and low > 0:
        values = np.geomspace(low, high, FINEST)
    else:
        values = np.linspace(low, high, FINEST)
    # Without the noise of binary fractions.
    values = np.array([float(f"{value:.12g}") for value in values])
    words = Quantity(control.title, control.unit, control.percent, control.help, digits=6)
    return Axis(control.path, words, values, float(control.value), whole=control.kind == "integer")


def _grows_by_factors(scenario: Scenario, path: str) -> bool:
    sweep = scenario.experiment.sweep
    parameters = sweep.parameters if isinstance(sweep, Grid) else {}
    return path in parameters and logarithmic(np.array(parameters[path].expand(), dtype=float))


def may_be(scenario: Scenario, axis: Axis, value: float) -> bool:
    """Whether the policy may have a value of an axis, all else as it is."""
    try:
        scenario.source.at({axis.path: value})
    except InputError:
        return False
    return True
