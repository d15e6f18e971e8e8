"""What the columns say that a summary has of theory and of prices of anarchy."""

from __future__ import annotations

from oversight.measures import WORDS, Words

_COST, _RATE = WORDS["social_cost"].unit, WORDS["misconduct_rate"].unit
_ANARCHY_SHARE = "(worst - optimum) / (reference - optimum)"

COLUMNS: dict[str, Words] = {
    **{f"anarchy.{name}": WORDS[name] for name in ("worst", "best", "optimum", "price", "gap")},
    "anarchy.note": Words("Why there is no price of anarchy"),
    "anarchy.reference": Words("Social cost without oversight, in theory", _COST),
    "anarchy.share": Words("Anarchy share", "share", _ANARCHY_SHARE),
    "anarchy.share_note": Words("Why there is no anarchy share"),
    "theory.misconduct_rate": Words("Misconduct rate where this start leads", _RATE, "Mean over a cycle."),
    "theory.social_cost": Words("Social cost where this start leads", _COST, "Mean over a cycle."),
    "theory.cycle": Words("Length of the cycle", "periods", "1 at rest, 0 not settled."),
    "theory.cycle_lowest": Words("Lowest misconduct rate within the cycle", _RATE),
    "theory.cycle_highest": Words("Highest misconduct rate within the cycle", _RATE),
    "theory.equilibria": Words("Number of equilibria", "", "Empty where theory does not cover the point."),
    "theory.lowest": Words("Lowest misconduct rate of an equilibrium", _RATE),
    "theory.highest": Words("Highest misconduct rate of an equilibrium", _RATE),
    "theory.best": Words("Least social cost of an equilibrium", _COST),
    "theory.worst": Words("Highest social cost of an equilibrium", _COST),
    "theory.optimum": Words("Social cost of the planner's optimum", _COST),
    "theory.price": Words("Price of anarchy in theory", "", "Worst equilibrium over the planner's optimum."),
    "theory.price_note": Words("Why there is no price of anarchy in theory"),
    "theory.gap": Words("Anarchy gap in theory", _COST, "Worst equilibrium less the planner's optimum."),
    "theory.reference": Words(
        "Social cost without oversight", _COST, "The costliest equilibrium where nobody is inspected or sanctioned."
    ),
    "theory.anarchy_share": Words("Anarchy share in theory", "share", _ANARCHY_SHARE),
    "theory.anarchy_share_note": Words("Why there is no anarchy share in theory"),
    "theory.price_of_non_commitment": Words("Price of non-commitment", "", "Of strategic overseers only."),
    "theory.states": Words(
        "Every equilibrium", "", "JSON: misconduct rate, of each entry if there are several, social cost and stability."
    ),
    "theory.certified": Words("Whether all certificates hold"),
    "theory.note": Words("Why theory says nothing, or may miss something"),
    "theory.long_run": Words("Mean misconduct rate of copies in the long run", _RATE),
    "theory.misconduct_q95": Words("What copies' misconduct rate does not exceed in 95 periods of 100", _RATE),
    "theory.misconduct_q99": Words("What copies' misconduct rate does not exceed in 99 periods of 100", _RATE),
    "theory.beyond_edge": Words("Share of periods above the unstable equilibrium", "share of periods"),
}
