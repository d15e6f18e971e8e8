"""What actors notice of inspections before they act, and what it tells them."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

import numpy as np

from oversight.arrays import Number
from oversight.quantities import Probability, Section, quantity


class Signal(Section):
    """A noisy signal whether one will be inspected, seen before the act, by each actor on its own in each period."""

    meaning: ClassVar[str] = "Actors notice, not quite surely, whether they are about to be inspected."

    hit_rate: Probability = quantity(
        "Hit rate", "Probability of the signal where there will be an inspection.", "probability"
    )
    false_alarm_rate: Probability = quantity(
        "False alarm rate", "Probability of the signal where there will be none.", "probability"
    )


class Notice(NamedTuple):
    """What those who have been told one thing reckon with; each broadcasts to (runs, members)."""

    chance: Number
    """How often actors are told it."""
    inspection: Number
    """The posterior chance of an inspection."""
    real: Number
    """The posterior chance that the opportunity is no honeypot."""


def noticed(inspection: Number, planted: Number, if_inspected: Number, if_not: Number) -> Notice:
    """Bayes' rule: r a / (r a + (1 - r) b) for a chance r of inspection.

    What says nothing (a = b), and what is never told, leaves the prior, to the last bit.

    Args:
        inspection: r, that of honeypots included.
        planted: share of opportunities that are honeypots, which are always inspected.
        if_inspected: a, probability of being told where there will be an inspection.
        if_not: b, where there will be none.
    """
    likely = inspection * if_inspected + (1 - inspection) * if_not
    some = np.where(likely > 0, likely, 1.0)
    moves = (likely > 0) & np.not_equal(if_inspected, if_not)
    return Notice(
        likely,
        np.where(moves, inspection * if_inspected / some, inspection),
        np.where(moves, 1 - planted * if_inspected / some, 1 - planted),
    )
