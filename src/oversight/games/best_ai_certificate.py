"""Holding a profile of best-AI selection against every deviation, with none of the solver's code.

The solver compares levels of summed tables. Here each profile is played state by state from the tables of a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import fsum

Rule = Sequence[int]
"""The action at each signal."""


def largest_gain(
    joint: Sequence[Sequence[float]],
    user: Sequence[Sequence[float]],
    providers: Sequence[Sequence[Sequence[float]]],
    profile: Sequence[Rule],
    custom: float = 0.0,
    fine: float = 0.0,
    lenient: float = 0.0,
) -> float:
    """The most that any provider gains by any other deterministic rule; at most rounding in an equilibrium.

    Args:
        joint: the chance of each state and signal together, (states, signals).
        user: utility of each action in each state, (states, actions).
        providers: the same of each provider.
        profile: the rule of each provider.
        custom: what being chosen is worth.
        fine: what the chosen provider expects to be fined if its rule costs the user more than `lenient`.
        lenient: that amount, in the user's utility.
    """
    every = list(product(range(len(user[0])), repeat=len(joint[0])))
    best = max(_worth(joint, user, rule) for rule in every)
    size = max(1.0, *(abs(number) for table in (user, *providers) for row in table for number in row))

    def payoff(mine: int, rules: Sequence[Rule]) -> float:
        seen = [_worth(joint, user, rule) for rule in rules]
        # Of equals the first is chosen.
        chosen = next(place for place, worth in enumerate(seen) if worth >= max(seen) - 1e-12 * size)
        got = _worth(joint, providers[mine], rules[chosen])
        if chosen != mine:
            return got
        return got + custom - (fine if best - seen[chosen] > lenient + 1e-12 * size else 0.0)

    gains = []
    for mine in range(len(providers)):
        now = payoff(mine, profile)
        for rule in every:
            gains.append(payoff(mine, [*profile[:mine], rule, *profile[mine + 1 :]]) - now)
    return max(gains)


def _worth(joint: Sequence[Sequence[float]], table: Sequence[Sequence[float]], rule: Rule) -> float:
    return fsum(
        chance * table[state][rule[signal]] for state, row in enumerate(joint) for signal, chance in enumerate(row)
    )
