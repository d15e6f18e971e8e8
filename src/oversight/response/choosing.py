"""Which of an entry's options its members take: one question for simulation and theory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from oversight.actors import Actor, Situation, decision
from oversight.actors.choice import Manner, best, drawn, weights, worth
from oversight.arrays import Choices, Flags, Floats
from oversight.scenario import Entry
from oversight.scenario.reported import Reported

_ROUNDING = 1e-12
"""Of a sanction, within which a report is as dear as silence."""


class _Report(NamedTuple):
    """The places of an option and of its report among the acts of an entry, and who would report it."""

    original: int
    place: int
    told: Flags


def choice(entry: Entry, actor: Actor, asked: Sequence[Situation], harms: Sequence[Floats]) -> Choices:
    """The option that each member takes, counted from 1, and 0 where it complies.

    An option is as good as its report where that is better, and is reported where that is no worse.

    Args:
        entry: one that has options.
        actor: what stands for its members.
        asked: what they know of each option.
        harms: what each option does to others.
    """
    if entry.manner is Manner.ONE:
        return decision(actor, asked[entry.only]) * np.int8(entry.only + 1)
    values, reports = worths(entry, actor, asked)
    if entry.manner is Manner.BEST:
        taken = best(values, _harms(harms[: len(values)], reports, harms))
    else:
        taken = drawn(_weights(entry, values), asked[0].draw)
    for original, place, told in reports:
        taken = np.where((taken == original + 1) & told, np.int8(place + 1), taken)
    return taken


def option_chances(entry: Entry, actor: Actor, asked: Sequence[Situation]) -> list[Floats]:
    """The chance of each option, of a class that decides by chance with a `precision`."""
    values, reports = worths(entry, actor, asked)
    complying, *options = _weights(entry, values)
    whole = complying
    for weight in options:
        whole = whole + weight
    chances = [weight / whole for weight in options]
    for original, _, told in reports:
        chances.append(np.where(told, chances[original], 0.0))
        chances[original] = np.where(told, 0.0, chances[original])
    return chances


def worths(entry: Entry, actor: Actor, asked: Sequence[Situation]) -> tuple[list[Floats], list[_Report]]:
    """What each option is worth, reported where that is better; and those that may be reported."""
    worths = [worth(actor, now) for now in asked]
    values: list[Floats] = []
    reports: list[_Report] = []
    for place, option in enumerate(entry.options):
        if isinstance(option, Reported):
            silent, rounding = values[option.original], _ROUNDING * asked[option.original].sanction
            reports.append(_Report(option.original, place, worths[place] >= silent - rounding))
            values[option.original] = np.maximum(silent, worths[place])
        else:
            values.append(worths[place])
    return values, reports


def _harms(silent: Sequence[Floats], reports: Sequence[_Report], harms: Sequence[Floats]) -> list[Floats]:
    """What each option does to others, less what is averted where it is reported."""
    found = list(silent)
    for original, place, told in reports:
        found[original] = np.where(told, harms[place], silent[original])
    return found


def _weights(entry: Entry, values: Sequence[Floats]) -> list[Floats]:
    """The logit weights of complying and of each option, which is worth so much."""
    return weights(values, entry.rule.precision_of(entry.rule_parameters()), entry.bases[: len(values)])
