"""Which of an entry's options its members take: one question for simulation and theory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from oversight.actors import Actor, Situation, decision
from oversight.actors.choice import Manner, best, drawn, weights, worth
from oversight.arrays import Choices, Flags, Floats, arrayed
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


def chances_of(entry: Entry, actor: Actor, asked: Sequence[Situation]) -> list[Floats]:
    """The chances of complying and of each act that a class knows which decides by chance."""
    if entry.options and entry.manner is Manner.LOGIT:
        taken = option_chances(entry, actor, asked)
    else:
        taken = [arrayed(actor.probability(asked[0]))]
    complying = 1.0 - taken[0]
    for chance in taken[1:]:
        complying = complying - chance
    return [np.maximum(complying, 0.0), *taken]


def leanings(entry: Entry, actor: Actor, asked: Sequence[Situation]) -> list[Floats]:
    """Of each option, or the one violation, ln b + k u of a logit with a precision k; of complying it is 0."""
    precision = entry.rule.precision_of(entry.rule_parameters())
    reads_base = entry.options or "base" in entry.reads
    # What is reported is no choice of its own.
    return [
        (np.log(base) if reads_base else 0.0) + precision * value
        for base, value in zip(entry.bases, worths(entry, actor, asked)[0], strict=False)
    ]


def worths(entry: Entry, actor: Actor, asked: Sequence[Situation]) -> tuple[list[Floats], list[_Report]]:
    """What each option, or the one violation, is worth, reported where that is better; and what may be reported."""
    each = [worth(actor, now) for now in asked]
    if not entry.options:
        return each, []
    values: list[Floats] = []
    reports: list[_Report] = []
    for place, option in enumerate(entry.options):
        if isinstance(option, Reported):
            silent, rounding = values[option.original], _ROUNDING * asked[option.original].sanction
            reports.append(_Report(option.original, place, each[place] >= silent - rounding))
            values[option.original] = np.maximum(silent, each[place])
        else:
            values.append(each[place])
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
