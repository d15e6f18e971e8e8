"""Becker's deterrence threshold p s = g over the swept parameters, where it applies; with values p s = g + w . v.

Where customers leave, what a violation is expected to cost by it counts as a sanction does.

It applies to risk-neutral rational actors who know the chance of being caught (or hold a fixed belief), where that
chance does not depend on what others do, and where everyone of a population entry faces the same sanction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from oversight.arrays import Floats, Vector, arrayed
from oversight.distributions import Distribution, Harm
from oversight.documents.paths import assign
from oversight.errors import InputError
from oversight.policy import Policy, State
from oversight.policy.sanctions import Offence
from oversight.scenario import Entry, Experiment, Source, enforced
from oversight.scenario.family import canonical

_STEPS = 81
_HEIGHTS = 41
"""Values between which a crossing is looked for; it is interpolated."""
Along = tuple[str, Vector]
"""Path and values of a swept parameter."""


@dataclass(frozen=True)
class Threshold:
    """Where the expected sanction equals a gain: points (x, y), or values x alone."""

    name: str
    x: Vector
    y: Vector


def thresholds(
    source: Source, who: str | None, fixed: Mapping[str, Any], x: Along, y: Along | None = None
) -> list[Threshold]:
    """The threshold of a population entry over one parameter or two; of what else a figure tells apart there is none.

    Args:
        source: the experiment; one with a kind that is not imported has none.
        who: the entry's name; None for the only one, where there is one.
        fixed: the other parameters, by path.
        x: path and values of a parameter.
        y: the same of another.
    """
    experiment = enforced(source.experiment)
    labels = [entry.label for entry in experiment.population]
    if experiment.principal is not None or experiment.drifts:
        return []
    if source.kinds.strangers or (who not in labels if who else len(labels) > 1):
        return []
    entry = 0 if who is None else labels.index(who)
    return over_one(source, entry, fixed, x) if y is None else over_two(source, entry, fixed, x, y)


def over_two(source: Source, entry: int, fixed: Mapping[str, Any], x: Along, y: Along) -> list[Threshold]:
    """The threshold of a population entry over two parameters (path and values), the others `fixed`."""
    found = []
    heights = np.sort(y[1]) if len(y[1]) <= _HEIGHTS else np.linspace(y[1].min(), y[1].max(), _HEIGHTS)
    for name, gain in _named(enforced(source.at(fixed)), entry):
        across, up = [], []
        for value in np.union1d(np.linspace(x[1].min(), x[1].max(), _STEPS), x[1]):
            try:
                excess = _excess(source, entry, {**fixed, x[0]: float(value)}, y[0], gain)
            except InputError:
                continue  # a value in between that is not allowed, such as half an actor
            root = _root(excess, heights)
            if root is not None:
                across.append(float(value))
                up.append(root)
        if len(up) > 1:
            found.append(Threshold(name, np.array(across), np.array(up)))
    return found


def over_one(source: Source, entry: int, fixed: Mapping[str, Any], x: Along) -> list[Threshold]:
    """The threshold of a population entry over one parameter."""
    found = []
    for name, gain in _named(enforced(source.at(fixed)), entry):
        root = _root(_excess(source, entry, fixed, x[0], gain), np.sort(x[1]))
        if root is not None:
            found.append(Threshold(name, np.array([root]), np.array([])))
    return found


def _excess(
    source: Source, entry: int, fixed: Mapping[str, Any], path: str, gain: Callable[[Entry], float]
) -> Callable[[float], float]:
    """Expected sanction less gain as a function of one parameter; NaN where the threshold does not apply."""
    base = enforced(source.at(fixed))
    number = canonical(base, path)

    def at(value: float) -> float:
        try:
            # A number between two that are valid is valid; anything else is read as files are.
            experiment = assign(base, number, value) if number else enforced(source.at({**fixed, path: value}))
        except InputError:
            return np.nan  # a value in between that is not allowed, such as half an actor
        level = gain(experiment.population[entry])
        sanction = expected_sanction(experiment, entry, level)
        return sanction if np.isnan(sanction) else sanction - level - _worth(experiment, entry)

    return at


def _worth(experiment: Experiment, entry: int) -> float:
    """What a violation is worth to an actor beside what it earns: by trained values, less what customers take."""
    actor, policy = experiment.population[entry], experiment.policy
    felt, customers = actor.felt(policy.training), policy.customers(actor.income)
    return (float(felt.acts[0]) if felt else 0.0) - (float(customers.expected()) if customers else 0.0)


def _root(function: Callable[[float], float], values: Vector) -> float | None:
    """Where the function first crosses zero, by linear interpolation between the values."""
    heights = np.array([function(float(value)) for value in values])
    if np.isnan(heights).any():
        return None
    above = heights >= 0
    crossings = np.flatnonzero(above[1:] != above[:-1])
    if len(crossings) == 0:
        return None
    left = int(crossings[0])
    share = heights[left] / (heights[left] - heights[left + 1])
    return float(values[left] + share * (values[left + 1] - values[left]))


def expected_sanction(experiment: Experiment, entry: int, gain: float) -> float:
    """What violating adds to an actor's expected sanction, p s; NaN where no one number says it for the entry."""
    actor, policy = experiment.population[entry], experiment.policy
    if not _applies(actor, policy):
        return np.nan
    size = experiment.actors
    state = State(np.zeros((1, 1)), np.full((1, 1), float(size)), size)
    chances = policy.detection_probability(state)
    offence = Offence(
        gain=np.full((1, 1), gain),
        harm=actor.harm.given(np.full((1, 1), gain), np.zeros((1, 1))),
        wealth=_value(actor.wealth),
        turnover=_value(actor.turnover),
    )
    taken = policy.settled(offence).amounts
    perceived = actor.belief.limit(arrayed(chances.violating))
    assert perceived is not None
    return float(np.ravel(perceived * taken.violating - chances.complying * taken.complying)[0])


