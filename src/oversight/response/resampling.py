"""What is done where flagged answers are drawn again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from oversight.arrays import Floats, Number
from oversight.policy import Act, Chances, Policy


class Redrawn(NamedTuple):
    """What comes of an opportunity in the end, as chances."""

    done: list[Floats]
    """That each act is done."""
    flagged: list[Floats]
    """That each act is done and flagged: the last answer that there may be goes out all the same."""
    innocent: Floats
    """That an answer that complies goes out and is flagged."""
    answers: Floats
    """The answers drawn beyond the first, a mean."""
    withheld: Floats
    """That the last answer is flagged and withheld."""


def redrawn(policy: Policy, acts: Sequence[Act], chances: Sequence[Floats], looked: Number) -> Redrawn:
    """Let answers be drawn again while they are flagged, at most `policy.sanction.resample` in all.

    An opportunity that is inspected is so at each of its answers. With phi the chance that an answer is flagged, those
    that are not go out with odds times (1 - d) / (1 - f), and phi^n is left at the end.

    Args:
        policy: has a `resample`.
        acts: that may be done.
        chances: of each act, (rows, members), when an answer is drawn; it complies otherwise.
        looked: chance that the opportunity is inspected.
    """
    most = policy.sanction.resample
    assert most is not None, "nothing is drawn again"
    inspected = Chances(1.0, 1.0)
    flags = [policy.flagged(inspected, act) for act in acts]
    complying: Floats = 1 - np.add.reduce(list(chances))
    found = [chance * flag for chance, flag in zip(chances, flags, strict=True)]
    innocent = complying * policy.sanctioned(inspected).complying
    phi: Floats = np.add.reduce([*found, innocent])
    # phi + ... + phi^(n - 1)
    later: Floats = np.add.reduce([phi * 0.0, *(phi**k for k in range(1, most))])
    last = phi ** (most - 1) * (not policy.sanction.withhold)
    seen = [looked * flag * last for flag in found]
    done = [
        (1 - looked) * chance + looked * (chance - flag) * (1 + later) + left
        for chance, flag, left in zip(chances, found, seen, strict=True)
    ]
    withheld = looked * phi**most * policy.sanction.withhold
    return Redrawn(done, seen, looked * innocent * last, looked * later, withheld)
