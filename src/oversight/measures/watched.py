"""What inspections change of misconduct, and what they report of it."""

from __future__ import annotations

from oversight.arrays import Column, Number
from oversight.measures.built_in import APPARENT, WATCHED
from oversight.measures.totals import Totals, ratio


def of_watched(totals: Totals) -> dict[str, Column]:
    """Misconduct of those who were inspected, of those who were not, and the second less the first, (runs, 1) each.

    Real opportunities alone: all honeypots are inspected.
    """
    inspected = totals.inspections - totals.planted
    watched = ratio(totals.watched_violations, inspected)
    unwatched = ratio(totals.misconduct - totals.watched_violations, totals.opportunities - inspected)
    return dict(zip(WATCHED, (watched, unwatched, unwatched - watched), strict=True))


def apparent(totals: Totals, sensitivity: Number, false_positive_rate: Number) -> dict[str, Column]:
    """The misconduct that inspections alone would let an auditor infer, honeypots included, (runs, 1).

    (flagged / inspected - e) / (q - e), at a sensitivity q and a false positive rate e, which chance may take out of
    [0, 1]. Rogan and Gladen, American Journal of Epidemiology 107 (1978) 71.
    """
    found = totals.sanctions - false_positive_rate * totals.inspections
    return dict.fromkeys(APPARENT, ratio(found, (sensitivity - false_positive_rate) * totals.inspections))
