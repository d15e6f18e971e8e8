"""How far trained values move what actors do, in nats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import nan

import numpy as np

from oversight.actors import Actor, Situation
from oversight.actors.choice import Manner
from oversight.arrays import Floats, Number, arrayed
from oversight.response.choosing import leanings
from oversight.response.selection import selected
from oversight.scenario import Entry


def nats(
    entry: Entry, actor: Actor, asked: Sequence[Situation], felt: Sequence[Number], answers: int | None = None
) -> Floats:
    """Kullback-Leibler divergence of each member's choice from what it would choose without the values.

    NaN of a class that does not decide by chance: it is 0 where the choice stays, and infinite where it moves. Of a
    logit it is k p . w - ln Z + ln Z0, with the precision k, chances p, and Z = 1 + sum of b e^(k u) with and without
    what acts are worth by their values, w.

    Args:
        entry: whose.
        actor: what stands for its members.
        asked: what they know of each option, or of the one violation.
        felt: what each is worth beside what it earns, which is in their gains already unless answers are selected.
        answers: of how many the best by these scores is given; None where choices are tilted.
    """
    if not entry.rule.weighs:
        return np.zeros((1, 1))
    if answers is not None:
        pairs = zip(*selected(entry, actor, asked, felt, answers), strict=True)
        return _sum(_relative(chosen, usual) for chosen, usual in pairs)
    if not entry.counts_nats:
        return np.full((1, 1), nan)
    without = [replace(now, gain=now.gain - more) for now, more in zip(asked, felt, strict=True)]
    if entry.manner is not Manner.LOGIT:
        chance, before = (arrayed(actor.probability(each[0])) for each in (asked, without))
        return _relative(chance, before) + _relative(1 - chance, 1 - before)
    trained, untrained = (leanings(entry, actor, each) for each in (asked, without))
    after, before = _log_sum(trained), _log_sum(untrained)
    moved = sum(np.exp(own - after) * (own - other) for own, other in zip(trained, untrained, strict=True))
    found: Floats = np.maximum(moved - after + before, 0.0)
    return found


def _sum(parts: Iterable[Floats]) -> Floats:
    total: Floats = np.zeros((1, 1))
    for part in parts:
        total = total + part
    return np.maximum(total, 0.0)


def _relative(after: Floats, before: Floats) -> Floats:
    """Of probabilities p and q the part p ln(p / q), 0 at p = 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(after > 0, after * np.log(after / before), 0.0)
    return found


def _log_sum(exponents: Sequence[Floats]) -> Floats:
    """ln(1 + sum of e^x)."""
    total: Floats = np.zeros((1, 1))
    for exponent in exponents:
        total = np.logaddexp(total, exponent)
    return total
