"""What certificates make of signals and honeypots, by counting what may happen rather than by Bayes' formula."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from oversight.arrays import Column, Floats, Number
from oversight.policy import Policy


class Told(NamedTuple):
    """Of members who were told one thing, each (rows, 1).

    How often members are, how likely they then are to be inspected, and how likely their opportunity is to be real.
    """

    signal: bool
    often: Column
    inspected: Column
    real: Column


def told(policy: Policy, inspection: Number, rows: int) -> list[Told]:
    """What members may be told, where real opportunities are inspected with this chance.

    What can happen is laid out: planted or real, inspected or not, with the signal or without; and what a member knows
    is what happens among those who were told the same.
    """
    signal, honeypots = policy.monitoring.signal, policy.honeypots
    planted = honeypots.rate if honeypots else 0.0
    happens = []  # (planted, inspected, chance)
    for is_planted, share in ((True, planted), (False, 1 - np.asarray(planted))):
        looked_at = 1.0 if is_planted else inspection
        happens += [(is_planted, True, share * looked_at), (is_planted, False, share * (1 - np.asarray(looked_at)))]
    prior = _among([(each, 1.0) for each in happens], rows)
    found = []
    for is_signal in (False, True) if signal else (False,):
        cells = []
        for each in happens:
            comes: Number = 0.0
            if signal:
                comes = signal.hit_rate if each[1] else signal.false_alarm_rate
            cells.append((each, comes if is_signal else 1 - np.asarray(comes)))
        often, inspected, real = _among(cells, rows)
        never = often == 0
        found.append(Told(is_signal, often, np.where(never, prior[1], inspected), np.where(never, prior[2], real)))
    return found


def _among(cells: list[tuple[tuple[bool, bool, Number], Number]], rows: int) -> tuple[Column, Column, Column]:
    """How often any of these comes about, and among them, how often an inspection and a real opportunity."""
    each = [np.broadcast_to(chance * comes, (rows, 1)) for (_, _, chance), comes in cells]
    all_of_them: Column = np.add.reduce(each)
    some = np.where(all_of_them > 0, all_of_them, 1.0)
    looked_at = [part for part, ((_, looked, _), _) in zip(each, cells, strict=True) if looked]
    real = [part for part, ((planted, _, _), _) in zip(each, cells, strict=True) if not planted]
    return all_of_them, np.add.reduce(looked_at) / some, np.add.reduce(real) / some


def sanctioned(policy: Policy, members: list[Told], claimed: Floats) -> Column:
    """The share of members that is sanctioned, of whom these shares, (rows, notices), violate."""
    detector, found = policy.detector, np.zeros((1, 1))
    for place, one in enumerate(members):
        violate = claimed[:, place : place + 1]
        complies = (one.often - violate) * one.inspected * detector.false_positive_rate
        found = found + violate * one.inspected * detector.sensitivity + complies
    return found
