"""The stationary law of past sanctions and suspensions, or of losses of customers, given the chances of each past."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oversight.arrays import Column, Floats
from oversight.deadline import keep_to_time
from oversight.foresight import FOREVER

MOST_PATTERNS = 12
"""Longest record lifetime that is solved together with suspensions: patterns of sanctions double with each period."""
MOST_RECORDS = 1_001
"""Records told apart that are solved: each is a response of its own."""
_NEVER = 1e-12
_SETTLED = 1e-14
TRACE = 1e-12
"""What is left in the long run of members who may be shut down for ever: rates are those of the last in play."""


@dataclass(slots=True)
class Law:
    """The records of active members, (rows, records), and the share of members that are active, (rows, 1)."""

    records: Floats
    active: Column


def stationary(chance: Floats, lifetime: int | None, suspension: int) -> Law:
    """The law in the long run, for chances of a sanction (rows, records) of an active member.

    The last record stands for all higher ones. Without a lifetime records only grow: in the long run a member has the
    first one at which it is never sanctioned, or the last.
    """
    rows, records = chance.shape
    if suspension >= FOREVER:
        return Law(np.eye(1, records).repeat(rows, axis=0), np.where(chance[:, :1] <= _NEVER, 1.0, TRACE))
    if records == 1 or (lifetime and suspension >= lifetime):
        return Law(np.eye(1, records).repeat(rows, axis=0), 1 / (1 + suspension * chance[:, :1]))
    if lifetime is None:
        stuck = chance <= _NEVER
        stuck[:, -1] = True
        law = np.eye(records)[stuck.argmax(axis=1)]
        return Law(law, 1 / (1 + suspension * (law * chance).sum(axis=1, keepdims=True)))
    if suspension == 0:
        return Law(_lapsing(chance, lifetime), np.ones((rows, 1)))
    return _patterns(chance, lifetime, suspension)


def lost(chance: Floats) -> Law:
    """The law of how many periods are left of a loss that starts anew with `chance`, (rows, periods + 1), by that.

    The balance pi(k) = pi(k + 1) (1 - c(k + 1)) below the top, and pi(0) c(0) = pi(1) (1 - c(1)).
    """
    clean = chance[:, :1] <= _NEVER
    stays = np.cumprod(1 - chance[:, :0:-1], axis=1)[:, ::-1]  # that all from the top down to each are lived through
    below = np.concatenate([stays[:, 1:], np.ones((len(chance), 1))], axis=1)
    rest = stays[:, :1] / np.where(clean, 1.0, chance[:, :1])
    law = np.where(clean, np.eye(1, chance.shape[1]), np.concatenate([rest, below], axis=1))
    return Law(law / law.sum(axis=1, keepdims=True), np.ones((len(chance), 1)))


def _lapsing(chance: Floats, lifetime: int) -> Floats:
    """Records that lapse, nobody suspended.

    The last L periods are a row of zeros and ones whose stationary law depends on the number n of ones alone: the
    balance of the chain that shifts in a one with chance s(n) holds for weights w(n+1) (1 - s(n+1)) = w(n) s(n), so
    that the record has law C(L, n) w(n).
    """
    from scipy.special import gammaln  # heavy, and only needed here

    records = chance.shape[1]
    number = np.arange(lifetime + 1)
    s = np.clip(chance[:, np.minimum(number, records - 1)], 1e-300, 1 - 1e-15)
    steps = np.log(s[:, :-1]) - np.log1p(-s[:, 1:])
    weight = np.concatenate([np.zeros((len(s), 1)), np.cumsum(steps, axis=1)], axis=1)
    weight = weight - gammaln(number + 1) - gammaln(lifetime - number + 1)
    law = np.exp(weight - weight.max(axis=1, keepdims=True))
    law /= law.sum(axis=1, keepdims=True)
    # Nobody has a record longer than its lifetime.
    law = np.pad(law, ((0, 0), (0, max(0, records - law.shape[1]))))
    return np.concatenate([law[:, : records - 1], law[:, records - 1 :].sum(axis=1, keepdims=True)], axis=1)


def _patterns(chance: Floats, lifetime: int, suspension: int) -> Law:
    """Records that lapse and suspensions: the chain of the last L periods, one bit each, the latest lowest."""
    records = chance.shape[1]
    pattern = np.arange(2**lifetime)
    ones = np.array([int(bits).bit_count() for bits in pattern])
    active = (pattern & (2**suspension - 1)) == 0
    s = np.where(active, chance[:, np.minimum(ones, records - 1)], 0.0)
    shifted = (pattern << 1) & (2**lifetime - 1)
    law = np.zeros((len(chance), len(pattern)))
    law[:, 0] = 1.0
    while True:
        keep_to_time()
        after = np.zeros_like(law)
        for bit in (0, 1):
            moved = law * (s if bit else 1 - s)
            # Two patterns, which differ in the bit that lapses, shift into the same one.
            half = len(pattern) // 2
            after[:, shifted[:half] | bit] += moved[:, :half] + moved[:, half:]
        if np.abs(after - law).max() < _SETTLED:
            break
        law = 0.5 * (after + law)  # a lazy chain has the same law, and no cycles
    present = law * active
    share = present.sum(axis=1, keepdims=True)
    by_record = [present[:, np.minimum(ones, records - 1) == r].sum(axis=1) for r in range(records)]
    return Law(np.stack(by_record, axis=1) / share, share)
