"""What is counted of a run: what every run has in `built_in`, and what an experiment may ask for, one kind a file."""

from typing import TYPE_CHECKING

from oversight.measures.built_in import (
    APPARENT,
    BRIBES,
    CUSTOMERS,
    DYNAMICS,
    ERRORS,
    MEASURES,
    PAYOFFS,
    REPORTS,
    RESAMPLED,
    TAILS,
    TRAINED,
    WATCHED,
    WITNESSED,
    WORDS,
)
from oversight.measures.measure import Measure
from oversight.measures.period import Period
from oversight.measures.totals import Totals
from oversight.measures.words import Words, words_in
from oversight.seams import Seam

ASKED = Seam(
    "measures",
    Measure,
    {
        "harm_concentration": "oversight.measures.harm_concentration:HarmConcentration",
        "largest_harm": "oversight.measures.largest_harm:LargestHarm",
        "spending": "oversight.measures.spending:Spending",
    },
)

if TYPE_CHECKING:
    AnyMeasure = Measure
else:
    AnyMeasure = ASKED.union()

__all__ = [
    "APPARENT",
    "ASKED",
    "BRIBES",
    "CUSTOMERS",
    "DYNAMICS",
    "ERRORS",
    "MEASURES",
    "PAYOFFS",
    "REPORTS",
    "RESAMPLED",
    "TAILS",
    "TRAINED",
    "WATCHED",
    "WITNESSED",
    "WORDS",
    "AnyMeasure",
    "Measure",
    "Period",
    "Totals",
    "Words",
    "words_in",
]
