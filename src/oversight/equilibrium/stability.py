"""Whether the simulated one-period map is a contraction at an equilibrium."""

from __future__ import annotations

import numpy as np

from oversight.arrays import Column, Cube, Vector, arrayed
from oversight.equilibrium.dynamics import Moment, Played, has_habit, holds_belief, moved, period, steps
from oversight.equilibrium.fixed_points import FixedPoints
from oversight.response.standing import Standing, sanctions
from oversight.scenario.stacked import Scenarios

_STEP = 1e-6
_MOST = 600
"""The largest linear map that is looked at: long suspensions and windows have one dimension a period."""

Stability = list[bool | None]


def stability(scenarios: Scenarios, found: FixedPoints, stands: Standing) -> Stability:
    """Stable or not, for each equilibrium (a row of `scenarios`); None where the map is not defined or too large.

    A map that jumps there, because actors or overseers are exactly indifferent, is no contraction.
    """
    number = len(found.scenario)
    if not number:
        return []
    jumps = found.mixing > 0
    interior = (found.rate[:, 0] > 0) & (found.rate[:, 0] < 1)
    monitoring = scenarios.policy.monitoring
    leaps = monitoring.overseer is not None and monitoring.overseer.jumps
    if leaps:
        jumps = jumps | interior
    drifting = [entry for entry in scenarios.entries if entry.rule.drifts]
    if not steps(scenarios):
        return [None] * number
    if len(drifting) == len(scenarios.entries) and not leaps:
        jumps = np.zeros(number, dtype=bool)  # habits move by steps, also where they are indifferent
    if scenarios.policy.standings > 1:
        # Inspections that do not respond leave a Markov chain of records, or of losses, which forgets where it began.
        return [None if monitoring.responsive else not jump for jump in jumps]
    radius = spectral_radius(scenarios, found, stands)
    if radius is None:
        return [None] * number
    return [bool(not jump and size < 1 - 1e-9) for jump, size in zip(jumps, radius, strict=True)]


def spectral_radius(scenarios: Scenarios, found: FixedPoints, stands: Standing) -> Vector | None:
    """Largest modulus of the eigenvalues of the one-period map's derivative, (equilibria,)."""
    moment, inputs = _standing_moment(scenarios, found, stands)
    at = period(scenarios, moment)
    columns = []
    for name, index in inputs:
        up, down = moved(moment, name, index, _STEP), moved(moment, name, index, -_STEP)
        width = _number(up, name, index) - _number(down, name, index)
        high, low = period(scenarios, up), period(scenarios, down)
        columns.append((_outputs(scenarios, high, at) - _outputs(scenarios, low, at)) / width[None])
    # (outputs, inputs, rows): what each output of a period answers to each of its inputs.
    response = np.stack(columns, axis=1)[..., 0]
    matrix = _companion(scenarios, inputs, response, at)
    if matrix is None:
        return None
    radius: Vector = np.abs(np.linalg.eigvals(matrix)).max(axis=1)
    return radius


Input = tuple[str, int]


def _standing_moment(scenarios: Scenarios, found: FixedPoints, stands: Standing) -> tuple[Moment, list[Input]]:
    rows = len(found.scenario)
    detection = np.broadcast_to(sanctions(scenarios, found.rate)[0].violating, (rows, 1))
    limits = [entry.belief.limit(detection) if holds_belief(entry) else None for entry in scenarios.entries]
    beliefs = [None if limit is None else arrayed(limit) for limit in limits]
    suspended = [np.broadcast_to(1 - law.active, (rows, 1)) for law in stands.laws]
    violations, active = (np.broadcast_to(share, (rows, 1)) for share in (stands.violations, stands.active))
    habits = [
        np.broadcast_to(rate, (rows, 1)) if has_habit(entry) else None
        for entry, rate in zip(scenarios.entries, stands.rates(), strict=True)
    ]
    acts = [np.broadcast_to(stands.acts.of(place), (rows, 1)) for place in range(len(scenarios.acts))]
    moment = Moment(
        violations=violations,
        acts=acts if scenarios.chooses else [],
        active=active,
        rate=np.nan_to_num(found.rate),
        beliefs=beliefs,
        suspended=suspended,
        habits=habits,
    )
    inputs: list[Input] = [("acts", place) for place in range(len(moment.acts))] or [("violations", 0)]
    inputs += [("active", 0), ("rate", 0)]
    inputs += [("beliefs", index) for index, belief in enumerate(beliefs) if belief is not None]
    inputs += [("habits", index) for index, habit in enumerate(habits) if habit is not None]
    if scenarios.policy.sanction.suspension:
        inputs += [("suspended", index) for index in range(len(suspended))]
    return moment, inputs


