"""What inspections change of misconduct, and what they report of it: counts or shares, whole arrays of them."""

from __future__ import annotations

from oversight.arrays import Column, Number
from oversight.measures.built_in import APPARENT, WATCHED
from oversight.measures.totals import ratio


def watched(violations: Column, inspected: Column, unseen: Column, uninspected: Column) -> dict[str, Column]:
    """Misconduct of those who were inspected, of those who were not, and the second less the first, (rows, 1) each.

    Args:
        violations: of inspected opportunities.
        inspected: these opportunities, all of them real ones.
        unseen: violations of real opportunities that were not inspected.
        uninspected: these opportunities.
    """
    seen, missed = ratio(violations, inspected), ratio(unseen, uninspected)
    return dict(zip(WATCHED, (seen, missed, missed - seen), strict=True))


def apparent(
    flagged: Column, inspections: Column, sensitivity: Number, false_positive_rate: Number
) -> dict[str, Column]:
    """The misconduct that inspections alone would let an auditor infer, honeypots included, (rows, 1).

    (flagged / inspected - e) / (q - e), at a sensitivity q and a false positive rate e, which chance may take out of
    [0, 1]. Rogan and Gladen, American Journal of Epidemiology 107 (1978) 71.
    """
    found = flagged - false_positive_rate * inspections
    return dict.fromkeys(APPARENT, ratio(found, (sensitivity - false_positive_rate) * inspections))
