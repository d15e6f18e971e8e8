"""The numbers of a running scenario, with what they mean."""

from __future__ import annotations

from math import isfinite, isinf

from oversight.app.session import Theory
from oversight.app.society import Society
from oversight.app.widgets import KeyFigure
from oversight.equilibrium.prices import Price
from oversight.figures.words import measure

SIMULATED = ("misconduct_rate", "detection_rate", "false_sanction_rate", "social_cost")

PRICES = {
    "price_of_anarchy": ("Price of anarchy, worst", "costliest"),
    "price_of_stability": ("Price of anarchy, best", "cheapest"),
}
"""Prices of the solver's: their titles, and the equilibria that they value."""


def simulated(society: Society) -> list[KeyFigure]:
    """Measures since the policy last changed; in the burn-in, those of the last period alone."""
    experiment, figures = society.experiment, society.figures()
    cards = []
    for name in (*SIMULATED, *(asked.label for asked in experiment.measures)):
        quantity = measure(name, experiment.policy.units.model_dump(), experiment.measures)
        value, note = float("nan"), "nothing played yet"
        if figures:
            value = figures[name]
            note = quantity.missing if value != value else quantity.unit.removeprefix("% ")
        elif name in society.series:
            value, note = society.series[name][-1], f"last period; burn-in of {experiment.burn_in:,}"
        cards.append(KeyFigure(name, quantity.title, quantity.bare(value), quantity.description, note))
    return cards


def in_theory(theory: Theory) -> list[KeyFigure]:
    """Prices of anarchy at the running policy, from the solver."""
    solution = theory.solution
    cards = []
    for name, (title, which) in PRICES.items():
        words = f"Social cost of the {which} equilibrium over the planner's optimum."
        value, note = "…", ""
        if theory.failure or (solution and solution.not_covered):
            value, note = "–", "theory does not cover this"
        elif solution:
            price: Price = getattr(solution, name)
            value = _price(price.value)
            note = price.note
        cards.append(KeyFigure(name, title, value, words, note))
    return cards


def _price(value: float) -> str:
    if isinf(value):
        return "∞"
    return f"{value:.4g}" if isfinite(value) else "–"