def _number(moment: Moment, name: str, index: int) -> Column:
    value = getattr(moment, name)
    number: Column = value[index] if isinstance(value, list) else value
    return number


def _outputs(scenarios: Scenarios, played: Played, at: Played) -> Cube:
    """What the map's states are made of, (outputs, rows, 1).

    Violations (with options, all acts), active members, rate and surprise; then beliefs, new sanctions and shares by
    entry.

    The surprise is what pooled beliefs learn: caught violations beyond those that the equilibrium's chance would give.
    """
    surprise = (played.detection - at.detection) * played.violations
    parts = [
        *(played.acts or [played.violations]),
        played.active,
        played.rate,
        surprise,
        *played.beliefs,
        *played.sanctioned,
        *played.shares,
    ]
    return np.stack([np.broadcast_to(part, at.violations.shape) for part in parts])


def _companion(scenarios: Scenarios, inputs: list[Input], response: Cube, at: Played) -> Cube | None:
    """The linear map with its memory: sanctions still being served, surprises still remembered; (rows, n, n)."""
    entries, suspension = len(scenarios.entries), scenarios.policy.sanction.suspension
    windows = [entry.belief.remembers for entry in scenarios.entries]
    adjusting = [index for index, entry in enumerate(scenarios.entries) if entry.belief.adjusts]
    habitual = [index for name, index in inputs if name == "habits"]
    # States: violations or acts, active, rate, adjusting beliefs, habits, sanctions by entry and age, surprises by age.
    lead = len(at.acts) or 1
    first_belief = lead + 2
    first_habit = first_belief + len(adjusting)
    first_sanction = first_habit + len(habitual)
    first_surprise = first_sanction + entries * suspension
    size = first_surprise + max(windows, default=0)
    if size > _MOST:
        return None
    rows = response.shape[-1]
    serving = range(entries if suspension else 0)
    surprise = lead + 2
    told = surprise + 1
    outputs = [*range(surprise), *(told + i for i in adjusting), *(told + 2 * entries + i for i in habitual)]
    outputs += [told + entries + i for i in serving]
    places = [*range(surprise), *range(first_belief, first_sanction)]
    places += [first_sanction + i * suspension for i in serving]
    if any(windows):
        outputs, places = [*outputs, surprise], [*places, first_surprise]
    matrix = np.zeros((rows, size, size))
    for place, (name, index) in enumerate(inputs):
        if name == "habits":
            spread = range(first_habit + habitual.index(index), first_habit + habitual.index(index) + 1)
        else:
            spread = _spread(name, index, adjusting, lead, first_sanction, first_surprise, suspension, windows)
        for column in spread:
            scale: float | Vector = 1.0
            if name == "beliefs" and windows[index]:
                seen = np.maximum(at.violations[:, 0], 1e-300) * windows[index]
                scale = np.where(at.violations[:, 0] > 0, 1 / seen, 0.0)
            for output, row in zip(outputs, places, strict=True):
                matrix[:, row, column] += response[output, place] * scale
    for index in range(entries):
        for age in range(1, suspension):
            matrix[:, first_sanction + index * suspension + age, first_sanction + index * suspension + age - 1] = 1
    for age in range(1, max(windows, default=0)):
        matrix[:, first_surprise + age, first_surprise + age - 1] = 1
    return matrix


def _spread(
    name: str,
    index: int,
    adjusting: list[int],
    lead: int,
    first_sanction: int,
    first_surprise: int,
    suspension: int,
    windows: list[int],
) -> range:
    """The states that make up an input of a period."""
    if name == "suspended":
        start = first_sanction + index * suspension
        return range(start, start + suspension)
    if name == "beliefs":
        if windows[index]:
            return range(first_surprise, first_surprise + windows[index])
        place = lead + 2 + adjusting.index(index)
        return range(place, place + 1)
    place = {"violations": 0, "acts": index, "active": lead, "rate": lead + 1}[name]
    return range(place, place + 1)
