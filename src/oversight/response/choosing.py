"""Which of an entry's options its members take: one question for simulation and theory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oversight.actors import Actor, Situation, decision
from oversight.actors.choice import Manner, best, drawn, weights, worth
from oversight.arrays import Choices, Floats
from oversight.scenario import Entry


def choice(entry: Entry, actor: Actor, asked: Sequence[Situation], harms: Sequence[Floats]) -> Choices:
    """The option that each member takes, counted from 1, and 0 where it complies.

    Args:
        entry: one that has options.
        actor: what stands for its members.
        asked: what they know of each option.
        harms: what each option does to others.
    """
    match entry.manner:
        case Manner.BEST:
            return best([worth(actor, now) for now in asked], harms)
        case Manner.LOGIT:
            return drawn(_weights(entry, actor, asked), asked[0].draw)
        case Manner.ONE:
            return decision(actor, asked[entry.only]) * np.int8(entry.only + 1)


def option_chances(entry: Entry, actor: Actor, asked: Sequence[Situation]) -> list[Floats]:
    """The chance of each option, of a class that decides by chance with a `precision`."""
    complying, *options = _weights(entry, actor, asked)
    whole = complying
    for weight in options:
        whole = whole + weight
    return [weight / whole for weight in options]


def _weights(entry: Entry, actor: Actor, asked: Sequence[Situation]) -> list[Floats]:
    """The logit weights of complying and of each option."""
    bases = [option.base for option in entry.options]
    return weights([worth(actor, now) for now in asked], entry.rule_parameters()["precision"], bases)
