"""Colluders who may report each other."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from oversight.games.numbers import at_least, finite


@dataclass(frozen=True)
class Leniency:
    """Least discount factors that sustain collusion, from 0 to 1; infinity where none does.

    `none` has no leniency, under `amnesty` a deviator reports and pays no fine, under `reward` it is paid for it.
    """

    none: float
    amnesty: float
    reward: float


def leniency(collusive_profit: float, deviation_profit: float, expected_fine: float, reward: float = 0.0) -> Leniency:
    """How patient colluders must be, without leniency, with amnesty, and with a reward for the one that reports.

    Colluders who stay make (profit - expected fine) each period, who deviates takes a deviation's worth once and
    nothing afterwards: (c - F) / (1 - d) >= D, so that d >= 1 - (c - F) / D. D is the deviation profit less the
    expected fine without leniency, the whole of it with amnesty, and that plus the reward (after Spagnolo 2004, CEPR
    Discussion Paper 4840).

    Args:
        collusive_profit: c of each colluder in a period, in money.
        deviation_profit: of the one that deviates, in that period.
        expected_fine: F >= 0 of each colluder in a period.
        reward: >= 0, of a deviator that reports the others.

    Raises:
        ValueError: a number is out of its range.
    """
    finite(collusive_profit=collusive_profit, deviation_profit=deviation_profit)
    finite(expected_fine=expected_fine, reward=reward)
    at_least(0, expected_fine=expected_fine, reward=reward)
    stays = collusive_profit - expected_fine
    leaves = (deviation_profit - expected_fine, deviation_profit, deviation_profit + reward)
    return Leniency(*(_least_discount(stays, once) for once in leaves))


def _least_discount(stays: float, once: float) -> float:
    if once <= stays:
        return 0.0
    return 1 - stays / once if stays > 0 else inf
