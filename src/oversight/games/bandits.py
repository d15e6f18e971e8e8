"""A principal that tries policies, each with a chance of a bad block: exact regrets of small problems, and bounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from math import e, log, pi, sqrt

import numpy as np
from scipy.special import betaln
from scipy.stats import binom

from oversight.arrays import Table, Vector
from oversight.games.numbers import shares, whole

_First = Callable[[Table, int, Table, int], Table]
"""The chance that the first of two policies is tried, given bad blocks (arrays) and blocks of each so far."""


def thompson_regret(losses: Sequence[float], blocks: int) -> float:
    """Exact expected regret of Thompson sampling, Beta(1, 1), between two policies, by forward dynamic programming.

    Args:
        losses: chance of a bad block of each.
        blocks: T, at least 1.

    Raises:
        ValueError: a number is out of its range, or there are not two policies.
    """
    return _regret(losses, blocks, _sampled)


def ucb_regret(losses: Sequence[float], blocks: int) -> float:
    """The same of UCB1: each once, then the least mean loss - sqrt(2 ln t / n), after t blocks; ties to the first."""
    return _regret(losses, blocks, _bounded)


def lai_robbins(losses: Sequence[float]) -> float:
    """Coefficient of ln T below which no consistent rule's regret stays: sum of gap / kl(loss, least loss).

    Lai and Robbins, Advances in Applied Mathematics 6 (1985) 4.
    """
    _refuse(losses, 1)
    least = min(losses)

    def divergence(p: float, q: float) -> float:
        parts = [(p, q), (1 - p, 1 - q)]
        return sum(one * log(one / other) for one, other in parts if one > 0)

    return sum((loss - least) / divergence(loss, least) for loss in losses if loss > least)


def ucb_bound(losses: Sequence[float], blocks: int) -> float:
    """8 sum(ln T / gap) + (1 + pi^2 / 3) sum(gap): Auer, Cesa-Bianchi and Fischer, Machine Learning 47 (2002) 235."""
    _refuse(losses, blocks)
    gaps = [loss - min(losses) for loss in losses if loss > min(losses)]
    return sum(8 * log(blocks) / gap for gap in gaps) + (1 + pi**2 / 3) * sum(gaps)


def exp3_bound(policies: int, blocks: int) -> float:
    """2 sqrt((e - 1) T K ln K), whatever losses are: Auer et al., SIAM Journal on Computing 32 (2002) 48."""
    whole(2, policies=policies)
    whole(1, blocks=blocks)
    return 2 * sqrt((e - 1) * blocks * policies * log(policies))


def halving(losses: Sequence[float], first: int, then: int) -> tuple[float, float]:
    """Chance that the best is recommended, and the expected loss of what is: the better half gets `then` blocks more.

    The mean over all blocks of a policy decides, and ties go to the first. Exact, by enumeration: at most 5 policies.

    Args:
        losses: chance of a bad block of each.
        first: blocks that each gets.
        then: blocks that each of the better half, rounded up, gets after that.

    Raises:
        ValueError: a number is out of its range, or there are too many policies.
    """
    _refuse(losses, first)
    whole(1, then=then)
    if len(losses) > 5:
        raise ValueError(f"there are {len(losses)} policies: at most 5 are enumerated")
    once = [binom.pmf(np.arange(first + 1), first, loss) for loss in losses]
    best, chances = int(np.argmin(losses)), np.zeros(len(losses))
    keep = -(-len(losses) // 2)
    pairs: dict[tuple[tuple[int, int], ...], float] = {}
    for counts in product(range(first + 1), repeat=len(losses)):
        order = sorted(range(len(losses)), key=lambda place: (counts[place], place))
        left = tuple(sorted((place, counts[place]) for place in order[:keep]))
        chance = float(np.prod([once[place][count] for place, count in enumerate(counts)]))
        pairs[left] = pairs.get(left, 0.0) + chance
    more = [binom.pmf(np.arange(then + 1), then, loss) for loss in losses]
    for left, chance in pairs.items():
        for place, part in zip([place for place, _ in left], _wins(left, more), strict=True):
            chances[place] += chance * part
    return float(chances[best]), float(chances @ np.array(losses))


def _wins(left: Sequence[tuple[int, int]], more: Sequence[Vector]) -> list[float]:
    """The chance of each of those that are left to have the least total in the end."""
    size = max(count for _, count in left) + max(len(more[place]) for place, _ in left)
    totals = []
    for place, count in left:
        total = np.zeros(size)
        total[count : count + len(more[place])] = more[place]
        totals.append(total)
    above = [1 - np.cumsum(total) for total in totals]
    found = []
    for one, total in enumerate(totals):
        beaten = np.ones(size)
        for other, over in enumerate(above):
            if other != one:
                beaten *= over + totals[other] if other > one else over
        found.append(float(total @ beaten))
    return found


def _regret(losses: Sequence[float], blocks: int, first: _First) -> float:
    _refuse(losses, blocks)
    if len(losses) != 2:
        raise ValueError(f"there are {len(losses)} policies: exact regret is of two")
    one, other = losses
    gap, worse = abs(one - other), 0 if one > other else 1
    regret = 0.0
    # By the blocks that the first has had, the chance of every pair of numbers of bad blocks.
    held = {0: np.ones((1, 1))}
    for played in range(blocks):
        coming: dict[int, Table] = {}
        for number, chance in held.items():
            rest = played - number
            bad, bad_others = np.arange(number + 1.0)[:, None], np.arange(rest + 1.0)[None, :]
            tried = np.broadcast_to(first(bad, number, bad_others, rest), chance.shape)
            each = chance * tried, chance * (1 - tried)
            regret += gap * float(each[worse].sum())
            up = coming.setdefault(number + 1, np.zeros((number + 2, rest + 1)))
            up[1:] += one * each[0]
            up[:-1] += (1 - one) * each[0]
            along = coming.setdefault(number, np.zeros((number + 1, rest + 2)))
            along[:, 1:] += other * each[1]
            along[:, :-1] += (1 - other) * each[1]
        held = coming
    return regret


def _sampled(bad: Table, number: int, others: Table, rest: int) -> Table:
    """P(X < Y) of X ~ Beta(1 + bad, 1 + good) and Y of the other's: a finite sum, since these are whole numbers."""
    a, b, c, d = bad + 1, number - bad + 1, others + 1, rest - others + 1
    found = np.zeros(np.broadcast_shapes(a.shape, c.shape))
    for place in range(rest + 1):
        term = betaln(a + place, b + d) - np.log(d + place) - betaln(1 + place, d) - betaln(a, b)
        found += np.where(place < c, np.exp(term), 0.0)
    return found


def _bounded(bad: Table, number: int, others: Table, rest: int) -> Table:
    if not number or not rest:
        return np.array([[float(not number)]])
    least = [
        count / blocks - sqrt(2 * log(number + rest) / blocks) for count, blocks in ((bad, number), (others, rest))
    ]
    return (least[0] <= least[1]).astype(float)


def _refuse(losses: Sequence[float], blocks: int) -> None:
    for loss in losses:
        shares(loss=loss)
    whole(2, policies=len(losses))
    whole(1, blocks=blocks)