def _applies(actor: Entry, policy: Policy) -> bool:
    """Whether an actor goes by its gain and one expected sanction, the same whatever others do and whenever it is."""
    sanction, belief = policy.sanction, actor.belief
    steady = not (belief.learns or belief.remembers or belief.adjusts)
    measures = {"harm": None if actor.harm.varies else actor.harm, "wealth": actor.wealth, "turnover": actor.turnover}
    return (
        actor.rule.risk_neutral
        and not actor.options
        and not (policy.forewarns or policy.payoffs or actor.errors)
        and (policy.training is None or policy.training.steady)
        and sanction.self_report is None
        and steady
        and belief.limit(np.full((1, 1), 0.5)) is not None
        and policy.monitoring.reads <= {"active"}
        and not (policy.reads_record or sanction.suspension or policy.restarts)
        and all(_one(measures[name]) for name in sanction.depends_on & measures.keys())
    )


def _one(distribution: Harm | None) -> bool:
    """Whether there is one value for everyone."""
    return distribution is not None and not distribution.varies


def _value(trait: Distribution | None) -> Floats | None:
    return None if trait is None or trait.varies else trait.quantile(np.full((1, 1), 0.5))


def _gains(actor: Entry) -> list[tuple[str, Callable[[Entry], float]]]:
    """The gains whose threshold is drawn: the mean and the median, once where they are one."""
    mean, median = _mean(actor.gains), _median(actor.gains)
    named: list[tuple[str, Callable[[Entry], float]]] = [
        ("expected sanction = median gain", lambda entry: _median(entry.gains))
    ]
    if not actor.gains.varies:
        return [("expected sanction = gain (p s = g)", lambda entry: _median(entry.gains))]
    if mean is not None and abs(mean - median) > 1e-6 * abs(median):
        named.insert(0, ("expected sanction = mean gain (p s = g)", lambda entry: _mean(entry.gains) or np.nan))
    elif mean is not None:
        return [("expected sanction = mean and median gain (p s = g)", lambda entry: _median(entry.gains))]
    return named


def _named(experiment: Experiment, entry: int) -> list[tuple[str, Callable[[Entry], float]]]:
    """The same with what is compared: also the values that are trained into actors, and what customers take."""
    named = _gains(experiment.population[entry])
    for there, words in ((experiment.policy.training, _VALUED), (experiment.policy.market, _LEFT)):
        for one, other in words if there else ():
            named = [(name.replace(one, other), gain) for name, gain in named]
    return named


_VALUED = (("gain", "gain and values"), ("p s = g", "p s = g + λ·v"))
_LEFT = (("expected sanction", "expected sanction and custom lost"), ("p s", "p s + m"))


def _median(gain: Distribution) -> float:
    return float(np.ravel(gain.quantile(np.full((1, 1), 0.5)))[0])


def _mean(gain: Distribution) -> float | None:
    """Mean of a distribution of gains, None where it is infinite."""
    mean = float(np.ravel(gain.expectation)[0])
    return mean if np.isfinite(mean) else None
