"""The measures that every run has: their order, their words, and what each is made of. One entry a measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from oversight.arrays import Column
from oversight.measures.totals import Totals, ratio
from oversight.measures.words import Words

_PER = "money per actor and period"
_IN_PLAY, _AT_A_TIME = "% of actors in play", "% of actors in play per period"
_NOBODY = "nobody was in play"

_Part = Callable[[Totals], Column]


@dataclass(frozen=True)
class BuiltIn:
    """A measure and what it is made of.

    It is `part` over `whole`, or, without a `whole`, `part` per actor and period, suspended actors included. Without a
    `part` it is made where its name stands in the simulation: of more than totals.
    """

    words: Words
    part: _Part | None = None
    whole: _Part | None = None


def _rate(title: str, unit: str, sentence: str, missing: str = "", more_is_better: bool = False) -> Words:
    return Words(title, unit, sentence, missing, True, more_is_better, least=0.0, most=1.0)


MEASURES: dict[str, BuiltIn] = {
    "misconduct_rate": BuiltIn(
        _rate("Misconduct rate", "% of opportunities", "Violations per opportunity to violate.", _NOBODY),
        lambda totals: totals.misconduct,
        lambda totals: totals.opportunities,
    ),
    "detection_rate": BuiltIn(
        _rate(
            "Detection rate", "% of violations", "Violations that were caught and sanctioned.", "nobody violated", True
        ),
        lambda totals: totals.caught - totals.planted_caught,
        lambda totals: totals.misconduct,
    ),
    "inspection_rate": BuiltIn(
        _rate("Inspected", _AT_A_TIME, "Actors inspected in a period.", _NOBODY, True),
        lambda totals: totals.inspections,
        lambda totals: totals.active,
    ),
    "false_sanction_rate": BuiltIn(
        _rate("False sanctions", "% of compliant actors", "Compliant actors that were sanctioned.", "nobody complied"),
        lambda totals: totals.false_sanctions,
        lambda totals: totals.compliant,
    ),
    "sanction_precision": BuiltIn(
        _rate(
            "Precision of sanctions", "% of sanctions", "Sanctions that hit a violator.", "nobody was sanctioned", True
        ),
        lambda totals: totals.deserved,
        lambda totals: totals.sanctions,
    ),
    "perceived_detection": BuiltIn(
        _rate(
            "Perceived detection",
            "% chance",
            "What actors believe is their chance of being caught if they violate.",
            _NOBODY,
            True,
        ),
        lambda totals: totals.perceived,
        lambda totals: totals.active,
    ),
    "active_share": BuiltIn(
        _rate("Actors in play", "% of all actors", "Actors that are not suspended.", more_is_better=True),
        lambda totals: totals.active,
    ),
    "ever_sanctioned_share": BuiltIn(
        _rate("Ever sanctioned", "% of all actors", "Actors that were sanctioned at least once."),
    ),
    "harm": BuiltIn(
        Words("Harm", _PER, "What violations cost others, net of what was averted."), lambda totals: totals.harm
    ),
    "gain": BuiltIn(Words("Gains from violating", _PER, "What violations earned."), lambda totals: totals.gain),
    "sanctions_paid": BuiltIn(
        Words("Sanctions paid", _PER, "A transfer, no part of social cost.", least=0.0),
        lambda totals: totals.sanctions_paid,
    ),
    "oversight_cost": BuiltIn(
        Words("Cost of oversight", _PER, "Inspections and capacity.", least=0.0), lambda totals: totals.oversight_cost
    ),
    "value_lost": BuiltIn(
        Words("Value lost to suspensions", _PER, "Legitimate work that did not happen.", least=0.0),
        lambda totals: totals.value_lost,
    ),
    "social_cost": BuiltIn(
        Words("Social cost", _PER, "Harm less weighted gains, plus oversight, sanctions and value lost."),
    ),
}

DYNAMICS: dict[str, Words] = {
    "last_misconduct_rate": _rate(
        "Misconduct rate in the last period", "% of opportunities", "Where a run ends.", _NOBODY
    ),
    "last_inspection_rate": _rate("Inspected in the last period", _IN_PLAY, "Where a run ends.", _NOBODY),
    "worst_window_misconduct_rate": _rate(
        "Misconduct rate of the worst window",
        "% of opportunities",
        "The highest over any stretch of the given length.",
        _NOBODY,
    ),
    "worst_window_inspection_rate": _rate(
        "Inspected in the worst window", _AT_A_TIME, "The lowest over any stretch of the given length.", _NOBODY
    ),
}
"""Measured as well where an experiment has `dynamics`."""
NEAR = {
    "time_near": _rate(
        "Time near an equilibrium",
        "% of periods",
        "Periods whose misconduct rate is near that of an equilibrium.",
        "there is no such equilibrium",
    )
}
"""The same, `time_near.<k>` for the k-th equilibrium."""
TAILS: dict[str, Words] = {
    "misconduct_q95": _rate(
        "Misconduct in the 95th of 100 periods",
        "% of opportunities",
        "The rate that is not exceeded in 95 of 100 measured periods, those of all replicates together.",
        "a common factor is drawn once for the run",
    ),
    "misconduct_q99": _rate(
        "Misconduct in the 99th of 100 periods",
        "% of opportunities",
        "The rate that is not exceeded in 99 of 100 measured periods, those of all replicates together.",
        "a common factor is drawn once for the run",
    ),
    "misconduct_peak": _rate(
        "Misconduct in the worst period", "% of opportunities", "The highest of all measured periods.", _NOBODY
    ),
    "beyond_edge": _rate(
        "Time beyond the edge",
        "% of periods",
        "Periods whose misconduct lies above the unstable equilibrium, where detection gives way.",
        "theory has no unstable equilibrium, or several",
    ),
}
"""Measured as well where actors are copies."""

WATCHED = {
    "misconduct_rate_watched": _rate(
        "Misconduct when watched",
        "% of inspected opportunities",
        "Violations of those inspected.",
        "nobody was inspected",
    ),
    "misconduct_rate_unwatched": _rate(
        "Misconduct when not watched",
        "% of opportunities without inspection",
        "Violations of those not inspected.",
        "everybody was inspected",
    ),
    "gaming_gap": Words(
        "Gaming gap",
        "% of opportunities",
        "Misconduct when not watched, less misconduct when watched.",
        "everybody or nobody was inspected",
        percent=True,
        least=-1.0,
        most=1.0,
    ),
}
"""Measured as well where actors get a signal before they act."""
APPARENT = {
    "apparent_misconduct_rate": Words(
        "Apparent misconduct",
        "% of inspected opportunities",
        "What inspections alone let one infer, honeypots included, corrected for the detector's errors.",
        "nobody was inspected, or inspections tell nobody apart",
        percent=True,
    )
}
"""The same, and where there are honeypots."""

LEVER = {
    "lever": Words("Lever", "", "What a number of the policy was on average, which the principal moves."),
    "alarm_rate": _rate("Alarms", "% of periods", "Periods at whose end an alarm sounded."),
}
"""What principals do: of each number that one may move, as `lever.<path>`, and of alarms."""

REPORTS = {
    "self_report_rate": _rate(
        "Self-reports",
        "% of violations",
        "Violations that were reported by those who committed them.",
        "nobody violated",
        more_is_better=True,
    )
}
"""Measured as well where violators may report themselves."""
WITNESSED = {
    "witnessed_rate": _rate(
        "Reported by witnesses",
        "% of violations",
        "Violations that were reported by witnesses.",
        "nobody violated",
        more_is_better=True,
    )
}
"""The same where there are witnesses."""
BRIBES = {
    "bribery_rate": _rate(
        "Bribes", "% of violations", "Violations that were found, and ended in a bribe.", "nobody violated"
    ),
    "bribes_paid": Words("Bribes paid", _PER, "A transfer to inspectors, no part of social cost.", least=0.0),
}
"""The same where inspectors may be bribed."""
CUSTOMERS = {
    "noticed_rate": _rate(
        "Noticed by users", "% of violations", "Violations that users noticed.", "nobody violated", more_is_better=True
    ),
    "income_lost": Words(
        "Income lost to customers who left",
        "% of the income of all actors",
        "What customers who noticed violations took elsewhere: a transfer, no part of social cost.",
        "no actor has an income",
        percent=True,
        least=0.0,
    ),
}
"""The same where customers may leave."""
ERRORS = {
    "error_rate": _rate("Errors", "% of acts that comply", "Acts that complied, and went wrong.", "nobody complied"),
    "errors_found_rate": _rate(
        "Errors found", "% of errors", "Errors that were found and sanctioned.", "nobody made an error"
    ),
}
"""Measured as well where innocent acts may go wrong."""
PAYOFFS = {
    "paid_to_actors": Words("Payoffs of actors", _PER, "What outcomes pay to actors: a transfer."),
    "paid_to_overseers": Words("Payoffs of overseers", _PER, "What outcomes pay to overseers: a transfer."),
}
"""The same where outcomes pay."""
TRAINED = {
    "nats": Words(
        "Divergence from untrained actors",
        "nats per opportunity",
        "How far trained values move what actors do from what they would do untrained, under the same incentives.",
        "some actors learn, or do not decide by chance",
        least=0.0,
    ),
    "training_cost": Words("Cost of training", _PER, "What is paid for the nats, and for certifications.", least=0.0),
}
"""Measured as well where values are trained into actors."""
RESAMPLED = {
    "answers": Words(
        "Answers drawn", "answers per opportunity", "Flagged answers are drawn again.", _NOBODY, least=1.0
    ),
    "withheld_rate": _rate(
        "Withheld", "% of opportunities", "Opportunities at which the last answer was flagged and withheld.", _NOBODY
    ),
}
"""Measured as well where flagged answers are drawn again."""
VALUE = {
    "value": Words(
        "Level of a value",
        "units of the value per opportunity",
        "What is done has so much of it on average.",
        "there was no such opportunity",
    ),
    "value_measured": Words(
        "Level of a value as training saw it",
        "units of the value per opportunity",
        "The same with the errors that training made, in opportunities like those of training.",
        "there was no such opportunity",
    ),
}
"""Measured of each value that something has, `value.<name>`; in opportunities like those of training, and in others,
`value.<name>.in` and `value.<name>.out`."""

WEIGHT = {
    "weight": Words(
        "Weight of a value",
        "money per unit of value",
        "What a unit of the value is worth to an actor, beside what an act earns.",
    )
}
"""Measured of each value whose weight is found rather than stated, `weight.<name>`: a mean over actors and periods."""

SHARE = {
    "share": _rate(
        "Share", "% of opportunities", "Opportunities at which what only looks like a violation is done.", _NOBODY
    )
}
"""Measured of options that are no violations, `share.<option>`; of others, `misconduct_rate.<option>`."""

ANARCHY: dict[str, Words] = {
    "costs": Words("Social cost", _PER),
    "gap": Words("Anarchy gap", _PER, "Social cost of the worse start, less the planner's optimum."),
    "worst": Words("Worse start", _PER),
    "best": Words("Better start", _PER),
    "optimum": Words("Planner's optimum", _PER),
    "price": Words("Price of anarchy", sentence="Social cost of the worse start over the planner's optimum."),
    "share": Words(
        "Anarchy share",
        "% of what oversight could save",
        "Social cost of the worse start less the planner's optimum, over that of no oversight less the optimum.",
        "the planner's optimum is no less costly than no oversight, or one of the two is not known",
        percent=True,
    ),
    "reference": Words("Without oversight", _PER, "The costliest equilibrium where nobody is inspected or sanctioned."),
    "theory.worst": Words("Worst in theory", _PER, "Social cost of the costliest equilibrium."),
    "theory.best": Words("Best in theory", _PER, "Social cost of the least costly equilibrium."),
    "theory.gap": Words("Gap in theory", _PER, "The costliest equilibrium, less the planner's optimum."),
    "theory.share": Words(
        "Share in theory",
        "% of what oversight could save",
        "The same of the costliest equilibrium.",
        percent=True,
    ),
    "theory.price": Words("Price in theory", sentence="The costliest equilibrium over the planner's optimum."),
}
"""What is worked out from the social costs of a summary, beside its measures."""

WORDS: dict[str, Words] = {
    **{name: each.words for name, each in MEASURES.items()},
    **DYNAMICS,
    **NEAR,
    **TAILS,
    **WATCHED,
    **APPARENT,
    **LEVER,
    **REPORTS,
    **WITNESSED,
    **BRIBES,
    **CUSTOMERS,
    **ERRORS,
    **PAYOFFS,
    **TRAINED,
    **RESAMPLED,
    **VALUE,
    **WEIGHT,
    **SHARE,
    **ANARCHY,
}
"""The words of everything that tables name, by name: a measure of one's own takes another."""


def of_totals(totals: Totals, everyone: float) -> dict[str, Column]:
    """The measures that totals alone say, (runs, 1) each: rates per active actor, amounts for each of `everyone`.

    A ratio with an empty denominator is NaN, never 0.
    """
    return {
        name: each.part(totals) / everyone if each.whole is None else ratio(each.part(totals), each.whole(totals))
        for name, each in MEASURES.items()
        if each.part is not None
    }
